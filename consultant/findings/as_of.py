"""Which day the facts are looked up for, and what is assumed where the question is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.findings.model import Finding, Part, Severity
from consultant.findings.notes import note_sources
from consultant.questions.model import Question, Topic
from consultant.questions.payers import MEDICARE
from consultant.reference.model import Reference

DATE_ASSUMED = "date_assumed"
PAYER = "payer"
_NOTE = "rule-payers"
_OF_MEDICARE = (MEDICARE, "Railroad Medicare")
_ELSE = (
    "NCCI edits, MUEs and fee schedule indicators are rules of CMS for Medicare; {payer} may follow others. Many "
    "commercial payers use the edits with changes of their own, and the contract decides."
)
_ELSE_JUDGE = "Does {payer} follow the CMS edits used here, or rules of its own?"
# What is known to differ, by payer: the statement, and what is to be judged.
_DIFFERS: dict[str, tuple[str, str | None]] = {
    "Medicaid": (
        (
            "Medicaid has NCCI edits and MUEs of its own, which CMS publishes apart from Medicare's, and each state "
            "has its own coverage, fees and modifiers: the edits here are Medicare's."
        ),
        "Does the state's Medicaid program follow what is said here?",
    ),
    "Medicare Advantage": (
        (
            "A Medicare Advantage plan covers what Medicare covers and follows its national and local coverage "
            "documents, but may have edits, prior authorization and appeals of its own: those here are Original "
            "Medicare's."
        ),
        "Does the plan follow Medicare's edits used here, and does it want prior authorization?",
    ),
    "Workers' compensation": (
        (
            "Workers' compensation goes by the fee schedule and rules of the state, which may adopt the CMS edits, an "
            "older edition of them, or none: those here are Medicare's."
        ),
        "Which edits and fee schedule do the rules of that state name?",
    ),
    "auto insurance": ("Auto insurance goes by the law of the state; the edits here are Medicare's.", _ELSE_JUDGE),
    "self-pay": ("Without a payer no edit denies a line; the edits here are Medicare's.", None),
}


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
            part=Part.ASSUMED,
        )


def payer(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """Whose rules these are: NCCI edits, MUEs and the fee schedule are Medicare's, and other payers differ."""
    if question.payer in _OF_MEDICARE or not question.named():
        return
    if question.payer is None:
        yield Finding(
            kind=PAYER,
            codes=(),
            statement="No single payer is stated: the edits and units here are those of CMS for Medicare.",
            severity=Severity.CAUTION,
            part=Part.ASSUMED,
        )
        return
    statement, judge = _DIFFERS.get(question.payer, (_ELSE, _ELSE_JUDGE))
    yield Finding(
        kind=PAYER,
        codes=(),
        statement=statement.format(payer=question.payer),
        severity=Severity.CAUTION,
        sources=note_sources(reference, (), on, _NOTE, topics=(Topic.NCCI_EDITS,)),
        to_judge=judge.format(payer=question.payer) if judge else None,
        part=Part.PAYER,
    )
