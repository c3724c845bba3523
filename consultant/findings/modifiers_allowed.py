"""Whether a modifier may stand on a code, by the indicators of the Physician Fee Schedule.

50 (bilat_surg), 51 (mult_proc), 26 and TC (pctc_ind), 62 (co_surg), 66 (team_surg), 80-82 and AS (asst_surg), 53 (a
row of its own), 54-56 (pre_op, intra_op, post_op). Meanings: CMS, relative value file documentation, Attachment A.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from consultant.findings.indicators import (
    ALLOWED,
    ASSISTANT,
    BILATERAL,
    CO_SURGEONS,
    DOCUMENT,
    MULTIPLE,
    NOT,
    PARTS,
    TEAM,
    Meaning,
)
from consultant.findings.model import Finding, Line, Severity
from consultant.findings.stated import is_visit, loose_modifiers, modifiers_by_line, modifiers_on
from consultant.findings.units import procedures, stated_units
from consultant.questions.model import Question, Topic
from consultant.reference.model import Fact, Reference

MODIFIER_ALLOWED = "modifier_allowed"
_MOST = 4
_ASSISTANTS = ("80", "81", "82", "AS")
_SPLIT = {"54": ("pre_op", "intra_op"), "55": ("post_op",), "56": ()}
_JUDGED = frozenset(("50", "51", "26", "TC", "62", "66", "53", *_ASSISTANTS, *_SPLIT))
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the row says of one modifier: `can` is ALLOWED, NOT or DOCUMENT."""

    can: str
    statement: str


