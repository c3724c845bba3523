"""What is a thank-you and nothing else; anything that may ask is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.intake.thanks import SAYS_NO_MORE, only_thanks

NAME = "Maria Lopez"


@pytest.mark.parametrize(
    "reply",
    [
        "Thank you!",
        "thanks",
        "Thank you so much, that\u2019s very helpful.\n\nBest regards,\nMaria Lopez\n",
        "Hi team,\nI really appreciate the quick reply \U0001f600\nMaria",
        "Got it, thx.",
    ],
)
def test_a_thank_you_asks_nothing(reply: str) -> None:
    assert only_thanks(reply, "", NAME)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "OK",  # perhaps to a question of ours
        "Yes, thanks",
        "No thanks",
        "Thank you. And with modifier 59",
        "Thanks for this, Medicare denied it",
        "Thank you?",
        "Thanks, 96425",
        "Thank you\nEve Stranger",
        "Thank you " * 100,
    ],
)
def test_what_may_ask_or_tell_something_is_looked_at(reply: str) -> None:
    assert not only_thanks(reply, "", NAME)


@given(
    st.lists(st.sampled_from(sorted(SAYS_NO_MORE)), max_size=8),
    st.from_regex(r"[0-9]{5}|[A-Z][0-9]{4}", fullmatch=True),
)
def test_a_code_among_thanks_is_never_overheard(words: list[str], code: str) -> None:
    assert not only_thanks(" ".join(["thanks", *words, code]), "", NAME)


@pytest.mark.parametrize(
    ("quoted", "thanks"),
    [
        ("On 1 December, Consult Desk\nwrote:\n> Report 96422 once.\n>\n> Ana", True),
        ("On 1 December, Consult Desk wrote:\n> Was it a separate session?\nYes\n> Ana", False),
        ("From: Consult Desk\nSubject: Re: Infusion\n\nReport 96422 once.", False),
        ("> Report 96422 once.\nAnd 96425", False),
    ],
)
def test_nothing_may_stand_among_what_is_quoted(quoted: str, thanks: bool) -> None:
    assert only_thanks("Thank you!", quoted, NAME) == thanks
