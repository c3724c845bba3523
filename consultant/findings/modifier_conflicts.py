"""Modifiers that cannot stand together on one line, that do not belong on a code, and the order of those that may.

Only what is certain: NCCI Policy Manual, chapter 1, section E; Medicare Claims Processing Manual, chapters 12, 13, 17,
26 and 30. Whether a code takes 50, 26 and the like is consultant.findings.modifiers_allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consultant.findings.model import Finding, Line, Part, Severity
from consultant.findings.notes import note_sources
from consultant.findings.stated import is_visit, joined, modifiers_by_line
from consultant.findings.units import procedures, stated_units
from consultant.questions.model import Question, Topic
from consultant.reference.model import Reference, Source

MODIFIER_CONFLICT = "modifier_conflict"
MODIFIER_ORDER = "modifier_order"
_CONFLICTS, _ORDER = "rule-modifier-conflicts", "rule-modifier-order"
_NOTE_CODES = ("GX", "99")
_DISTINCT = ("59", "XE", "XP", "XS", "XU")
_VISITS_ONLY = ("24", "25", "57")


@dataclass(frozen=True, slots=True)
class Together:
    """Two sets of modifiers of which no two stand on one line."""

    ones: tuple[str, ...]
    others: tuple[str, ...]
    why: str

    def clash(self, modifiers: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the modifiers that clash, if any do."""
        one = [m for m in modifiers if m in self.ones]
        other = [m for m in modifiers if m in self.others and m not in one]
        return (*one, *other) if one and other else ()


_CLASHES = (
    Together(("59",), ("XE", "XP", "XS", "XU"), "an X modifier stands instead of 59, never beside it"),
    Together(("50",), ("LT", "RT"), "50 already says both sides"),
    Together(("26",), ("TC",), "both parts together are the code without a modifier"),
    Together(("JW",), ("JZ",), "JW says that some of the drug was discarded, JZ that none was"),
    Together(("GA",), ("GZ",), "GA says that a required notice was signed, GZ that none was"),
    Together(("GY",), ("GA", "GZ"), "GY is for what Medicare never covers, GA and GZ for a refusal as not necessary"),
    Together(("GX",), ("GA", "GZ"), "GX is for a voluntary notice on what is never covered, GA and GZ for necessity"),
    Together(("95",), ("93", "GT", "GQ"), "one modifier says how the visit at a distance was held"),
    Together(("80",), ("81", "82", "AS"), "one modifier says who assisted"),
    Together(("81",), ("82", "AS"), "one modifier says who assisted"),
    Together(("62",), ("66", "80", "81", "82", "AS"), "a co-surgeon is no assistant and none of a team on that line"),
    Together(("54",), ("55",), "who gives all the care reports neither; parts of it are lines of their own"),
    Together(("76",), ("77",), "the repeat was by the same practitioner or by another"),
)  # fmt: skip
# Modifiers that change the payment stand before those that only inform (Pub. 100-04, ch. 23; contractors' advice).
_PRICING = (
    "26 TC 50 51 52 53 54 55 56 62 66 73 74 78 80 81 82 AS AA AD QK QX QY QZ NU RR UE FX FY GO GP GN CO CQ "
    "JW JZ P1 P2 P3 P4 P5 P6 22"
).split()
_DECIDING = ("24", "25", "57", "58", "79", "59", "XE", "XP", "XS", "XU", "76", "77", "91", "27")


def modifier_conflicts(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """For each code with modifiers: what clashes, what does not belong, and the order of the rest."""
    lines = [(code, line) for code in procedures(question) for line in modifiers_by_line(question, code)]
    for code, modifiers in lines:
        if reasons := tuple(_wrong(code, modifiers)):
            yield _conflict(code, reasons, modifiers, note_sources(reference, _NOTE_CODES, on, _CONFLICTS))
        elif in_order(modifiers) != modifiers and (sources := note_sources(reference, _NOTE_CODES, on, _ORDER)):
            yield _order(code, in_order(modifiers), stated_units(question).get(code), sources)


def _wrong(code: str, modifiers: tuple[str, ...]) -> Iterator[str]:
    """Each reason why the modifiers cannot stand as they are, as a clause."""
    for together in _CLASHES:
        if clash := together.clash(modifiers):
            yield f"{joined(clash)} do not stand together: {together.why}"
    visit = is_visit(code)
    for modifier in modifiers:
        if modifier in _VISITS_ONLY and not visit:
            yield f"{modifier} is for visits only"
        elif modifier in _DISTINCT and visit:
            yield f"{modifier} is not for visits; where the visit is separate, 25 says so"
        elif modifier in ("76", "77", "51") and visit:
            yield f"{modifier} is for procedures, not for visits"


def _conflict(code: str, reasons: tuple[str, ...], modifiers: tuple[str, ...], sources: tuple[Source, ...]) -> Finding:
    text = f"{code}-{'-'.join(modifiers)} cannot stand so: {'; '.join(reasons)}."
    if not sources:
        text = (
            f"The rules on modifiers that exclude each other ({_CONFLICTS}) are not in the loaded data: "
            f"{code}-{'-'.join(modifiers)} was not checked."
        )
        return Finding("modifier_rule_missing", (code,), text, Severity.GAP)
    return Finding(
        MODIFIER_CONFLICT,
        (code,),
        text,
        Severity.STOP,
        sources,
        answer=f"No: {reasons[0]}.",
        topics=(Topic.MODIFIERS,),
    )


def in_order(modifiers: tuple[str, ...]) -> tuple[str, ...]:
    """What changes the payment first, then what decides whether it is paid, then what informs; stable within each."""
    return tuple(sorted(modifiers, key=lambda m: 0 if m in _PRICING else 1 if m in _DECIDING else 2))


def _order(code: str, ordered: tuple[str, ...], units: int | None, sources: tuple[Source, ...]) -> Finding:
    written = f"{code}-{'-'.join(ordered)}"
    return Finding(
        MODIFIER_ORDER,
        (code,),
        f"{written}: modifiers that change the payment stand first, then those that decide whether it is paid, then "
        "those that only inform. A payer may ask for another order.",
        Severity.CAUTION,
        sources,
        part=Part.AVOID,
        answer=f"In this order: {written}.",
        topics=(Topic.MODIFIERS,),
        lines=(Line(code, units, ordered),),
    )