def modifiers_allowed(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """For each code, the modifiers that are stated on it or asked about."""
    codes = [code for code in procedures(question) if not is_visit(code)]
    loose = _asked(question) if len(codes) <= _MOST else ()
    for code in codes:
        wanted = [m for m in dict.fromkeys((*modifiers_on(question, code), *loose)) if m in _JUDGED]
        if wanted:
            yield from _of_code(code, wanted, question, reference, on)


def _asked(question: Question) -> tuple[str, ...]:
    """Modifiers named by themselves; and 50 where both sides are spoken of and the sides are no modifiers yet."""
    loose = loose_modifiers(question)
    sides = question.circumstances.sides
    both = "bilateral" in sides or {"left", "right"} <= set(sides)
    attached = {m for mention in question.codes for m in mention.modifiers}
    if both and Topic.MODIFIERS in question.topics and not attached & {"50", "LT", "RT"}:
        return tuple(dict.fromkeys((*loose, "50")))
    return loose


def _of_code(code: str, wanted: list[str], question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    rows = reference.details(code, on).fee_schedule
    main = next((row for row in rows if not row.values.get("mod")), rows[0] if rows else None)
    if main is None:
        yield Finding(
            "no_indicators",
            (code,),
            f"The fee schedule in the loaded data has no row of {code} for {on.isoformat()}: whether "
            f"{', '.join(wanted)} may stand on it is not told.",
            Severity.GAP,
        )
        return
    attached = modifiers_on(question, code)
    for modifier in wanted:
        row = next((each for each in rows if each.values.get("mod") == modifier), main)
        verdict = _verdict(modifier, code, main.values, own=row is not main)
        if verdict is not None and (modifier in attached or not _idle(verdict, modifier, question)):
            lines = _line(code, modifier, verdict, question) if len(wanted) == 1 else ()
            yield _finding(code, modifier, verdict, row, attached, lines)


def _idle(verdict: Verdict, modifier: str, question: Question) -> bool:
    """A modifier named by itself beside several codes is meant for those that can take it."""
    several = sum(not is_visit(code) for code in procedures(question)) > 1
    return several and verdict.can == NOT and modifier != "50"


def _verdict(modifier: str, code: str, row: Row, *, own: bool) -> Verdict | None:
    """What the code's row says of the modifier; None where the row has no such indicator."""
    if modifier in _SPLIT:
        return _split_care(modifier, row)
    if modifier == "53":
        return _discontinued(code, own=own)
    column, table = _COLUMN[modifier]
    indicator = str(row.get(column) or "").strip()
    meaning = table.get(indicator)
    if meaning is None:
        return None
    can = meaning.can_of(modifier)
    return Verdict(can, f"{meaning.name} {indicator}, {meaning.words}")


def _split_care(modifier: str, row: Row) -> Verdict:
    """54 is paid the parts before and of the operation, 55 the part after; only where the row splits them."""
    shares = {name: round(Decimal(str(row.get(name) or 0)) * 100) for name in ("pre_op", "intra_op", "post_op")}
    days = str(row.get("glob_days") or "")
    if days not in ("010", "090") or not any(shares.values()):
        return Verdict(NOT, f"global days {days or 'none'}, which the fee schedule does not split into parts of care")
    split = f"{shares['pre_op']}% before, {shares['intra_op']}% during and {shares['post_op']}% after the operation"
    if modifier == "56":
        means = "the part before goes with 54 to who operates, so ask the contractor whether it takes 56"
    else:
        means = f"Medicare pays {sum(shares[name] for name in _SPLIT[modifier])}% of it, on a transfer of care"
    return Verdict(DOCUMENT, f"global days {days}, split into {split}; {means}")


def _discontinued(code: str, *, own: bool) -> Verdict:
    if own:
        return Verdict(ALLOWED, f"the fee schedule has a row of its own for {code} with 53, which prices it")
    return Verdict(
        DOCUMENT, f"the fee schedule has no row of its own for {code} with 53: the contractor prices it by the record"
    )


_COLUMN: Mapping[str, tuple[str, Mapping[str, Meaning]]] = {
    "50": ("bilat_surg", BILATERAL),
    "51": ("mult_proc", MULTIPLE),
    "26": ("pctc_ind", PARTS),
    "TC": ("pctc_ind", PARTS),
    "62": ("co_surg", CO_SURGEONS),
    "66": ("team_surg", TEAM),
} | dict.fromkeys(_ASSISTANTS, ("asst_surg", ASSISTANT))

_ANSWERS: dict[str, Callable[[str, str], str]] = {
    ALLOWED: lambda code, modifier: f"Yes: {code} may be reported with {modifier}",
    NOT: lambda code, modifier: f"No: {code} is not reported with {modifier}",
    DOCUMENT: lambda code, modifier: f"{code} may be reported with {modifier} where the record supports it",
}
_SEVERITY = {ALLOWED: Severity.INFO, NOT: Severity.STOP, DOCUMENT: Severity.CAUTION}


def _finding(
    code: str, modifier: str, verdict: Verdict, row: Fact, attached: tuple[str, ...], lines: tuple[Line, ...]
) -> Finding:
    judge = f"Does the record show why {modifier} is right on {code}?" if verdict.can == DOCUMENT else None
    severity = _SEVERITY[verdict.can]
    if verdict.can == NOT and modifier not in attached:
        severity = Severity.CAUTION  # asked about, not billed
    said = _ANSWERS[verdict.can](code, modifier)
    plain = said.removeprefix("Yes: ").removeprefix("No: ")
    return Finding(
        MODIFIER_ALLOWED,
        (code,),
        f"By Medicare's fee schedule {plain}: {verdict.statement}.",
        severity,
        (row.source,),
        judge,
        answer=f"{said} ({verdict.statement}).",
        topics=(Topic.MODIFIERS,),
        lines=lines,
    )


def _line(code: str, modifier: str, verdict: Verdict, question: Question) -> tuple[Line, ...]:
    """The line with the modifier where nothing else is open; 50 stands with one unit."""
    if verdict.can != ALLOWED or modifier == "51":
        return ()
    line = next((line for line in modifiers_by_line(question, code) if modifier in line), ())
    others = tuple(m for m in line if m != modifier and not (modifier == "50" and m in ("LT", "RT")))
    units = 1 if modifier == "50" else stated_units(question).get(code)
    return (Line(code, units, (modifier, *others)),)
