"""The one query for all PTP edits among a set of codes: asked of the driver itself, because it is asked most.

`column_one IN (…) AND column_two IN (…)` makes SQLite seek each pair in the table's key. Pairs in a row-value list
would make it read the whole table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, case, or_, select

from consultant.db.reference import RefPtpEdit, RefPtpTerm, RefRelease
from consultant.reference.statements import Reading, Statement

# Pairs with this modifier indicator were never in force: NCCI Policy Manual, ch. I §E.
NEVER_IN_FORCE = "9"
# Who loaded what comes with the program.
STARTER = "starter"


class FoundEdit(NamedTuple):
    """A row of the answer; dates as dates."""

    column_one: str
    column_two: str
    modifier_indicator: str
    effective: date
    deletion: date | None
    rationale: str
    name: str
    release: str
    release_from: date
    release_to: date | None


def edits_in_force(reading: Reading, dataset: str, codes: Sequence[str], on: date) -> list[FoundEdit]:
    """All edits among the codes on that day, by column one and two, from the release that answers for the day.

    Raises SQLAlchemy's errors when the database cannot be asked.
    """
    among = dict(zip(_names(len(codes)), codes, strict=True))
    return [FoundEdit(*row) for row in _statement(len(codes)).rows(reading, dataset=dataset, on=on, **among)]


def ptp_query(codes: int) -> Any:
    """The query for so many codes: parameters `dataset`, `on` and `code0` and so on."""
    on = bindparam("on", type_=RefPtpTerm.effective.type)
    among = [bindparam(name, type_=RefPtpEdit.column_one.type) for name in _names(codes)]
    return (
        select(
            RefPtpEdit.column_one,
            RefPtpEdit.column_two,
            RefPtpTerm.modifier_indicator,
            RefPtpTerm.effective,
            RefPtpTerm.deletion,
            RefPtpTerm.rationale,
            RefRelease.name,
            RefRelease.release,
            RefRelease.effective_from,
            RefRelease.effective_to,
        )
        .select_from(RefPtpEdit)
        .join(RefRelease, RefRelease.id == RefPtpEdit.release_id)
        .join(RefPtpTerm, RefPtpTerm.id == RefPtpEdit.term_id)
        .where(RefPtpEdit.release_id == release_for(RefRelease.dataset == bindparam("dataset"), on).scalar_subquery())
        .where(RefPtpEdit.column_one.in_(among), RefPtpEdit.column_two.in_(among))
        .where(RefPtpTerm.effective <= on, or_(RefPtpTerm.deletion.is_(None), RefPtpTerm.deletion >= on))
        .where(RefPtpTerm.modifier_indicator != NEVER_IN_FORCE)
        .order_by(RefPtpEdit.column_one, RefPtpEdit.column_two, RefPtpTerm.effective.desc())
    )


def release_for(which: ColumnElement[bool], on: Any) -> Select[int]:
    """The release that answers for a day, of a data set whose every release holds the whole history.

    That which was published for the day; else the first after it, which knows the day as history; else the newest.
    """
    first, last = RefRelease.effective_from, RefRelease.effective_to
    return (
        select(RefRelease.id)
        .where(which)
        .order_by(
            RefRelease.origin == STARTER,  # where anything was loaded, the starter has notes left and no rows
            case((first > on, 1), (or_(last.is_(None), last >= on), 0), else_=2),
            case((first > on, first)),
            first.desc(),
        )
        .limit(1)
    )


@lru_cache(maxsize=256)
def _statement(codes: int) -> Statement:
    return Statement(ptp_query(codes))


@lru_cache(maxsize=256)
def _names(codes: int) -> tuple[str, ...]:
    return tuple(f"code{number}" for number in range(codes))
