"""The whole working of a question: what was understood, what was found, and the draft that follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from consultant.drafting.draft import Draft, draft_answer
from consultant.findings import find
from consultant.findings.model import Finding, Severity
from consultant.findings.suggestions import suggestions
from consultant.questions import read_thread, settled
from consultant.questions.editions import in_editions
from consultant.questions.model import Enclosure, Question
from consultant.reference.code_book import DatedCodeBook
from consultant.reference.model import Hit, Reference

MOST_MENTIONS = 60  # more codes than a claim has lines; what is beyond is said to be left out
UNREAD_FILE = "unread_file"
MOST_NAMED = 5  # unread files that are named one by one


@dataclass(frozen=True, slots=True)
class Working:
    """One question worked out. `on` is the date of service, or the day of the mail where none is stated.

    `suggestions` are codes that it may be about where it names none: for the consultant, and in no draft.
    """

    question: Question
    on: date
    findings: tuple[Finding, ...]
    draft: Draft
    suggestions: tuple[Hit, ...] = ()


def work_out(
    text: str,
    *,
    subject: str,
    sent_on: date,
    reference: Reference,
    templates: Sequence[Path] = (),
    is_reply: bool = True,
    enclosures: Sequence[Enclosure] = (),
    replies: Sequence[str] = (),
    by_edition: bool = False,
) -> Working:
    """Read the question, its enclosures and the member's later mails, which may correct it; look everything up as of
    its date, or of its edition of the code sets only, and draft the answer."""
    texts = (text, *replies)
    read = read_thread(texts, subject=subject, sent_on=sent_on, is_reply=is_reply, enclosures=enclosures)
    read = in_editions(read) if by_edition else read
    on = read.date_of_service or sent_on
    question = settled(replace(read, codes=read.codes[:MOST_MENTIONS]), DatedCodeBook(reference, on))
    findings = (*find(question, reference, on), *_left_out(len(read.codes) - len(question.codes)), *_unread(enclosures))
    draft = draft_answer(question, findings, on=on, templates=templates)
    return Working(question, on, findings, draft, suggestions(question, reference, on))


def _left_out(more: int) -> tuple[Finding, ...]:
    if not more:
        return ()
    statement = f"The question names {more} more codes, which were not looked up."
    return (Finding("too_many_codes", (), statement, Severity.GAP, to_judge="Which of its many codes is it about?"),)


def _unread(enclosures: Sequence[Enclosure]) -> Iterator[Finding]:
    """What the draft cannot know of: a person has to look at these files before it goes out."""
    unread = [each for each in enclosures if each.missing]
    for each in unread[:MOST_NAMED]:
        part = "Only a part of the file" if each.text.strip() else "Nothing of the file"
        statement = f"{part} {each.name} was read: {each.missing}."
        yield Finding(
            UNREAD_FILE, (), statement, Severity.GAP, to_judge=f"What does {each.name} say? Look at it yourself."
        )
    if unread[MOST_NAMED:]:
        statement = f"{len(unread) - MOST_NAMED} more files that came with the question were not read."
        yield Finding(UNREAD_FILE, (), statement, Severity.GAP, to_judge="What do the other files say?")
