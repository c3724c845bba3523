"""Where notation leaves it open, the reference store decides: which system owns a token, and what a range holds.

Knows the store only by the two questions of `CodeBook`. What the store does not know stays as it was read: its data
may be incomplete, and a code that it lacks is for the consultant to see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from consultant.questions.model import CodeMention, Confidence, Question, System
from consultant.questions.notation import with_dot

MOST_OF_A_RANGE = 100  # codes that one range is expanded to


class CodeBook(Protocol):
    """The codes that exist, on whatever date the book was opened for."""

    def knows(self, system: System, code: str) -> bool:
        """Whether the system has the code."""

    def between(self, system: System, first: str, last: str) -> Sequence[str]:
        """The codes of the system from first to last, both included, in order."""


def settled(question: Question, book: CodeBook) -> Question:
    """The question with doubtful tokens decided, and ranges and families expanded, as far as the book goes."""
    return replace(question, codes=tuple(_settled(mention, book) for mention in question.codes))


def _settled(mention: CodeMention, book: CodeBook) -> CodeMention:
    first, last = _bounds(mention)
    if first:
        return replace(mention, expands_to=tuple(book.between(mention.system, first, last))[:MOST_OF_A_RANGE])
    code = mention.code or ""
    other = _read_otherwise(mention)
    if other is None and mention.confidence is Confidence.CERTAIN:
        return mention
    if book.knows(mention.system, code):
        return replace(mention, confidence=Confidence.CERTAIN)
    if other is not None and book.knows(*other):
        return replace(mention, system=other[0], code=other[1], confidence=Confidence.CERTAIN)
    return mention


def _bounds(mention: CodeMention) -> tuple[str, str]:
    """From and to of a range, or of a family such as 9921X; empty for a single code."""
    if mention.code is None:
        return mention.range_from or "", mention.range_to or ""
    if mention.system in (System.CPT, System.HCPCS) and mention.code.endswith("X"):
        return mention.code.replace("X", "0"), mention.code.replace("X", "9")
    return "", ""


def _read_otherwise(mention: CodeMention) -> tuple[System, str] | None:
    """E1165 could be a HCPCS code or a diagnosis without its point; with the point it is none but that."""
    code = mention.code or ""
    if mention.system is System.HCPCS and len(code) == 5:
        return System.ICD10CM, with_dot(code)
    if mention.system is System.ICD10CM and "." not in mention.as_written and len(code.replace(".", "")) == 5:
        return System.HCPCS, code.replace(".", "")
    return None
