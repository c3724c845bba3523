"""Visits longer than the highest level of their family: CPT 99417 and 99418, Medicare G2212 and G0316 to G0318.

CPT counts 15 minutes from the least time of the level; Medicare from a later minute that it sets for each family (CY
2021 fee schedule final rule; CY 2023 final rule with its correction, 88 FR 15918). Only where time set the level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from consultant.findings.payer_readings import Readings
from consultant.findings.stated import joined
from consultant.findings.time_blocks import Blocks
from consultant.findings.worked import Reading, TimeStated, Worked, counts_as_medicare, time_of
from consultant.questions.model import Question, System, Topic
from consultant.reference.model import Reference

_BLOCK = 15
_CPT_CODES = ("99417", "99418")
_CODES = (*_CPT_CODES, "G2212", "G0316", "G0317", "G0318")


@dataclass(frozen=True, slots=True)
class Visit:
    """The highest level of a family. `least` is CPT's minimum; `medicare_from` the first minute of Medicare's code,
    None where Medicare does not take the visit; `days` which days' time Medicare counts, beside that of the visit."""

    code: str
    least: int
    cpt: str
    medicare: str | None
    medicare_from: int
    since: int
    days: str = ""


_NURSING, _HOME = "from the day before to 3 days after", "from 3 days before to 7 days after"
_VISITS = (
    Visit("99205", 60, "99417", "G2212", 89, 2021),
    Visit("99215", 40, "99417", "G2212", 69, 2021),
    Visit("99245", 55, "99417", None, 0, 2023),
    Visit("99223", 75, "99418", "G0316", 90, 2023),
    Visit("99233", 50, "99418", "G0316", 65, 2023),
    Visit("99236", 85, "99418", "G0316", 110, 2023, "to 3 days after"),
    Visit("99255", 80, "99418", None, 0, 2023),
    Visit("99306", 50, "99418", "G0317", 95, 2023, _NURSING),
    Visit("99310", 45, "99418", "G0317", 85, 2023, _NURSING),
    Visit("99345", 75, "99417", "G0318", 140, 2023, _HOME),
    Visit("99350", 60, "99417", "G0318", 110, 2023, _HOME),
    Visit("99483", 60, "99417", "G2212", 100, 2023, _HOME),
)
_BY_CODE = {visit.code: visit for visit in _VISITS}


def visit_on(code: str, on: date) -> Visit | None:
    """The visit with its minutes on that day; None where its prolonged codes are not from that day's rules."""
    visit = _BY_CODE.get(code)
    if visit is None or on.year < visit.since:
        return None
    # CPT raised the least time of 99306 from 45 to 50 minutes with 2024.
    return replace(visit, least=45) if code == "99306" and on.year < 2024 else visit


def work(question: Question, _reference: Reference, on: date) -> Iterator[Worked]:
    """Units for the one visit named that can be prolonged, with a time that is long enough or asked about."""
    named = question.named(System.CPT, System.HCPCS)
    visits = [visit for code in named if (visit := visit_on(code, on)) is not None]
    if len(visits) != 1:
        return
    asked = [code for code in _CODES if code in named]
    time = time_of(question, (visits[0].code, *_CODES))
    if time is not None and (asked or time.minutes >= visits[0].least + _BLOCK):
        yield _worked(question, visits[0], time, asked)
    elif asked and question.minutes is None:
        yield _thresholds(visits[0])


def _thresholds(visit: Visit) -> Worked:
    """From which minute on each code counts, where no time is stated."""
    takes = f"takes {visit.medicare}, from {visit.medicare_from} minutes on"
    medicare = takes if visit.medicare else f"does not take {visit.code}"
    return Worked(
        family=_family(visit),
        notes=_notes(visit),
        statement=f"With {visit.code}, {visit.cpt} counts from {visit.least + _BLOCK} minutes on, and again every "
        f"{_BLOCK}. Medicare {medicare}. Both only where the level of the visit was chosen by time.",
        answer="",
        needs=f"How many minutes in all did the visit {visit.code} take?",
    )


def _family(visit: Visit) -> tuple[str, ...]:
    return (visit.code, visit.cpt, *((visit.medicare,) if visit.medicare else ()))


def _notes(visit: Visit) -> tuple[str, ...]:
    return ("prolonged-office-visit",) if visit.since == 2021 else ("rule-prolonged-visits",)


def _worked(question: Question, visit: Visit, time: TimeStated, asked: list[str]) -> Worked:
    readings = Readings(_medicare(visit, time.minutes), _cpt(visit, time.minutes))
    refused = readings.refused(question, asked)
    answer = readings.answer(question, str(time))
    days = f" Medicare counts time {visit.days}." if visit.days else ""
    return Worked(
        family=_family(visit),
        notes=_notes(visit),
        statement=f"{time}. {readings.shown()}{days} Both only where the level of the visit was chosen by time.",
        answer=f"No: {_why_not(question, time, refused)}. {answer}" if refused else answer,
        lines=readings.taken(question).lines,
        refused=refused,
        to_judge=time.to_judge or readings.to_judge(question),
        topics=(Topic.UNITS, Topic.EM_LEVEL, Topic.ADD_ON),
    )


def _why_not(question: Question, time: TimeStated, refused: tuple[str, ...]) -> str:
    if counts_as_medicare(question) and set(refused) <= set(_CPT_CODES):
        return f"Medicare does not take {joined(refused)}"
    return f"{joined(refused)} cannot be reported for {time}"


def _cpt(visit: Visit, minutes: int) -> Reading:
    blocks = Blocks(visit.code, visit.cpt, visit.least, visit.least + _BLOCK, _BLOCK)
    return Reading(blocks.lines(minutes), f"CPT, from the {visit.least} minutes of the level: {blocks.shown(minutes)}")


def _medicare(visit: Visit, minutes: int) -> Reading:
    if visit.medicare is None:
        return Reading((), f"Medicare does not take {visit.code}")
    blocks = Blocks(visit.code, visit.medicare, visit.least, visit.medicare_from, _BLOCK)
    return Reading(blocks.lines(minutes), f"Medicare, which takes {visit.medicare} only: {blocks.shown(minutes)}")
