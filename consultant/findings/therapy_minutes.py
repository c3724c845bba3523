"""Timed therapy codes of 15 minutes: Medicare's count by the day's total, and the count code by code.

Medicare Claims Processing Manual, chapter 5, section 20.2 C: all timed minutes together give the units, full quarter
hours of each code come first, and the units left go to the codes with the most minutes left. Payers that follow CPT
count each code by itself, a unit being reached once its midpoint is passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from consultant.findings.model import Line
from consultant.findings.payer_readings import Readings
from consultant.findings.stated import joined
from consultant.findings.units import stated_units
from consultant.findings.worked import Reading, Worked, counts_as_medicare, time_of
from consultant.questions.model import Question, System
from consultant.questions.timed_codes import read_timed_codes
from consultant.reference.model import Reference

_QUARTER, _LEAST = 15, 8
TIMED = frozenset(
    "97032 97033 97034 97035 97036 97110 97112 97113 97116 97124 97140 97530 97533 97535 97537 97542 97750 97755 "
    "97760 97761 97763".split()
)
UNTIMED = frozenset(
    "97010 97012 97014 97016 97018 97022 97024 97026 97028 97150 97161 97162 97163 97164 97165 97166 97167 97168 "
    "92507 92508 92526 G0283".split()
)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Units of each code by the day's total. `tied` are codes that have as good a claim to the last unit."""

    units: Mapping[str, int]
    tied: tuple[str, ...] = ()


def quarters(minutes: int) -> int:
    """Units of so many minutes: 8 to 22 are one, 23 to 37 two, and so on."""
    return (minutes + _QUARTER - _LEAST) // _QUARTER


def by_total(minutes: Mapping[str, int]) -> Allocation:
    """Medicare's count: no more units than the total allows."""
    units = {code: each // _QUARTER for code, each in minutes.items()}
    left = quarters(sum(minutes.values())) - sum(units.values())
    rest = {code: each % _QUARTER for code, each in minutes.items()}
    ranked = sorted(minutes, key=lambda code: -rest[code])
    for code in ranked[:left]:
        units[code] += 1
    last = rest[ranked[left - 1]] if left else 0
    is_tied = 0 < left < len(ranked) and rest[ranked[left]] == last
    return Allocation(units, tuple(code for code in ranked if rest[code] == last) if is_tied else ())


def by_code(minutes: Mapping[str, int]) -> dict[str, int]:
    """CPT's count: each code by itself."""
    return {code: quarters(each) for code, each in minutes.items()}


def work(question: Question, _reference: Reference, _on: date) -> Iterator[Worked]:
    """Units where every timed code named has its minutes, or the only one named has the only time."""
    named = [code for code in question.named(System.CPT) if code in TIMED]
    minutes = _minutes(question, named)
    if minutes and len(minutes) == len(named):
        yield _worked(question, minutes)
    elif len(named) > 1 and question.minutes:
        yield _of_total(question, named, question.minutes) or _not_shared_out(named)


def _of_total(question: Question, named: list[str], total: int) -> Worked | None:
    """Where only the total is stated, Medicare's rule still says whether the units stated are too many."""
    stated = {code: units for code, units in stated_units(question).items() if code in named}
    allowed = quarters(total)
    if not counts_as_medicare(question) or len(stated) < len(named) or sum(stated.values()) <= allowed:
        return None
    limit = f"{total} timed minutes are {allowed} unit{'' if allowed == 1 else 's'} in all by Medicare's 8-minute rule"
    return Worked(
        family=tuple(named),
        notes=("rule-therapy-minutes",),
        statement=f"{limit}; {sum(stated.values())} are stated.",
        answer=f"No: {limit}, not {sum(stated.values())}.",
        refused=tuple(named),
        to_judge=f"How many of the {total} minutes were {joined(named)} each, and is none of them untimed?",
    )


def _not_shared_out(named: list[str]) -> Worked:
    statement = f"The minutes of {joined(named)} each are not stated, so no units are worked out."
    needs = f"How many minutes did {joined(named)} each take?"
    return Worked(tuple(named), (), statement, "", needs=needs)


def _minutes(question: Question, named: list[str]) -> dict[str, int]:
    if len(named) == 1:
        time = time_of(question, named)
        return {named[0]: time.minutes} if time else {}
    minutes: dict[str, int] = {}
    for each in read_timed_codes(question.text, question.named(System.CPT, System.HCPCS)) if named else ():
        if each.code in TIMED:
            minutes[each.code] = minutes.get(each.code, 0) + each.minutes
    return minutes


def _worked(question: Question, minutes: dict[str, int]) -> Worked:
    total, allocated = sum(minutes.values()), by_total(minutes)
    readings = Readings(
        medicare=Reading(_lines(allocated.units), f"By Medicare's 8-minute rule {_total_shown(minutes, allocated)}"),
        cpt=Reading(
            _lines(by_code(minutes)), "By the midpoint of each code alone, at least 8 of 15 minutes for each unit"
        ),
    )
    refused = readings.refused(question, minutes)
    untimed = [code for code in question.named(System.CPT, System.HCPCS) if code in UNTIMED]
    beside = f" Untimed, and no part of that total: {joined(untimed)}." if untimed else ""
    answer = readings.answer(question, f"{total} timed minutes")
    tie = f"{joined(allocated.tied)} have the same minutes left: which of them takes the last unit?"
    return Worked(
        family=tuple(minutes),
        notes=("rule-therapy-minutes",),
        statement=f"{readings.shown()}{beside}",
        answer=f"No: {joined(refused)} reaches no unit. {answer}" if refused else answer,
        lines=readings.taken(question).lines,
        refused=refused,
        to_judge=tie if allocated.tied else readings.to_judge(question),
    )


def _lines(units: Mapping[str, int]) -> tuple[Line, ...]:
    return tuple(Line(code, count) for code, count in units.items() if count)


def _total_shown(minutes: Mapping[str, int], allocated: Allocation) -> str:
    total = sum(minutes.values())
    units = quarters(total)
    counted = f"{total} minutes are {units} unit{'' if units == 1 else 's'}"
    if len(minutes) == 1:
        return counted
    parts = [f"{code} {each} = {each // _QUARTER} × 15 + {each % _QUARTER}" for code, each in minutes.items()]
    gained = [code for code, each in minutes.items() if allocated.units[code] > each // _QUARTER]
    last = f"; what is left goes to {joined(gained)}" if gained else ""
    return f"{' + '.join(str(each) for each in minutes.values())} = {counted} ({', '.join(parts)}{last})"
