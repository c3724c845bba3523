"""A reply that corrects what was understood is taken as a correction."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.questions import read_question, read_thread
from consultant.questions.correcting import corrected
from consultant.questions.model import Question, System, Topic

ASKED = "Can we bill 96422 and 96423-59 x 4 on DOS 3/3/2026 for Medicare? 5 hours in the office, left arm."


def read(text: str) -> Question:
    return read_question(text, sent_on=date(2026, 3, 10))


def after(reply: str, asked: str = ASKED) -> Question:
    return corrected(read(asked), read(reply))


@pytest.mark.parametrize(
    ("reply", "codes"),
    [
        ("Not 96422 but 96413.", {"96423", "96413"}),
        ("96413, not 96422", {"96423", "96413"}),
        ("It is 96413 instead of 96422.", {"96423", "96413"}),
        ("96422 should be 96413", {"96423", "96413"}),
        ("96422 was a typo, please use 96413", {"96423", "96413"}),
        ("Please replace 96422 with 96413.", {"96423", "96413"}),
        ("Also 36591.", {"96422", "96423", "36591"}),
        ("Thank you!", {"96422", "96423"}),
        ("Sorry, I meant 96413.", {"96422", "96423", "96413"}),
    ],
)
def test_codes_are_replaced_where_the_reply_says_so(reply: str, codes: set[str]) -> None:
    assert set(after(reply).named(System.CPT)) == codes


def test_one_code_meant_takes_the_place_of_one_code_written() -> None:
    assert after("Sorry, I meant 99214.", asked="Is 99213 right?").named() == ("99214",)


def test_units_and_modifiers_of_a_code_are_those_of_the_reply() -> None:
    question = after("96423 x 5, not modifier 59")
    mention = next(m for m in question.codes if m.code == "96423")
    assert (mention.units, mention.modifiers) == (5, ())
    assert question.named(System.MODIFIER) == ()


def test_facts_are_replaced_by_what_is_stated_anew_and_kept_otherwise() -> None:
    question = after("DOS was 3/4/2026 and the payer is Aetna, right arm")
    assert (question.date_of_service, question.payer) == (date(2026, 3, 4), "Aetna")
    assert question.circumstances.sides == ("right",)
    assert (question.minutes, question.circumstances.setting) == (300, read(ASKED).circumstances.setting)


def test_offsets_still_point_at_what_was_written() -> None:
    question = after("Not 96422 but 96413, 40 mg, patient Jane Roe. Right?")
    assert all(question.text[m.start : m.end] == m.as_written for m in question.codes)
    assert [question.text[a.start : a.end] for a in question.circumstances.doses] == ["40 mg"]
    assert "Jane Roe" in [question.text[d.start : d.end] for d in question.patient_data]


def test_what_changed_is_said_line_by_line() -> None:
    question = after("Not 96422 but 96413, and the payer is Aetna.")
    assert question.corrections == ("Codes: 96422, 96423 × 4 → 96423 × 4, 96413", "Payer: Medicare → Aetna")
    assert after("Thank you!").corrections == ()
    assert after("The time was 10:05-11:35").corrections[0].startswith("Time: 5 h → ")


def test_a_thread_is_read_mail_by_mail_as_the_one_text_that_it_is_kept_as() -> None:
    texts = (ASKED, "Not 96422 but 96413.", "Thank you!")
    question = read_thread(texts, subject="Infusion", sent_on=date(2026, 3, 10))
    assert question.text == "Infusion\n\n" + "\n\n".join(texts)
    assert all(question.text[m.start : m.end] == m.as_written for m in question.codes)
    assert question.named(System.CPT) == ("96423", "96413")
    assert Topic.OTHER not in question.topics
    assert read_thread((ASKED,), sent_on=date(2026, 3, 10)) == read(ASKED)


@given(asked=st.text(max_size=200), replies=st.lists(st.text(max_size=100), max_size=3))
def test_no_thread_is_too_odd_to_be_read(asked: str, replies: list[str]) -> None:
    question = read_thread((asked, *replies), sent_on=date(2026, 3, 10))
    assert all(question.text[m.start : m.end] == m.as_written for m in question.codes)
