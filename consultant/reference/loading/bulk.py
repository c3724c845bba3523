"""Many rows into one table as fast as the database takes them: many in one statement, or COPY on PostgreSQL.

Rows come column by column, in the database's own values: whoever adds them has converted and checked them. Must not
know what rows mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Connection

# One statement for hundreds of rows takes a third of the time of one for each. Older builds of SQLite take up to 999.
PARAMETERS = 960
AT_ONCE = 4096

# Takes rows as columns, all of one length.
Add = Callable[[Sequence[Sequence[Any]]], None]


@contextmanager
def bulk_insert(
    connection: Connection, table: str, release_id: int, columns: Sequence[str], *, plain: bool = False
) -> Iterator[Add]:
    """A function that takes rows of a release for the table, within the connection's transaction.

    `plain` promises that no value is null or has a tab, line end or backslash in it. Until the block ends nothing
    else may be asked of the connection.
    """
    cursor = connection.connection.cursor()
    names = ", ".join(f'"{column}"' for column in ("release_id", *columns))
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                yield _copy_plain(copy, release_id, len(columns)) if plain else _copy(copy, release_id)
        else:
            begin = f"INSERT INTO {table} ({names}) VALUES "  # noqa: S608 - names of our own
            insert = _Insert(cursor, begin, release_id, len(columns))
            yield insert.add
            insert.rest()
    finally:
        cursor.close()


@contextmanager
def copied_lines(connection: Connection, table: str, columns: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """A function that takes lines of PostgreSQL's COPY format, tabs between the columns, for who has them almost ready.

    Until the block ends nothing else may be asked of the connection.
    """
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        yield copy.write


def in_batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """The rows, some thousand at a time."""
    iterator = iter(rows)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch


class _Insert:
    """Inserts as many rows a statement as it takes; what is too few for one waits for more."""

    def __init__(self, cursor: Any, begin: str, release_id: int, width: int) -> None:
        one = f"({release_id}{', ?' * width})"
        together = max(1, PARAMETERS // width)
        self._cursor, self._width, self._step = cursor, width, together * width
        self._many, self._single = begin + ", ".join([one] * together), begin + one
        self._waiting: list[Any] = []

    def add(self, columns: Sequence[Sequence[Any]]) -> None:
        """Insert rows, or let them wait."""
        values: list[Any] = [None] * (len(columns[0]) * self._width)
        for number, column in enumerate(columns):
            values[number :: self._width] = column
        self._waiting += values
        whole = len(self._waiting) // self._step * self._step
        steps = range(0, whole, self._step)
        self._cursor.executemany(self._many, [self._waiting[at : at + self._step] for at in steps])
        del self._waiting[:whole]

    def rest(self) -> None:
        """Insert what still waits."""
        rows = range(0, len(self._waiting), self._width)
        self._cursor.executemany(self._single, [self._waiting[at : at + self._width] for at in rows])


def _copy(copy: Any, release_id: int) -> Add:
    def add(columns: Sequence[Sequence[Any]]) -> None:
        for row in zip(*columns, strict=True):
            copy.write_row((release_id, *row))

    return add


def _copy_plain(copy: Any, release_id: int, width: int) -> Add:
    line = "\t".join([str(release_id), *["%s"] * width]) + "\n"

    def add(columns: Sequence[Sequence[Any]]) -> None:
        copy.write("".join(map(line.__mod__, zip(*columns, strict=True))))

    return add
