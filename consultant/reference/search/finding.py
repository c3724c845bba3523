"""From a question in plain words to the codes that it may mean, the best first: one entry a code, each in force.

A strict look first, for texts with every word; where that finds few, a look for the telling words. Must not know how
a code is looked up: whoever asks hands that in.
"""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection

from consultant.reference.issues import Issues
from consultant.reference.model import CodeEntry, Hit
from consultant.reference.search.day import Vocabularies, shelf_of
from consultant.reference.search.matching import Match, Wanted, matching
from consultant.reference.search.query import Group, formulas, groups_of
from consultant.reference.search.ranking import Ranking
from consultant.reference.search.synonyms import OwnText, synonyms
from consultant.reference.search.vocabulary import Vocabulary

A_CODE = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?|[0-9A-HJ-NP-Z]{7}")
AT_ONCE = 12  # codes that are looked up together
MOST_LOOKED_UP = 96
LOOKED_AT = 20  # texts that are weighed for an answer, at least
LEAST = 0.2  # what fits worse is no answer
NEXT_CODE = 0.995  # of several codes of one text the first is meant most

# The entries of codes on the day; None for one that is not in force.
LookUp = Callable[[Issues, Sequence[str]], Iterable[CodeEntry | None]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, as of which day; `systems` none means all; `billable` None means both kinds."""

    text: str
    on: date
    systems: Sequence[str]
    billable: bool | None
    limit: int


class Found(NamedTuple):
    """A code that a text leads to, and how well that text fits."""

    code: str
    score: float
    text: str


class Finder:
    """Finds codes by words. Keeps the words of what is loaded; safe from any thread."""

    def __init__(self) -> None:
        self._vocabularies = Vocabularies()

    def find(self, connection: Connection, question: Question, look_up: LookUp) -> tuple[Hit, ...]:
        """The codes that fit best."""
        shelf = shelf_of(connection)
        releases = shelf.on(question.on)
        vocabulary = self._vocabularies.of(connection, releases)
        named = _named(question.text)
        groups = () if named else groups_of(question.text, vocabulary, synonyms())
        header = None if question.billable is None else not question.billable
        wanted = Wanted([number for number, _ in releases], question.on, question.systems, header)
        found = named + _ranked(connection, groups, vocabulary, wanted, question.limit)
        entries = _entries(found[:MOST_LOOKED_UP], lambda codes: look_up(shelf.issues, codes))
        return tuple(islice(_hits(entries, question), question.limit))


def _named(text: str) -> list[Found]:
    """The code itself, where the question is nothing but a code."""
    code = text.strip().upper()
    return [Found(code, 1.0, code)] if A_CODE.fullmatch(code) else []


def _ranked(
    connection: Connection, groups: Sequence[Group], vocabulary: Vocabulary, wanted: Wanted, limit: int
) -> list[Found]:
    """One for each code, the best first."""
    ranking = Ranking(groups, vocabulary)
    best: dict[str, Found] = {}
    for found in _own(groups, ranking):
        _keep(best, found)
    matches: dict[int, Match] = {}
    for formula in formulas(groups):
        matches.update((match.id, match) for match in matching(connection, formula, wanted))
        if len({match.code for match in matches.values()}) >= limit:
            break
    for found in _best(matches.values(), ranking, most=max(limit, LOOKED_AT)):
        _keep(best, found)
    telling = (found for found in best.values() if found.score >= LEAST)
    return sorted(telling, key=lambda each: (-each.score, each.code))


def _keep(best: dict[str, Found], found: Found) -> None:
    other = best.get(found.code)
    if other is None or found.score > other.score:
        best[found.code] = found


def _best(matches: Iterable[Match], ranking: Ranking, *, most: int) -> Iterator[Found]:
    """The texts that fit best, at least so many where there are: those with the most of the question are weighed."""
    parts = []
    for match in matches:
        stems = frozenset(match.words.split())
        parts.append((*ranking.part_of_question(stems), stems, match))
    parts.sort(key=lambda each: -each[0])
    scores: list[float] = []
    for part, by, stems, match in parts:
        if len(scores) >= most and part < scores[-most]:
            break  # no further one can fit better than these
        score = ranking.with_length(part, by, stems)
        insort(scores, score)
        yield Found(match.code, score, match.text)


def _own(groups: Sequence[Group], ranking: Ranking) -> Iterator[Found]:
    """The codes of our own texts that have a word of the question."""
    known = synonyms().own
    stems = {each for group in groups for meaning in group.meanings for each in meaning.stems}
    texts: dict[OwnText, None] = dict.fromkeys(text for each in sorted(stems) for text in known.get(each, ()))
    for text in texts:
        if (fits := ranking.score(text.stems)) >= LEAST:
            for place, code in enumerate(text.codes):
                yield Found(code, fits * NEXT_CODE**place, text.text)


def _entries(
    found: Sequence[Found], look_up: Callable[[Sequence[str]], Iterable[CodeEntry | None]]
) -> Iterator[tuple[Found, CodeEntry]]:
    """Each that is in force, in its order, looked up no sooner than it is wanted."""
    for at in range(0, len(found), AT_ONCE):
        some = found[at : at + AT_ONCE]
        for each, entry in zip(some, look_up([one.code for one in some]), strict=True):
            if entry is not None:
                yield each, entry


def _hits(entries: Iterable[tuple[Found, CodeEntry]], question: Question) -> Iterator[Hit]:
    told: set[tuple[str, str]] = set()
    for found, entry in entries:
        if question.systems and entry.system not in question.systems:
            continue
        if question.billable not in (None, entry.billable) or (entry.system, entry.code) in told:
            continue
        told.add((entry.system, entry.code))
        yield Hit(entry, round(found.score, 4), found.text)
