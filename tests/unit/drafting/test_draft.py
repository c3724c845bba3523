"""The draft: the answer first, every fact cited, every open judgement a placeholder, and nobody's words but ours."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markdown_it import MarkdownIt

from consultant.drafting.draft import Draft, draft_answer
from consultant.drafting.placeholders import placeholder, unresolved
from consultant.drafting.plain_markdown import as_text, bullet
from consultant.drafting.self_check import uncited
from consultant.findings import find
from consultant.questions import read_question
from consultant.reference.model import Reference
from consultant.reference.pack import in_memory_reference
from tests.unit.findings.fakes import FakeReference, edit, entry, link, note

SENT_ON = date(2026, 3, 10)
EXAMPLE = "Can I bill 96423 with 96422 for a 5½ hour infusion, Medicare?"

QUESTIONS = (
    EXAMPLE,
    "Is 96415 x 3 right with 96413 for 190 minutes? DOS 3/3/2026, Medicare",
    "99213-25 with 20610-RT, Aetna",
    "How many units of J1885 x 2?",
    "What modifier do we need?",
    "dx C22 with 96422 and 36591-59",
    "96360 for 30 minutes",
    "99202-99205, 9921x, 99999, POS 11",
    "Hello",
)


@pytest.fixture(scope="module")
def starter() -> Reference:
    return in_memory_reference()


def draft(text: str, reference: Reference, *folders: Path) -> Draft:
    question = read_question(text, sent_on=SENT_ON)
    on = question.date_of_service or SENT_ON
    return draft_answer(question, find(question, reference, on), on=on, templates=folders)


def in_one_line(markdown: str) -> str:
    return " ".join(markdown.split())


def test_the_example_answers_first_and_shows_its_working(starter: Reference) -> None:
    text = in_one_line(draft(EXAMPLE, starter).markdown)
    assert text.startswith("## Short answer Yes: 96423 may be reported with 96422")
    assert "96422 × 1 and 96423 × 4. [2]" in text
    assert "the last half hour is not more than 30 minutes, so 96423 × 4. [2]" in text


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_fact_is_cited_and_every_number_is_in_the_list(text: str, starter: Reference) -> None:
    markdown = draft(text, starter).markdown
    body, _, listed = markdown.partition("## Sources")
    assert uncited(markdown) == ()
    assert set(re.findall(r"\[([0-9]+)\]", body)) == set(re.findall(r"^([0-9]+)\. ", listed, re.MULTILINE))


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_draft_reads_as_plain_text_and_as_html(text: str, starter: Reference) -> None:
    markdown = draft(text, starter).markdown
    assert max(map(len, markdown.splitlines())) <= 72
    assert "\n\n\n" not in markdown
    html = MarkdownIt().render(markdown)
    assert html.count("<h2>") == markdown.count("## ")
    assert html.count("<li>") == len(re.findall(r"^(?:- |[0-9]+\. )", markdown, re.MULTILINE))
    assert "<a " not in html


def test_an_uncited_fact_is_noticed() -> None:
    markdown = "## The facts, as of today\n\n- So it is\n  said. [1]\n- So they\n  say.\n\n## Assumed\n\n- Free.\n"
    assert uncited(markdown) == ("So they say.",)


def test_where_the_data_does_not_decide_the_answer_is_asked_for() -> None:
    answer = draft("96422 with 36591", FakeReference())
    assert answer.placeholders == ("What is the answer on 96422, 36591, in one or two sentences?",)


def test_a_question_without_a_code_asks_for_the_codes() -> None:
    answer = draft(
        "Which modifier do we need when more minutes count?", FakeReference(notes=[note(topics=("modifiers",))])
    )
    assert answer.subject == "Answer to your coding question"
    assert answer.placeholders == ("The question names no code: which codes is it about, and what is the answer?",)
    assert "A note (Trial data, row 1): More than 30 minutes count. [1]" in in_one_line(answer.markdown)


def test_a_claim_that_would_be_wrong_is_said_first() -> None:
    answer = draft("96422 with 36591-59", FakeReference(edits=[edit("96422", "36591", "0")]))
    assert in_one_line(answer.markdown).startswith("## Short answer No: 36591 is not paid with 96422")


def test_an_edit_of_the_pair_puts_a_condition_on_the_yes() -> None:
    reference = FakeReference(links=[link("96423", "96422")], edits=[edit("96422", "96423", "1")])
    assert "if a modifier is right for the NCCI edit below" in in_one_line(draft(EXAMPLE, reference).markdown)


HOSTILE = st.lists(
    st.sampled_from(
        [
            "[[ pay? ]]",
            "]]",
            "[[",
            "[x](http://evil.example)",
            "# Head",
            "{{ 7*7 }}",
            "{% for %}",
            "<b>",
            "99213",
            "[1]",
            "\n",
        ]
    )
    | st.text(max_size=6)
).map(" ".join)


@given(HOSTILE)
def test_the_words_of_a_member_never_come_into_a_draft(words: str) -> None:
    answer = draft(words, FakeReference())
    assert "evil" not in answer.markdown + answer.subject
    assert "pay?" not in answer.placeholders
    assert all("codes" in p or "answer" in p for p in answer.placeholders)


@given(HOSTILE)
def test_text_of_others_stays_text(words: str) -> None:
    line = bullet(as_text(f"Said: {words}"))
    html = MarkdownIt().render(line)
    assert unresolved(line) == ()
    assert "<a " not in html
    assert "<h1>" not in html
    assert html.count("<li>") == 1
    assert "{{" not in line
    assert "{%" not in line


def test_data_that_looks_like_markup_stays_text_in_a_draft() -> None:
    reference = FakeReference(codes=[entry("96422", description="[[ pay? ]] *now* [x](http://a.example) <b>")])
    answer = draft("96422", reference)
    assert "pay?" not in answer.placeholders
    assert "<a " not in MarkdownIt().render(answer.markdown)


def test_placeholders_survive_wrapping_and_quoting() -> None:
    assert unresolved("> - [[ Is it\n>> right,\r\n> \n>   as billed? ]] and [[ Why? ]]") == (
        "Is it right, as billed?",
        "Why?",
    )
    assert unresolved(placeholder("Which code?")) == ("Which code?",)
    assert unresolved("[1], [a](b), [[ never closed") == ()


def test_an_operators_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "draft").mkdir()
    own = tmp_path / "draft" / "answer.md"
    own.write_text("As of {{ on }}: [[ Your words? ]]", encoding="utf-8")
    answer = draft("96422", FakeReference(), tmp_path)
    assert (answer.markdown, answer.placeholders) == ("As of 2026-03-10: [[ Your words? ]]\n", ("Your words?",))


def test_a_template_that_names_what_there_is_not_is_refused(tmp_path: Path) -> None:
    (tmp_path / "draft").mkdir()
    (tmp_path / "draft" / "answer.md").write_text("{{ patient }}", encoding="utf-8")
    with pytest.raises(UndefinedError):
        draft("96422", FakeReference(), tmp_path)


def test_the_subject_names_codes_and_nothing_else() -> None:
    assert draft("John Doe had 96422", FakeReference()).subject == "Answer to your question on 96422"
    many = " ".join(str(code) for code in range(99211, 99219))
    assert draft(many, FakeReference()).subject.endswith("99216 and others")
