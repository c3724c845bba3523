"""Critical care time: Medicare and CPT count the further half hours apart.

Since 2023 Medicare takes 99292 only for each full 30 minutes beyond 74 (CY 2023 fee schedule final rule, technical
correction; Medicare Claims Processing Manual, chapter 12, section 30.6.12); CPT counts it from 75 minutes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.findings.payer_readings import Readings
from consultant.findings.stated import joined
from consultant.findings.time_blocks import Blocks
from consultant.findings.worked import Reading, TimeStated, Worked, time_of
from consultant.questions.model import Question, System, Topic
from consultant.reference.model import Reference

_FAMILY = ("99291", "99292")
_NOTES = ("rule-critical-care-time",)
_MEDICARE = Blocks("99291", "99292", 30, 104, 30)
_CPT = Blocks("99291", "99292", 30, 75, 30)


def work(question: Question, _reference: Reference, _on: date) -> Iterator[Worked]:
    """Units of the day's total, as the payer counts."""
    named = set(question.named(System.CPT))
    if not set(_FAMILY) & named:
        return
    if (time := time_of(question, _FAMILY)) is not None:
        yield _worked(question, time)
    elif "99292" in named and question.minutes is None and {Topic.UNITS, Topic.ADD_ON} & set(question.topics):
        yield _thresholds()


def _thresholds() -> Worked:
    return Worked(
        family=_FAMILY,
        notes=_NOTES,
        statement=f"99291 counts from {_CPT.first_from} minutes on. By CPT 99292 counts from {_CPT.more_from} minutes, "
        f"by Medicare's rule from {_MEDICARE.more_from}, and again every {_CPT.block}.",
        answer="",
        needs="How many minutes of critical care were given in all that day?",
    )


def _worked(question: Question, time: TimeStated) -> Worked:
    minutes = time.minutes
    if minutes < _CPT.first_from:
        return Worked(
            family=_FAMILY,
            notes=_NOTES,
            statement=f"{time}: {_CPT.shown(minutes)}: the fitting visit code is reported instead.",
            answer=f"No: {time} is less than the 30 minutes that 99291 needs.",
            refused=_FAMILY,
            to_judge=time.to_judge,
        )
    readings = Readings(
        medicare=Reading(_MEDICARE.lines(minutes), f"Medicare takes full half hours: {_MEDICARE.shown(minutes)}"),
        cpt=Reading(_CPT.lines(minutes), f"CPT: {_CPT.shown(minutes)}"),
    )
    refused = readings.refused(question, _FAMILY)
    answer = readings.answer(question, str(time))
    return Worked(
        family=_FAMILY,
        notes=_NOTES,
        statement=f"{time} in all that day. {readings.shown()}",
        answer=f"No: it is too early for {joined(refused)}. {answer}" if refused else answer,
        lines=readings.taken(question).lines,
        refused=refused,
        to_judge=time.to_judge or readings.to_judge(question),
    )
