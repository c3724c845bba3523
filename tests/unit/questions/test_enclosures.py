"""Files that come with a question: read for codes, told apart, under names that may stand in a letter."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from consultant.drafting.placeholders import unresolved
from consultant.drafting.plain_markdown import as_text
from consultant.questions import enclosure, read_question, understood
from consultant.questions.enclosures import MORE
from consultant.questions.model import Enclosure, Question

TODAY = date(2026, 3, 2)


def asked(text: str, *files: Enclosure) -> Question:
    return read_question(text, sent_on=TODAY, enclosures=files)


def test_a_code_that_the_question_names_itself_keeps_its_own_words() -> None:
    question = asked("May I bill J1885 x 4 with 96372?", Enclosure("claim.pdf", "J1885 x 5, 96372-59, 99213-25"))
    assert [(each.code, each.units, each.modifiers, each.found_in) for each in question.codes] == [
        ("J1885", 4, (), None),
        ("96372", None, (), None),
        ("99213", None, ("25",), "claim.pdf"),
    ]


def test_each_code_belongs_to_the_first_file_that_names_it() -> None:
    question = asked("See both.", Enclosure("a.pdf", "99213"), Enclosure("b.pdf", "99213 and 96413"))
    assert understood(question) == ("Codes in a.pdf: 99213", "Codes in b.pdf: 96413")
    for each in question.codes:
        assert {"a.pdf": "99213", "b.pdf": "99213 and 96413"}[each.found_in or ""][each.start : each.end] == each.code


def test_a_file_states_no_date_no_payer_and_no_topic() -> None:
    question = asked("See the file.", Enclosure("a.pdf", "DOS 02/27/2026, Aetna denied 99213, POS 11, modifier 25"))
    assert (question.date_of_service, question.payer, question.minutes) == (None, None, None)
    assert [each.code for each in question.codes] == ["99213"]


def test_what_is_missing_of_a_file_is_said() -> None:
    assert enclosure("a.pdf", "x", cut=False, problem=None).missing is None
    assert enclosure("a.pdf", "x", cut=True, problem=None).missing == MORE
    assert enclosure("a.pdf", "x", cut=True, problem="locked").missing == "locked"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_no_name_is_more_than_a_name(name: str) -> None:
    shown = enclosure(name, "", cut=False, problem=None).name
    assert 0 < len(shown) <= 60
    assert shown == " ".join(shown.split())
    assert not set("[]{}<>|\\`*:/@#\"'\n") & set(shown)
    assert "--" not in shown
    assert unresolved(as_text(shown)) == ()
