"""Only what the member wrote is read: no signature, no quoted history, no disclaimer, no claim header."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultant.questions import read_question
from consultant.questions.own_words import own_words
from tests.corpora.wrapping import claim_header, history, signature, wrapped

QUESTIONS = (
    "Can we bill 99213-25 with 20610-RT x 2?",
    "Is J1885 x 2, POS 11, dx M17.11 right for Medicare?",
    "Which code is right for a sacroiliac joint injection?",
    "99202-99205, 9921x and +90833: modifier 59 or XU?",
    "DRG 470 with rev code 0278 and NDC 00069-1305-10?\nThe DOS was 3/3/2026.",
    "He came > 40 minutes late. Is 99215 still right?",
)


def kept(text: str, subject: str = "") -> str:
    return "\n".join(line for line in own_words(text, subject).splitlines() if line.strip())


@given(st.sampled_from(QUESTIONS), st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_a_wrapping_changes_no_code(question: str, seed: int) -> None:
    mail = wrapped(question, seed)
    alone = read_question(question, sent_on=date(2026, 3, 10))
    found = read_question(mail.text, sent_on=date(2026, 3, 10))
    assert [(m.system, m.code, m.units, m.modifiers) for m in found.codes] == [
        (m.system, m.code, m.units, m.modifiers) for m in alone.codes
    ]
    assert [m.start - mail.start for m in found.codes] == [m.start for m in alone.codes]


@given(st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_a_wrapping_alone_names_no_code(seed: int) -> None:
    mail = wrapped("Is that right?", seed)
    assert read_question(mail.text, sent_on=date(2026, 3, 10)).codes == ()


@given(st.text(max_size=300), st.text(max_size=20))
def test_nothing_is_moved_and_only_blanked(text: str, subject: str) -> None:
    own = own_words(text, subject)
    assert len(own) == len(text)
    assert all(new in (old, " ") for new, old in zip(own, text, strict=True))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Is 99213 right?\n-- \nPat\n99214", "Is 99213 right?"),
        ("Is 99213 right?\n\nThanks,\nPat Example\nSuite 20610", "Is 99213 right?"),
        ("Is 99213 right?\n\nPat Example\n555-123-4567", "Is 99213 right?"),
        ("Is 99213 right?\n\nCONFIDENTIALITY NOTICE: this mail of 99214 ...", "Is 99213 right?"),
        ("Is 99213 right?\nSent from my phone", "Is 99213 right?"),
        ("Is 99213 right?\n\nOn Mon, 2 Mar 2026, Desk wrote:\n> We saw 99214.\n> And 99215.", "Is 99213 right?"),
        ("On Mon, 2 Mar 2026, Desk wrote:\n> Which code?\nIt is 99213.", "It is 99213."),
        ("Is 99213 right?\n\n-----Original Message-----\nFrom: Desk\n99214", "Is 99213 right?"),
        ("Is 99213 right?\n\nFrom: Desk\nSent: Monday\nTo: Me\nSubject: 99214\n\n99215", "Is 99213 right?"),
    ],
)
def test_what_is_not_the_question_is_left_out(text: str, left: str) -> None:
    assert kept(text) == left


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("See below\n\n-----Original Message-----\nFrom: Doctor\nIs 99213 right?", ""),
        ("Is it?\n\n-----Original Message-----\nFrom: Doctor\nIs 99213 right?", "FW: a question"),
        ("Thanks,\nthe codes are 99213 and 20610", ""),
        ("Thanks for your help.\nIs it 99213?", ""),
        ("Thanks,\nPat\nP.S. Or 99214.", ""),
        ("CPT 99213 for\nJane, call me at 555-123-4567", ""),
        (">40 minutes were spent", ""),
    ],
)
def test_what_may_be_the_question_is_kept(text: str, subject: str) -> None:
    assert own_words(text, subject) == text


def test_the_pieces_of_a_wrapping_are_many() -> None:
    for piece in (claim_header, signature, history):
        assert len({piece(Random(seed)) for seed in range(50)}) > 40
