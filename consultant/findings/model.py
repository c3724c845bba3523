"""A finding: one cited statement about a question."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from consultant.reference.model import Source


class Severity(enum.StrEnum):
    """How much a finding matters to the claim."""

    STOP = "stop"  # the claim as asked would be wrong
    CAUTION = "caution"  # right only under a condition
    INFO = "info"  # a fact to know
    GAP = "gap"  # the loaded data does not say


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact with its sources. `to_judge` is the question that only a person can answer, if any.

    A finding of severity GAP may have no source: it says which data is missing.
    """

    kind: str
    codes: tuple[str, ...]
    statement: str
    severity: Severity
    sources: tuple[Source, ...] = ()
    to_judge: str | None = None
