"""Several drugs and fluids of one encounter as administration codes: one initial, the others after or beside it.

Medicare Claims Processing Manual, chapter 4, section 230.2, and chapter 12, section 30.5; NCCI Policy Manual, chapter
11: one initial code for a vascular access; facilities choose it by chemotherapy, other drugs, hydration, and infusion
before push; offices by the main reason of the visit. 15 minutes or less are a push, hydration needs 31 minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from consultant.findings.infusion_time import Family, Working
from consultant.findings.model import Line
from consultant.findings.stated import joined
from consultant.findings.worked import Worked, shown
from consultant.questions.administrations import Administration, Route, administrations_of
from consultant.questions.infused_drugs import Kind
from consultant.questions.model import Question, Setting, System, Topic
from consultant.questions.receipt import hours_and_minutes
from consultant.reference.model import Reference

_LEAST_INFUSION, _LEAST_HYDRATION, _HOUR, _HALF, _PUMP_MINUTES = 16, 31, 60, 30, 480
_ORDER = (
    " Initial is chosen here as facilities do, for one access into a vein: chemotherapy, other drugs, hydration, and "
    "infusion before push; in an office it is the main reason of the visit."
)
_FACILITIES = (Setting.OUTPATIENT_HOSPITAL, Setting.EMERGENCY)
_CHEMOTHERAPY = (Kind.CHEMOTHERAPY, Kind.COMPLEX)
_INITIAL = {
    Kind.CHEMOTHERAPY: Family("chemotherapy", "96413", "96415", _LEAST_INFUSION),
    Kind.OTHER: Family("therapeutic infusion", "96365", "96366", _LEAST_INFUSION),
    Kind.FLUID: Family("hydration", "96360", "96361", _LEAST_HYDRATION),
}
_SEQUENTIAL = {
    Kind.CHEMOTHERAPY: Family("chemotherapy", "96417", "96415", _LEAST_INFUSION),
    Kind.OTHER: Family("therapeutic infusion", "96367", "96366", _LEAST_INFUSION),
}
_PUSHES = {Kind.CHEMOTHERAPY: ("96409", "96411"), Kind.OTHER: ("96374", "96375")}
_INITIAL_CODES = ("96413", "96409", "96365", "96374", "96360")
_CODES = tuple("96360 96361 96365 96366 96367 96368 96372 96374 96375 96409 96411 96413 96415 96417".split())
# Into an artery, a cavity or under the skin, and by pump: none of them follows this hierarchy.
_OTHER_WAYS = frozenset("96369 96370 96416 96420 96422 96423 96425 96440 96446 96450 G0498".split())


@dataclass(frozen=True, slots=True)
class Given:
    """One administration with its lines of the claim and why."""

    what: Administration
    lines: tuple[Line, ...]
    why: str
    is_initial: bool = False


def work(question: Question, _reference: Reference, _on: date) -> Iterator[Worked]:
    """The claim of an encounter whose drugs are all stated with their times."""
    administrations = administrations_of(question)
    if administrations and _is_meant(question, administrations) and _can_be_told(administrations):
        yield _worked(question, claim(administrations))


def _is_meant(question: Question, administrations: Sequence[Administration]) -> bool:
    """One drug alone: where infusions are asked about, and the code named does not work its time out itself."""
    named = set(question.named(System.CPT, System.HCPCS))
    if named & _OTHER_WAYS:
        return False
    if len(administrations) > 1:
        return True
    return Topic.DRUG_ADMIN in question.topics and not (question.minutes and named & set(_CODES))


def claim(administrations: Sequence[Administration]) -> tuple[Given, ...]:
    """Each administration as it is reported: the initial one by a facility's order, the others after it."""
    effective = [_effective(each) for each in _with_overlaps(administrations)]
    ranked = sorted((each for each in effective if _may_be_initial(each)), key=_rank)
    initial = ranked[0] if ranked else None
    has_concurrent = False
    done = []
    for each in effective:
        given = _given(each, is_initial=each is initial, has_initial=initial is not None, again=has_concurrent)
        given = replace(given, is_initial=each is initial)
        has_concurrent = has_concurrent or any(line.code == "96368" for line in given.lines)
        done.append(given)
    return tuple(done)


def _can_be_told(administrations: Sequence[Administration]) -> bool:
    """Not chemotherapy by injection (is the drug hormonal?), running beside another (no code), or by pump."""
    if any((each.minutes or 0) > _PUMP_MINUTES for each in administrations):
        return False
    chemotherapy = [each for each in _with_overlaps(administrations) if each.kind in _CHEMOTHERAPY]
    return not any(each.route is Route.INJECTION or each.is_concurrent for each in chemotherapy)


def _with_overlaps(administrations: Sequence[Administration]) -> list[Administration]:
    """Marks as concurrent what, by the clock, ran while something of a higher kind, or begun before, was running."""
    timed = [(_rank(each), each.begun, n, each) for n, each in enumerate(administrations) if each.begun is not None]
    beside = {
        number
        for rank, begun, number, each in timed
        for other_rank, other_begun, other_number, other in timed
        if begun < other_begun + (other.minutes or 0)
        and other_begun < begun + (each.minutes or 0)
        and (rank, begun, number) > (other_rank, other_begun, other_number)
    }
    return [replace(each, is_concurrent=True) if n in beside else each for n, each in enumerate(administrations)]


