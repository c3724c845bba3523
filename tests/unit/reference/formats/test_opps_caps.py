"""OPPS caps: no year in the file, CMS's spelling of a head."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consultant.reference.formats import FormatError, Release
from consultant.reference.formats.opps_caps import OppsCap, OppsCapsFormat
from tests.unit.reference.formats.files import file, fixed, lines, read, release_of, workbook

CAPS = OppsCapsFormat()
HEAD = "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE"
CSV = lines(HEAD, "70010,TC,C,01112,05,1150.69,150.70", "G0999,,A,02102,01,7.00,7.50", ",,,,,,")
ROWS = [
    OppsCap("70010", "TC", "C", "01112", "05", Decimal("1150.69"), Decimal("150.70")),
    OppsCap("G0999", "", "A", "02102", "01", Decimal("7.00"), Decimal("7.50")),
]
PATH = "rvu25d-0.zip/OPPSCAP_Oct"


def test_rows_of_the_table() -> None:
    reading = read(CAPS, file(f"{PATH}.csv", CSV))
    assert reading.rows == ROWS
    assert reading.skipped == {"before the table": 1, "blank": 1}


def test_a_workbook_lost_the_zeros() -> None:
    cells: list[list[Any]] = [
        HEAD.split(","),
        [70010, "TC", "C", 1112, 5, 1150.69, 150.7],
        ["G0999", None, "A", "02102", "01", 7, 7.5],
    ]
    assert read(CAPS, file(f"{PATH}.xlsx", workbook(cells))).rows == ROWS


def test_the_fixed_text_says_the_same() -> None:
    content = lines(
        fixed((1, "70010TC C 01112  05"), (20, "  1150.69"), (29, "    150.70"), width=38),
        fixed((1, "G0999   A 02102  01"), (20, "     7.00"), (29, "      7.50"), width=38),
    )
    assert read(CAPS, file(f"{PATH}.txt", content)).rows == ROWS


def test_the_year_comes_from_the_bundles_name() -> None:
    expected = Release("pfs-opps-caps", "2025D", "", date(2025, 10, 1), date(2025, 12, 31))
    assert release_of(CAPS, file(f"{PATH}.csv", CSV)) == expected
    assert release_of(CAPS, file("RVU25D/OPPSCAP_Oct.csv", CSV)) == expected
    assert release_of(CAPS, file("rvu25d-OPPSCAP_Oct.csv", CSV)) == expected


@pytest.mark.parametrize("name", ["OPPSCAP_Oct.csv", "rvu25a.zip/OPPSCAP_Oct.csv"])
def test_without_it_nobody_can_tell(name: str) -> None:
    with pytest.raises(FormatError, match="as in rvu26a-OPPSCAP"):
        release_of(CAPS, file(name, CSV))
