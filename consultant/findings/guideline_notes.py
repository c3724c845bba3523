"""The notes of the guidelines library that fit a question best, quoted with their sections.

What makes a note fit: the codes asked about that it speaks of, the fewer others beside them the better; the words
that it shares with the question, rare ones more than common ones; the topics; and the payer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import takewhile

from consultant.findings.model import Finding, Part, Severity
from consultant.questions.model import Question, Topic
from consultant.reference.model import Guideline, Reference
from consultant.reference.note_codes import ends, speaks_of

GUIDELINE = "guideline"
MOST = 3
OF_A_RULE = "rule-"  # a note that a rule of ours rests on: what it says, the rule has worked out already
# What each kind of agreement is worth; settled by looking at which notes sample questions get.
_CODE, _TOPIC, _IN_TITLE, _IN_TEXT, _MOST_BY_TEXT, _OTHER_PAYER = 10.0, 2.0, 1.7, 0.7, 6.0, -2.0
# A note that fits less than this part of the best one is no answer; more is asked of one that speaks of no code.
_ON_CODES, _ON_WORDS, _ENOUGH_ON_CODES, _ENOUGH_ON_WORDS = 0.4, 0.7, 2.5, 6.5
_FEW = 50  # of fewer notes than this, how many have a word says little
_WORD = re.compile(r"[a-z]{3,}")
# What stands in most questions and notes, and says nothing of what they are about.
_EMPTY = frozenset(
    "about after again against all also always and another any anyone are back became because become been before "
    "being beside best bill billed billing both but can claim claims code coded codes coding come comes correct "
    "could day days did does done down during each ever every example few find for found from further gave "
    "general get give given goes going gone good got had has have help her here him himself his hold holds how "
    "inside into its itself just keep kept kind know last let like line long look made make many may maybe mean "
    "means medicare might modifier modifiers month months more most much must need needs never next not now off "
    "often once one only others our out over own paid patient patients pay payer payers pays per physician please "
    "provider put question quite read really report reported reports right rule rules said same say says see seem "
    "seen separate separately service services set shall she should show shown since some something soon stand "
    "stands still such sure take taken takes tell than thank thanks that the their them then there these they "
    "thing things think this those told too took try two under until upon use used using very want was wasn way "
    "week weeks well went were what when where whether which while who whole whose why will with without would "
    "wrong year years yes yet you your".split()
)
_AS_MEDICARE = ("Medicare", "Railroad Medicare")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of a question a note may agree with."""

    codes: tuple[str, ...]
    topics: frozenset[str]
    words: frozenset[str]
    payer: str | None


def guideline_notes(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """At most three notes, those that fit best; those that our rules rest on only where there is no other."""
    topics = frozenset(str(topic) for topic in question.topics if topic is not Topic.OTHER)
    asked = _Asked(_codes(question), topics, _words(question.text), question.payer)
    found = _fitting(asked, reference.guidelines(asked.codes, sorted(topics), on))
    if not found:  # the words may still say what no topic does
        found = _fitting(asked, reference.guidelines((), list(Topic), on))
    others = [note for note in found if not note.slug.startswith(OF_A_RULE)]
    for note in (others or found)[:MOST]:
        yield _quoted(note, asked)


def _codes(question: Question) -> tuple[str, ...]:
    """Codes, the modifiers on them, and the codes that a range stands for, in the order written."""
    found: dict[str, None] = {}
    for mention in question.codes:
        for code in (mention.code, *mention.modifiers, *mention.expands_to):
            if code:
                found.setdefault(code)
    return tuple(found)


def _fitting(asked: _Asked, notes: Sequence[Guideline]) -> list[Guideline]:
    """Those that fit, the best first. Medicare's rules are worth knowing whoever pays; another payer's are its own."""
    notes = [note for note in notes if note.payer in (None, *_AS_MEDICARE, asked.payer)]
    rarity = _rarity(asked.words, notes)
    fits = [(_fit(note, asked, rarity), note) for note in notes]
    best = max((fit for fit, _ in fits), default=0.0)
    enough = [(fit, note) for fit, note in fits if fit >= _least(note, asked, best)]
    return [note for _, note in sorted(enough, key=lambda one: (-one[0], one[1].slug))]


def _least(note: Guideline, asked: _Asked, best: float) -> float:
    if set(note.codes).intersection(asked.codes):
        return max(_ENOUGH_ON_CODES, _ON_CODES * best)
    return max(_ENOUGH_ON_WORDS, _ON_WORDS * best)


def _fit(note: Guideline, asked: _Asked, rarity: dict[str, float]) -> float:
    spoken = set(note.codes).intersection(asked.codes)
    in_title, in_text = _words_of(note.title), _words_of(note.text)
    by_text = sum(_IN_TEXT * worth for word, worth in rarity.items() if word in in_text)
    return (
        sum(_worth(code, note, spoken) for code in spoken)
        + _TOPIC * len(asked.topics.intersection(note.topics))
        + sum(_IN_TITLE * worth for word, worth in rarity.items() if word in in_title)
        + min(by_text, _MOST_BY_TEXT)
        + (_OTHER_PAYER if _is_others(note, asked.payer) else 0.0)
    )


def _worth(code: str, note: Guideline, spoken: set[str]) -> float:
    """A code is worth less the more a note lists, and less the wider the range that it is in."""
    ranges = [written for written in note.ranges if speaks_of(written, code)]
    width = min((_width(written) for written in ranges), default=1)
    listed = len(note.codes) - len(spoken) + len(note.ranges) + 1
    return _CODE / (1 + math.log2(listed) / 2) / width


def _width(written: str) -> int:
    """One more than the characters left when what both ends begin with is taken off."""
    first, last = ends(written)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=True))
    return 1 + len(first) - sum(1 for _ in same)


def _rarity(words: frozenset[str], notes: Sequence[Guideline]) -> dict[str, float]:
    """What each word of the question that a note has is worth: the more, the fewer notes have it."""
    having = [_words_of(note.title) | _words_of(note.text) for note in notes]
    counts = {word: sum(word in each for each in having) for word in words}
    among = max(len(notes), _FEW)
    return {word: math.log(1 + among / count) for word, count in counts.items() if count}


def _is_others(note: Guideline, payer: str | None) -> bool:
    """Whether the note is the rule of another payer than the one named."""
    if note.payer is None or payer is None or note.payer == payer:
        return False
    return not (note.payer in _AS_MEDICARE and payer in _AS_MEDICARE)


def _quoted(note: Guideline, asked: _Asked) -> Finding:
    place = f"{note.source.name}, {note.source.locator}"
    whose = f"; a rule of {note.payer}" if note.payer else ""
    other = f" The payer named is {asked.payer}, whose rule may be another." if _is_others(note, asked.payer) else ""
    statement = f"{note.title.rstrip('.')} ({place}{whose}): {' '.join(note.text.split())}{other}"
    codes = tuple(code for code in asked.codes if code in note.codes)
    part = Part.PAYER if other else Part.WHY
    return Finding(GUIDELINE, codes, statement, Severity.INFO, note.sources, part=part)


@lru_cache(maxsize=2048)
def _words_of(text: str) -> frozenset[str]:
    """The words of a note, kept. Those of questions are not: they may hold patient data."""
    return _words(text)


def _words(text: str) -> frozenset[str]:
    """The words that tell what a text is about, in the singular."""
    return frozenset(_singular(word) for word in _WORD.findall(text.lower()) if word not in _EMPTY)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word if word.endswith("ss") else word.removesuffix("s")
