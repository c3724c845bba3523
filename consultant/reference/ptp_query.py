"""The one query for all PTP edits among a set of codes, which is asked most.

`column_one IN (…) AND column_two IN (…)` makes SQLite seek each pair in the table's key. Pairs in a row-value list
would make it read the whole table. On SQLite, where finding out which release answers for the day takes as long as the
edits do, a connection remembers that for as long as nobody has changed the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, or_, select

from consultant.db.reference import RefPtpEdit, RefPtpTerm, RefRelease
from consultant.reference.statements import Reading, Statement, snapshot

# Pairs with this modifier indicator were never in force: NCCI Policy Manual, ch. I §E.
NEVER_IN_FORCE = "9"
# Who loaded what comes with the program.
STARTER = "starter"
# A PTP table of fewer rows is an excerpt.
WHOLE = 500_000
# Days whose release a connection remembers.
MOST_DAYS = 1_000

EDIT = (
    RefPtpEdit.column_one,
    RefPtpEdit.column_two,
    RefPtpTerm.modifier_indicator,
    RefPtpTerm.effective,
    RefPtpTerm.deletion,
    RefPtpTerm.rationale,
)
RELEASE = (RefRelease.id, RefRelease.name, RefRelease.release, RefRelease.effective_from, RefRelease.effective_to)


class Answering(NamedTuple):
    """The release that answers for a day, and the days for which it was published."""

    id: int
    name: str
    release: str
    effective_from: date
    effective_to: date | None


class FoundEdit(NamedTuple):
    """A row of the answer."""

    column_one: str
    column_two: str
    modifier_indicator: str
    effective: date
    deletion: date | None
    rationale: str


class FoundEdits(NamedTuple):
    """The edits by column one and two, the newest of a pair first; and their release, None where none answers."""

    release: Answering | None
    edits: list[FoundEdit]


def edits_in_force(reading: Reading, dataset: str, codes: Sequence[str], on: date) -> FoundEdits:
    """All edits among the codes on that day, from the release that answers for the day.

    Raises SQLAlchemy's errors when the database cannot be asked.
    """
    among = dict(zip(_names(len(codes)), codes, strict=True))
    if reading.dialect.name == "sqlite":
        return _asked_remembering(reading, (dataset, on), among)
    rows = _whole(len(codes)).rows(reading, dataset=dataset, on=on, **among)
    release = Answering(*rows[0][len(EDIT) :]) if rows else None
    return FoundEdits(release, _in_order(row[: len(EDIT)] for row in rows))


def ptp_query(codes: int) -> Any:
    """The query for so many codes, their release with them: parameters `dataset`, `on` and `code0` and so on."""
    return (
        ptp_query_within(codes, _answering(RefRelease.id).scalar_subquery())
        .add_columns(*RELEASE)
        .join(RefRelease, RefRelease.id == RefPtpEdit.release_id)
    )


def ptp_query_within(codes: int, release: Any) -> Any:
    """The same for one release, without it."""
    on = bindparam("on", type_=RefPtpTerm.effective.type)
    among = [bindparam(name, type_=RefPtpEdit.column_one.type) for name in _names(codes)]
    return (
        select(*EDIT)
        .select_from(RefPtpEdit)
        .join(RefPtpTerm, RefPtpTerm.id == RefPtpEdit.term_id)
        .where(RefPtpEdit.release_id == release)
        .where(RefPtpEdit.column_one.in_(among), RefPtpEdit.column_two.in_(among))
        .where(RefPtpTerm.effective <= on, or_(RefPtpTerm.deletion.is_(None), RefPtpTerm.deletion >= on))
        .where(RefPtpTerm.modifier_indicator != NEVER_IN_FORCE)
    )


def release_for(which: ColumnElement[bool], on: Any) -> Select[int]:
    """The release that answers for a day, of a data set whose every release holds the whole history.

    That which was published for the day; else the first after it, which knows the day as history; else the newest.
    An excerpt answers for no other day than its own where a whole table does.
    """
    first, last = RefRelease.effective_from, RefRelease.effective_to
    of_the_day = and_(first <= on, or_(last.is_(None), last >= on))
    return (
        select(RefRelease.id)
        .where(which)
        .order_by(
            RefRelease.origin == STARTER,  # where anything was loaded, the starter has notes left and no rows
            case((of_the_day, 0), (RefRelease.rows >= WHOLE, 1), else_=2),
            case((of_the_day, 0), (first > on, 1), else_=2),
            case((first > on, first)),
            first.desc(),
        )
        .limit(1)
    )


def _answering(*columns: Any) -> Select[Any]:
    on = bindparam("on", type_=RefPtpTerm.effective.type)
    return release_for(RefRelease.dataset == bindparam("dataset"), on).with_only_columns(*columns)


@dataclass(slots=True)
class _Remembered:
    """Which releases answer for which days, found on one connection in one version of the database."""

    version: tuple[int, int] | None = None
    releases: dict[tuple[str, date], Answering | None] = field(default_factory=dict)


def _asked_remembering(reading: Reading, asked: tuple[str, date], among: dict[str, str]) -> FoundEdits:
    """By the release that is remembered, unless the database turns out to be another since: then all of it, at once."""
    remembered: _Remembered = reading.kept.setdefault(_Remembered, _Remembered())
    if asked in remembered.releases:
        found = _within(reading, remembered.releases[asked], asked[1], among)
        if _version(reading) == remembered.version:
            return found
    with nullcontext() if reading.driver.in_transaction else snapshot(reading):
        rows = _release_statement().rows(reading, dataset=asked[0], on=asked[1])
        release = Answering(*rows[0]) if rows else None
        found = _within(reading, release, asked[1], among)
        version = _version(reading)
    if version != remembered.version or len(remembered.releases) >= MOST_DAYS:
        remembered.version = version
        remembered.releases.clear()
    remembered.releases[asked] = release
    return found


def _version(reading: Reading) -> tuple[int, int]:
    """It differs as soon as anybody has committed: others count in the first number, this connection in the second."""
    return reading.driver.execute("PRAGMA data_version").fetchone()[0], reading.driver.total_changes


def _within(reading: Reading, release: Answering | None, on: date, among: dict[str, str]) -> FoundEdits:
    if release is None:
        return FoundEdits(None, [])
    rows = _of_release(len(among)).rows(reading, release=release.id, on=on, **among)
    return FoundEdits(release, _in_order(rows))


def _in_order(rows: Iterable[Sequence[Any]]) -> list[FoundEdit]:
    """By codes, the newest of a pair first: a handful of rows, which a database takes longer to sort."""
    edits = [FoundEdit(*row) for row in rows]
    edits.sort(key=attrgetter("effective"), reverse=True)
    edits.sort(key=itemgetter(0, 1))
    return edits


@lru_cache(maxsize=256)
def _whole(codes: int) -> Statement:
    return Statement(ptp_query(codes))


@lru_cache(maxsize=256)
def _of_release(codes: int) -> Statement:
    return Statement(ptp_query_within(codes, bindparam("release", type_=RefPtpEdit.release_id.type)))


@lru_cache(maxsize=1)
def _release_statement() -> Statement:
    return Statement(_answering(*RELEASE))


@lru_cache(maxsize=256)
def _names(codes: int) -> tuple[str, ...]:
    return tuple(f"code{number}" for number in range(codes))
