"""Times tied to codes: each to its own, and none where it could be either's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.questions.timed_codes import TimedCode, read_timed_codes

CODES = ("97110", "97140", "97112", "96413", "96367")


def tied(text: str) -> list[tuple[str, int]]:
    return [(each.code, each.minutes) for each in read_timed_codes(text, CODES)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("97110 23 min, 97140 15 min", [("97110", 23), ("97140", 15)]),
        ("24 minutes of 97112 and 23 minutes of 97110", [("97112", 24), ("97110", 23)]),
        ("97110 (33 min) 97140 (7 min)", [("97110", 33), ("97140", 7)]),
        ("97110 - 18 mins; 97140 - 13 mins.", [("97110", 18), ("97140", 13)]),
        ("Can I bill 97110 and 97140? 97110 was 23 min. and 97140 was 15 min.", [("97110", 23), ("97140", 15)]),
        ("18 minutes of exercise (97110)\n13 minutes by hand (97140)", [("97110", 18), ("97140", 13)]),
        ("96413 for 3 h 20, then 96367 20 min", [("96413", 200), ("96367", 20)]),
        ("97110 and 97140, 15 minutes each", [("97110", 15), ("97140", 15)]),
        ("97110 for 10 min, later 97110 for 12 min", [("97110", 10), ("97110", 12)]),
    ],
)
def test_a_time_belongs_to_the_code_beside_it(text: str, expected: list[tuple[str, int]]) -> None:
    assert tied(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "97110 and 97140 for 40 minutes",
        "40 minutes of 97110 and 97140",
        "97110/97140 40 min",
        "How many units of 97110? The session took 40 minutes.",
        "97110 by the 8-minute rule",
    ],
)
def test_a_time_of_several_codes_or_of_none_is_tied_to_none(text: str) -> None:
    assert tied(text) == []


def test_start_and_stop_are_kept() -> None:
    assert read_timed_codes("97110: 10:05-10:35\n97140: 10:35-10:50", CODES) == (
        TimedCode("97110", 30, 605),
        TimedCode("97140", 15, 635),
    )


def test_quoted_history_is_not_read() -> None:
    assert tied("97110 for 23 min?\n\n> 97140 took us 50 minutes\n> back then") == [("97110", 23)]


@given(st.lists(st.sampled_from([*CODES, "15 min", "3 h 20", "10:05-10:35", "each", ",", "and", "\n", "½", "x"])))
def test_no_text_makes_it_fail_or_name_a_code_not_asked_for(parts: list[str]) -> None:
    for each in read_timed_codes(" ".join(parts), CODES[:2]):
        assert each.code in CODES[:2]
        assert each.minutes > 0
