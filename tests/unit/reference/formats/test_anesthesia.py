"""Anesthesia factors: one column or two, a text without a head and without decimal points."""

from datetime import date
from decimal import Decimal

import pytest

from consultant.reference.formats import FormatError, Release
from consultant.reference.formats.anesthesia import AnesthesiaFactor, AnesthesiaFormat
from tests.unit.reference.formats.files import file, fixed, lines, read, release_of, workbook

ANESTHESIA = AnesthesiaFormat()
ONE = "Contractor,Locality,Locality Name,National Anes CF of 20.3178\r\n"
TWO = (
    "Contractor,Locality,Locality Name,Qualifying APM National Anes CF (with 2.5% statutory increase) of 20.599835,"
    "Non-Qualifying APM National Anes CF (with 2.5% Statutory increase)  of 20.49754\r\n"
)
BOTH = AnesthesiaFactor("02102", "01", "SOMEWHERE", Decimal("28.15"), Decimal("28.29"))
SINGLE = BOTH._replace(qualifying_apm_conversion_factor=None)


def test_from_2026_there_are_two_factors_and_the_common_one_is_not_the_apms() -> None:
    reading = read(ANESTHESIA, file("ANES2026.csv", TWO + "02102 ,01 ,SOMEWHERE*,28.29,28.15\r\n,,,,\r\n"))
    assert reading.rows == [BOTH]
    assert reading.skipped == {"before the table": 1, "blank": 1}


def test_a_factor_that_is_missing_is_told() -> None:
    reading = read(ANESTHESIA, file("ANES2026.csv", TWO + "02102 ,01 ,SOMEWHERE*,,28.15\r\n"))
    assert "line 2, column qualifying_apm_conversion_factor: the cell is empty" in reading.bad[0]


def test_before_there_was_one() -> None:
    assert read(ANESTHESIA, file("ANES2025.csv", ONE + "02102 ,01 ,SOMEWHERE,28.15 \r\n")).rows == [SINGLE]


def test_a_workbook_lost_the_zeros() -> None:
    head = ["Contractor", "Locality", "Locality Name", "Anes CF of 20.3178"]
    sheet = workbook([head, [2102, 1, "SOMEWHERE", 28.15]])
    assert read(ANESTHESIA, file("ANES2025.xlsx", sheet)).rows == [SINGLE]


@pytest.mark.parametrize(("apm", "row"), [("2829", BOTH), ("    ", SINGLE)])
def test_the_text_has_no_decimal_point(apm: str, row: AnesthesiaFactor) -> None:
    placed = ((1, "02102"), (13, "01"), (19, "SOMEWHERE"), (68, apm), (74, "2815"))
    reading = read(ANESTHESIA, file("ANES2026.txt", lines(fixed(*placed, width=77)) + "\x1a"))
    assert reading.rows == [row]
    assert reading.skipped == {"blank": 1}


def test_its_year_is_in_the_name_alone() -> None:
    expected = Release("pfs-anesthesia", "2026", "", date(2026, 1, 1), date(2026, 12, 31))
    assert release_of(ANESTHESIA, file("ANES2026.csv", TWO)) == expected
    with pytest.raises(FormatError, match=r"^factors\.csv: .* the year\. Load the zip as downloaded"):
        release_of(ANESTHESIA, file("factors.csv", TWO))
