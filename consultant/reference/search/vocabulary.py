"""The words that the texts of some releases have: how rare each is, and which of them a misspelt word may mean.

Corrections are words of the texts: one slip away, then those that sound alike, then those that begin so. Must not
know texts, or where the words are kept.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from itertools import islice

from consultant.reference.search.words import stem

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 3  # a shorter word is not corrected
PREFIX_FROM, SOUND_FROM, SPLIT_FROM = 4, 5, 7
MOST = 6  # corrections of a word
SLIP, SOUND, PREFIX = 0.9, 0.8, 0.75  # how well a correction fits

# Spellings of one sound, the rarer one first.
SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:pn|kn|gn|mn)", "n"), (r"^ps", "s"), (r"^wr", "r"), (r"^x", "s"), (r"ph", "f"), (r"gh", ""),
        (r"sch|ch|ck|q|c(?![eiy])", "k"), (r"c", "s"), (r"[xz]", "s"), (r"rrh|rh", "r"), (r"th", "t"),
        (r"dg|j", "g"), (r"(?<!^)[aeiouyhw]+", ""), (r"^[aeiouyh]+", "a"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


class Vocabulary:
    """The words of some releases. `words` are (word, stem, in how many texts)."""

    def __init__(self, words: Iterable[tuple[str, str, int]], texts: int) -> None:
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        for word, its_stem, count in words:
            self._words[word] = self._words.get(word, 0) + count
            self._stems[its_stem] = self._stems.get(its_stem, 0) + count
        self._texts = max(texts, 1)
        self._weights: dict[str, float] = {}

    def texts_with(self, its_stem: str) -> int:
        """In how many texts the stem stands, at most."""
        return self._stems.get(its_stem, 0)

    def weight(self, its_stem: str) -> float:
        """How much the stem tells: the logarithm that BM25 takes, of how few texts have it."""
        found = self._weights.get(its_stem)
        if found is None:
            count = min(self._stems.get(its_stem, 0), self._texts)
            found = self._weights[its_stem] = math.log(1 + (self._texts - count + 0.5) / (count + 0.5))
        return found

    def corrections(self, word: str) -> tuple[tuple[tuple[str, ...], float], ...]:
        """What a word that no text has may mean: the words meant, and how likely, the likeliest first."""
        if len(word) < SHORTEST or not word.isalpha():
            return ()
        slips = {each: self._words[each] for each in one_slip_from(word) if each in self._words}
        if not slips:
            return (*self._split(word), *self._alike(word), *self._beginning(word))[:MOST]
        # The first letter is seldom wrong, and of two words the commoner is seldom meant less.
        best = sorted(slips, key=lambda each: (each[0] != word[0], -slips[each]))
        return tuple(((each,), SLIP) for each in best[:MOST]) + self._split(word)

    def _alike(self, word: str) -> tuple[tuple[tuple[str, ...], float], ...]:
        if len(word) < SOUND_FROM:
            return ()
        found = self._by_sound.get(sound_of(word), [])
        near = sorted((distance(word, each), -self._words[each], each) for each in found)
        return tuple(((each,), SOUND) for steps, _, each in near[:MOST] if steps <= max(3, len(word) // 3))

    def _beginning(self, word: str) -> tuple[tuple[tuple[str, ...], float], ...]:
        if len(word) < PREFIX_FROM:
            return ()
        at = bisect_left(self._sorted, word)
        end = bisect_left(self._sorted, word + "{")  # the sign after z
        found = sorted(islice(self._sorted, at, end), key=lambda each: -self._words[each])
        return tuple(((each,), PREFIX) for each in found[:MOST])

    def _split(self, word: str) -> tuple[tuple[tuple[str, ...], float], ...]:
        """Two words that were written as one."""
        if len(word) < SPLIT_FROM:
            return ()
        halves = ((word[:at], word[at:]) for at in range(SHORTEST, len(word) - SHORTEST + 1))
        known = [half for half in halves if all(self._words.get(each, 0) > 1 for each in half)]
        best = max(known, key=lambda half: min(self._words[each] for each in half), default=None)
        return ((best, SLIP),) if best else ()

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._words)

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._words:
            if len(word) >= SOUND_FROM and word.isalpha():
                found.setdefault(sound_of(word), []).append(word)
        return found

    def knows(self, word: str) -> bool:
        """Whether some text has the word, or another one of its stem."""
        return word in self._words or stem(word) in self._stems


def one_slip_from(word: str) -> set[str]:
    """All words that one letter too few, too many, wrong, or two in the wrong order would make into this one."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return {
        *(left + right[1:] for left, right in halves if right),
        *(left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1),
        *(left + letter + right[1:] for left, right in halves if right for letter in LETTERS),
        *(left + letter + right for left, right in halves for letter in LETTERS),
    } - {word}


def sound_of(word: str) -> str:
    """A word's consonants as they sound, roughly: "newmonia" has those of "pneumonia"."""
    for pattern, sound in SOUNDS:
        word = pattern.sub(sound, word)
    return word


def distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or changed to make one word into the other."""
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        before, row[0] = row[0], count
        for at, its in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != its))
    return row[-1]
