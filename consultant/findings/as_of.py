"""Which day the facts are looked up for, and what is assumed where the question is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.findings.model import Finding, Severity
from consultant.questions.model import Question
from consultant.questions.payers import MEDICARE
from consultant.reference.model import Reference

DATE_ASSUMED = "date_assumed"
PAYER = "payer"


def as_of(question: Question, sent_on: date) -> date:
    """The date of service stated, else the day the mail was sent."""
    return question.date_of_service or sent_on


def date_assumed(question: Question, _reference: Reference, on: date) -> Iterator[Finding]:
    """Says so where no date of service was stated."""
    if question.date_of_service is None:
        yield Finding(
            kind=DATE_ASSUMED,
            codes=(),
            statement=f"No single date of service is stated: everything here is as of {on.isoformat()}, "
            "the day the question was sent.",
            severity=Severity.CAUTION,
        )


def payer(question: Question, _reference: Reference, _on: date) -> Iterator[Finding]:
    """NCCI edits and MUEs are rules of CMS: another payer may have its own."""
    if question.payer == MEDICARE or not question.named():
        return
    if question.payer is None:
        yield Finding(
            kind=PAYER,
            codes=(),
            statement="No single payer is stated: the edits and units here are those of CMS for Medicare.",
            severity=Severity.CAUTION,
        )
        return
    yield Finding(
        kind=PAYER,
        codes=(),
        statement=f"NCCI edits and MUEs are rules of CMS for Medicare; {question.payer} may follow others.",
        severity=Severity.CAUTION,
        to_judge=f"Does {question.payer} follow the CMS edits used here, or rules of its own?",
    )
