"""Infusion time worked out into units: an initial hour and additional hours, with the working shown.

The time rules (Medicare Claims Processing Manual, chapter 12, section 30.5; NCCI Policy Manual, chapter 11):
an additional hour counts when more than 30 minutes of it passed; 15 minutes or less are no infusion;
hydration needs at least 31 minutes. Each working is cited by the loaded notes that speak of these codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consultant.findings.model import Finding, Line, Part, Severity
from consultant.findings.units import stated_units
from consultant.questions.administrations import administrations_of
from consultant.questions.model import Question, System, Topic
from consultant.questions.receipt import hours_and_minutes
from consultant.reference.model import Reference, Source

TIME_UNITS = "time_units"
_HOUR, _HALF = 60, 30
_PUMP_MINUTES = 8 * _HOUR


@dataclass(frozen=True, slots=True)
class Family:
    """Codes of one kind of infusion. `minimum` is the fewest minutes that the initial code may stand for."""

    name: str
    initial: str
    additional: str
    minimum: int
    pump: str | None = None


FAMILIES = (
    Family("intra-arterial chemotherapy infusion", "96422", "96423", 16, pump="96425"),
    Family("intravenous chemotherapy infusion", "96413", "96415", 16, pump="96416"),
    Family("therapeutic infusion", "96365", "96366", 16),
    Family("hydration", "96360", "96361", 31),
)


@dataclass(frozen=True, slots=True)
class Working:
    """Minutes as units of one family. No `units` where the time is too short for the initial code."""

    family: Family
    minutes: int

    @property
    def additional(self) -> int:
        """Additional hours: full ones, and a last one of more than 30 minutes."""
        full, rest = divmod(max(0, self.minutes - _HOUR), _HOUR)
        return full + (rest > _HALF)

    @property
    def units(self) -> tuple[tuple[str, int], ...]:
        """The lines of the claim: (code, units)."""
        if self.minutes < self.family.minimum:
            return ()
        more = ((self.family.additional, self.additional),) if self.additional else ()
        return ((self.family.initial, 1), *more)

    def shown(self) -> str:
        """The arithmetic in words."""
        family, time = self.family, hours_and_minutes(self.minutes)
        if not self.units:
            return f"{time} is less than the {family.minimum} minutes that {family.initial} needs: no unit."
        if self.minutes <= _HOUR:
            return f"{time} is within the initial hour, so {family.initial} × 1 and no {family.additional}."
        full, rest = divmod(self.minutes - _HOUR, _HOUR)
        parts = ["1 initial hour"]
        parts += [f"{full} additional hour{'s' if full > 1 else ''}"] if full else []
        parts += [f"{rest} minutes"] if rest else []
        return f"{time} = {' + '.join(parts)}{_last(rest)}, so {self._additional_shown()}."

    def _additional_shown(self) -> str:
        if not self.additional:
            return f"no {self.family.additional}"
        return f"{self.family.additional} × {self.additional}"


def _last(rest: int) -> str:
    if rest == 0:
        return ""
    if rest > _HALF:
        return f": the last {rest} minutes are more than 30 minutes and count as an hour"
    if rest == _HALF:
        return ": the last half hour is not more than 30 minutes"
    return f": the last {rest} minutes are not more than 30 minutes"


def working(question: Question) -> Working | None:
    """The time stated as units, where it belongs to one family of codes alone."""
    families = _families_named(question)
    if question.minutes is None or len(families) != 1 or _is_of_several(question):
        return None
    return Working(families[0], question.minutes)


def infusion_time(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """The working, what is stated otherwise, and the pump codes beyond eight hours."""
    families = _families_named(question)
    if question.minutes is None or not families or _is_of_several(question):
        return
    if len(families) > 1:
        yield _whose_time(question.minutes, families)
        return
    done = Working(families[0], question.minutes)
    sources = _sources(done.family, reference, on)
    if not sources:
        yield Finding(
            "time_rule_missing",
            (done.family.initial, done.family.additional),
            f"The time rule for {done.family.name} is not in the loaded data, so no units are worked out.",
            Severity.GAP,
        )
        return
    codes = (done.family.initial, done.family.additional)
    severity = Severity.INFO if done.units else Severity.STOP
    lines = tuple(Line(code, units) for code, units in done.units)
    answer = f"For the time stated: {' and '.join(f'{code} × {units}' for code, units in done.units)}." if lines else ""
    topics = (Topic.UNITS, Topic.DRUG_ADMIN)
    yield Finding(TIME_UNITS, codes, done.shown(), severity, sources, None, Part.WORKING, answer, topics, lines)
    yield from _stated_otherwise(question, done, sources)
    yield from _pump(done, sources)


def _families_named(question: Question) -> tuple[Family, ...]:
    named = question.named(System.CPT)
    return tuple(f for f in FAMILIES if f.initial in named or f.additional in named)


def _is_of_several(question: Question) -> bool:
    """Whether several drugs are stated, each with its own time: then the encounter is worked out as a whole."""
    return len(administrations_of(question)) > 1


def _whose_time(minutes: int, families: tuple[Family, ...]) -> Finding:
    names = " and ".join(f.name for f in families)
    return Finding(
        "time_shared",
        tuple(f.initial for f in families),
        f"One time is stated ({hours_and_minutes(minutes)}), but codes of {names} are named: "
        "whose time it is, is not said.",
        Severity.GAP,
        to_judge="Which of the infusions took the time stated, and how long was each of the others?",
    )


def _sources(family: Family, reference: Reference, on: date) -> tuple[Source, ...]:
    """The loaded notes that speak of these codes and of minutes."""
    notes = reference.guidelines((family.initial, family.additional), ("drug_admin", "units"), on)
    codes = {family.initial, family.additional}
    spoken = [note.source for note in notes if codes & set(note.codes) and "minutes" in note.text]
    return tuple(dict.fromkeys(spoken))[:2]


def _stated_otherwise(question: Question, done: Working, sources: tuple[Source, ...]) -> Iterator[Finding]:
    worked = dict(done.units)
    for code, stated in stated_units(question).items():
        if code not in (done.family.initial, done.family.additional) or stated == worked.get(code, 0):
            continue
        yield Finding(
            "units_stated_otherwise",
            (code,),
            f"{code} × {stated} is stated, but the time stated gives {code} × {worked.get(code, 0)}.",
            Severity.STOP if stated > worked.get(code, 0) else Severity.CAUTION,
            sources,
        )


def _pump(done: Working, sources: tuple[Source, ...]) -> Iterator[Finding]:
    if done.family.pump and done.minutes > _PUMP_MINUTES:
        yield Finding(
            "pump",
            (done.family.pump,),
            f"The time is more than 8 hours: {done.family.pump} is the code when a portable or "
            "implantable pump was used.",
            Severity.CAUTION,
            sources,
            to_judge=f"Was a portable or implantable pump used, so that {done.family.pump} is the code?",
        )
