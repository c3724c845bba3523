"""Places of service, from an operator's own table."""

from datetime import date

import pytest

from consultant.reference.formats import FormatError, Release
from consultant.reference.formats.pos import PlaceOfService, PosFormat
from tests.unit.reference.formats.files import file, lines, read, release_of, workbook

POS = PosFormat()
CSV = lines(
    "pos_code,name,description,pfs_setting",
    "1,A shop,Where things are sold,Non-Facility",
    "21,A hospital,,Facility",
    "28-30,Unassigned,N/A,Unassigned",
)
NAME = "place-of-service-codes-2023-09.csv"


def test_ranges_are_written_out_and_zeros_put_back() -> None:
    assert read(POS, file(NAME, CSV)).rows == [
        PlaceOfService("01", "A shop", "Where things are sold", "non-facility"),
        PlaceOfService("21", "A hospital", None, "facility"),
        *(PlaceOfService(code, "Unassigned", "N/A", None) for code in ("28", "29", "30")),
    ]


def test_the_heads_of_cmss_page_do_too() -> None:
    heads = ["Place of Service Code(s)", "Place of Service Name", "Place of Service Description"]
    sheet = workbook([["Place of Service Codes"], heads, [2, "At a distance", "Elsewhere"]])
    rows = read(POS, file("place-of-service-codes-2023-09.xlsx", sheet)).rows
    assert rows == [PlaceOfService("02", "At a distance", "Elsewhere", None)]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (("28-30", "30-28"), "line 4, column pos_code: '30-28' is no range"),
        (("21,A", "221,A"), "line 3, column pos_code: '221' is no number of 2 digits"),
        ((",Facility", ",Faculty"), "line 3, column pfs_setting: 'Faculty' is neither facility nor non-facility"),
        (("A shop", ""), "line 2, column name: the cell is empty"),
    ],
)
def test_a_bad_row_is_told(damage: tuple[str, str], told: str) -> None:
    reading = read(POS, file(NAME, CSV.replace(*damage)))
    assert [told in bad for bad in reading.bad] == [True]


def test_its_month_is_in_the_name() -> None:
    assert release_of(POS, file(NAME, CSV)) == Release("pos", "2023-09", "", date(2023, 9, 1), None)
    with pytest.raises(FormatError, match="but as of when"):
        release_of(POS, file("pos.csv", CSV))
    assert release_of(POS, file("2023-09.csv", "name,price\r\n")) is None
