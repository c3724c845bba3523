"""The county crosswalk: the state on its first row only, spacers, numbers without their zeros."""

from datetime import date
from typing import Any

from consultant.reference.formats import Release
from consultant.reference.formats.localities import LocalitiesFormat, Locality
from tests.unit.reference.formats.files import file, fixed, lines, read, release_of, workbook

LOCALITIES = LocalitiesFormat()
TITLE = "COUNTIES INCLUDED IN 2025 LOCALITIES. (ALPHABETICALLY BY STATE AND LOCALITY NAME WITHIN STATE)"
CSV = lines(
    f"{TITLE},,,,",
    ",,,,",
    "Medicare Adminstrative Contractor,Locality Number,State ,Fee Schedule Area ,Counties",
    ",,,,",
    "1112,5,FIRST STATE ,A TOWN* ,ONE COUNTY ",
    '1112,75,,REST OF STATE*,"TWO, THREE AND FOUR"',
    ",,,,",
    "13102,0,SECOND STATE ,STATEWIDE ,ALL COUNTIES ",
    ",,,,",
    "*  A note.,,,,",
)
ROWS = [
    Locality("01112", "05", "FIRST STATE", "A TOWN", "ONE COUNTY"),
    Locality("01112", "75", "FIRST STATE", "REST OF STATE", "TWO, THREE AND FOUR"),
    Locality("13102", "00", "SECOND STATE", "STATEWIDE", "ALL COUNTIES"),
]


def test_states_are_filled_in_and_zeros_put_back() -> None:
    reading = read(LOCALITIES, file("25LOCCO.csv", CSV))
    assert reading.rows == ROWS
    assert reading.skipped == {"before the table": 3, "blank": 3, "note": 1}


def test_workbook_and_tabs_say_the_same() -> None:
    assert read(LOCALITIES, file("25LOCCO.txt", CSV.replace('"TWO, THREE', '"TWO; THREE').replace(",", "\t"))).rows == [
        ROWS[0],
        ROWS[1]._replace(counties="TWO; THREE AND FOUR"),
        ROWS[2],
    ]
    cells: list[list[Any]] = [
        [TITLE],
        [],
        ["Medicare Adminstrative Contractor", "Locality Number", "State ", "Fee Schedule Area ", "Counties"],
        [],
        [1112, 5, "FIRST STATE ", "A TOWN*", "ONE COUNTY"],
        ["01112", "75", None, "REST OF STATE*", "TWO, THREE AND FOUR"],
        [],
        [13102, 0, "SECOND STATE", "STATEWIDE", "ALL COUNTIES"],
    ]
    assert read(LOCALITIES, file("25LOCCO.xlsx", workbook(cells))).rows == ROWS


def line(mac: str, number: str, state: str, area: str, counties: str) -> str:
    return fixed((5, mac), (17, number), (23, state), (46, area), (128, counties), width=128)


def test_in_the_fixed_text_a_state_that_is_not_named_stays_unknown() -> None:
    content = lines(
        TITLE,
        "",
        "Medicare AdmiLocality         State                 Fee Schedule Area",
        "",
        line("10112", "00", "A STATE", "STATEWIDE", "ALL COUNTIES"),
        "",
        line("01112", "75", "", "REST OF STATE*", "TWO"),
        "",
        "*  A note.",
    )
    reading = read(LOCALITIES, file("25LOCCO.txt", content))
    assert reading.rows == [
        Locality("10112", "00", "A STATE", "STATEWIDE", "ALL COUNTIES"),
        Locality("01112", "75", None, "REST OF STATE", "TWO"),
    ]
    assert reading.skipped == {"note": 3, "blank": 4}


def test_a_damaged_number_is_no_note() -> None:
    damaged = line("O1112", "75", "A STATE", "STATEWIDE", "ALL")
    reading = read(LOCALITIES, file("25LOCCO.txt", lines(line("10112", "00", "A", "B", "CC"), damaged)))
    assert "line 2, column medicare_administrative_contractor: 'O1112' is no number of 5 digits" in reading.bad[0]


def test_its_release() -> None:
    expected = Release("pfs-localities", "2025D", "", date(2025, 10, 1), date(2025, 12, 31))
    assert release_of(LOCALITIES, file("rvu25d-0.zip/25LOCCO.csv", CSV)) == expected
