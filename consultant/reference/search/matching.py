"""The texts that have the words of a formula, by FTS5 on SQLite and by text search vectors on PostgreSQL.

One interface: `matching`. Which of the texts fits best it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    bindparam,
    cast,
    column,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from consultant.db.reference_search import FULL_TEXT, RefSearchText
from consultant.reference.search.query import Formula, Group

MOST = 160
TEXTS: Table = RefSearchText.__table__  # type: ignore[assignment]  # declared as FromClause
IN_FTS5 = table(FULL_TEXT, column("rowid"), column(FULL_TEXT))  # the column of its own name is the whole
VECTOR: ColumnElement[Any] = literal_column("array_to_tsvector(string_to_array(words, ' '))")  # as the index has it


class Match(NamedTuple):
    """A text that has words of the question; `words` are its stems, with spaces between."""

    id: int
    code: str
    text: str
    words: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which releases texts may be, on which day, of which systems (any, if none is named), headers or not."""

    releases: Sequence[int]
    on: date
    systems: Sequence[str]
    header: bool | None


def matching(connection: Connection, formula: Formula, wanted: Wanted) -> list[Match]:
    """Texts with these words, the short ones of each release first; of very many only the first."""
    postgresql = connection.dialect.name == "postgresql"
    signs = (" & ", " | ", "'") if postgresql else (" AND ", " OR ", '"')
    parameters = {
        "words": _written(formula, *signs),
        "releases": wanted.releases,
        "on": wanted.on,
        "systems": wanted.systems,
        "header": wanted.header,
    }
    query = _query(postgresql, bool(wanted.systems), wanted.header is not None)
    return [Match(*row) for row in connection.execute(query, parameters)]


@cache
def _query(postgresql: bool, of_systems: bool, of_headers: bool) -> Select[Any]:
    """Made once for each choice of filters: making it takes longer than the look itself."""
    columns, words = TEXTS.c, bindparam("words", type_=String)
    query: Select[Any] = select(columns.id, columns.code, columns.text, columns.words)
    if postgresql:
        query = query.where(VECTOR.op("@@")(cast(words, TSQUERY)))
    else:
        query = query.select_from(IN_FTS5.join(TEXTS, TEXTS.c.id == IN_FTS5.c.rowid))
        query = query.where(IN_FTS5.c[FULL_TEXT].match(words))
    query = query.where(columns.release_id.in_(bindparam("releases", expanding=True)))
    query = query.where(columns.first_day <= bindparam("on"), columns.last_day >= bindparam("on"))
    if of_systems:
        query = query.where(columns.system.in_(bindparam("systems", expanding=True)))
    if of_headers:
        query = query.where(columns.header == bindparam("header"))
    return query.limit(MOST)


def _written(formula: Formula, both: str, either: str, quote: str) -> str:
    """The formula as the database reads it. Stems have letters, digits and points alone: nothing to be escaped."""

    def group_written(group: Group) -> str:
        every = (both.join(f"{quote}{each}{quote}" for each in meaning.stems) for meaning in group.meanings)
        return f"({either.join(f'({each})' for each in every)})"

    return either.join(f"({both.join(map(group_written, groups))})" for groups in formula)
