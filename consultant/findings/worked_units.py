"""All rules that work units out of times and doses: what each finds, and the units that they come to together.

A rule of this kind is a pure function `work(question, reference, on)` of a module of its own; a new one is one more
line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from consultant.findings import (
    anesthesia_time,
    block_times,
    critical_care,
    drug_doses,
    infusion_encounter,
    prolonged,
    therapy_minutes,
    time_choices,
)
from consultant.findings.infusion_time import FAMILIES, working
from consultant.findings.model import Finding
from consultant.findings.stated import joined
from consultant.findings.units import procedures, stated_units
from consultant.findings.worked import Worked, findings_of
from consultant.questions.model import Question
from consultant.reference.model import Reference

Worker = Callable[[Question, Reference, date], Iterable[Worked]]

WORKERS: tuple[Worker, ...] = (
    therapy_minutes.work,
    critical_care.work,
    prolonged.work,
    block_times.work,
    time_choices.work,
    anesthesia_time.work,
    drug_doses.work,
    infusion_encounter.work,
)
_TIMED = (
    therapy_minutes.TIMED
    | block_times.CODES
    | {code for family in FAMILIES for code in (family.initial, family.additional)}
    | {"99291"}
)


def worked_units(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """The working of every rule that has something to work with; else which time is missing for the units asked."""
    done = [worked for work in WORKERS for worked in work(question, reference, on)]
    for worked in done or _time_missing(question):
        yield from findings_of(worked, question, reference, on)


def _time_missing(question: Question) -> Iterator[Worked]:
    if question.minutes is not None or "how many units" not in question.text.lower():
        return
    stated = stated_units(question)
    codes = [
        code
        for code in procedures(question)
        if code not in stated and (code in _TIMED or anesthesia_time.is_anesthesia(code))
    ]
    if codes:
        each = " each" if len(codes) > 1 else ""
        yield Worked(
            family=tuple(codes),
            notes=(),
            statement=f"The time of {joined(codes)} is not stated, so no units are worked out.",
            answer="",
            needs=f"How many minutes did {joined(codes)}{each} take?",
        )


def units_worked_out(question: Question, reference: Reference, on: date) -> dict[str, int]:
    """Units by code, whichever rule worked them out."""
    done = working(question)
    units = dict(done.units) if done else {}
    for work in WORKERS:
        for worked in work(question, reference, on):
            units |= worked.units
    return units
