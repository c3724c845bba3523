"""A finding: one cited statement about a question."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from consultant.questions.model import Topic
from consultant.reference.model import Source


class Severity(enum.StrEnum):
    """How much a finding matters to the claim."""

    STOP = "stop"  # the claim as asked would be wrong
    CAUTION = "caution"  # right only under a condition
    INFO = "info"  # a fact to know
    GAP = "gap"  # the loaded data does not say


class Part(enum.StrEnum):
    """Where in an answer a finding stands. A gap always stands with the gaps."""

    WHY = "why"  # the rows that decide it
    WORKING = "working"  # arithmetic, step by step
    FACTS = "facts"  # what the data says of one code
    ASSUMED = "assumed"  # what would change the answer, were it otherwise
    PAYER = "payer"  # how payers differ
    RECORD = "record"  # what the record must show
    AVOID = "avoid"  # what not to do


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the claim as it would stand; `units` None where nothing decides them."""

    code: str
    units: int | None = None
    modifiers: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """`96423-59 × 4`."""
        return "-".join((self.code, *self.modifiers)) + (f" × {self.units}" if self.units is not None else "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact with its sources.

    `to_judge` is the question that only a person can answer, if any; `needs` is a fact that the member has left out
    and must state before anybody can answer, as a question to the member. `answer` is the sentence to open the answer
    with where the data decides a question of these `topics`; `lines` are the claim lines that it decides.
    A finding of severity GAP may have no source: it says which data is missing. Every other one has.
    """

    kind: str
    codes: tuple[str, ...]
    statement: str
    severity: Severity
    sources: tuple[Source, ...] = ()
    to_judge: str | None = None
    part: Part = Part.WHY
    answer: str = ""
    topics: tuple[Topic, ...] = ()
    lines: tuple[Line, ...] = ()
    needs: str | None = None
