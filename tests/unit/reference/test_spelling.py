"""Slips in writing a code, and that each is found again from what was written."""

from hypothesis import assume, given
from hypothesis import strategies as st

from consultant.reference.spelling import CHARACTERS, Slip, plain, slips

codes = st.text(CHARACTERS, min_size=3, max_size=7)
places = st.integers(0, 6)
letters = st.sampled_from(CHARACTERS)


@given(codes, places)
def test_neighbours_transposed_are_found_again(code: str, at: int) -> None:
    assume(at + 1 < len(code))
    assert code in slips(code[:at] + code[at + 1] + code[at] + code[at + 2 :])


@given(codes, places, letters)
def test_one_wrong_one_missing_and_one_too_many_are_found_again(code: str, at: int, letter: str) -> None:
    assume(at < len(code))
    assert code in slips(code[:at] + letter + code[at + 1 :])
    assert code in slips(code[:at] + letter + code[at:])
    if len(code) > 3:
        assert code in slips(code[:at] + code[at + 1 :])


@given(st.text(max_size=12))
def test_whatever_is_written_has_few_readings(text: str) -> None:
    found = slips(plain(text))
    assert len(found) <= 750
    assert all(3 <= len(code) <= 7 for code in found)


def test_the_likeliest_slip_counts() -> None:
    assert slips("J188S")["J1885"] is Slip.LOOK_ALIKE
    assert slips("EL165")["E1165"] is Slip.LOOK_ALIKE
    assert slips("W19A")["W19XXXA"] is Slip.PLACEHOLDER
    assert slips("99231")["99213"] is Slip.TRANSPOSED
    assert slips("S52501")["S52501A"] is Slip.UNFINISHED
    assert slips("992133")["99213"] is Slip.TOO_MANY
    assert slips("K3581")["K3580"] is Slip.ONE_WRONG


def test_dots_and_blanks_are_no_part_of_a_code() -> None:
    assert plain(" e1.16 5 ") == "E1165"
    assert slips(plain("E1.165"))["E1165"] is Slip.DOT


def test_what_is_far_too_short_or_long_means_nothing() -> None:
    assert slips("99") == slips("") == slips("992134567") == {}
