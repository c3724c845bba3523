"""Codes of an ICD-10-CM list by their place in it: what stands below a code, and what stands above it.

In an order file a code stands below another that it begins with. Codes are without dots.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select

from consultant.db.base import Base
from consultant.db.reference_icd10 import RefIcd10Change, RefIcd10Code
from consultant.reference.issues import Issue, Issues
from consultant.reference.rows import rows_of
from consultant.reference.statements import Reading, Statement

ORDER = "icd10cm_order"
MOST_BELOW = 1_000
CATEGORY = 3  # characters of the shortest code
AFTER_ALL = "~"  # sorts after every letter


def list_of_day(issues: Issues, on: date) -> Issue | None:
    """The list that was published for that day."""
    return next((each for each in reversed(issues.of(ORDER)) if each.covers(on)), None)


def billable_below(reading: Reading, issue: Issue, code: str) -> list[str]:
    """The billable codes of the list below this one, the first thousand."""
    return [row[0] for row in _below(RefIcd10Code).rows(reading, **_range(issue, code)) if row[1]]


def changes_below(reading: Reading, issue: Issue, code: str) -> list[tuple[str, bool, str]]:
    """The changes that an addenda file has below the code: code, billable, action."""
    return [tuple(row) for row in _below(RefIcd10Change).rows(reading, **_range(issue, code))]


def headings_of(code: str) -> Sequence[str]:
    """The codes that this one may stand below, the nearest first."""
    return [code[:length] for length in range(len(code) - 1, CATEGORY - 1, -1)]


def row_in(reading: Reading, issue: Issue, code: str) -> dict[str, Any] | None:
    """The code as the list has it."""
    return next(iter(rows_of(reading, RefIcd10Code, issue, code=code)), None)


def consecutive(issues: Issues, until: date) -> Iterator[tuple[Issue, Issue]]:
    """Each list with the one that follows on it, the newest first, where both are whole and begun by the day."""
    lists = [each for each in issues.of(ORDER) if each.effective_from <= until and each.is_whole]
    for before, after in zip(reversed(lists[:-1]), reversed(lists[1:]), strict=True):
        if before.goes_on_with(after):
            yield before, after


def _range(issue: Issue, code: str) -> dict[str, Any]:
    return {"release": issue.id, "first": code, "last": code + AFTER_ALL}


@lru_cache(maxsize=4)
def _below(table: type[Base]) -> Statement:
    columns = table.__table__.c
    wanted = [columns.code, columns.valid] + ([columns.action] if table is RefIcd10Change else [])
    return Statement(
        select(*wanted)
        .where(columns.release_id == bindparam("release", type_=columns.release_id.type))
        .where(columns.code > bindparam("first", type_=columns.code.type))
        .where(columns.code < bindparam("last", type_=columns.code.type))
        .order_by(columns.code)
        .limit(MOST_BELOW)
    )
