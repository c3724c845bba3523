"""Codes that cannot be billed as written: not in force, unknown, a heading, a wrong 7th character, a side left open.

A code that the data does not know is a gap, never a guess; where a whole list of the day leaves it out, there is no
such code. What took the place of a code is named only where a loaded file tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from consultant.findings.mentions import is_family, name_of, of_system
from consultant.findings.model import Finding, Severity
from consultant.findings.sides import side_left_open
from consultant.questions.model import CodeMention, Question, System
from consultant.reference.model import CodeEntry, Fact, Reference, Source

ENDED, NOT_YET, NO_SUCH_CODE = "ended", "not_yet", "no_such_code"
NOT_BILLABLE, UNKNOWN = "not_billable", "unknown_code"

_RELEASE_OF = {
    System.CPT: "a code release that lists CPT",
    System.HCPCS: "a HCPCS Level II release",
    System.ICD10CM: "an ICD-10-CM release",
    System.ICD10PCS: "an ICD-10-PCS release",
    System.ICD9: "an ICD-9-CM release",
    System.DRG: "an MS-DRG table",
    System.NDC: "the FDA's list of drug codes",
    System.REVENUE: "your own list of revenue codes",
    System.MODIFIER: "a list of modifiers",
    System.POS: "the place-of-service code set",
}
_MOST = 5
_FULL = 7  # characters of the longest code of ICD-10-CM


def validity(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """What is wrong with each code named, if anything is."""
    for mention in question.codes:
        if mention.code is None or is_family(mention):
            continue
        entry = of_system(mention, reference.code(mention.code, on))
        if entry is None:
            yield _not_in_force(mention, reference, on)
        elif not entry.billable:
            yield _heading(mention, entry, reference, on)
        elif mention.system is System.ICD10CM:
            yield from side_left_open(entry, question.circumstances.sides, reference, on)


def _not_in_force(mention: CodeMention, reference: Reference, on: date) -> Finding:
    name, code = name_of(mention), mention.code or ""
    known = of_system(mention, reference.known(code))
    if known and known.ended and known.ended < on:
        return _ended(name, known, known.ended, reference, on)
    if known and known.added and known.added > on:
        statement = f"{name} is in force from {known.added.isoformat()} on: it is not valid on {on.isoformat()}."
        statement += _predecessors(code, reference.replacements(code, known.added))
        answer = f"Not as asked: {statement}"
        return Finding(NOT_YET, (code,), statement, Severity.STOP, (known.source,), answer=answer)
    if mention.system not in (System.MODIFIER, System.POS) and (whole := reference.left_out_by(code, on)):
        return _no_such_code(mention, whole, reference, on)
    if known is None:
        needed = _RELEASE_OF[mention.system]
        return _gap(code, f"{name} is not in the loaded data: {needed} is needed to tell about it.")
    return _gap(code, f"{name} is in the loaded data, but in no release that holds on {on.isoformat()}.")


def _ended(name: str, known: CodeEntry, last: date, reference: Reference, on: date) -> Finding:
    statement = f"{name} ended on {last.isoformat()}: it is not valid on {on.isoformat()}."
    told = _successors(known.code, reference.replacements(known.code, on))
    if told:
        statement += f" {_replaced_by(told)}"
    return Finding(
        ENDED,
        (known.code,),
        statement,
        Severity.STOP,
        _once(known.source, *(fact.source for fact in told)),
        to_judge=f"Which code takes the place of {name} on {on.isoformat()}?"
        if len(told) != 1
        else f"Does the record support {told[0].values['by']}, which took the place of {name}?",
        answer=f"Not as asked: {statement}",
    )


def _no_such_code(mention: CodeMention, whole: Source, reference: Reference, on: date) -> Finding:
    """A wrong 7th character where the tabular list defines others; else the codes that may have been meant."""
    name, code = name_of(mention), mention.code or ""
    if (wrong := _seventh(code, reference, on)) is not None:
        stem, taken, source = wrong
        statement = f"{name} does not exist on {on.isoformat()}: {code[-1]} is no 7th character of {stem}, "
        statement += f"which takes {_listed(taken)}."
        needs = f"Which 7th character of {stem} does the record support: {_listed(taken)}?"
        sources = _once(whole, source)
    else:
        near = reference.near_misses(code, on, _MOST)
        statement = f"{name} does not exist on {on.isoformat()}."
        if near:
            statement += f" Close to it are {_described(near)}."
        written = " or ".join(entry.code for entry in near)
        needs = f"Which code is meant by {code}" + (f": {written}?" if near else "?")
        sources = _once(whole, *(entry.source for entry in near))
    answer = f"Not as asked: {statement}"
    return Finding(NO_SUCH_CODE, (code,), statement, Severity.STOP, sources, needs=needs, answer=answer)


def _seventh(code: str, reference: Reference, on: date) -> tuple[str, tuple[str, ...], Source] | None:
    """The code without its last character, the 7th characters that it takes, and where they stand.

    None where it takes none, or takes this one.
    """
    if _length(code) != _FULL:
        return None
    for stem in dict.fromkeys((code[:-1], code[:-1].rstrip("X").rstrip("."))):
        facts = [fact for fact in reference.details(stem, on).notes if fact.values["kind"] == "sevenChrDef"]
        taken = tuple(str(fact.values["note"])[:1] for fact in facts)
        if taken:
            return None if code[-1] in taken else (stem, taken, facts[0].source)
    return None


def _heading(mention: CodeMention, entry: CodeEntry, reference: Reference, on: date) -> Finding:
    name = name_of(mention)
    below = reference.billable_below(entry.code, on)
    told = _successors(entry.code, reference.replacements(entry.code, on))
    statement = f"{name} is a heading, not a billable code: a code below it is needed{_missing(entry.code, below)}."
    if told:
        statement += f" {_replaced_by(told)}"
    return Finding(
        NOT_BILLABLE,
        (entry.code,),
        statement,
        Severity.STOP,
        _once(entry.source, *(fact.source for fact in told)),
        to_judge=f"Which code below {name} does the record support?",
        answer=f"Not as asked: {statement}",
    )


def _missing(code: str, below: Sequence[str]) -> str:
    """How many characters the codes below have more, and which they are, as far as they are few."""
    if not below:
        return ""
    more = sorted({_length(each) - _length(code) for each in below})
    count = str(more[0]) if len(more) == 1 else f"{more[0]} to {more[-1]}"
    only_seventh = more == [1] and _length(below[0]) == _FULL
    what = "its 7th character is missing" if only_seventh else f"{count} character{'s' * (more != [1])} missing"
    shown = ", ".join(below[:_MOST])
    return f" ({what}; {shown}{f' and {len(below) - _MOST} more' if len(below) > _MOST else ''})"


def _length(code: str) -> int:
    return len(code.replace(".", ""))


def _successors(code: str, told: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in told if fact.values["replaced"] == code]


def _predecessors(code: str, told: Sequence[Fact]) -> str:
    before = [str(fact.values["replaced"]) for fact in told if fact.values["by"] == code]
    return f" Before that it was {_listed(before)}." if before else ""


def _replaced_by(told: Sequence[Fact]) -> str:
    """What took its place, since when, and which file tells."""
    since, told_by = told[0].values["since"], told[0].values["told_by"]
    return f"Its place was taken by {_listed([fact.values['by'] for fact in told])} on {since.isoformat()} ({told_by})."


def _described(entries: Sequence[CodeEntry]) -> str:
    """Codes with their descriptions; licensed ones without, which would need their notice."""
    return "; ".join(
        f"{each.code} ({each.description})" if each.description and not each.licensed_notice else each.code
        for each in entries
    )


def _listed(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - 2 * _MOST} more" if len(codes) > 2 * _MOST else ""
    return ", ".join(codes[: 2 * _MOST]) + more


def _once(*sources: Source) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(sources))


def _gap(code: str, statement: str) -> Finding:
    return Finding(UNKNOWN, (code,), statement, Severity.GAP)
