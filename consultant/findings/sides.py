"""A diagnosis that leaves the side open although the question states it (ICD-10-CM Official Guidelines, I.B.13).

The code that names the side is found by its words: the same description with the side in the place of "unspecified".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from consultant.findings.model import Finding, Severity
from consultant.reference.model import CodeEntry, Reference

SIDE_LEFT_OPEN = "side_left_open"

_OPEN = re.compile(r"\bunspecified\b", re.IGNORECASE)
_CHARACTERS = "123"  # as the classification numbers right, left and both
_CATEGORY = 3  # characters that no side stands in


def side_left_open(entry: CodeEntry, sides: Sequence[str], reference: Reference, on: date) -> Iterator[Finding]:
    """The codes that name the sides stated, where the list of the day has them."""
    if not sides or entry.licensed_notice or not _OPEN.search(entry.description):
        return
    wanted = {
        _with_side(entry.description, at.span(), side) for at in _OPEN.finditer(entry.description) for side in sides
    }
    named = [other for other in _neighbours(entry.code, reference, on) if other.description.lower() in wanted]
    if not named:
        return
    codes = ", ".join(other.code for other in named)
    stated = " and ".join(sides)
    statement = f"{entry.code} leaves the side open, and the question states {stated}: "
    statement += "; ".join(f"{other.code} is {other.description}" for other in named) + "."
    yield Finding(
        SIDE_LEFT_OPEN,
        (entry.code, *(other.code for other in named)),
        statement,
        Severity.CAUTION,
        tuple(dict.fromkeys(each.source for each in (entry, *named))),
        to_judge=f"Does the record show the side ({stated}), so that {codes} is right?",
    )


def _with_side(description: str, at: tuple[int, int], side: str) -> str:
    return f"{description[: at[0]]}{side}{description[at[1] :]}".lower()


def _neighbours(code: str, reference: Reference, on: date) -> Iterator[CodeEntry]:
    """The billable codes in force that differ in one character, which stands for a side."""
    for at in range(_CATEGORY, len(code)):
        if code[at] not in ("0", "9"):
            continue
        for character in _CHARACTERS:
            other = reference.code(f"{code[:at]}{character}{code[at + 1 :]}", on)
            if other and other.billable:
                yield other
