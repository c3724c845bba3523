"""What people say for what the agencies write: abbreviations, lay words, and questions that mean certain codes.

`synonyms.csv` has (say, means): where a question says the one, a text that has the other fits too. `questions.csv` has
(say, codes): this project's own words for codes, which are found like any text; a code counts where a loaded release
has it in force. Nobody's descriptors are in them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from consultant.reference.search.words import stem, words_of

LIST = ";"
Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnText:
    """A text of ours, its stems, and the codes that it leads to, the likeliest first."""

    text: str
    stems: frozenset[str]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """`meanings` by the stems said; `own` texts by each stem in them; `longest` is of how many words anything is.

    `words` are all words that these files have, for correcting a misspelt one.
    """

    meanings: Mapping[Stems, tuple[Stems, ...]]
    own: Mapping[str, tuple[OwnText, ...]]
    words: frozenset[str]
    longest: int


@cache
def synonyms() -> Synonyms:
    """This project's own. Raises ValueError, naming the line, where a file is not of its form."""
    meanings: dict[Stems, list[Stems]] = {}
    words: set[str] = set()
    for said, meant in _rows("synonyms.csv", ("say", "means")):
        for each in said:
            words.update(words_of(each))
            meanings.setdefault(_stems(each), []).extend(_stems(one) for one in meant if words_of(one))
        for each in meant:
            words.update(words_of(each))
    own: dict[str, list[OwnText]] = {}
    for said, codes in _rows("questions.csv", ("say", "codes")):
        for each in said:
            words.update(words_of(each))
            text = OwnText(each, frozenset(_stems(each)), codes)
            for its_stem in text.stems:
                own.setdefault(its_stem, []).append(text)
    return Synonyms(
        {said: tuple(dict.fromkeys(meant)) for said, meant in meanings.items()},
        {its_stem: tuple(texts) for its_stem, texts in own.items()},
        frozenset(words),
        max((len(said) for said in meanings), default=1),
    )


def _rows(name: str, columns: tuple[str, str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The two lists of each row."""
    with (files("consultant.reference.search") / name).open(encoding="utf-8") as file:
        reader = csv.reader(file)
        if next(reader, None) != list(columns):
            raise ValueError(f"{name}, line 1: the columns must be {', '.join(columns)}")
        for row in reader:
            lists = [tuple(each.strip() for each in cell.split(LIST) if each.strip()) for cell in row]
            if len(lists) != len(columns) or not all(lists) or not all(words_of(each) for each in lists[0]):
                raise ValueError(f"{name}, line {reader.line_num}: write {' and '.join(columns)}, in words that tell")
            yield lists[0], lists[1]


def _stems(text: str) -> Stems:
    return tuple(map(stem, words_of(text)))
