"""Conflicts among ICD-10-CM codes by the type 1 excludes notes of the tabular list.

ICD-10-CM Official Guidelines, section I.A.12.a. A note holds for everything below where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from consultant.reference.issues import Issue, Issues
from consultant.reference.listed import DIAGNOSIS, dotted
from consultant.reference.model import Excludes1
from consultant.reference.named_codes import named_codes
from consultant.reference.statements import Reading
from consultant.reference.tabular import CODES, NodeNote, notes_of_kind

KIND = "excludes1"
TABULAR = "icd10cm_tabular"


def diagnoses(codes: Iterable[str]) -> tuple[str, ...]:
    """The ICD-10-CM codes among codes in capitals, once each and without their dots."""
    return tuple(dict.fromkeys(code.replace(".", "") for code in codes if DIAGNOSIS.fullmatch(code)))


def excludes1_among(reading: Reading, issues: Issues, codes: Sequence[str], on: date) -> tuple[Excludes1, ...]:
    """Each note that one of the codes has against another, in either direction."""
    issue = issues.begun(on, TABULAR)
    if issue is None:
        return ()
    return tuple(
        found
        for code in codes
        for row in notes_of_kind(reading, issue, code, KIND)
        for found in _against(issue, code, row, codes, on)
    )


def _against(issue: Issue, code: str, row: NodeNote, codes: Sequence[str], on: date) -> Iterator[Excludes1]:
    """The other codes that the note names. What stands below the node itself no note on it can leave out."""
    note = str(row.note)
    named = named_codes(note)
    for other in codes:
        below = row.level in CODES and other.startswith(row.code)
        if other != code and not below and any(each.has(other) for each in named):
            node = dotted(row.code) if row.level in CODES else row.code
            source = issue.cited(f"{row.level} {node}", on)
            yield Excludes1(dotted(code), dotted(other), node, row.level, note, source)
