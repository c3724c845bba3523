"""One release into the database, in one transaction: readers see the old one or the new one, whole.

A load that is killed leaves nothing, because nothing is committed before its end. The same files again are no load.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import Connection, Engine, delete, exists, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from consultant.db.base import Base
from consultant.db.engine import writing
from consultant.db.ptp_partitions import TABLE as PARTITIONED
from consultant.db.ptp_partitions import drop_forgotten_partitions, has_partitions
from consultant.db.reference import RefCode, RefFile, RefRelease
from consultant.reference.formats import FormatError, RowError, Source
from consultant.reference.loading.finding import Planned
from consultant.reference.loading.reading import Watched, sha256
from consultant.reference.loading.row_stores import OnBadRow, OnRows, Tally
from consultant.reference.ptp_query import STARTER
from consultant.reference.search.indexing import SEARCHED, index_release

ORIGIN = "loaded"
MOST_BAD_ROWS = 1_000
Outcome = Literal["loaded", "replaced", "added", "unchanged"]


class Progress(Protocol):
    """Whoever wants to know how far a load is."""

    def read(self, count: int) -> None:
        """So many bytes more were read."""
        ...

    def written(self, rows: int) -> None:
        """So many rows of the file at hand were written in all."""
        ...


class Unseen:
    """Nobody looks on."""

    def read(self, count: int) -> None:
        """Nothing."""

    def written(self, rows: int) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a release: "added" means that further parts joined those that were there.

    `skipped` is what in its files was no row, by reason: notices, heads, blank lines.
    """

    outcome: Outcome
    dataset: str
    release: str
    rows: int
    bad_rows: tuple[RowError, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()


class PartsMissing(Exception):
    """Some parts of a loaded release were given anew, and others were not."""

    def __init__(self, planned: Planned, missing: set[str]) -> None:
        name = f"{planned.dataset.title_of(planned.release)} {planned.release.label}"
        super().__init__(
            f"{name} is loaded, and these files differ from what was loaded, but its parts "
            f"{', '.join(sorted(missing))} are not among them. Load all parts together."
        )


def load(
    engine: Engine, planned: Planned, *, now: datetime, progress: Progress | None = None, skip_bad_rows: bool = False
) -> Loaded:
    """Load a release, replacing what was loaded of it before.

    With `skip_bad_rows` up to MOST_BAD_ROWS rows that make no sense are left out and listed. Raises FormatError, and
    PartsMissing, with nothing changed.
    """
    progress = progress or Unseen()
    bad, skipped = _BadRows(), Counter[str]()
    with writing(engine).begin() as connection:
        _one_load_at_a_time(connection)
        outcome, parts = _to_do(connection, planned)
        if outcome == "unchanged":
            return Loaded(outcome, *_key(planned), _rows(connection, planned))
        _remove_starter(connection, planned)
        if outcome == "replaced":
            remove_release(connection, _release_id(connection, planned))
        release_id = _release_id(connection, planned) or _insert_release(connection, planned, now)
        bad_row = bad.add if skip_bad_rows else _refuse
        for part in parts:
            watched = Watched(planned.files[part], progress.read)
            tally = _write(connection, planned, watched.source, release_id, progress.written, bad_row)
            _sign_file(connection, release_id, part, watched)
            _sign_release(connection, release_id, tally, now)
            skipped += tally.skipped
        planned.dataset.store.finish(connection, release_id)
        index_release(connection, release_id)
        rows = _rows(connection, planned)
    drop_forgotten_partitions(engine)
    return Loaded(outcome, *_key(planned), rows, tuple(bad.rows), tuple(sorted(skipped.items())))


def remove_release(connection: Connection, release_id: int, *, keeping: frozenset[str] = frozenset()) -> None:
    """Take a release and its rows away, whatever tables they are in but those to keep.

    The release itself stays where something is left that cites it: codes kept.
    """
    if has_partitions(connection):
        keeping |= {PARTITIONED}  # seen by nobody without its release; dropped when that is gone for good
    for table in reversed(Base.metadata.sorted_tables):
        rows = table.name.startswith("ref_") and "release_id" in table.c
        if rows and table.name not in keeping:
            connection.execute(delete(table).where(table.c.release_id == release_id))
    described = exists().where(RefCode.release_id == release_id)
    connection.execute(delete(RefRelease).where(RefRelease.id == release_id, ~described))


def _key(planned: Planned) -> tuple[str, str]:
    return planned.dataset.name(planned.release), planned.release.label


def _release_id(connection: Connection, planned: Planned) -> int:
    """The number of the release, 0 when it is not there."""
    dataset, label = _key(planned)
    query = select(RefRelease.id).where(
        RefRelease.dataset == dataset, RefRelease.release == label, RefRelease.origin == ORIGIN
    )
    return connection.scalar(query) or 0


def _to_do(connection: Connection, planned: Planned) -> tuple[Outcome, list[str]]:
    """What the files are to what is loaded, and which parts to write."""
    query = select(RefFile.part, RefFile.sha256).where(RefFile.release_id == _release_id(connection, planned))
    there = {row.part: row.sha256 for row in connection.execute(query)}
    given = planned.files.keys()
    new = sorted(given - there.keys())
    if not there:
        return "loaded", new
    if all(there[part] == sha256(planned.files[part]) for part in given & there.keys()):
        return ("added", new) if new else ("unchanged", [])
    if missing := there.keys() - given:
        raise PartsMissing(planned, missing)
    return "replaced", sorted(given)


def _write(
    connection: Connection, planned: Planned, source: Source, release_id: int, written: OnRows, bad_row: OnBadRow
) -> Tally:
    read = planned.dataset.format, source, planned.release
    with _no_row_twice(connection, source):
        tally = planned.dataset.store.load(connection, release_id, read, bad_row, written)
    if not tally.rows:
        raise FormatError(f"{source.name}: no rows below the head of the columns. Download it again.")
    return tally


def _insert_release(connection: Connection, planned: Planned, now: datetime) -> int:
    release = planned.release
    first = release.effective_from or (now.date() if planned.dataset.as_of_load else None)
    if first is None:
        raise FormatError(f"{next(iter(planned.files.values())).name}: the file does not say from when on it holds.")
    dataset, label = _key(planned)
    statement = insert(RefRelease).values(
        dataset=dataset,
        release=label,
        name=planned.dataset.title_of(release),
        agency=planned.dataset.agency,
        effective_from=first,
        effective_to=release.effective_to,
        origin=ORIGIN,
        sha256="",
        loaded_at=now,
    )
    return int(connection.execute(statement).inserted_primary_key[0])  # type: ignore[index]  # one row, one key


def _sign_file(connection: Connection, release_id: int, part: str, watched: Watched) -> None:
    source = watched.source
    values = {"name": source.name, "size": source.size, "sha256": watched.sha256()}
    connection.execute(insert(RefFile).values(release_id=release_id, part=part, **values))


def _sign_release(connection: Connection, release_id: int, tally: Tally, now: datetime) -> None:
    """Write down how many rows there are, their checksum, and the digest of the files that they came from."""
    there = connection.execute(select(RefRelease.rows, RefRelease.checksum).where(RefRelease.id == release_id)).one()
    whole = Tally(there.rows or 0, int(there.checksum or "0", 16))
    whole.add(tally.rows, tally.checksum)
    files = connection.scalars(select(RefFile.sha256).where(RefFile.release_id == release_id).order_by(RefFile.part))
    values = {
        "rows": whole.rows,
        "checksum": whole.written(),
        "sha256": hashlib.sha256("".join(files).encode()).hexdigest(),
        "loaded_at": now,
    }
    connection.execute(update(RefRelease).where(RefRelease.id == release_id).values(**values))


def _rows(connection: Connection, planned: Planned) -> int:
    query = select(func.coalesce(RefRelease.rows, 0)).where(RefRelease.id == _release_id(connection, planned))
    return connection.scalar(query) or 0


def _remove_starter(connection: Connection, planned: Planned) -> None:
    """The starter's rows of a data set go as soon as somebody loads the agency's own.

    Its codes stay, because no agency describes CPT codes in words that may be shown: a look-up asks them last.
    """
    query = select(RefRelease.id).where(RefRelease.dataset == _key(planned)[0], RefRelease.origin == STARTER)
    for release_id in connection.scalars(query).all():
        remove_release(connection, release_id, keeping=SEARCHED | {RefCode.__tablename__})


def _one_load_at_a_time(connection: Connection) -> None:
    """On SQLite the write lock does it; readers are not held up on either database."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE ref_release IN SHARE ROW EXCLUSIVE MODE"))


@contextmanager
def _no_row_twice(connection: Connection, source: Source) -> Iterator[None]:
    try:
        yield
    except (IntegrityError, connection.dialect.loaded_dbapi.IntegrityError) as error:
        raise FormatError(f"{source.name}: a row stands there twice ({error}). Download it again.") from error


def _refuse(error: RowError) -> None:
    raise error


class _BadRows:
    """The bad rows of a load, as many as a person can look at."""

    def __init__(self) -> None:
        self.rows: list[RowError] = []

    def add(self, error: RowError) -> None:
        """Raises FormatError when they are too many for a few slips."""
        self.rows.append(error)
        if len(self.rows) > MOST_BAD_ROWS:
            raise FormatError(f"{error} More than {MOST_BAD_ROWS:,} rows make no sense: nothing was loaded.") from error
