"""The one query for the medically unlikely edit of a code on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, or_, select

from consultant.db.reference import RefMue, RefRelease
from consultant.reference.issues import window
from consultant.reference.model import Mue, Setting, Source
from consultant.reference.ptp_query import STARTER
from consultant.reference.statements import Reading, Statement


def mue_on(reading: Reading, code: str, on: date, setting: Setting) -> Mue | None:
    """The edit in force. The code is in capitals."""
    rows = _MUE.rows(reading, code=code, dataset=f"ncci_mue_{setting}", on=on)
    if not rows:
        return None
    value, mai, rationale, name, release, first, last = rows[0]
    return Mue(code, value, mai, rationale, setting, Source(name, release, window(first, last, on), f"row {code}"))


def _query() -> Any:
    """From the release of the day; of the starter pack's, each of which has a few codes only, from any that holds."""
    on = bindparam("on", type_=RefMue.effective.type)
    return (
        select(
            RefMue.value,
            RefMue.mai,
            RefMue.rationale,
            RefRelease.name,
            RefRelease.release,
            RefRelease.effective_from,
            RefRelease.effective_to,
        )
        .join(RefMue.release)
        .where(RefMue.code == bindparam("code", type_=RefMue.code.type))
        .where(RefRelease.dataset == bindparam("dataset", type_=RefRelease.dataset.type))
        .where(or_(RefRelease.origin == STARTER, RefRelease.id == _release_of_the_day(on)))
        .where(RefMue.effective <= on, or_(RefMue.last_day.is_(None), RefMue.last_day >= on))
        .order_by(RefRelease.effective_from.desc(), RefMue.effective.desc())
        .limit(1)
    )


def _release_of_the_day(on: Any) -> ScalarSelect[int]:
    """The newest that had begun: each release speaks for its own time alone.

    A code that this release leaves out has no row on that day, even where an older release had one. Not so for the
    starter pack's releases: none of them speaks for a whole day.
    """
    return (
        select(RefRelease.id)
        .where(RefRelease.dataset == bindparam("dataset", type_=RefRelease.dataset.type))
        .where(RefRelease.effective_from <= on)
        .order_by(RefRelease.origin == STARTER, RefRelease.effective_from.desc())
        .limit(1)
        .scalar_subquery()
    )


_MUE = Statement(_query())
