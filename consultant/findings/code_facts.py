"""What the loaded data says about each code named that is in force on the day: global days, dose of a unit.

One rule; consultant.findings.validity says of the others what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from consultant.findings.mentions import is_family, name_of, of_system
from consultant.findings.model import Finding, Part, Severity
from consultant.findings.units import billing_quantity
from consultant.questions.model import CodeMention, Question
from consultant.reference.model import CodeEntry, Reference

# NCCI Policy Manual, chapter 1, section E.
_MODIFIER_STATUS = {
    "PTP-associated": "It can bypass an NCCI edit of modifier indicator 1.",
    "not PTP-associated": "It bypasses no NCCI edit.",
}
NO_GLOBAL = "XXX"  # the global concept does not apply: there is nothing to say
# Medicare Physician Fee Schedule, global surgery field (CMS, PFS relative value files), in our words.
_GLOBAL = {
    "000": "the day itself",
    "010": "the day itself and 10 days after",
    "090": "the day before, the day itself and 90 days after",
    "MMM": "maternity: the usual global period does not apply",
    "YYY": "set by the contractor",
    "ZZZ": "part of another service's global period",
}


def code_facts(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """One finding for each code, modifier and place named, and for each range."""
    for mention in question.codes:
        if mention.code is None:
            yield from _range(mention, reference, on)
        elif is_family(mention):
            yield _family(mention)
        elif (entry := of_system(mention, reference.code(mention.code, on))) is not None:
            yield from _in_force(mention, entry, on)


def _in_force(mention: CodeMention, entry: CodeEntry, on: date) -> Iterator[Finding]:
    name = name_of(mention)
    description = f": {entry.description.rstrip('.')}" if entry.description else ""
    statement = f"{name}{description}. In force on {on.isoformat()}."
    yield Finding("code", (entry.code,), statement + _details(entry), Severity.INFO, entry.sources, part=Part.FACTS)
    if mention.units and (quantity := billing_quantity(entry.billing_unit)):
        yield _drug_units(mention.units, quantity, entry)


def _details(entry: CodeEntry) -> str:
    """What a modifier can do, global days, billing unit and the licensor's notice, where the data has them."""
    parts = []
    if entry.status in _MODIFIER_STATUS:
        parts.append(_MODIFIER_STATUS[entry.status])
    if entry.global_days and entry.global_days != NO_GLOBAL:
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
        part=Part.FACTS,
    )


def _range(mention: CodeMention, reference: Reference, on: date) -> Iterator[Finding]:
    """The codes of a range that the data knows; the data may not be complete."""
    name = f"{mention.range_from} to {mention.range_to}"
    known = [e for code in mention.expands_to if (e := reference.code(code, on)) is not None]
    if not known:
        yield _gap("", f"{name}: no code of this range is in the loaded data for {on.isoformat()}.")
        return
    codes = tuple(e.code for e in known)
    sources = tuple(dict.fromkeys(e.source for e in known))
    statement = f"{name}: of this range the loaded data has {', '.join(codes)} in force on {on.isoformat()}."
    yield Finding("range", codes, statement, Severity.INFO, sources, part=Part.FACTS)


def _family(mention: CodeMention) -> Finding:
    members = f" The loaded data has {', '.join(mention.expands_to)}." if mention.expands_to else ""
    statement = f"{mention.code} stands for a family of codes: which one is meant is not stated.{members}"
    return _gap(mention.code or "", statement)


def _gap(code: str, statement: str) -> Finding:
    return Finding("unknown_code", (code,) if code else (), statement, Severity.GAP)
