"""Add-on codes and the primaries that they go with (NCCI Policy Manual, chapter 1; CMS add-on code edits)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from consultant.findings.model import Finding, Severity
from consultant.findings.units import procedures
from consultant.questions.model import Question
from consultant.reference.model import AddOnLink, Reference, Source

WITH_PRIMARY = "add_on_with_primary"
WITHOUT_PRIMARY = "add_on_without_primary"
_CONTRACTOR = "CCCCC"

_TYPES = {
    "1": "type 1: CMS lists all its primaries",
    "2": "type 2: the contractor decides on its primaries",
    "3": "type 3: CMS lists some of its primaries, the contractor may accept others",
}


def add_ons(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """For each add-on code named: whether a primary of it is named too."""
    named = procedures(question)
    for code in named:
        links = reference.primaries_of(code, on)
        if links:
            present = [link for link in links if link.primary in named]
            yield _with_primary(code, present) if present else _without(code, links)


def _with_primary(code: str, links: Sequence[AddOnLink]) -> Finding:
    primaries = _listed(link.primary for link in links)
    statement = f"{code} is an add-on code ({_type(links[0])}); {primaries}, named with it, is a primary of it."
    codes = (code, *(link.primary for link in links))
    return Finding(WITH_PRIMARY, codes, statement, Severity.INFO, _sources(links))


def _without(code: str, links: Sequence[AddOnLink]) -> Finding:
    by_contractor = all(link.primary == _CONTRACTOR for link in links)
    primaries = _listed(link.primary for link in links if link.primary != _CONTRACTOR)
    start = f"{code} is an add-on code ({_type(links[0])}) and is paid only with a primary"
    if by_contractor:
        statement = f"{start}; CMS lists none."
        judge = f"Which primary is billed with {code}, and does the contractor accept it?"
    else:
        statement = f"{start}: {primaries}. None of them is named."
        judge = f"Is a primary of {code} billed for the same patient and day, and which?"
    return Finding(WITHOUT_PRIMARY, (code,), statement, Severity.CAUTION, _sources(links), judge)


def _type(link: AddOnLink) -> str:
    return _TYPES.get(link.edit_type, f"type {link.edit_type}")


def _listed(codes: Iterable[str], most: int = 12) -> str:
    every = list(dict.fromkeys(codes))
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def _sources(links: Sequence[AddOnLink]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(link.source for link in links))[:3]
