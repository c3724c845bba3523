"""Visits and procedures inside the global period of a procedure: which modifier, and what is paid with the procedure.

Medicare Claims Processing Manual, chapter 12, sections 30.6.6, 40.1 and 40.2; NCCI Policy Manual, chapter 1, section D;
the length comes from the fee schedule's global days. Says Medicare's rule, and where CPT's differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from consultant.findings.model import Finding, Line, Part, Severity
from consultant.findings.notes import note_sources
from consultant.findings.stated import is_visit, joined, loose_modifiers, modifiers_on
from consultant.findings.units import procedures
from consultant.questions.days_after import days_from_procedure
from consultant.questions.model import Question, Topic
from consultant.reference.model import CodeEntry, Reference, Source

GLOBAL_PERIOD = "global_period"
LENGTHS = {"000": 0, "010": 10, "090": 90}
_MOST = 3
_NOTE = "rule-global-period"
_TOPICS = (Topic.GLOBAL_PERIOD, Topic.MODIFIERS)
_OF_PERIOD = frozenset(("24", "25", "57", "58", "78", "79"))
_OF_DAYS = _OF_PERIOD - {"25"}
_OTHERS = {
    "MMM": "is a maternity code: its package goes by the code itself (before, during or after the birth), not by days",
    "YYY": "has global days YYY: the contractor sets how long the period is",
    "ZZZ": "has global days ZZZ: it has no period of its own and belongs to that of the procedure it goes with",
    "XXX": "has global days XXX: there is no global period, so no 24, 57, 58, 78 or 79 is needed on account of it",
}


@dataclass(frozen=True, slots=True)
class Period:
    """A procedure with its global days; `days` from it to the visit or later procedure, None where not said."""

    code: str
    length: int
    days: int | None
    sources: tuple[Source, ...]

    @property
    def shown(self) -> str:
        """What the period is, in words."""
        if self.length == 90:
            return f"{self.code} has global days 090: the day before, the day itself and 90 days after"
        if self.length == 10:
            return f"{self.code} has global days 010: the day itself and 10 days after"
        return f"{self.code} has global days 000: the day itself only"

    @property
    def holds(self) -> bool | None:
        """Whether what is asked about lies inside; None where the days are not said."""
        first = -1 if self.length == 90 else 0
        return None if self.days is None else first <= self.days <= self.length


def global_period(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """For each procedure with a period: what a visit, or a further procedure, needs."""
    codes = procedures(question)
    visits = tuple(code for code in codes if is_visit(code))
    others = [code for code in codes if not is_visit(code)]
    days = days_from_procedure(question.text)
    asked = Topic.GLOBAL_PERIOD in question.topics or bool(_OF_PERIOD & set(_stated(question)))
    if not others or not (visits or asked or days):
        return
    entries = [entry for code in others[:6] if (entry := reference.code(code, on)) and entry.global_days]
    surgical = [e for e in entries if e.global_days in LENGTHS]
    notes = note_sources(reference, ("79",), on, _NOTE) if surgical else ()
    if surgical and not notes:
        yield _missing(surgical)
        return
    for entry in _longest(surgical, visits):
        period = Period(entry.code, LENGTHS[str(entry.global_days)], days, (*entry.sources, *notes))
        if visits:
            yield _visit(period, visits, question)
        elif asked or days:
            yield _procedure(period, tuple(code for code in others if code != entry.code))
    if not surgical and (Topic.GLOBAL_PERIOD in question.topics or _OF_DAYS & set(_stated(question))):
        yield from (_other(entry) for entry in entries[:_MOST] if entry.global_days in _OTHERS)


def _stated(question: Question) -> tuple[str, ...]:
    attached = [m for code in procedures(question) for m in modifiers_on(question, code)]
    return (*attached, *loose_modifiers(question))


def _longest(entries: Sequence[CodeEntry], visits: Sequence[str]) -> Sequence[CodeEntry]:
    """With visits the longest period decides; of procedures the first one named began the period."""
    if visits:
        return sorted(entries, key=lambda entry: -LENGTHS[str(entry.global_days)])[:1]
    return entries[:1]


def _missing(entries: Sequence[CodeEntry]) -> Finding:
    codes = tuple(entry.code for entry in entries)
    statement = (
        f"The rules of the global period ({_NOTE}) are not in the loaded data: nothing is said of {joined(codes)}."
    )
    return Finding("global_rule_missing", codes, statement, Severity.GAP)


def _visit(period: Period, visits: tuple[str, ...], question: Question) -> Finding:
    """One dense finding on the visits named with a procedure."""
    visit, codes = joined(visits, "or"), (period.code, *visits)
    if period.holds is False:
        statement = (
            f"{period.shown}. {_when(period)} is outside it: {visit} needs no modifier on account of {period.code}."
        )
        answer = f"Yes: {visit} is outside the global period of {period.code} and needs no modifier for it."
        lines = (Line(visits[0]),) if len(visits) == 1 and not modifiers_on(question, visits[0]) else ()
        return Finding(
            GLOBAL_PERIOD, codes, statement, Severity.INFO, period.sources, answer=answer, topics=_TOPICS, lines=lines
        )
    same_day = _same_day(period, visit)
    later = _later(period, visit)
    if period.days is None and period.length:
        rules, answer = f"{same_day} {later}", ""
    elif not period.days or period.days < 0:
        rules, answer = same_day, _same_day_answer(period, visit)
    else:
        rules, answer = later, f"Only if the visit has nothing to do with {period.code}: then {visit} with 24."
    wrong = _wrong(period, visits, question)
    return Finding(
        GLOBAL_PERIOD,
        visits if wrong else codes,
        f"{period.shown}. {rules}{wrong}",
        Severity.STOP if wrong else Severity.CAUTION,
        period.sources,
        _judge(period, visit),
        answer=f"Not as asked.{wrong}" if wrong else answer,
        topics=_TOPICS,
    )


def _when(period: Period) -> str:
    days = period.days or 0
    if days < 0:
        return f"A visit {-days} days before"
    return "The day stated" if days == 0 else f"Day {days} after"


def _same_day(period: Period, visit: str) -> str:
    if period.length == 90:
        return (
            f"On the day of {period.code} or the day before, {visit} is paid only with 57, as the visit at which the "
            "operation was decided on; other visits before it are in its payment."
        )
    return (
        f"On the day of {period.code}, {visit} is paid only with 25, as a significant, separately identifiable visit; "
        "the decision to do the procedure is in its payment even for a new patient, and 57 is not used."
    )


def _same_day_answer(period: Period, visit: str) -> str:
    if period.length == 90:
        return f"Only if {period.code} was decided on at this visit: then {visit} with 57."
    return f"Only if the visit went beyond what {period.code} includes: then {visit} with 25."


def _later(period: Period, visit: str) -> str:
    return (
        f"In the {period.length} days after, {visit} by the same practitioner, or one of the same group and specialty, "
        f"is paid only with 24, for something unrelated. For Medicare recovery and complications treated without a "
        "return to the operating room are in the payment; CPT counts only the usual follow-up in."
    )


def _wrong(period: Period, visits: tuple[str, ...], question: Question) -> str:
    """A modifier stated on a visit that cannot be right on that day."""
    for visit in visits:
        stated = modifiers_on(question, visit)
        if "57" in stated and period.length < 90:
            return f" {visit}-57 is wrong: {period.code} is no 90-day operation; on its day the modifier is 25."
        if period.days is not None and period.days <= 0 and "24" in stated and "57" not in stated:
            return f" {visit}-24 is wrong: 24 is for visits in the days after the procedure."
        if period.days is not None and period.days > 0 and "57" in stated:
            return f" {visit}-57 is wrong on day {period.days}: it is for the day of the operation and the day before."
    return ""


def _judge(period: Period, visit: str) -> str:
    if period.days is not None and period.days > 0:
        return (
            f"Does the record show {visit} as unrelated to {period.code} (its own problem and diagnosis, and not its "
            "recovery or complication), by which practitioner, and was it within the days stated?"
        )
    if period.length == 90:
        return f"Does the record show that {period.code} was decided on at this visit?"
    return f"Does the record show work beyond the usual before and after {period.code} on that day?"


def _procedure(period: Period, others: tuple[str, ...]) -> Finding:
    """A further procedure in the days after."""
    further = joined(others, "or") or "a further procedure"
    if period.holds is False:
        statement = f"{period.shown}. {_when(period)} is outside it: {further} needs no 58, 78 or 79."
        return Finding(GLOBAL_PERIOD, (period.code, *others), statement, Severity.INFO, period.sources, topics=_TOPICS)
    if period.length == 0:
        statement = f"{period.shown}. A procedure on a later day needs no 58, 78 or 79."
        return Finding(GLOBAL_PERIOD, (period.code, *others), statement, Severity.INFO, period.sources, topics=_TOPICS)
    statement = (
        f"{period.shown}. In that time {further} by the same practitioner or group and specialty needs 58 (planned, "
        "more extensive, or treatment after a diagnostic procedure; a new period begins), 78 (unplanned return to the "
        "operating room for a complication; only the part of the operation itself is paid, no new period) or 79 "
        "(unrelated; a new period begins)."
    )
    judge = (
        f"Does the record show {further} as planned or staged, as a complication treated in the operating room, "
        f"or as unrelated to {period.code}?"
    )
    return Finding(
        GLOBAL_PERIOD, (period.code, *others), statement, Severity.CAUTION, period.sources, judge, topics=_TOPICS
    )


def _other(entry: CodeEntry) -> Finding:
    statement = f"{entry.code} {_OTHERS[str(entry.global_days)]}."
    return Finding(
        GLOBAL_PERIOD, (entry.code,), statement, Severity.INFO, entry.sources, part=Part.FACTS, topics=_TOPICS
    )
