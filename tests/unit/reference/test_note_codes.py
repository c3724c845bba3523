"""What a note means by a code or a range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.reference.note_codes import is_well_formed, speaks_of


@pytest.mark.parametrize(
    ("written", "code", "spoken_of"),
    [
        ("25", "25", True),
        ("99202-99215", "99202", True),
        ("99202-99215", "99215", True),
        ("99202-99215", "99216", False),
        ("20000-29999", "25", False),
        ("J0120-J9999", "J1885", True),
        ("J0120-J9999", "J18.9", False),
        ("80-82", "81", True),
        ("80-82", "83", False),
        ("E08-E13", "E11", True),
        ("E08-E13", "E11.9", True),
        ("E08-E13", "E13.9", True),
        ("E08-E13", "E14.0", False),
        ("E08-E13", "E0850", False),
        ("S72.0-S72.9", "S72.001A", True),
        ("S72.0-S72.9", "S72", False),
        ("O00-O9A", "O9A.211", True),
        ("E11.9", "E11.9", True),
        ("E11", "E11.9", False),
    ],
)
def test_a_code_in_a_range_is_spoken_of(written: str, code: str, spoken_of: bool) -> None:
    assert is_well_formed(written)
    assert speaks_of(written, code) is spoken_of


@pytest.mark.parametrize(
    "written", ["", "-", "9921", "99215-99202", "99202-25", "E11.9-E11", "99202-99213-99215", "x25"]
)
def test_what_is_no_code_and_no_range_is_seen(written: str) -> None:
    assert not is_well_formed(written)


@given(st.integers(10000, 99999), st.integers(10000, 99999), st.integers(10000, 99999))
def test_a_range_of_numbers_holds_what_lies_between(one: int, other: int, code: int) -> None:
    first, last = sorted((one, other))
    assert speaks_of(f"{first}-{last}", str(code)) is (first <= code <= last)


@given(st.text(max_size=14), st.text(max_size=8))
def test_anything_may_be_asked(written: str, code: str) -> None:
    assert is_well_formed(written) in (True, False)
    assert speaks_of(written, code) in (True, False)
