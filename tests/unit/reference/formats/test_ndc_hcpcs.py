"""The crosswalk of products and codes: a stray head, bare device numbers, one product under two codes."""

from datetime import date
from decimal import Decimal

import pytest

from consultant.reference.formats import Release
from consultant.reference.formats.ndc_hcpcs import NdcCode, NdcHcpcsFormat
from tests.unit.reference.formats.files import file, lines, read, release_of, workbook

CROSSWALK = NdcHcpcsFormat()
PREAMBLE = (
    "October 2026 ASP NDC - HCPCS Crosswalk for Medicare Part B Drugs,,,,,,,,,",
    '"     Effective October 1, 2026 through December 31, 2026",,,,,,,,,',
    ",,,,,,,,,",
)
HEAD = "_2026_CODE,Short Description,LABELER NAME,NDC,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG"
CSV = lines(
    *PREAMBLE,
    HEAD,
    'J9998,Made-up drug,"Labeler, Inc.",00001-0001-01,Drugium,100 UNITS,1,10,20,200',
    'J9999,Made-up drug,"Labeler, Inc.",00001-0001-01,Drugium,1000 UNITS,1,10,2,20',
    "90000,WORDS OF THE AMA,Labeler,888800000001,Devicium,1 MG,2.5,3,20,60",
)
FIRST = NdcCode(
    *("J9998", "Made-up drug", "Labeler, Inc.", "00001-0001-01", "Drugium", "100 UNITS"),
    *(Decimal(1), Decimal(10), Decimal(20), Decimal(200)),
)
DEVICE = NdcCode(
    *("90000", None, "Labeler", "888800000001", "Devicium", "1 MG"),
    *(Decimal("2.5"), Decimal(3), Decimal(20), Decimal(60)),
)


@pytest.mark.parametrize("head", [HEAD, HEAD.replace("_2026_CODE", "HCPCS Code")])
def test_rows_of_the_table(head: str) -> None:
    reading = read(CROSSWALK, file("crosswalk.csv", CSV.replace(HEAD, head)))
    second = FIRST._replace(
        hcpcs_code="J9999", hcpcs_dosage="1000 UNITS", billunits=Decimal(2), billunitspkg=Decimal(20)
    )
    assert reading.rows == [FIRST, second, DEVICE]
    assert reading.skipped == {"before the table": 4}


def test_a_workbook_made_numbers_of_codes() -> None:
    device = [90000, "WORDS", "Labeler", 888800000001, "Devicium", "1 MG", 2.5, 3, 20, 60]
    said = [[PREAMBLE[0].rstrip(",")], [PREAMBLE[1].strip('",')]]
    assert read(CROSSWALK, file("crosswalk.xlsx", workbook([*said, HEAD.split(","), device]))).rows == [DEVICE]


def test_a_number_that_is_no_product_is_told() -> None:
    reading = read(CROSSWALK, file("crosswalk.csv", CSV.replace("888800000001", "8.888E+11")))
    assert len(reading.rows) == 2
    assert "line 7, column ndc: '8.888E+11' is no national drug code" in reading.bad[0]


def test_its_quarter() -> None:
    expected = Release("asp-ndc-hcpcs", "2026Q4", "", date(2026, 10, 1), date(2026, 12, 31))
    assert release_of(CROSSWALK, file("download.csv", CSV)) == expected
