"""What is loaded, whether it is all still there, what changed from one release to the next, and taking one away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Connection, Engine, select

from consultant.db.engine import writing
from consultant.db.ptp_partitions import drop_forgotten_partitions
from consultant.db.reference import RefFile, RefRelease
from consultant.reference.loading.datasets import dataset_named
from consultant.reference.loading.load import remove_release
from consultant.reference.loading.row_stores import Compared
from consultant.reference.ptp_query import STARTER

Values = tuple[Any, ...]


class UnknownRelease(Exception):
    """There is no such release."""

    def __init__(self, dataset: str, release: str) -> None:
        super().__init__(f"there is no release {release!r} of {dataset!r}: `consultant reference status` lists them")


class StarterData(Exception):
    """The release belongs to the program."""


class NotComparable(Exception):
    """The release's rows cannot be read back: only the starter pack has this data set."""


@dataclass(frozen=True, slots=True)
class LoadedRelease:
    """A release in the database. `rows` is None for the starter's, which is checked by `migrate`."""

    dataset: str
    release: str
    name: str
    effective_from: date
    effective_to: date | None
    rows: int | None
    origin: str
    loaded_at: datetime
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a release still is what was loaded."""

    dataset: str
    release: str
    rows_loaded: int
    rows_found: int
    intact: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that one of two releases has, or that differs: the fields that changed, old and new."""

    change: Literal["added", "removed", "changed"]
    key: dict[str, Any]
    old: dict[str, Any]
    new: dict[str, Any]


def loaded_releases(engine: Engine) -> tuple[LoadedRelease, ...]:
    """Every release by data set and date."""
    with engine.connect() as connection:
        files: dict[int, list[str]] = {}
        for release_id, name in connection.execute(select(RefFile.release_id, RefFile.name).order_by(RefFile.part)):
            files.setdefault(release_id, []).append(name)
        query = select(RefRelease.__table__).order_by(RefRelease.dataset, RefRelease.effective_from)
        return tuple(
            LoadedRelease(
                row.dataset,
                row.release,
                row.name,
                row.effective_from,
                row.effective_to,
                row.rows,
                row.origin,
                row.loaded_at,
                tuple(files.get(row.id, ())),
            )
            for row in connection.execute(query)
        )


def drop(engine: Engine, dataset: str, release: str) -> None:
    """Take a release away. Raises UnknownRelease, and StarterData."""
    with writing(engine).begin() as connection:
        found = _find(connection, dataset, release)
        if found.origin == STARTER:
            raise StarterData(f"{found.name} is starter data: it steps back by itself when the agency's is loaded")
        remove_release(connection, found.id)
    drop_forgotten_partitions(engine)


def verify(engine: Engine) -> Iterator[Verified]:
    """Count and sum up the rows of each loaded release, and compare with what the load wrote down."""
    with engine.connect() as connection:
        query = select(RefRelease.__table__).where(RefRelease.origin != STARTER).order_by(RefRelease.dataset)
        for row in connection.execute(query).all():
            known = dataset_named(row.dataset)
            if known is None or row.rows is None:
                continue
            found = known.store.tally(connection, row.id)
            intact = (found.rows, found.written()) == (row.rows, row.checksum)
            yield Verified(row.dataset, row.release, row.rows, found.rows, intact)


def differences(engine: Engine, dataset: str, old: str, new: str) -> Iterator[Difference]:
    """What changed from one release of a data set to another, by key. Raises UnknownRelease, NotComparable."""
    known = dataset_named(dataset)
    if known is None:
        raise NotComparable(f"{dataset!r} is not made of files that can be loaded: its releases cannot be compared")
    with engine.connect() as first, engine.connect() as second:
        ids = _find(first, dataset, old).id, _find(second, dataset, new).id
        for part in known.store.parts:
            yield from _compared(part, part.compared(first, ids[0]), part.compared(second, ids[1]))


def _find(connection: Connection, dataset: str, release: str) -> Any:
    query = select(RefRelease.__table__).where(RefRelease.dataset == dataset, RefRelease.release == release)
    found = connection.execute(query).one_or_none()
    if found is None:
        raise UnknownRelease(dataset, release)
    return found


def _compared(part: Compared, before: Iterator[Values], after: Iterator[Values]) -> Iterator[Difference]:
    """Both in the order of their key: one pass side by side."""
    for old, new in _side_by_side(before, after, part.key):
        if len(old) == len(new) == 1:
            if old != new:
                yield _difference("changed", part, old[0], new[0])
            continue
        # Where a key stands several times, rows are the same as a whole or not at all.
        for row in (Counter(old) - Counter(new)).elements():
            yield _difference("removed", part, row, None)
        for row in (Counter(new) - Counter(old)).elements():
            yield _difference("added", part, None, row)


def _side_by_side(
    before: Iterator[Values], after: Iterator[Values], key: int
) -> Iterator[tuple[list[Values], list[Values]]]:
    """The rows with one key in the old release and in the new one, key by key."""
    both = merge(((row[:key], 0, row) for row in before), ((row[:key], 1, row) for row in after), key=itemgetter(0))
    for _, rows in groupby(both, key=itemgetter(0)):
        sides: tuple[list[Values], list[Values]] = ([], [])
        for _, side, row in rows:
            sides[side].append(row)
        yield sides


def _difference(
    change: Literal["added", "removed", "changed"], part: Compared, old: Values | None, new: Values | None
) -> Difference:
    before = dict(zip(part.fields, old, strict=True)) if old else {}
    after = dict(zip(part.fields, new, strict=True)) if new else {}
    names = part.fields[part.key :]
    differing = [name for name in names if old is None or new is None or before[name] != after[name]]
    return Difference(
        change,
        {name: (before or after)[name] for name in part.fields[: part.key]},
        {name: before[name] for name in differing if before},
        {name: after[name] for name in differing if after},
    )
