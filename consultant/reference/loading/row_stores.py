"""How the rows of a kind are kept: written, read back in the order of their key, counted, summed up.

The checksum is a sum over all rows, whatever their order, so that a release can be compared with what was loaded.
Must not know files: rows come in as the format's tuples and go out as the same tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zlib import crc32

from sqlalchemy import ColumnElement, Connection, String, Table, select

from consultant.reference.formats import Format, Release, RowError, Source
from consultant.reference.loading.bulk import bulk_insert, in_batches

CHECKSUM = (1 << 64) - 1

# Takes a bad row: raises it, or lists it.
OnBadRow = Callable[[RowError], None]
OnRows = Callable[[int], None]


@dataclass(slots=True)
class Tally:
    """How many rows, and their checksum."""

    rows: int = 0
    checksum: int = 0

    def add(self, rows: int, checksum: int) -> None:
        self.rows += rows
        self.checksum = (self.checksum + checksum) & CHECKSUM

    def written(self) -> str:
        """The checksum as it is kept."""
        return f"{self.checksum:016x}"


class RowStore(Protocol):
    """Where the rows of one kind are."""

    key: int

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

    def rows(self, connection: Connection, release_id: int) -> Iterator[Any]:
        """The rows of a release in the order of their key, which is the first `key` fields."""
        ...

    def tally(self, connection: Connection, release_id: int) -> Tally:
        """What is there now."""
        ...


class TableRows:
    """Rows kept one to one in a table: `columns` are its columns in the order of the tuple's fields."""

    def __init__(self, row: type[tuple[Any, ...]], table: Table, columns: Sequence[str], key: Sequence[str]) -> None:
        self._row, self._table, self._columns = row, table, tuple(columns)
        self._key = tuple(key)
        self.key = len(self._key)

    def load(
        self,
        connection: Connection,
        release_id: int,
        read: tuple[Format, Source, Release],
        bad_row: OnBadRow,
        written: OnRows,
    ) -> Tally:
        """Write the rows of a file. Raises FormatError, and what `bad_row` raises."""
        file_format, source, release = read
        tally = Tally()
        convert = self._converters(connection)
        fixed = self._fixed(release)
        with bulk_insert(connection, self._table, release_id, [*self._columns, *fixed]) as add:
            for batch in in_batches(good_rows(file_format.rows(source, release), bad_row)):
                columns = [
                    [process(value) for value in column] if process else column
                    for process, column in zip(convert, zip(*batch, strict=True), strict=True)
                ]
                add([*columns, *([value] * len(batch) for value in fixed.values())])
                tally.add(len(batch), sum(map(row_checksum, batch)))
                written(tally.rows)
        return tally

    def rows(self, connection: Connection, release_id: int) -> Iterator[Any]:
        """The rows of a release in the order of their key."""
        columns = [self._table.c[name] for name in self._columns]
        query = (
            select(*columns)
            .where(self._table.c.release_id == release_id)
            .order_by(*(in_code_order(self._table.c[name], connection) for name in self._key))
        )
        make = self._row._make  # type: ignore[attr-defined]  # of every NamedTuple
        for found in connection.execution_options(yield_per=2000).execute(query):
            yield make(found)

    def tally(self, connection: Connection, release_id: int) -> Tally:
        """What is there now."""
        tally = Tally()
        for batch in in_batches(self.rows(connection, release_id)):
            tally.add(len(batch), sum(map(row_checksum, batch)))
        return tally

    def _fixed(self, release: Release) -> dict[str, Any]:
        """What every row of the release has besides the file's own columns."""
        return {}

    def _converters(self, connection: Connection) -> list[Callable[[Any], Any] | None]:
        """From Python's values to the driver's, column by column: SQLite has no dates."""
        if connection.dialect.name == "postgresql":
            return [None] * len(self._columns)
        kinds = (self._table.c[name].type.dialect_impl(connection.dialect) for name in self._columns)
        return [kind.bind_processor(connection.dialect) for kind in kinds]


class DatedTableRows(TableRows):
    """Rows of a file without dates: each holds from the day of its release on."""

    def _fixed(self, release: Release) -> dict[str, Any]:
        first = release.effective_from
        return {"effective": first.isoformat() if first else None}


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
