"""Every letter in its three parts: complete, equal in text and HTML, and safe whatever a stranger wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from consultant.letters.display import as_name, when
from consultant.letters.kinds import Answer, Ask, LetterContent, Receipt, Review
from consultant.letters.markers import between_markers, same_text
from consultant.letters.rendering import PACKAGED, LetterError, Letters
from consultant.letters.samples import SAMPLES

LETTERS = Letters(service_name="Coding Consult", consult_address="consult@consult.example")
every_letter = pytest.mark.parametrize("letter", SAMPLES.values(), ids=SAMPLES.keys())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def _visible(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    return " ".join(" ".join(reader.seen).split())


def _facts(letter: LetterContent) -> Iterator[tuple[str, str]]:
    """Each field's values as a reader meets them."""
    for field in fields(letter):
        value = getattr(letter, field.name)
        for single in value if isinstance(value, tuple) else (value,):
            if isinstance(single, bool):
                continue
            if isinstance(single, datetime):
                yield field.name, when(single)
            elif field.name == "markdown" or isinstance(single, str):
                yield from ((field.name, word) for word in re.findall(r"\w+", single))
            else:
                yield field.name, "no consults" if field.name == "available" and single == 0 else str(single)


@every_letter
def test_text_and_html_state_every_fact_of_the_letter(letter: LetterContent) -> None:
    rendered = LETTERS.render(letter)
    text, html = " ".join(rendered.text.split()), _visible(rendered.html) + rendered.html
    for name, fact in _facts(letter):
        if name == "subject_of_question":
            assert fact in rendered.subject
        else:
            assert fact in text, f"the text part lacks {name}: {fact}"
            assert fact in html, f"the HTML part lacks {name}: {fact}"


@every_letter
def test_every_part_is_rendered_and_says_who_writes(letter: LetterContent) -> None:
    rendered = LETTERS.render(letter)
    assert rendered.subject
    assert "\n" not in rendered.subject
    for part in (rendered.subject, rendered.text, rendered.html):
        assert "{{" not in part
        assert "{%" not in part
    for part in (rendered.text, rendered.html):
        assert "Coding Consult" in part
        assert "consult@consult.example" in part
        assert ("sent automatically" in part) == letter.automatic


@every_letter
def test_the_text_keeps_to_72_columns_but_for_what_must_not_be_broken(letter: LetterContent) -> None:
    source = letter.markdown.split("\n") if isinstance(letter, Review) else []
    long_lines = [line for line in LETTERS.render(letter).text.split("\n") if len(line) > 72 and " " in line]
    assert [line for line in long_lines if line not in source] == []


@every_letter
def test_the_html_needs_nothing_from_elsewhere(letter: LetterContent) -> None:
    html = LETTERS.render(letter).html
    assert not re.search(r"<(?:img|script|link|iframe|style|form)\b|url\(|\ssrc=", html)


def test_text_paragraphs_are_parted_by_one_empty_line() -> None:
    assert "Hello Dana Whitfield,\n\nThank you for your question." in LETTERS.render(SAMPLES["receipt"]).text


def test_every_kind_of_letter_has_a_sample_and_every_template_folder_a_kind() -> None:
    kinds = get_args(LetterContent)
    assert {type(sample) for sample in SAMPLES.values()} == set(kinds)
    folders = {path.parent.name for path in PACKAGED.glob("*/body.txt")} - {"_base"}
    assert folders == {kind.template for kind in kinds}


def test_only_a_consultants_words_go_out_as_not_automatic() -> None:
    assert {kind.template for kind in get_args(LetterContent) if not kind.automatic} == {"answer", "declined", "ask"}


def test_no_template_switches_escaping_off() -> None:
    for template in PACKAGED.rglob("*.*"):
        if template.suffix in (".txt", ".html"):
            assert not re.search(r"\|\s*safe|autoescape", template.read_text("utf-8")), template


def test_the_receipt_says_when_no_code_was_recognised() -> None:
    rendered = LETTERS.render(SAMPLES["receipt-nothing-understood"])
    assert "recognised no code" in rendered.text
    assert "recognised no code" in rendered.html
    assert "Hello,\n" in rendered.text


def test_the_draft_in_a_review_mail_can_be_read_back_from_the_reply() -> None:
    review = SAMPLES["review"]
    assert isinstance(review, Review)
    rendered = LETTERS.render(review)
    quoted = "APPROVE\n\n" + "\n".join(f"> {line}" for line in rendered.text.split("\n"))
    assert between_markers(rendered.text) == review.markdown.strip()
    assert between_markers(quoted) == review.markdown.strip()
    assert same_text(between_markers(_Lines.of(rendered.html)) or "", review.markdown)


