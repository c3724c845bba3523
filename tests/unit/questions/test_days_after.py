"""Days from a procedure, as a text says them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.questions.days_after import days_from_procedure


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("seen 5 days after 27447", 5),
        ("Seen on post-op day 3", 3),
        ("POD #12 visit", 12),
        ("two weeks post-op", 14),
        ("a week later", 7),
        ("the same day as the surgery", 0),
        ("E/M on the day before surgery", -1),
        ("2 days prior to surgery", -2),
        ("seen Monday, surgery was the next day", -1),
        ("3 days after the first, 9 days after the second", None),
        ("I waited 5 days for the payer", None),
        ("", None),
    ],
)
def test_days_are_read_only_where_they_are_said_once(text: str, days: int | None) -> None:
    assert days_from_procedure(text) == days


@given(st.integers(0, 999))
def test_any_number_of_days_is_read(days: int) -> None:
    assert days_from_procedure(f"She came back {days} days after the operation") == days


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    days_from_procedure(text)
