"""Whose texts count on a day: the releases that answer for it, and the words that they have.

The same rules as for looking a code up (consultant.reference.listed): a text of a release that does not answer for the
day would lead to what was not so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any

from sqlalchemy import Connection, func, select

from consultant.db.reference import RefRelease
from consultant.db.reference_search import RefSearchText, RefSearchWord
from consultant.reference.issues import Issue, Issues
from consultant.reference.ptp_query import STARTER
from consultant.reference.search.synonyms import synonyms
from consultant.reference.search.vocabulary import Vocabulary
from consultant.reference.search.words import stem

SPEAKING_FOR_THEIR_TIME = ("icd10cm_order", "icd10pcs_order")
BEGUN = ("icd10cm_tabular", "icd10cm_index", "cpt")
LEVEL_II = "hcpcs_level_ii"
MOST_KEPT = 4

_COLUMNS = RefRelease.__table__.c
RELEASES = select(*(_COLUMNS[field.name] for field in fields(Issue)), _COLUMNS.origin, _COLUMNS.sha256).order_by(
    _COLUMNS.id
)

# What a release is and what was loaded of it: a number alone may be given again.
Loaded = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that is loaded: the agencies' releases, and those of the starter pack; by number, what was loaded."""

    issues: Issues
    starter: tuple[int, ...]
    digests: dict[int, str]

    def on(self, day: date) -> tuple[Loaded, ...]:
        """The releases that answer for the day."""
        chosen = {issue.id for issue in _answering(self.issues, day)}
        return tuple((each, self.digests[each]) for each in sorted({*chosen, *self.starter}))


def shelf_of(connection: Connection) -> Shelf:
    """What is loaded now."""
    return _shelf(tuple(tuple(row) for row in connection.execute(RELEASES)))


@lru_cache(maxsize=2)
def _shelf(rows: tuple[tuple[Any, ...], ...]) -> Shelf:
    agencies = [Issue(*row) for *row, origin, _ in rows if origin != STARTER and row[-1] is not None]
    starter = tuple(row[0] for row in rows if row[-2] == STARTER)
    return Shelf(Issues(agencies), starter, {row[0]: row[-1] for row in rows})


def _answering(issues: Issues, on: date) -> Iterator[Issue]:
    for dataset in SPEAKING_FOR_THEIR_TIME:
        yield from [issue for issue in issues.of(dataset) if issue.covers(on)][-1:]
    for name in (name for stem_of_name in BEGUN for name in issues.beginning_with(stem_of_name)):
        if issue := issues.begun(on, name):
            yield issue
    if lists := issues.of(LEVEL_II):
        of_day = issues.begun(on, LEVEL_II) or lists[0]
        yield from [of_day] if of_day.is_whole else lists


class Vocabularies:
    """The words of releases, read once. Safe from any thread."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Loaded, ...], Vocabulary] = {}
        self._lock = Lock()

    def of(self, connection: Connection, releases: tuple[Loaded, ...]) -> Vocabulary:
        """The words of these releases and our own."""
        with self._lock:
            found = self._kept.get(releases)
        if found is None:
            found = _read(connection, [number for number, _ in releases])
            with self._lock:
                while len(self._kept) >= MOST_KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[releases] = found
        return found


def _read(connection: Connection, releases: list[int]) -> Vocabulary:
    words, texts = RefSearchWord.__table__.c, RefSearchText.__table__.c
    rows = connection.execute(select(words.word, words.stem, words.texts).where(words.release_id.in_(releases))).all()
    count = connection.scalar(select(func.count()).where(texts.release_id.in_(releases))) or 0
    own = ((word, stem(word), 0) for word in synonyms().words)
    return Vocabulary([*((word, its_stem, many) for word, its_stem, many in rows), *own], count)
