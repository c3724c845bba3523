"""How the rows of a kind are kept: written, read back in the order of their key, counted, summed up.

The checksum is a sum over all rows, whatever their order, so that a release can be compared with what was loaded.
Must not know files: rows come in as the format's tuples and go out as the same tuples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, Protocol
from zlib import crc32

from sqlalchemy import ColumnElement, Connection, String, Table, func, select
from sqlalchemy.types import NullType, TypeDecorator

from consultant.db.base import Base
from consultant.reference.formats import Format, Release, RowError, Source
from consultant.reference.formats.tables import Rows as CountedRows
from consultant.reference.formats.text_lines import Skipped
from consultant.reference.loading.bulk import bulk_insert, in_batches

CHECKSUM = (1 << 64) - 1
RELEASE, NUMBER = "release_id", "number"

Rows = Sequence[tuple[Any, ...]]

# Takes a bad row: raises it, or lists it.
OnBadRow = Callable[[RowError], None]
OnRows = Callable[[int], None]


@dataclass(slots=True)
class Tally:
    """How many rows, and their checksum; and what of a file was no row, by reason."""

    rows: int = 0
    checksum: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, rows: int, checksum: int) -> None:
        self.rows += rows
        self.checksum = (self.checksum + checksum) & CHECKSUM

    def written(self) -> str:
        """The checksum as it is kept."""
        return f"{self.checksum:016x}"


class Compared(Protocol):
    """Rows that can be compared from release to release: `fields` are their names, the first `key` tell which row."""

    fields: tuple[str, ...]
    key: int

    def compared(self, connection: Connection, release_id: int) -> Iterator[tuple[Any, ...]]:
        """The rows of a release in the order of their key."""
        ...


class RowStore(Protocol):
    """Where the rows of one kind are."""

    @property
    def parts(self) -> Sequence[Compared]:
        """What of it can be compared."""
        ...

    def load(
        self,
        connection: Connection,
        release_id: int,
        read: tuple[Format, Source, Release],
        bad_row: OnBadRow,
        written: OnRows,
    ) -> Tally:
        """Write the rows of a file. Raises FormatError, and what `bad_row` raises."""
        ...

    def finish(self, connection: Connection, release_id: int) -> None:
        """What is left to do when all files of a release are written."""
        ...

    def tally(self, connection: Connection, release_id: int) -> Tally:
        """What is there now."""
        ...


class TableRows:
    """Rows kept one to one in a table, under the names of the tuple's fields; `columns` where the table has others.

    `told_by` and `telling` are for comparing releases: which fields tell which row it is, and what of it counts.
    Without them it is the table's key, and everything.
    """

    def __init__(
        self,
        row: type[tuple[Any, ...]],
        table: type[Base],
        columns: Sequence[str] = (),
        told_by: Sequence[str] = (),
        telling: Sequence[str] = (),
    ) -> None:
        self.row = row
        self._table: Table = table.__table__  # type: ignore[assignment]  # declared as FromClause
        names: tuple[str, ...] = row._fields  # type: ignore[attr-defined]  # of every NamedTuple
        self._columns = dict(zip(names, columns or names, strict=True))
        self._numbered = NUMBER in self._table.c
        self._key = [key.name for key in self._table.primary_key if key.name not in (RELEASE, NUMBER)]
        by_column = {column: name for name, column in self._columns.items()}
        key = tuple(told_by or (by_column[name] for name in self._key))
        self.key = len(key)
        self.fields = (*key, *(name for name in telling or ([] if told_by else names) if name not in key))

    @property
    def parts(self) -> Sequence[Compared]:
        """What of it can be compared."""
        return (self,)

    def load(
        self,
        connection: Connection,
        release_id: int,
        read: tuple[Format, Source, Release],
        bad_row: OnBadRow,
        written: OnRows,
    ) -> Tally:
        """Write the rows of a file. Raises FormatError, and what `bad_row` raises."""
        tally = Tally()
        with self.adding(connection, release_id, read[2]) as add:
            for batch in in_batches(rows_of(read, bad_row, tally.skipped)):
                add(batch)
                tally.add(len(batch), sum(map(row_checksum, batch)))
                written(tally.rows)
        return tally

    def finish(self, connection: Connection, release_id: int) -> None:
        """Nothing: rows are kept as they come."""

    @contextmanager
    def adding(self, connection: Connection, release_id: int, release: Release) -> Iterator[Callable[[Rows], None]]:
        """A function that writes rows; until the block ends nothing else may be asked of the connection."""
        convert, fixed = self._converters(connection), self._fixed(release)
        numbers = count(self._last_number(connection, release_id) + 1) if self._numbered else None
        names = [*self._columns.values(), *fixed, *([NUMBER] if self._numbered else [])]
        with bulk_insert(connection, self._table.name, release_id, names) as add_columns:

            def add(batch: Rows) -> None:
                columns = [
                    [process(value) for value in column] if process else column
                    for process, column in zip(convert, zip(*batch, strict=True), strict=True)
                ]
                columns += ([value] * len(batch) for value in fixed.values())
                add_columns([*columns, list(islice(numbers, len(batch)))] if numbers else columns)

            yield add

    def rows(self, connection: Connection, release_id: int) -> Iterator[Any]:
        """The rows of a release in the order of their key."""
        order = [*self._key, *([NUMBER] if self._numbered else [])]
        make = self.row._make  # type: ignore[attr-defined]  # of every NamedTuple
        yield from map(make, self._selected(connection, release_id, list(self._columns.values()), order))

    def compared(self, connection: Connection, release_id: int) -> Iterator[tuple[Any, ...]]:
        """What counts of the rows of a release, in the order of what tells them."""
        columns = [self._columns[name] for name in self.fields]
        yield from map(tuple, self._selected(connection, release_id, columns, columns[: self.key]))

    def tally(self, connection: Connection, release_id: int) -> Tally:
        """What is there now."""
        tally = Tally()
        for batch in in_batches(self.rows(connection, release_id)):
            tally.add(len(batch), sum(map(row_checksum, batch)))
        return tally

    def _selected(
        self, connection: Connection, release_id: int, columns: Sequence[str], order: Sequence[str]
    ) -> Iterator[Any]:
        query = (
            select(*(self._table.c[name] for name in columns))
            .where(self._table.c.release_id == release_id)
            .order_by(*(in_code_order(self._table.c[name], connection) for name in order))
        )
        yield from connection.execution_options(yield_per=2000).execute(query)

    def _last_number(self, connection: Connection, release_id: int) -> int:
        """Files that together make a release are numbered on."""
        number = self._table.c[NUMBER]
        return connection.scalar(select(func.max(number)).where(self._table.c.release_id == release_id)) or 0

    def _fixed(self, release: Release) -> dict[str, Any]:
        """What every row of the release has besides the file's own columns."""
        return {}

    def _converters(self, connection: Connection) -> list[Callable[[Any], Any] | None]:
        """From Python's values to the driver's, column by column: SQLite has no dates."""
        dialect = connection.dialect
        types = [self._table.c[name].type for name in self._columns.values()]
        if dialect.name == "postgresql":
            types = [kind if isinstance(kind, TypeDecorator) else NullType() for kind in types]
        return [kind.dialect_impl(dialect).bind_processor(dialect) for kind in types]


