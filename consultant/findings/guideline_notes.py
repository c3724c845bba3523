"""The notes of the guidelines library that fit a question, with their sections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.findings.model import Finding, Severity
from consultant.questions.model import Question, Topic
from consultant.reference.model import Guideline, Reference

GUIDELINE = "guideline"
_MOST = 3


def guideline_notes(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """Notes on the codes named; where none speaks of them, notes on the topics."""
    named = question.named()
    topics = [str(topic) for topic in question.topics if topic is not Topic.OTHER]
    notes = reference.guidelines(named, topics, on)
    on_codes = [note for note in notes if set(note.codes) & set(named)]
    for note in (on_codes or _by_fit(notes, topics))[:_MOST]:
        codes = tuple(code for code in named if code in note.codes)
        statement = f"{note.title.rstrip('.')}: {' '.join(note.text.split())}"
        yield Finding(GUIDELINE, codes, statement, Severity.INFO, (note.source,))


def _by_fit(notes: tuple[Guideline, ...], topics: list[str]) -> list[Guideline]:
    """Notes that share the most topics first; the store's order otherwise."""
    return sorted(notes, key=lambda note: -len(set(note.topics) & set(topics)))
