"""Services of a first stretch of time and further blocks, one count for every payer.

Psychotherapy for crisis, advance care planning (Medicare Claims Processing Manual, chapter 18, section 140.8),
moderate sedation, and care management of a calendar month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consultant.findings.time_blocks import Blocks
from consultant.findings.worked import TimeStated, Worked, shown, time_of
from consultant.questions.model import Question, System
from consultant.reference.model import Reference


@dataclass(frozen=True, slots=True)
class _Service:
    """One service. `instead` says what a time too short for it is; `since` is the first year of both codes."""

    blocks: Blocks
    note: str
    since: int
    instead: str = ""


_CRISIS, _PLANNING = "rule-psychotherapy-time", "rule-advance-care-planning-time"
_SEDATION, _MONTH = "rule-moderate-sedation-time", "rule-care-management-time"
_MONTHLY = "The minutes are those of the calendar month."

_SERVICES = (
    _Service(Blocks("90839", "90840", 30, 75, 30), _CRISIS, 2013, "Less than that is 90832, or 90833 with a visit."),
    _Service(Blocks("99497", "99498", 16, 46, 30), _PLANNING, 2016),
    _Service(Blocks("99151", "99153", 10, 23, 15), _SEDATION, 2017),
    _Service(Blocks("99152", "99153", 10, 23, 15), _SEDATION, 2017),
    _Service(Blocks("G0500", "99153", 10, 23, 15), _SEDATION, 2017),
    _Service(Blocks("99155", "99157", 10, 23, 15), _SEDATION, 2017),
    _Service(Blocks("99156", "99157", 10, 23, 15), _SEDATION, 2017),
    _Service(Blocks("99490", "99439", 20, 40, 20, most=2), _MONTH, 2021, _MONTHLY),
    _Service(Blocks("99487", "99489", 60, 90, 30), _MONTH, 2021, _MONTHLY),
    _Service(Blocks("99491", "99437", 30, 60, 30), _MONTH, 2022, _MONTHLY),
    _Service(Blocks("99424", "99425", 30, 60, 30), _MONTH, 2022, _MONTHLY),
    _Service(Blocks("99426", "99427", 30, 60, 30), _MONTH, 2022, _MONTHLY),
)

CODES = frozenset(code for service in _SERVICES for code in (service.blocks.first, service.blocks.more))


def work(question: Question, _reference: Reference, on: date) -> Iterator[Worked]:
    """The units of each service whose first code, or whose further code alone, is named with a time."""
    named = set(question.named(System.CPT, System.HCPCS))
    for service in _SERVICES:
        if on.year >= service.since and _is_meant(service.blocks, named):
            family = (service.blocks.first, service.blocks.more)
            if (time := time_of(question, family)) is not None:
                yield _worked(service, time)


def _is_meant(blocks: Blocks, named: set[str]) -> bool:
    """A further code goes with several first codes: then which one it is must be named."""
    firsts = {service.blocks.first for service in _SERVICES if service.blocks.more == blocks.more}
    return blocks.first in named or (blocks.more in named and len(firsts) == 1)


def _worked(service: _Service, time: TimeStated) -> Worked:
    blocks = service.blocks
    lines = blocks.lines(time.minutes)
    working = f"{time}: {blocks.shown(time.minutes)}"
    ending = f" {service.instead}" if service.instead and (not lines or service.instead == _MONTHLY) else ""
    return Worked(
        family=(blocks.first, blocks.more),
        notes=(service.note,),
        statement=f"{working}, so {shown(lines)}.{ending}" if lines else f"{working}: no unit.{ending}",
        answer=f"For {time}: {shown(lines)}."
        if lines
        else f"No: {blocks.first} needs at least {blocks.first_from} minutes, and {time} is stated.",
        lines=lines,
        refused=() if lines else (blocks.first, blocks.more),
        to_judge=time.to_judge,
    )
