"""Visits at a distance: place of service 02 or 10, modifiers 93 and 95.

Medicare Claims Processing Manual, chapter 12, section 190, and chapter 26, section 10.5; Physician Fee Schedule rule
for 2024. Whether a visit may be held at a distance at all is the law's and the record's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.findings.model import Finding, Part, Severity
from consultant.findings.notes import note_sources
from consultant.findings.stated import is_visit, joined, loose_modifiers, modifiers_on
from consultant.findings.units import procedures
from consultant.questions.model import Question, System, Topic
from consultant.questions.payers import MEDICARE
from consultant.reference.model import Reference, Source

TELEHEALTH = "telehealth"
BY_PLACE_SINCE = date(2024, 1, 1)
_NOTES = ("rule-telehealth-by-place", "rule-telehealth-as-in-person")
_MEDICARES = (MEDICARE, "Railroad Medicare", None)
_AUDIO = ("93", "FQ")
_JUDGE = (
    "Where was the patient, was it by video or by sound alone, and does the law allow the patient's place on that day?"
)


def telehealth(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """How the visit is marked on the claim."""
    if Topic.TELEHEALTH not in question.topics:
        return
    codes = tuple(code for code in procedures(question) if is_visit(code))
    places, stated = question.named(System.POS), _stated(question)
    if not codes and not places and not {"93", "95"} & set(stated):
        return
    sources = note_sources(reference, (), on, *_NOTES, topics=(Topic.TELEHEALTH,))
    if not sources:
        yield Finding(
            "telehealth_rule_missing",
            codes,
            f"How a visit at a distance is marked on {on.isoformat()} is not in the loaded data: a note on telehealth "
            "that holds on that day is missing.",
            Severity.GAP,
        )
        return
    yield from _marked(question, codes, stated, sources, on)


def _stated(question: Question) -> tuple[str, ...]:
    attached = [m for code in procedures(question) for m in modifiers_on(question, code)]
    return tuple(dict.fromkeys((*attached, *loose_modifiers(question))))


def _marked(
    question: Question, codes: tuple[str, ...], stated: tuple[str, ...], sources: tuple[Source, ...], on: date
) -> Iterator[Finding]:
    visit = joined(codes, "or") or "the visit"
    if question.payer not in _MEDICARES:
        yield Finding(
            TELEHEALTH,
            codes,
            f"{question.payer} sets its own rule for visits at a distance. Most payers outside Medicare want 95 for "
            "video or 93 for sound alone, with place of service 10 for a patient at home and 02 for one elsewhere.",
            Severity.CAUTION,
            sources,
            f"What does {question.payer} want: which place of service, and 95 or 93?",
            part=Part.PAYER,
            topics=(Topic.TELEHEALTH,),
        )
        return
    rule, answer = _by_place(visit, stated) if on >= BY_PLACE_SINCE else _as_in_person(visit)
    yield Finding(TELEHEALTH, codes, rule, Severity.CAUTION, sources, _JUDGE, answer=answer, topics=(Topic.TELEHEALTH,))


def _by_place(visit: str, stated: tuple[str, ...]) -> tuple[str, str]:
    """Since 2024 the place says it."""
    needless = " 95 is stated: Medicare does not need it here." if "95" in stated else ""
    rule = (
        f"For Medicare {visit} has place of service 10 where the patient is at home (paid as in an office) and 02 "
        "elsewhere (paid as in a facility); 93 where it was by sound alone. 95 is only for some services of hospitals, "
        f"such as therapy.{needless} That the patient is at home outside the countryside is allowed by a law that was "
        "extended several times."
    )
    marked = "with 93 " if set(_AUDIO) & set(stated) else ""
    return rule, f"For Medicare: {visit} {marked}with place of service 10 (patient at home) or 02 (elsewhere)."


def _as_in_person(visit: str) -> tuple[str, str]:
    """In the public health emergency and until the end of 2023."""
    rule = (
        f"Until the end of 2023 Medicare took {visit} with 95 and the place of service that it would have had in "
        "person (paid so too); since 2022 with 93 where it was by sound alone."
    )
    return rule, f"For Medicare on that day: {visit} with 95 and the place of service as in person."