def _effective(each: Administration) -> Administration:
    """An infusion of 15 minutes or less is a push; fluids are none."""
    if each.route is Route.INFUSION and each.kind is not Kind.FLUID and (each.minutes or 0) < _LEAST_INFUSION:
        return replace(each, route=Route.PUSH, is_concurrent=False)
    return each


def _rank(each: Administration) -> tuple[int, int]:
    kinds = (Kind.CHEMOTHERAPY, Kind.OTHER, Kind.FLUID)
    return kinds.index(_kind(each)), 0 if each.route is Route.INFUSION else 1


def _kind(each: Administration) -> Kind:
    return Kind.CHEMOTHERAPY if each.kind in _CHEMOTHERAPY else each.kind


def _may_be_initial(each: Administration) -> bool:
    if each.is_concurrent or each.route is Route.INJECTION:
        return False
    return each.kind is not Kind.FLUID or (each.minutes or 0) >= _LEAST_HYDRATION


def _given(each: Administration, *, is_initial: bool, has_initial: bool, again: bool) -> Given:
    if each.route is Route.INJECTION:
        return Given(each, (Line("96372", 1),), "an injection")
    if each.kind is Kind.FLUID:
        return _fluid(each, is_initial=is_initial)
    if each.route is Route.PUSH:
        first, further = _PUSHES[_kind(each)]
        time = f"{hours_and_minutes(each.minutes)}, 15 minutes or less: a push" if each.minutes else "a push"
        return Given(each, (Line(first if is_initial else further, 1),), f"{time}{', initial' if is_initial else ''}")
    if each.is_concurrent and has_initial:
        why = "concurrent, once an encounter whatever its time"
        return Given(each, () if again else (Line("96368", 1),), f"{why}{', counted already' if again else ''}")
    family = (_INITIAL if is_initial else _SEQUENTIAL)[_kind(each)]
    working = Working(family, each.minutes or 0)
    lines = tuple(Line(code, count) for code, count in working.units)
    words = working.shown().rstrip(".")
    order = "initial" if is_initial else "another drug in sequence"
    return Given(each, lines, f"{order}, {words if is_initial else words.replace('initial hour', 'first hour')}")


def _fluid(each: Administration, *, is_initial: bool) -> Given:
    minutes = each.minutes or 0
    if is_initial:
        working = Working(_INITIAL[Kind.FLUID], minutes)
        return Given(each, tuple(Line(*unit) for unit in working.units), f"initial, {working.shown().rstrip('.')}")
    time = hours_and_minutes(minutes)
    if each.is_concurrent:
        return Given(each, (), f"{time} while a drug ran: not reported")
    if minutes < _LEAST_HYDRATION:
        return Given(each, (), f"{time} is not more than 30 minutes: not reported")
    full, rest = divmod(minutes, _HOUR)
    count = full + (rest > _HALF)
    return Given(each, (Line("96361", count),), f"{time} beside the initial service, so 96361 × {count}")


def total(given: Sequence[Given]) -> tuple[Line, ...]:
    """One line a code, in the order of the hierarchy: the initial service with its hours first."""
    units: dict[str, int] = {}
    for each in sorted(given, key=lambda one: (not one.is_initial, _rank(one.what))):
        for line in each.lines:
            units[line.code] = units.get(line.code, 0) + (line.units or 0)
    return tuple(Line(code, count) for code, count in units.items())


def _worked(question: Question, given: Sequence[Given]) -> Worked:
    lines = total(given)
    steps = "; ".join(f"{each.what.name.capitalize()}: {_step(each)}" for each in given)
    is_chosen = sum(1 for each in given if _may_be_initial(each.what)) > 1
    named = set(question.named(System.CPT))
    wrong = tuple(code for code in _INITIAL_CODES if code in named and code not in {line.code for line in lines})
    answer = f"For what was given: {shown(lines)}." if lines else "No: none of it is long enough to be reported."
    one = f"No: one initial code for an access, so not {joined(wrong)}. " if wrong and lines else ""
    return Worked(
        family=_CODES,
        notes=("infusion-time", "infusion-initial-code", "chemotherapy-codes-scope", "hydration"),
        statement=f"{steps}.{_ORDER if is_chosen else ''}",
        answer=f"{one}{answer}",
        lines=lines,
        refused=wrong if lines else ("96360",),
        to_judge=_to_judge(question, given, wrong, is_chosen=is_chosen),
        topics=(Topic.UNITS, Topic.DRUG_ADMIN, Topic.CODE_MEANING, Topic.ADD_ON),
        listed_under=("96413", "96365", "96360", "J9035"),
    )


def _to_judge(question: Question, given: Sequence[Given], wrong: Sequence[str], *, is_chosen: bool) -> str | None:
    unsure = [each.what.name for each in given if each.what.kind is Kind.COMPLEX]
    if unsure:
        return f"Does the contractor take {unsure[0]} under the chemotherapy administration codes, as counted here?"
    if wrong:
        return f"Was there a second access or a separate return, so that {joined(wrong)} stands with modifier 59?"
    initial = next((each.what.name for each in given if each.is_initial), "")
    if is_chosen and question.circumstances.setting not in _FACILITIES:
        return f"If this was an office: was {initial} the main reason of the visit, and so the initial service?"
    return None


def _step(each: Given) -> str:
    ending = f", so {shown(each.lines)}" if each.lines and " so " not in each.why else ""
    return f"{each.why}{ending}"
