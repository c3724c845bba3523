"""The level of a visit from the elements of decision making or the time stated: two of three elements, or total time.

Medicare Claims Processing Manual, chapter 12, section 30.6; Physician Fee Schedule rules for 2021 and 2023. Works only
with what the question states of the elements: what they were is the record's to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consultant.findings.em_families import BY_CODE, EMERGENCY, KNOWN_OFFICE, NEW_OFFICE, Family
from consultant.findings.model import Finding, Line, Part, Severity
from consultant.findings.notes import note_sources
from consultant.findings.stated import joined, modifiers_on
from consultant.findings.units import procedures
from consultant.questions.mdm import Mdm, read_mdm
from consultant.questions.model import Question, Setting, Topic
from consultant.reference.model import Reference, Source

EM_LEVEL = "em_level"
NEW_PATIENT = "new_patient"
_TOPICS = (Topic.EM_LEVEL,)
_THREE_YEARS = re.compile(r"\b(?:3|three)[\s-]years?\b")
_NO_MORE = "No level follows from that."


@dataclass(frozen=True, slots=True)
class Reached:
    """The code that decision making or time reaches, with the working; `open_to` is what more could reach."""

    code: str | None
    shown: str
    open_to: str | None = None


def em_level(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """The level that follows from what is stated, against the level asked about."""
    if Topic.EM_LEVEL not in question.topics:
        return
    mdm = read_mdm(question.text)
    named = [code for code in procedures(question) if code in BY_CODE]
    minutes = question.minutes if named and len(named) == len(procedures(question)) else None
    yield from _new_or_known(question, named, reference, on)
    if mdm is None and minutes is None:
        return
    family = _family(question, named)
    if family is None:
        yield from _which_family(named)
        return
    sources = _sources(family, reference, on)
    if not sources:
        yield _missing(family, on)
        return
    yield from _level(question, family, _by_mdm(family, mdm), _by_time(family, minutes, on), sources)


def _family(question: Question, named: list[str]) -> Family | None:
    """That of the codes named; without one, or with new and established both, by the patient and place stated."""
    families = list(dict.fromkeys(BY_CODE[code] for code in named))
    new, setting = question.circumstances.new_patient, question.circumstances.setting
    if len(families) > 1 and new is not None:
        families = [family for family in families if family.new is new]
    if len(families) == 1:
        return families[0]
    if families:
        return None
    if setting is Setting.EMERGENCY:
        return EMERGENCY
    if new is None or setting not in (None, Setting.OFFICE, Setting.TELEHEALTH):
        return None
    return NEW_OFFICE if new else KNOWN_OFFICE


def _which_family(named: list[str]) -> Iterator[Finding]:
    yield Finding(
        "em_family_open",
        tuple(named),
        "The level depends on the kind of visit, and the loaded data cannot tell which it was.",
        Severity.GAP,
        needs="Where was the patient seen, and was the patient new or established (seen within three years)?",
    )


def _sources(family: Family, reference: Reference, on: date) -> tuple[Source, ...]:
    office = family in (NEW_OFFICE, KNOWN_OFFICE)
    return note_sources(reference, family.distinct, on, "rule-em-office" if office else "rule-em-other")


def _missing(family: Family, on: date) -> Finding:
    statement = (
        f"The rule for the level of a visit ({family.name}) on {on.isoformat()} is not in the loaded data: this way of "
        f"choosing holds since {family.since.isoformat()}."
    )
    return Finding("em_rule_missing", family.distinct, statement, Severity.GAP)


def _by_mdm(family: Family, mdm: Mdm | None) -> Reached | None:
    """Two of three elements must reach the level."""
    if mdm is None:
        return None
    elements = mdm.elements
    shown = joined(tuple(f"{name} {level.shown}" for name, level in elements)).capitalize()
    if len(elements) < 2:
        if mdm.whole is None:
            return Reached(None, f"{shown}: one element of decision making is stated, two are needed.")
        return Reached(family.code(mdm.whole), f"Decision making {mdm.whole.shown} is {family.code(mdm.whole)}.")
    levels = sorted((level for _, level in elements), reverse=True)
    reached = levels[1]
    code, most = family.code(reached), family.code(levels[0])
    text = f"{shown}: two of the three elements reach {reached.shown}, so decision making is {reached.shown}, {code}."
    if len(elements) == 2 and most != code:
        missing = next(name for name in ("problems", "data", "risk") if name not in dict(elements))
        text = f"{text[:-1]} at least; {most} if {missing} reach{'' if missing != 'risk' else 'es'} {levels[0].shown}."
        return Reached(code, text, most)
    return Reached(code, text)


def _by_time(family: Family, minutes: int | None, on: date) -> Reached | None:
    timed = family.timed(on)
    if minutes is None:
        return None
    if not timed:
        return Reached(None, "Time has no part in the level of an emergency department visit: decision making decides.")
    reached = [(code, least) for code, least in timed if minutes >= least]
    above = next(((code, least) for code, least in timed if minutes < least), None)
    short = f", short of {above[0]} (from {above[1]})" if above else ""
    if not reached:
        return Reached(None, f"{minutes} minutes reach no code by time{short}.")
    code, least = reached[-1]
    return Reached(code, f"{minutes} minutes of the practitioner's own time reach {code} (from {least}){short}.")


def _level(
    question: Question, family: Family, by_mdm: Reached | None, by_time: Reached | None, sources: tuple[Source, ...]
) -> Iterator[Finding]:
    """The higher of the two ways, against the code asked about."""
    ways = [way for way in (by_mdm, by_time) if way is not None]
    codes = [way.code for way in ways if way.code]
    shown = " ".join(way.shown for way in ways)
    if not codes:
        yield Finding(
            EM_LEVEL, family.distinct, f"{shown} {_NO_MORE}", Severity.CAUTION, sources, part=Part.WORKING,
            needs="What were the levels of problems, data and risk, or the practitioner's total minutes that day?",
        )  # fmt: skip
        return
    best = max(codes, key=family.distinct.index)
    if len(set(codes)) > 1:
        shown += f" Either way may be chosen: {best}."
    open_to = next((way.open_to for way in ways if way.open_to), None)
    higher = open_to if open_to and family.distinct.index(open_to) > family.distinct.index(best) else None
    severity, answer = _answer(family, best, higher, question)
    refused = tuple(code for code in family.distinct if code in procedures(question))
    yield Finding(
        EM_LEVEL,
        refused if severity is Severity.STOP else (best,),
        shown,
        severity,
        sources,
        None if severity is Severity.STOP else "Does the note bear out the levels or minutes stated?",
        part=Part.WORKING,
        answer=answer,
        topics=_TOPICS,
        lines=() if higher else (Line(best, None, _modifiers(question, family)),),
    )
    yield _record(best, by_mdm, by_time, sources)


def _answer(family: Family, best: str, higher: str | None, question: Question) -> tuple[Severity, str]:
    asked = [code for code in family.distinct if code in procedures(question)]
    rank = family.distinct.index
    limit = f" ({higher} if the third element reaches it)" if higher else ""
    if len(asked) != 1:
        return Severity.INFO, f"{best} follows from what is stated{limit}."
    if asked[0] == best:
        return Severity.INFO, f"Yes: {best} follows from what is stated{limit}."
    if rank(asked[0]) < rank(best):
        return Severity.CAUTION, f"{best} follows from what is stated, more than {asked[0]}{limit}."
    if higher and rank(asked[0]) <= rank(higher):
        return Severity.CAUTION, f"{asked[0]} only if the third element reaches it; else {best}."
    return Severity.STOP, f"No: what is stated supports {best}, not {asked[0]}."


def _modifiers(question: Question, family: Family) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m for code in family.distinct for m in modifiers_on(question, code)))


def _record(best: str, by_mdm: Reached | None, by_time: Reached | None, sources: tuple[Source, ...]) -> Finding:
    """What the note must show for the way that was used."""
    parts = []
    if by_mdm and by_mdm.code:
        parts.append("the problems addressed, the data ordered or reviewed, and the risk of what was decided")
    if by_time and by_time.code:
        parts.append("the practitioner's total minutes on that day and what they went into, without staff time")
    statement = (
        f"For {best} the note must show {joined(tuple(parts), 'or')}; history and examination as the case needs."
    )
    return Finding("em_record", (best,), statement, Severity.INFO, sources, part=Part.RECORD)


def _new_or_known(question: Question, named: list[str], reference: Reference, on: date) -> Iterator[Finding]:
    """Who is new, where that is what the question turns on."""
    kinds = {BY_CODE[code].new for code in named} - {None}
    if len(kinds) < 2 and not _THREE_YEARS.search(question.text.lower()):
        return
    sources = note_sources(reference, (*named, "99203"), on, "rule-new-patient")
    if not sources:
        return
    yield Finding(
        NEW_PATIENT,
        tuple(named),
        "New is a patient who got no face-to-face professional service in the three years before from this "
        "practitioner or another of the same group and specialty; CPT asks for the same subspecialty too. A test read "
        "without a visit does not make a patient established, and a new place of work does not make one new.",
        Severity.INFO,
        sources,
        topics=_TOPICS,
    )
