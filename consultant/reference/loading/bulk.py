"""Many rows into one table as fast as the database takes them: many in one statement, or COPY on PostgreSQL.

Rows come column by column, in the database's own values: whoever adds them has converted and checked them. Must not
know what rows mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table

# One statement for a hundred rows takes a third of the time of one for each.
PARAMETERS = 384
AT_ONCE = 4096

# Takes rows as columns, all of one length.
Add = Callable[[Sequence[Sequence[Any]]], None]


@contextmanager
def bulk_insert(
    connection: Connection, table: Table, release_id: int, columns: Sequence[str], *, plain: bool = False
) -> Iterator[Add]:
    """A function that takes rows of a release for the table, within the connection's transaction.

    `plain` promises that no value is null or has a tab, line end or backslash in it. Until the block ends nothing
    else may be asked of the connection.
    """
    cursor = connection.connection.cursor()
    names = ", ".join(f'"{column}"' for column in ("release_id", *columns))
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                yield _copy_plain(copy, release_id, len(columns)) if plain else _copy(copy, release_id)
        else:
            begin = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608 - names of our own
            yield _insert(cursor, begin, release_id, len(columns))
    finally:
        cursor.close()


def in_batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """The rows, some thousand at a time."""
    iterator = iter(rows)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch


def _insert(cursor: Any, begin: str, release_id: int, width: int) -> Add:
    one = f"({release_id}{', ?' * width})"
    together = max(1, PARAMETERS // width)
    many, single = begin + ", ".join([one] * together), begin + one

    def add(columns: Sequence[Sequence[Any]]) -> None:
        rows, step = len(columns[0]), together * width
        values: list[Any] = [None] * (rows * width)
        for number, column in enumerate(columns):
            values[number::width] = column
        whole = rows // together * step
        cursor.executemany(many, [values[at : at + step] for at in range(0, whole, step)])
        cursor.executemany(single, [values[at : at + width] for at in range(whole, len(values), width)])

    return add


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