class DatedTableRows(TableRows):
    """Rows of a file without dates: each holds from the day of its release on."""

    def _fixed(self, release: Release) -> dict[str, Any]:
        first = release.effective_from
        return {"effective": first.isoformat() if first else None}


class SeveralTables:
    """Rows of several types in one file, each type in its own table."""

    def __init__(self, *tables: TableRows) -> None:
        self._tables = {table.row: table for table in tables}

    @property
    def parts(self) -> Sequence[Compared]:
        """What of it can be compared."""
        return tuple(self._tables.values())

    def load(
        self,
        connection: Connection,
        release_id: int,
        read: tuple[Format, Source, Release],
        bad_row: OnBadRow,
        written: OnRows,
    ) -> Tally:
        """Write the rows of a file. Raises FormatError, and what `bad_row` raises."""
        tally = Tally()
        for batch in in_batches(rows_of(read, bad_row, tally.skipped)):
            by_type: dict[type, list[Any]] = {}
            for row in batch:
                by_type.setdefault(type(row), []).append(row)
            for row_type, rows in by_type.items():
                with self._tables[row_type].adding(connection, release_id, read[2]) as add:
                    add(rows)
            tally.add(len(batch), sum(map(row_checksum, batch)))
            written(tally.rows)
        return tally

    def finish(self, connection: Connection, release_id: int) -> None:
        """Nothing: rows are kept as they come."""

    def tally(self, connection: Connection, release_id: int) -> Tally:
        """What is there now."""
        tally = Tally()
        for table in self._tables.values():
            found = table.tally(connection, release_id)
            tally.add(found.rows, found.checksum)
        return tally


def rows_of(read: tuple[Format, Source, Release], bad_row: OnBadRow, skipped: Counter[str]) -> Iterator[Any]:
    """The rows of a file, each bad one handed to `bad_row`, what is no row counted by reason."""
    file_format, source, release = read
    rows = file_format.rows(source, release)
    for row in good_rows(rows, bad_row):
        if isinstance(row, Skipped):
            skipped[row.reason] += 1
        else:
            yield row
    if isinstance(rows, CountedRows):
        skipped.update(rows.skipped)


def good_rows(rows: Iterator[Any], bad_row: OnBadRow) -> Iterator[Any]:
    """The rows, each bad one handed to `bad_row`."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except RowError as error:
            bad_row(error)
            continue
        yield row


def row_checksum(row: tuple[Any, ...]) -> int:
    """A number for a row, the same on every database."""
    return crc32("\t".join(["" if value is None else str(value) for value in row]).encode())


def in_code_order(column: ColumnElement[Any], connection: Connection) -> ColumnElement[Any]:
    """Letters and digits in the order of their characters, as Python has them, whatever the database's language."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, String):
        return column.collate("C")
    return column