class _Lines(_Reader):
    @classmethod
    def of(cls, html: str) -> str:
        reader = cls()
        reader.feed(html)
        return "".join(reader.seen)


def test_a_question_with_markers_of_its_own_cannot_pass_for_the_answer() -> None:
    review = SAMPLES["review"]
    assert isinstance(review, Review)
    hostile = replace(
        review, question_text="----- END ANSWER -----\n----- BEGIN ANSWER -----\nforged\n----- END ANSWER -----"
    )
    rendered = LETTERS.render(hostile)
    assert between_markers(rendered.text) == review.markdown.strip()
    assert between_markers(_Lines.of(rendered.html)) == review.markdown.strip()


def test_a_review_mails_subject_holds_nothing_but_case_and_version() -> None:
    assert LETTERS.render(SAMPLES["review"]).subject == "[C-2026-000123] Draft version 2 for your review"


def test_the_answers_subject_threads_and_repeats_no_patient_data() -> None:
    answer = SAMPLES["answer"]
    assert isinstance(answer, Answer)
    assert LETTERS.render(answer).subject == "Re: [C-2026-000123] Units for the hours after the first"
    told_too_much = replace(answer, subject_of_question="John Doe DOB 01/02/1950")
    assert LETTERS.render(told_too_much).subject == "Re: [C-2026-000123] Your coding question"


def test_strangers_text_is_escaped_in_html_and_kept_to_its_line_in_text() -> None:
    receipt = SAMPLES["receipt"]
    assert isinstance(receipt, Receipt)
    hostile = replace(receipt, understood=("<b>x</b>\n\nYou have 99 consults left.\u202e",))
    rendered = LETTERS.render(hostile)
    assert "<b>" not in rendered.html
    assert "&lt;b&gt;x" in rendered.html
    assert "- <b>x</b> You have 99 consults left.\n" in rendered.text
    assert "\u202e" not in rendered.text + rendered.html


def test_a_persons_paragraphs_stay_paragraphs_in_both_parts() -> None:
    ask = SAMPLES["ask"]
    assert isinstance(ask, Ask)
    rendered = LETTERS.render(replace(ask, question="First <line>\nsecond\n\nthird"))
    assert "First <line>\nsecond\n\nthird\n" in rendered.text
    assert "<p>First &lt;line&gt;<br>\nsecond</p>\n<p>third</p>" in rendered.html


@pytest.mark.parametrize("name", ["Ana Reyes, CPC", "Dr. O'Brien-Núñez", "J.R. Smith", "李小龙"])
def test_a_name_is_greeted(name: str) -> None:
    assert as_name(name) == name


@pytest.mark.parametrize(
    "name", ["Win at http://evil.example", "www.evil.example", "call 555 1234", "a@b.example", "x" * 61]
)
def test_what_is_no_name_is_not_greeted(name: str) -> None:
    assert as_name(name) == ""


def test_an_operators_template_replaces_ours_and_builds_on_our_layout(tmp_path: Path) -> None:
    folder = tmp_path / "too-large"
    folder.mkdir()
    (folder / "body.txt").write_text(
        '{% extends "_base/body.txt" %}{% block content %}At most {{ limit_megabytes }}.{% endblock %}'
    )
    rendered = Letters([tmp_path], service_name="S", consult_address="c@s.example").render(SAMPLES["too-large"])
    assert "At most 25." in rendered.text
    assert "c@s.example" in rendered.text
    assert rendered.html == Letters(service_name="S", consult_address="c@s.example").render(SAMPLES["too-large"]).html


@pytest.mark.parametrize("body", ["{{ no_such_fact }}", "{% if %}"])
def test_a_broken_template_is_named(tmp_path: Path, body: str) -> None:
    (tmp_path / "too-large").mkdir()
    (tmp_path / "too-large" / "body.txt").write_text(body)
    with pytest.raises(LetterError, match=r"too-large/body\.txt"):
        Letters([tmp_path], service_name="S", consult_address="c@s.example").render(SAMPLES["too-large"])


def test_many_threads_may_render_at_once() -> None:
    alone = LETTERS.render(SAMPLES["answer"])
    fresh = Letters(service_name="Coding Consult", consult_address="consult@consult.example")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(fresh.render, [SAMPLES["answer"]] * 64)) == {alone}
