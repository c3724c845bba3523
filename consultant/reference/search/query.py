"""A question as groups of what its words may mean: itself, a synonym, a correction; and which texts to look at.

Must not know a database: a formula is words joined by and and or, which each database writes its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from consultant.reference.search.synonyms import Stems, Synonyms
from consultant.reference.search.vocabulary import Vocabulary
from consultant.reference.search.words import stem, words_of

MOST_WORDS = 24
SYNONYM = 0.95
SINGLES, PAIRS = 120, 2_000  # at most so many texts are looked at for one word alone, for two together


@dataclass(frozen=True, slots=True)
class Meaning:
    """Stems that only together mean it, and how likely they do, from 0 to 1."""

    stems: Stems
    likely: float


@dataclass(frozen=True, slots=True)
class Group:
    """A word or a few words of the question, and what they may mean. `weight` is how much they tell at most."""

    meanings: tuple[Meaning, ...]
    weight: float
    texts: int


# Any of these, each of which needs all of its groups.
Formula = tuple[tuple[Group, ...], ...]


def groups_of(text: str, vocabulary: Vocabulary, synonyms: Synonyms) -> tuple[Group, ...]:
    """What the question's words may mean; a word that means nothing to anybody is left out."""
    readings = [_readings(word, vocabulary, synonyms) for word in words_of(text)[:MOST_WORDS]]
    found: list[Group] = []
    at = 0
    while at < len(readings):
        length, said = _phrase(readings[at : at + synonyms.longest], synonyms)
        meanings = [Meaning(stems, SYNONYM) for stems in synonyms.meanings.get(said, ())]
        if length > 1:
            meanings.insert(0, Meaning(said, 1.0))
        else:
            meanings = [*readings[at], *meanings]
        group = _group(meanings, vocabulary, synonyms)
        if group and group not in found:
            found.append(group)
        at += length
    return tuple(found)


def formulas(groups: Sequence[Group]) -> Iterator[Formula]:
    """Which texts to look at: those with all groups, and then, where these are few, those with the telling ones."""
    indexed = sorted((group for group in groups if group.texts), key=lambda group: group.texts)
    if not indexed:
        return
    yield (tuple(indexed),)
    if len(indexed) == 1:
        return
    singles, left = [], SINGLES
    for group in indexed:
        left -= group.texts
        if left < 0:
            break
        singles.append(group)
    wanted: list[tuple[Group, ...]] = [(group,) for group in singles]
    left = PAIRS
    for pair in combinations(indexed[len(singles) :], 2):
        left -= pair[0].texts
        if left < 0 and wanted:
            break
        wanted.append(pair)
    yield tuple(wanted)


def _readings(word: str, vocabulary: Vocabulary, synonyms: Synonyms) -> list[Meaning]:
    """The word itself where anybody knows it, else its corrections."""
    if vocabulary.knows(word) or word in synonyms.words:
        return [Meaning((stem(word),), 1.0)]
    return [Meaning(tuple(map(stem, meant)), likely) for meant, likely in vocabulary.corrections(word)]


def _phrase(readings: Sequence[Sequence[Meaning]], synonyms: Synonyms) -> tuple[int, Stems]:
    """How many of the next words have a meaning together, the most that do; and their stems."""
    likeliest = [each[0].stems if each else ("",) for each in readings]
    for length in range(len(likeliest), 0, -1):
        said = tuple(one for stems in likeliest[:length] for one in stems)
        if said in synonyms.meanings:
            return length, said
    return 1, likeliest[0]


def _group(meanings: Sequence[Meaning], vocabulary: Vocabulary, synonyms: Synonyms) -> Group | None:
    known = [
        meaning
        for meaning in meanings
        if all(vocabulary.texts_with(each) or each in synonyms.own for each in meaning.stems)
    ]
    if not known:
        return None
    weight = max(sum(map(vocabulary.weight, meaning.stems)) / len(meaning.stems) ** 0.5 for meaning in known)
    texts = sum(min(vocabulary.texts_with(each) for each in meaning.stems) for meaning in known)
    return Group(tuple(dict.fromkeys(known)), weight, texts)
