"""What was given by vein or needle in one encounter, each with its time: `rituximab 3 h 20, then Zofran IV push`.

Strict on purpose: where a drug has no time of its own, or a time no drug that is known, nothing is read at all. The
names shown are those of our own list, never the member's words.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from consultant.questions.durations import StatedTime, stated_times
from consultant.questions.infused_drugs import KINDS, Kind
from consultant.questions.model import Question, System
from consultant.questions.own_words import own_words
from consultant.questions.passages import MOST_READ
from consultant.questions.timed_codes import read_timed_codes


class Route(enum.StrEnum):
    """How it was given."""

    INFUSION = "infusion"
    PUSH = "push"
    INJECTION = "injection"  # into muscle or under the skin


@dataclass(frozen=True, slots=True)
class Administration:
    """One drug or fluid. `minutes` is None for a push or an injection; `begun` is the minute of the day, if stated."""

    name: str
    kind: Kind
    route: Route
    minutes: int | None = None
    begun: int | None = None
    is_concurrent: bool = False


_NAME = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(map(re.escape, sorted(KINDS, key=len, reverse=True))) + r")(?![a-z0-9])"
)
_BREAK = re.compile(r"[,;\n?]|\.(?=\s|\Z)|\b(?:then|followed\sby|and|plus|after\sthat|with)\b|\+|&")
_PUSH = re.compile(r"\b(?:push(?:ed|es)?|ivp|bolus)\b")
_INJECTION = re.compile(r"\b(?:im|intramuscular(?:ly)?|subq|sq|sc|subcut(?:aneous(?:ly)?)?)\b")
_CONCURRENT = re.compile(r"\b(?:concurrent(?:ly)?|simultaneous(?:ly)?|at\sthe\ssame\stime|alongside)\b")
_KIND_OF = {
    "96413": Kind.CHEMOTHERAPY,
    "96417": Kind.CHEMOTHERAPY,
    "96365": Kind.OTHER,
    "96367": Kind.OTHER,
    "96368": Kind.OTHER,
    "96360": Kind.FLUID,
    "96361": Kind.FLUID,
}
_AT_ONCE = {
    "96409": (Kind.CHEMOTHERAPY, Route.PUSH),
    "96411": (Kind.CHEMOTHERAPY, Route.PUSH),
    "96374": (Kind.OTHER, Route.PUSH),
    "96375": (Kind.OTHER, Route.PUSH),
    "96372": (Kind.OTHER, Route.INJECTION),
}
_CUES = frozenset(word for name in KINDS for word in name.split())


def administrations_of(question: Question) -> tuple[Administration, ...]:
    """Those that are named as drugs or fluids; else those named by two or more administration codes with times."""
    return read_administrations(question.text) or _by_codes(question)


def read_administrations(text: str) -> tuple[Administration, ...]:
    """Everything given, in the order written; empty where not every drug has its time and every time its drug."""
    small = text[:MOST_READ].lower()
    if not _CUES.intersection(re.findall(r"[a-z0-9-]+", small)):
        return ()
    own = own_words(text[:MOST_READ]).lower()
    times = stated_times(own)
    clauses = _with_time_behind(list(_clauses(own, times)))
    read = [_administration(clause, inside) for clause, inside in clauses]
    given = [each for each in read if each is not None]
    timed = sum(1 for _, inside in clauses if inside)
    if timed != sum(1 for each in given if each.minutes) or _has_bare_names(clauses, given):
        return ()
    return tuple(given) if len({each.name for each in given}) == len(given) else ()


def _by_codes(question: Question) -> tuple[Administration, ...]:
    """Empty where a code of time has none, or where any of them is stated with several units."""
    named = [code for code in question.named(System.CPT) if code in _KIND_OF or code in _AT_ONCE]
    if len(named) < 2 or any(each.units not in (None, 1) for each in question.codes if each.code in _AT_ONCE):
        return ()
    tied = read_timed_codes(question.text, question.named(System.CPT, System.HCPCS))
    times = {each.code: each for each in tied if each.code in _KIND_OF}
    if len(times) != sum(1 for each in tied if each.code in _KIND_OF):
        return ()
    if not times or any(code in _KIND_OF and code not in times for code in named):
        return ()
    return tuple(
        Administration(code, *_AT_ONCE[code])
        if code in _AT_ONCE
        else Administration(
            code, _KIND_OF[code], Route.INFUSION, times[code].minutes, times[code].begun, is_concurrent=code == "96368"
        )
        for code in named
    )


def _clauses(text: str, times: Sequence[StatedTime]) -> Iterator[tuple[str, list[StatedTime]]]:
    """The pieces between commas, "then" and the like, each with the times in it; no time is cut in two."""
    start = 0
    for match in (*_BREAK.finditer(text), None):
        if match and any(each.start <= match.start() < each.end for each in times):
            continue
        end = match.start() if match else len(text)
        yield text[start:end], [each for each in times if start <= each.start < end]
        start = match.end() if match else len(text)


def _with_time_behind(clauses: list[tuple[str, list[StatedTime]]]) -> list[tuple[str, list[StatedTime]]]:
    """`rituximab, 3 h 20`: a clause of a time alone belongs to the name before it."""
    joined: list[tuple[str, list[StatedTime]]] = []
    for clause, times in clauses:
        if joined and times and not _NAME.search(clause) and len(re.findall(r"[a-z]{4,}", clause)) < 3:
            before, had = joined[-1]
            if not had and _NAME.search(before):
                joined[-1] = (f"{before} {clause}", times)
                continue
        joined.append((clause, times))
    return joined


def _administration(clause: str, times: Sequence[StatedTime]) -> Administration | None:
    names = list(dict.fromkeys(match[0] for match in _NAME.finditer(clause)))
    kinds = {KINDS[name] for name in names}
    if not names or len(times) > 1 or (len(names) > 1 and kinds != {Kind.FLUID}):
        return None
    found = Administration(names[0], KINDS[names[0]], Route.INFUSION)
    if _PUSH.search(clause) and not times:
        return replace(found, route=Route.PUSH)
    if _INJECTION.search(clause) and not times:
        return replace(found, route=Route.INJECTION)
    if not times:
        return None
    return replace(
        found,
        minutes=times[0].minutes,
        begun=times[0].begun,
        is_concurrent=_CONCURRENT.search(clause) is not None,
    )


def _has_bare_names(clauses: Sequence[tuple[str, list[StatedTime]]], given: Sequence[Administration]) -> bool:
    """Whether a drug is named nowhere with its time; a push without a known name counts as one too."""
    known = {each.name for each in given}
    named = {match[0] for clause, _ in clauses for match in _NAME.finditer(clause)}
    fluids = {each for each in named if KINDS[each] is Kind.FLUID}
    has_fluid = any(each.kind is Kind.FLUID for each in given)
    unnamed = any(
        (_PUSH.search(clause) or _INJECTION.search(clause)) and not _NAME.search(clause) for clause, _ in clauses
    )
    return bool(named - known - (fluids if has_fluid else set())) or unnamed
