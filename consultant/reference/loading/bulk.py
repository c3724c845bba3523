"""Many rows into one table as fast as the database takes them: many in one statement, or COPY on PostgreSQL.

Values are the database's own; whoever adds rows has converted and checked them. Must not know what rows mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, Table

# One statement for some sixty rows takes a third of the time of one for each.
PARAMETERS = 256
AT_ONCE = 4096

Add = Callable[[Sequence[tuple[Any, ...]]], None]


@contextmanager
def bulk_insert(connection: Connection, table: Table, columns: Sequence[str], *, plain: bool = False) -> Iterator[Add]:
    """A function that takes rows for the table, within the connection's transaction.

    `plain` promises that no value is null or has a tab, line end or backslash in it. Until the block ends nothing
    else may be asked of the connection.
    """
    cursor = connection.connection.cursor()
    names = ", ".join(f'"{column}"' for column in columns)
    try:
        if connection.dialect.name == "postgresql":
            statement = f"COPY {table.name} ({names}) FROM STDIN"
            with cursor.copy(statement) as copy:
                yield _copy_plain(copy, len(columns)) if plain else _copy(copy)
        else:
            yield _insert(cursor, f"INSERT INTO {table.name} ({names}) VALUES ", len(columns))  # noqa: S608 - own names
    finally:
        cursor.close()


def in_batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """The rows, some thousand at a time."""
    iterator = iter(rows)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch


def _insert(cursor: Any, begin: str, width: int) -> Add:
    one = f"({', '.join('?' * width)})"
    together = max(1, PARAMETERS // width)
    many, single = begin + ", ".join([one] * together), begin + one

    def add(rows: Sequence[tuple[Any, ...]]) -> None:
        whole = len(rows) // together * together
        flat, step = list(chain.from_iterable(rows[:whole])), together * width
        cursor.executemany(many, [flat[at : at + step] for at in range(0, len(flat), step)])
        cursor.executemany(single, rows[whole:])

    return add


def _copy(copy: Any) -> Add:
    def add(rows: Sequence[tuple[Any, ...]]) -> None:
        for row in rows:
            copy.write_row(row)

    return add


def _copy_plain(copy: Any, width: int) -> Add:
    line = "\t".join(["%s"] * width) + "\n"

    def add(rows: Sequence[tuple[Any, ...]]) -> None:
        copy.write("".join(map(line.__mod__, rows)))

    return add
