"""How well a text fits a question: which part of what was asked it has, and which part of it was asked for.

As in BM25, a word counts the more, the fewer texts have it, and of two texts that have the same words the shorter one
fits better; here a text is long by words that tell something: "unspecified" hardly does. The same numbers on every
database. From 0 to 1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from consultant.reference.search.query import Group, Meaning
from consultant.reference.search.synonyms import Stems
from consultant.reference.search.vocabulary import Vocabulary

ASKED_FOR = 0.3  # how much it counts that a text says nothing else


def score(stems: Collection[str], groups: Sequence[Group], vocabulary: Vocabulary) -> float:
    """How well a text of these stems fits."""
    asked = sum(group.weight for group in groups)
    if not asked:
        return 0.0
    there: set[str] = set()
    has = 0.0
    for group in groups:
        best = 0.0
        by: Stems = ()
        for meaning in group.meanings:
            if (fits := _fits(meaning, stems, vocabulary)) > best:
                best, by = fits, meaning.stems
        has += best * group.weight
        there.update(by)
    if not has:
        return 0.0
    says = sum(map(vocabulary.weight, stems))
    wanted = sum(vocabulary.weight(each) for each in there if each in stems)
    return (has / asked) * (1 - ASKED_FOR + ASKED_FOR * wanted / says)


def _fits(meaning: Meaning, stems: Collection[str], vocabulary: Vocabulary) -> float:
    if len(meaning.stems) == 1:
        return meaning.likely if meaning.stems[0] in stems else 0.0
    whole = sum(map(vocabulary.weight, meaning.stems))
    part = sum(vocabulary.weight(each) for each in meaning.stems if each in stems)
    return meaning.likely * (part / whole) ** 2 if whole else 0.0
