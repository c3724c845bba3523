"""Rows of releases by the values of their columns, as mappings under the agencies' own column names."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam, select

from consultant.db.base import Base
from consultant.reference.issues import Issue
from consultant.reference.statements import Reading, Statement

OF_THE_STORE = ("release_id", "number")  # columns that no agency has


def rows_of(reading: Reading, table: type[Base], issue: Issue, **equal: Any) -> list[dict[str, Any]]:
    """The rows of a release that have these values, as mappings without the columns of the store."""
    return rows_in(reading, table, [issue], **equal).get(issue.id, [])


def rows_in(reading: Reading, table: type[Base], issues: list[Issue], **equal: Any) -> dict[int, list[dict[str, Any]]]:
    """The rows of several releases that have these values, by the release's number."""
    statement, columns = _statement(table, tuple(equal), len(issues))
    releases = {f"release_{number}": issue.id for number, issue in enumerate(issues)}
    found: dict[int, list[dict[str, Any]]] = {}
    for release, *values in statement.rows(reading, **equal, **releases):
        found.setdefault(release, []).append(dict(zip(columns, values, strict=True)))
    return found


@lru_cache(maxsize=512)
def _statement(table: type[Base], names: tuple[str, ...], releases: int) -> tuple[Statement, tuple[str, ...]]:
    of_table: Table = table.__table__  # type: ignore[assignment]  # declared as FromClause
    columns = of_table.c
    shown = [column for column in columns if column.name not in OF_THE_STORE]
    among = [bindparam(f"release_{number}", type_=columns.release_id.type) for number in range(releases)]
    query = (
        select(columns.release_id, *shown)
        .where(columns.release_id.in_(among))
        .where(*(columns[name] == bindparam(name, type_=columns[name].type) for name in names))
        .order_by(*of_table.primary_key)
    )
    return Statement(query), tuple(column.name for column in shown)
