"""The notes of the guidelines library that fit a question best, quoted with their sections.

What makes a note fit: the codes asked about that it speaks of, singly or in a range; then its topics, the payer, and
the words that it shares with the question. Where a note speaks of the codes, notes on the topic alone are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from consultant.findings.model import Finding, Part, Severity
from consultant.questions.model import Question, Topic
from consultant.reference.model import Guideline, Reference
from consultant.reference.note_codes import speaks_of

GUIDELINE = "guideline"
MOST = 3
_SINGLY, _IN_RANGE, _TOPIC, _IN_TITLE, _IN_TEXT, _MOST_BY_TEXT, _OTHER_PAYER = 6, 4, 2, 3, 1, 5, -4
_WORD = re.compile(r"[a-z]{4,}")
# What stands in most questions and notes, and says nothing of what they are about.
_EMPTY = frozenset(
    "about after also been before being bill billed billing both claim claims code coded codes coding could does done "
    "each from have here how into just know like line make many more most much must need needs only other over please "
    "question report reported reports same separate separately service services should some such than thank thanks "
    "that their them then there these they this those under used using very want was were what when where whether "
    "which while will with without would your modifier modifiers medicare patient patients physician provider".split()
)
_AS_MEDICARE = ("Medicare", "Railroad Medicare")


def guideline_notes(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """At most three notes, those that fit best."""
    asked = _asked(question)
    topics = [str(topic) for topic in question.topics if topic is not Topic.OTHER]
    notes = [n for n in reference.guidelines(asked, topics, on) if _is_for(n, question.payer)]
    on_codes = [note for note in notes if set(note.codes) & set(asked)]
    words = _words(question.text)
    candidates = (
        on_codes or [note for note in notes if words & (_words_of(note.title) | _words_of(note.text))] or notes[:1]
    )
    candidates.sort(key=lambda note: (-_fit(note, set(asked), set(topics), words, question.payer), note.slug))
    for note in candidates[:MOST]:
        yield _quoted(note, tuple(code for code in asked if code in note.codes), question.payer)


def _asked(question: Question) -> tuple[str, ...]:
    """Codes, the modifiers on them, and the codes that a range stands for, in the order written."""
    found: dict[str, None] = {}
    for mention in question.codes:
        for code in (mention.code, *mention.modifiers, *mention.expands_to):
            if code:
                found.setdefault(code)
    return tuple(found)


def _is_for(note: Guideline, payer: str | None) -> bool:
    """Medicare's rules are worth knowing whoever pays; those of another payer are its own."""
    return note.payer in (None, *_AS_MEDICARE, payer)


def _fit(note: Guideline, asked: set[str], topics: set[str], words: frozenset[str], payer: str | None) -> int:
    spoken = asked.intersection(note.codes)
    singly = {code for code in spoken if not any(speaks_of(written, code) for written in note.ranges)}
    in_text = len(words & _words_of(note.text)) * _IN_TEXT
    return (
        len(singly) * _SINGLY
        + len(spoken - singly) * _IN_RANGE
        + len(topics.intersection(note.topics)) * _TOPIC
        + len(words & _words_of(note.title)) * _IN_TITLE
        + min(in_text, _MOST_BY_TEXT)
        + (_OTHER_PAYER if _is_others(note, payer) else 0)
    )


def _is_others(note: Guideline, payer: str | None) -> bool:
    return note.payer is not None and payer is not None and not _covers(note.payer, payer)


def _covers(rule: str, payer: str) -> bool:
    return rule == payer or (rule in _AS_MEDICARE and payer in _AS_MEDICARE)


def _quoted(note: Guideline, codes: tuple[str, ...], payer: str | None) -> Finding:
    place = f"{note.source.name}, {note.source.locator}"
    whose = f"; a rule of {note.payer}" if note.payer else ""
    other = f" The payer named is {payer}, whose rule may be another." if _is_others(note, payer) else ""
    statement = f"{note.title.rstrip('.')} ({place}{whose}): {' '.join(note.text.split())}{other}"
    part = Part.PAYER if other else Part.WHY
    return Finding(GUIDELINE, codes, statement, Severity.INFO, note.sources, part=part)


@lru_cache(maxsize=1024)
def _words_of(text: str) -> frozenset[str]:
    """The words of a note, kept. Those of questions are not: they may hold patient data."""
    return _words(text)


def _words(text: str) -> frozenset[str]:
    """The words that tell what a text is about, without the s of the plural."""
    return frozenset(word.removesuffix("s") for word in _WORD.findall(text.lower()) if word not in _EMPTY)
