"""Locality indices: one or two work indices, three text forms, notes under the table."""

from datetime import date
from decimal import Decimal

import pytest

from consultant.reference.formats import Release
from consultant.reference.formats.gpci import Gpci, GpciFormat
from tests.unit.reference.formats.files import file, fixed, lines, read, release_of, workbook

GPCI = GpciFormat()

TITLE = "ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY"
HEAD = "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name"
BOTH = (
    f"{TITLE},,,,,,,\r\n,,,,,,,\r\n{HEAD},2026 PW GPCI (without 1.0 Floor),2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,\
2026 MP GPCI\r\n"
)
ONE = f"{TITLE},,,,,,\r\n,,,,,,\r\n{HEAD},2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,2026 MP GPCI\r\n"
SOMEWHERE = Gpci(
    "02102", "AK", "01", "SOMEWHERE", Decimal("1.000"), Decimal("0.988"), Decimal("0.875"), Decimal("0.566")
)


def test_the_index_to_pay_with_is_the_one_with_the_floor() -> None:
    source = file("GPCI2026.csv", BOTH + "02102,AK,01,SOMEWHERE**,0.988,1.000,0.875,0.566\r\n")
    assert read(GPCI, source).rows == [SOMEWHERE]


def test_where_one_work_index_is_shown_nothing_is_made_up() -> None:
    rows = read(GPCI, file("GPCI2026.csv", ONE + "02102,AK,01,SOMEWHERE,1,0.875,0.566\r\n")).rows
    assert rows == [SOMEWHERE._replace(pw_gpci_without_floor=None)]


def test_an_index_that_is_missing_is_not_taken_from_the_column_beside() -> None:
    reading = read(GPCI, file("GPCI2026.csv", BOTH + "02102,AK,01,SOMEWHERE,0.988,,0.875,0.566\r\n"))
    assert "line 4, column pw_gpci_with_floor: the cell is empty" in reading.bad[0]


def test_a_year_without_a_floor() -> None:
    source = file("GPCI2027.csv", ONE.replace("(with 1", "(without 1") + "02102,AK,01,SOMEWHERE,0.988,0.875,0.566\r\n")
    assert read(GPCI, source).rows == [SOMEWHERE._replace(pw_gpci=Decimal("0.988"))]


def test_tab_separated_text_and_workbook_say_the_same() -> None:
    row = "02102,AK,01,SOMEWHERE,0.988,1.000,0.875,0.566"
    assert read(GPCI, file("GPCI2026.txt", (BOTH + row).replace(",", "\t"))).rows == [SOMEWHERE]
    cells = ["02102", "AK", 1, "SOMEWHERE*", 0.988, 1, 0.875, 0.566]
    sheet = workbook([[], [TITLE], [], BOTH.splitlines()[2].split(","), cells])
    assert read(GPCI, file("GPCI2026.xlsx", sheet)).rows == [SOMEWHERE]


def test_fixed_text_with_its_notes() -> None:
    row = fixed(
        *((1, "02102"), (17, "AK"), (25, "01"), (30, "SOMEWHERE*"), (122, "1.000"), (134, "0.875"), (146, "0.566")),
        width=150,
    )
    source = file("GPCI2026.txt", lines(TITLE, "", "Medicare Admi State  Locality", row, "", "*A note on somewhere."))
    reading = read(GPCI, source)
    assert reading.rows == [SOMEWHERE._replace(pw_gpci_without_floor=None)]
    assert reading.skipped == {"note": 3, "blank": 2}


def test_notes_under_the_table_are_counted_and_a_row_that_was_cut_off_is_no_note() -> None:
    content = BOTH + "02102,AK,01,SOMEWHERE,0.988,1.000,0.875,0.566\r\n*A note.,,,,,,,\r\n,,,,,,,\r\n03102,,,,,,,\r\n"
    reading = read(GPCI, file("GPCI2026.csv", content))
    assert reading.skipped == {"before the table": 3, "note": 1, "blank": 1}
    assert len(reading.bad) == 1
    assert "line 7, column state: the cell is empty" in reading.bad[0]


@pytest.mark.parametrize(
    ("path", "label", "first"),
    [
        ("GPCI2026.csv", "2026", date(2026, 1, 1)),
        ("rvu26c.zip/GPCI2026.csv", "2026C", date(2026, 7, 1)),
        ("rvu26ar-1.zip/GPCI2026.csv", "2026A", date(2026, 1, 1)),
        ("rvu25d-0.zip/GPCI2026.csv", "2026", date(2026, 1, 1)),
    ],
)
def test_the_quarter_is_in_the_bundles_name_alone(path: str, label: str, first: date) -> None:
    assert release_of(GPCI, file(path, BOTH)) == Release("pfs-gpci", label, "", first, date(2026, 12, 31))
