"""How well a text fits a question: which part of what was asked it has, and which part of it was asked for.

As in BM25, a word counts the more, the fewer texts have it, and of two texts that have the same words the shorter one
fits better; here a text is long by words that tell something: "unspecified" hardly does. The same numbers on every
database. From 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from consultant.reference.search.query import Group
from consultant.reference.search.synonyms import Stems
from consultant.reference.search.vocabulary import Vocabulary

ASKED_FOR = 0.3  # how much it counts that a text says nothing else

Single = tuple[str, float]


class Ranking:
    """How texts fit one question. Scores are asked for thousands of times: what they need is laid ready."""

    def __init__(self, groups: Sequence[Group], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._asked = sum(group.weight for group in groups)
        self._groups = [_ready(group, vocabulary) for group in groups]
        self._stems = frozenset(each for group in groups for meaning in group.meanings for each in meaning.stems)

    def part_of_question(self, stems: frozenset[str]) -> tuple[float, frozenset[str]]:
        """Which part of what was asked a text of these stems has, from 0 to 1, and by which of them."""
        there = stems & self._stems
        if not there:
            return 0.0, there
        has, by = 0.0, set[str]()
        for weight, singles, phrases in self._groups:
            best, best_by = 0.0, ()  # type: float, Stems
            for one, likely in singles:
                if one in there and likely > best:
                    best, best_by = likely, (one,)
            for several, likely, whole in phrases:
                if likely > best and not there.isdisjoint(several):
                    part = sum(self._vocabulary.weight(each) for each in several if each in there)
                    fits = likely * (part / whole) ** 2
                    if fits > best:
                        best, best_by = fits, several
            has += best * weight
            by.update(best_by)
        return has / self._asked, there & by

    def score(self, stems: frozenset[str]) -> float:
        """How well a text of these stems fits; never more than its part of the question."""
        part, by = self.part_of_question(stems)
        return self.with_length(part, by, stems)

    def with_length(self, part: float, by: frozenset[str], stems: frozenset[str]) -> float:
        """The score of a text with this part of the question, the less the more it says besides."""
        if not part:
            return 0.0
        weight = self._vocabulary.weight
        wanted = sum(map(weight, by))
        says = wanted + sum(map(weight, stems - by))
        return part * (1 - ASKED_FOR + ASKED_FOR * wanted / says)


def _ready(group: Group, vocabulary: Vocabulary) -> tuple[float, list[Single], list[tuple[Stems, float, float]]]:
    """The group's weight, its meanings of one stem, and those of several with what these weigh together."""
    singles = [(meaning.stems[0], meaning.likely) for meaning in group.meanings if len(meaning.stems) == 1]
    phrases = [
        (meaning.stems, meaning.likely, sum(map(vocabulary.weight, meaning.stems)))
        for meaning in group.meanings
        if len(meaning.stems) > 1
    ]
    return group.weight, singles, phrases
