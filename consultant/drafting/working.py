"""The whole working of a question: what was understood, what was found, and the draft that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from consultant.drafting.draft import Draft, draft_answer
from consultant.findings import find
from consultant.findings.model import Finding, Severity
from consultant.questions import read_question
from consultant.questions.model import Question
from consultant.reference.model import Reference

MOST_MENTIONS = 60  # more codes than a claim has lines; what is beyond is said to be left out


@dataclass(frozen=True, slots=True)
class Working:
    """One question worked out. `on` is the date of service, or the day of the mail where none is stated."""

    question: Question
    on: date
    findings: tuple[Finding, ...]
    draft: Draft


def work_out(
    text: str, *, subject: str, sent_on: date, reference: Reference, templates: Sequence[Path] = ()
) -> Working:
    """Read the question, look everything up as of its date, and draft the answer."""
    read = read_question(text, subject=subject, sent_on=sent_on)
    question = replace(read, codes=read.codes[:MOST_MENTIONS])
    on = question.date_of_service or sent_on
    findings = (*find(question, reference, on), *_left_out(len(read.codes) - len(question.codes)))
    draft = draft_answer(question, findings, on=on, templates=templates)
    return Working(question, on, findings, draft)


def _left_out(more: int) -> tuple[Finding, ...]:
    if not more:
        return ()
    statement = f"The question names {more} more codes, which were not looked up."
    return (Finding("too_many_codes", (), statement, Severity.GAP, to_judge="Which of its many codes is it about?"),)
