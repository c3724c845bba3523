"""Which diagnoses go together and in which order, by the notes of the ICD-10-CM tabular list.

Excludes1 and 2, code first, use additional code, code also: ICD-10-CM Official Guidelines, sections I.A.12, I.A.13 and
I.A.17. A note holds for every code below the node it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import permutations

from consultant.findings.model import Finding, Severity
from consultant.findings.notes import note_sources
from consultant.questions.model import Question, System, Topic
from consultant.reference.model import Excludes1, Fact, Reference, Source
from consultant.reference.named_codes import named_codes

EXCLUDES1 = "excludes1"
SEQUENCE = "sequence"
_MOST = 5
_NOTE = "rule-icd-notes"
_TOPICS = (Topic.DIAGNOSIS, Topic.GUIDELINES)
_IF_ANY = re.compile(r"\bif (?:applicable|any|known|present)\b|\bany\b")
_CATEGORY = "diag"


def diagnosis_notes(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """What the notes of each diagnosis say of the others named; and a manifestation that is named alone."""
    codes = question.named(System.ICD10CM)[:_MOST]
    told: set[frozenset[str]] = set()
    for conflict in reference.excludes1(codes, on) if len(codes) > 1 else ():
        if (pair := frozenset((conflict.code, conflict.other))) not in told:
            told.add(pair)
            yield _excludes1(conflict, note_sources(reference, (), on, _NOTE, topics=(Topic.DIAGNOSIS,)))
    notes = {code: reference.details(code, on).notes for code in codes}
    for saying in (_order, _excludes2):
        for one, other in permutations(codes, 2):
            pair = frozenset((one, other))
            if pair not in told and (finding := saying(one, other, notes[one], codes)):
                told.add(pair)
                yield finding
    for code in codes:
        yield from _manifestation(code, notes[code], codes)


def naming(facts: Sequence[Fact], kind: str, code: str) -> Fact | None:
    """The nearest note of this kind, on a code or category, that names the other code."""
    return next(
        (
            fact
            for fact in facts
            if fact.values["kind"] == kind
            and fact.values["level"] == _CATEGORY
            and any(named.has(code.replace(".", "")) for named in named_codes(str(fact.values["note"])))
        ),
        None,
    )


def _excludes1(conflict: Excludes1, rules: tuple[Source, ...]) -> Finding:
    one, other = conflict.code, conflict.other
    place = conflict.node if conflict.level == _CATEGORY else f"{conflict.level} {conflict.node}"
    return Finding(
        EXCLUDES1,
        (one, other),
        f"An Excludes1 note at {place} names {other}: it is not coded together with {one}, unless the two conditions "
        "are unrelated to each other.",
        Severity.STOP,
        (conflict.source, *rules),
        f"Are {one} and {other} two conditions unrelated to each other, and does the record say so?",
        answer=f"No: {one} and {other} are not coded together (Excludes1), unless they are unrelated.",
        topics=_TOPICS,
    )


def _excludes2(one: str, other: str, facts: Sequence[Fact], _codes: tuple[str, ...]) -> Finding | None:
    fact = naming(facts, "excludes2", other)
    if fact is None:
        return None
    return Finding(
        "excludes2",
        (one, other),
        f"An Excludes2 note at {_at(fact)} names {other}: it is not part of {one}, and both may be coded where the "
        "patient has both.",
        Severity.INFO,
        (fact.source,),
        answer=f"Yes: {one} and {other} may both be coded where the patient has both (Excludes2).",
        topics=_TOPICS,
    )


_ORDERS = (
    ("codeFirst", "Code first", False),
    ("useAdditionalCode", "Use additional code", True),
)


def _order(one: str, other: str, facts: Sequence[Fact], codes: tuple[str, ...]) -> Finding | None:
    """The order that a note at `one` asks for, where it names the other code."""
    for kind, name, before in _ORDERS:
        if fact := naming(facts, kind, other):
            first, second = (one, other) if before else (other, one)
            reversed_ = codes.index(first) > codes.index(second)
            written = f" They are named in the other order: {second} before {first}." if reversed_ else ""
            return Finding(
                SEQUENCE,
                (first, second),
                f'The note "{name}" at {_at(fact)} names {other}: {first} comes first, {second} after it.{written}',
                Severity.CAUTION if reversed_ else Severity.INFO,
                (fact.source,),
                answer=f"{first} first, then {second}.",
                topics=_TOPICS,
            )
    if fact := naming(facts, "codeAlso", other):
        return Finding(
            SEQUENCE,
            (one, other),
            f'The note "Code also" at {_at(fact)} names {other}: both are coded, and the reason for the encounter '
            "decides which comes first.",
            Severity.INFO,
            (fact.source,),
            topics=_TOPICS,
        )
    return None


def _manifestation(code: str, facts: Sequence[Fact], codes: tuple[str, ...]) -> Iterator[Finding]:
    """A code whose cause must come first, with no code before it that may be the cause."""
    first = [f for f in facts if f.values["kind"] == "codeFirst" and f.values["level"] == _CATEGORY]
    if not first or _IF_ANY.search(str(first[0].values["note"])):
        return
    if any(naming(first, "codeFirst", other) for other in codes if other != code):
        return
    listed_first = codes[0] == code
    yield Finding(
        "manifestation",
        (code,),
        f'{code} has a note "Code first" at {_at(first[0])}: the condition that causes it is coded before it, so '
        "it does not stand first. No code named is one that the note names.",
        Severity.CAUTION if listed_first else Severity.INFO,
        (first[0].source,),
        f"Which condition underlies {code}, and is it coded before it?",
        topics=_TOPICS,
    )


def _at(fact: Fact) -> str:
    code = str(fact.values["code"])
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and "." not in code else code
