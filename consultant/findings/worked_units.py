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
    prolonged,
    therapy_minutes,
    time_choices,
)
from consultant.findings.infusion_time import working
from consultant.findings.model import Finding
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
)


def worked_units(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """The working of every rule that has something to work with."""
    for work in WORKERS:
        for worked in work(question, reference, on):
            yield from findings_of(worked, question, reference, on)


def units_worked_out(question: Question, reference: Reference, on: date) -> dict[str, int]:
    """Units by code, whichever rule worked them out."""
    done = working(question)
    units = dict(done.units) if done else {}
    for work in WORKERS:
        for worked in work(question, reference, on):
            units |= worked.units
    return units
