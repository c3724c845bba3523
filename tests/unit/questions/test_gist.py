"""What a question is about: codes, pairs, modifiers and words that say something; no number, no patient."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from consultant.questions import read_question
from consultant.questions.gist import gist

SENT_ON = date(2026, 3, 10)


def terms(text: str) -> tuple[str, ...]:
    return gist(read_question(text, sent_on=SENT_ON))


def test_codes_pairs_modifiers_and_words() -> None:
    assert set(terms("Is 36591-59 paid with 96413 for C22.0 when the port needs flushing?")) == {
        "code:36591", "code:96413", "code:C22.0", "pair:36591+96413", "modifier:59", "word:flushing", "word:port",
    }  # fmt: skip


def test_what_identifies_a_patient_is_no_term() -> None:
    found = terms("Patient name: Jane Doeringer, DOB 03/04/1961, MRN 00123456. Hydration before chemotherapy?")
    assert "word:hydration" in found
    assert not any("jane" in each or "doeringer" in each or "00123456" in each for each in found)


@given(st.text(max_size=300))
def test_any_text_has_short_terms_once_each(text: str) -> None:
    found = terms(text)
    assert len(set(found)) == len(found)
    assert all(len(each) <= 40 for each in found)
