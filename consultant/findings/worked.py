"""What a rule of time or of dose works out, and the findings that follow from it.

Each rule makes a `Worked` from the question alone; here it gets its sources, and is held against the units stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from consultant.findings.model import Finding, Line, Part, Severity
from consultant.findings.notes import note_sources
from consultant.findings.stated import joined
from consultant.findings.units import stated_units
from consultant.questions.model import Question, System, Topic
from consultant.questions.payers import MEDICARE
from consultant.questions.receipt import hours_and_minutes
from consultant.questions.timed_codes import read_timed_codes
from consultant.reference.model import Reference, Source

UNITS_WORKED_OUT = "units_worked_out"
FACT_MISSING = "fact_missing"
_LIKE_MEDICARE = (None, MEDICARE, "Railroad Medicare", "Medicare Advantage")


@dataclass(frozen=True, slots=True)
class Worked:
    """Units with their working. `family` are the codes that the rule speaks of, `notes` the notes it rests on.

    `refused` are the codes that the time or dose does not allow: the claim as asked would be wrong. `listed_under` are
    the codes that the notes are listed under, where that is not the family. `needs` is the question to the
    member where nothing could be worked out for want of a fact; the statement then says what the rule would count.
    """

    family: tuple[str, ...]
    notes: tuple[str, ...]
    statement: str
    answer: str
    lines: tuple[Line, ...] = ()
    refused: tuple[str, ...] = ()
    to_judge: str | None = None
    topics: tuple[Topic, ...] = (Topic.UNITS,)
    sources: tuple[Source, ...] = ()
    listed_under: tuple[str, ...] = ()
    needs: str | None = None

    @property
    def units(self) -> dict[str, int]:
        """Units by code, over all its lines: what stands on a claim for the day."""
        total: dict[str, int] = {}
        for line in self.lines:
            if line.units:
                total[line.code] = total.get(line.code, 0) + line.units
        return total


@dataclass(frozen=True, slots=True)
class Reading:
    """One payer's way to count the same time."""

    lines: tuple[Line, ...]
    shown: str


@dataclass(frozen=True, slots=True)
class TimeStated:
    """Minutes of a family of codes; `to_judge` where they might be another code's."""

    minutes: int
    to_judge: str | None = None

    def __str__(self) -> str:
        return hours_and_minutes(self.minutes)


def time_of(question: Question, family: Iterable[str]) -> TimeStated | None:
    """The time stated with one of these codes, or the only one in the question; None where none or several are."""
    procedures = question.named(System.CPT, System.HCPCS)
    wanted = set(family)
    named = [code for code in procedures if code in wanted]
    if not named:
        return None
    tied = {each.minutes for each in read_timed_codes(question.text, procedures) if each.code in wanted}
    if len(tied) == 1:
        return TimeStated(tied.pop())
    if tied or question.minutes is None:
        return None
    others = [code for code in procedures if code not in wanted and code[0].isdigit()]
    whose = f"Is the time stated, {hours_and_minutes(question.minutes)}, that of {joined(named)} alone?"
    return TimeStated(question.minutes, whose if others else None)


def counts_as_medicare(question: Question) -> bool:
    """Whether Medicare's own way of counting is taken: also where no payer is stated, which is then said."""
    return question.payer in _LIKE_MEDICARE


def shown(lines: Sequence[Line]) -> str:
    """`96422 × 1 and 96423 × 4`."""
    return joined([line.written for line in lines])


def findings_of(worked: Worked, question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """The working with its sources, and the units stated otherwise; a gap where the rule's note is not loaded."""
    if worked.needs and not worked.notes:
        yield Finding(FACT_MISSING, worked.family, worked.statement, Severity.GAP, needs=worked.needs)
        return
    sources = (*worked.sources, *note_sources(reference, worked.listed_under or worked.family, on, *worked.notes))
    if not sources or (worked.notes and len(sources) == len(worked.sources)):
        yield Finding(
            "time_rule_missing",
            worked.family,
            f"The rule by which the units of {joined(worked.family)} are counted is not in the loaded data for "
            f"{on.isoformat()}, so none are worked out.",
            Severity.GAP,
        )
        return
    if worked.needs:
        yield Finding(
            FACT_MISSING, worked.family, worked.statement, Severity.INFO, sources, part=Part.WORKING, needs=worked.needs
        )
        return
    yield Finding(
        UNITS_WORKED_OUT,
        worked.refused or tuple(dict.fromkeys(line.code for line in worked.lines)) or worked.family,
        worked.statement,
        Severity.STOP if worked.refused else Severity.INFO,
        sources,
        worked.to_judge,
        Part.WORKING,
        worked.answer,
        worked.topics,
        worked.lines,
    )
    yield from _stated_otherwise(question, worked, sources)


def _stated_otherwise(question: Question, worked: Worked, sources: tuple[Source, ...]) -> Iterator[Finding]:
    for code, stated in stated_units(question).items():
        right = worked.units.get(code, 0)
        lines = [line.units for line in worked.lines if line.code == code]
        if code not in worked.family or code in worked.refused or stated == right or stated in lines:
            continue
        yield Finding(
            "units_stated_otherwise",
            (code,),
            f"{code} × {stated} is stated, but what is stated of time or dose gives {code} × {right}.",
            Severity.STOP if stated > right else Severity.CAUTION,
            sources,
            answer=f"No: {code} × {right}, not × {stated}." if stated > right else "",
        )
