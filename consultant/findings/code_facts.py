"""What the loaded data says about each code named that is in force on the day: status, global days, dose of a unit.

One rule; consultant.findings.validity says of the others what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from consultant.findings.mentions import is_family, name_of, of_system
from consultant.findings.model import Finding, Severity
from consultant.findings.units import billing_quantity
from consultant.questions.model import CodeMention, Question
from consultant.reference.model import CodeEntry, Reference

# Medicare Physician Fee Schedule, status indicators (CMS, PFS relative value files), in our words.
_STATUS = {
    "A": "active, paid under the fee schedule",
    "B": "bundled: never paid separately",
    "C": "priced by the contractor",
    "D": "deleted",
    "E": "excluded from the fee schedule by regulation",
    "I": "not valid for Medicare, which wants another code",
    "J": "anesthesia service",
    "M": "for reporting measures only",
    "N": "not covered by Medicare",
    "P": "bundled or excluded",
    "Q": "for functional reporting only",
    "R": "restricted coverage",
    "T": "paid only if nothing else is payable that day from the same provider",
    "X": "outside the fee schedule by statute",
}
# NCCI Policy Manual, chapter 1, section E.
_MODIFIER_STATUS = {
    "PTP-associated": "It can bypass an NCCI edit of modifier indicator 1.",
    "not PTP-associated": "It bypasses no NCCI edit.",
}
# The same files, global surgery field.
_GLOBAL = {
    "000": "the day itself",
    "010": "the day itself and 10 days after",
    "090": "the day before, the day itself and 90 days after",
    "MMM": "maternity: the usual global period does not apply",
    "XXX": "the global concept does not apply",
    "YYY": "set by the contractor",
    "ZZZ": "part of another service's global period",
}


def code_facts(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """One finding for each code, modifier and place named, and for each range."""
    for mention in question.codes:
        if mention.code is None:
            yield from _range(mention, reference, on)
        elif is_family(mention):
            yield _gap(
                mention.code,
                f"{mention.code} stands for a family of codes: which one is meant is not stated.",
            )
        elif (entry := of_system(mention, reference.code(mention.code, on))) is not None:
            yield from _in_force(mention, entry, on)


def _in_force(mention: CodeMention, entry: CodeEntry, on: date) -> Iterator[Finding]:
    name = name_of(mention)
    description = f": {entry.description.rstrip('.')}" if entry.description else ""
    statement = f"{name}{description}. In force on {on.isoformat()}."
    yield Finding("code", (entry.code,), statement + _details(entry), Severity.INFO, entry.sources)
    if mention.units and (quantity := billing_quantity(entry.billing_unit)):
        yield _drug_units(mention.units, quantity, entry)


def _details(entry: CodeEntry) -> str:
    """Status, global days, billing unit and the licensor's notice, where the data has them."""
    parts = []
    if entry.status in _MODIFIER_STATUS:
        parts.append(_MODIFIER_STATUS[entry.status])
    elif entry.status:
        meaning = _STATUS.get(entry.status)
        parts.append(f"Status {entry.status}{f' ({meaning})' if meaning else ''}.")
    if entry.global_days:
        meaning = _GLOBAL.get(entry.global_days)
        parts.append(f"Global days {entry.global_days}{f' ({meaning})' if meaning else ''}.")
    if entry.billing_unit:
        parts.append(f"One unit is {entry.billing_unit}.")
    if entry.licensed_notice:
        parts.append(entry.licensed_notice)
    return "".join(f" {part}" for part in parts)


def _drug_units(units: int, quantity: tuple[Decimal, str], entry: CodeEntry) -> Finding:
    amount, measure = quantity
    total = f"{amount * units:f} {measure}"
    statement = f"{entry.code} × {units}: {units} units of {entry.billing_unit} are {total}."
    return Finding(
        "drug_units",
        (entry.code,),
        statement,
        Severity.INFO,
        entry.sources,
        to_judge=f"Does the record show {total} of {entry.code} given, and any amount discarded?",
    )


def _range(mention: CodeMention, reference: Reference, on: date) -> Iterator[Finding]:
    """The codes of a numeric range that the data knows; the data may not be complete."""
    name = f"{mention.range_from} to {mention.range_to}"
    known = [e for code in _between(mention) if (e := reference.code(code, on)) is not None]
    if not known:
        yield _gap("", f"{name}: no code of this range is in the loaded data for {on.isoformat()}.")
        return
    codes = tuple(e.code for e in known)
    sources = tuple(dict.fromkeys(e.source for e in known))
    statement = f"{name}: of this range the loaded data has {', '.join(codes)} in force on {on.isoformat()}."
    yield Finding("range", codes, statement, Severity.INFO, sources)


def _between(mention: CodeMention) -> Iterator[str]:
    first, last = mention.range_from or "", mention.range_to or ""
    letter = first[:1] if first[:1].isalpha() else ""
    low, high = first.removeprefix(letter), last.removeprefix(letter)
    if low.isdigit() and high.isdigit() and int(high) - int(low) <= 200:
        for number in range(int(low), int(high) + 1):
            yield f"{letter}{number:0{len(low)}d}"


def _gap(code: str, statement: str) -> Finding:
    return Finding("unknown_code", (code,) if code else (), statement, Severity.GAP)
