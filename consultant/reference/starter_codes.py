"""The codes of the starter pack, as it has them on a day: what stands behind the agencies' lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from consultant.db.reference import RefCode, RefRelease
from consultant.reference.issues import window
from consultant.reference.model import CodeEntry, Source
from consultant.reference.statements import Reading, Statement


@dataclass(frozen=True, slots=True)
class PackedCode:
    """A code as one release of the pack shows it, from `effective` to `last_day`, both included."""

    entry: CodeEntry
    effective: date
    last_day: date | None
    released: date  # first day of the release

    def holds(self, on: date) -> bool:
        """Whether it is in force that day."""
        return self.effective <= on and (self.last_day is None or on <= self.last_day)


def packed_codes(reading: Reading, code: str, on: date | None) -> list[PackedCode]:
    """The rows of the code, which is in capitals, the newest first; `on` is the day that sources are cited for."""
    return [_packed(row, on) for row in _CODES.rows(reading, code=code)]


def _packed(row: Any, on: date | None) -> PackedCode:
    effective, last_day, locator, notice, name, release, first, last, *facts = row
    system, code, description, billable, added, ended, status, global_days, billing_unit = facts
    entry = CodeEntry(
        system=system,
        code=code,
        description=description,
        billable=billable,
        added=added,
        ended=ended,
        status=status,
        global_days=global_days,
        billing_unit=billing_unit,
        source=Source(name, release, window(first, last, on), locator),
        licensed_notice=notice,
    )
    return PackedCode(entry, effective, last_day, first)


_QUERY: Any = (
    select(
        RefCode.effective,
        RefCode.last_day,
        RefCode.locator,
        RefRelease.licensed_notice,
        RefRelease.name,
        RefRelease.release,
        RefRelease.effective_from,
        RefRelease.effective_to,
        RefCode.system,
        RefCode.code,
        RefCode.description,
        RefCode.billable,
        RefCode.added,
        RefCode.ended,
        RefCode.status,
        RefCode.global_days,
        RefCode.billing_unit,
    )
    .join(RefCode.release)
    .where(RefCode.code == bindparam("code", type_=RefCode.code.type))
    .order_by(RefCode.effective.desc(), RefRelease.effective_from.desc())
)
_CODES = Statement(_QUERY)
