"""Which release of a data set answers for a day. The agencies' own only: the starter pack speaks for no whole day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Dialect

from consultant.db.reference import RefRelease
from consultant.reference.model import Source
from consultant.reference.ptp_query import STARTER
from consultant.reference.statements import Reading, Statement, seen_once

# Of a list with fewer rows somebody loaded an excerpt: what it leaves out, it says nothing about.
WHOLE_FROM = {
    "hcpcs_level_ii": 5_000,
    "icd10cm_order": 60_000,
    "icd10pcs_order": 60_000,
    "pfs_rvu": 15_000,
    "pfs_rvu_nonQPP": 15_000,
    "ncci_ptp_practitioner": 1_000_000,
    "ncci_ptp_outpatient_hospital": 500_000,
}

A_QUARTER = timedelta(days=89)  # the shortest one, its first day left out
# Asked for this day, the newest release answers.
EVER = date.max

_COLUMNS = RefRelease.__table__.c
_LOADED = Statement(
    select(
        _COLUMNS.id, _COLUMNS.dataset, _COLUMNS.release, _COLUMNS.name, _COLUMNS.effective_from, _COLUMNS.effective_to,
        _COLUMNS.rows, _COLUMNS.sha256,
    ).where(_COLUMNS.origin != STARTER, _COLUMNS.rows.is_not(None))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issue:
    """A loaded release. Both ends of its time are in force."""

    id: int
    dataset: str
    release: str
    name: str
    effective_from: date
    effective_to: date | None
    rows: int
    sha256: str

    @property
    def is_whole(self) -> bool:
        """Whether a code that it leaves out is none."""
        return self.dataset in WHOLE_FROM and self.rows >= WHOLE_FROM[self.dataset]

    def covers(self, on: date) -> bool:
        """Whether it was published for that day. Where it does not say for how long, it is for a quarter."""
        last = self.effective_to or self.effective_from + A_QUARTER
        return self.effective_from <= on <= last

    def goes_on_with(self, other: Issue) -> bool:
        """Whether the other one begins no later than the day after this one's last."""
        return self.effective_to is None or other.effective_from <= self.effective_to + timedelta(days=1)

    def cited(self, locator: str, on: date | None) -> Source:
        """The release as a source; when it is only the newest for that day, it says so."""
        return Source(self.name, self.release, window(self.effective_from, self.effective_to, on), locator)


class Issues:
    """All loaded releases, the oldest first.

    `kept` is what was worked out of the whole of one, for as long as the same are loaded.
    """

    def __init__(self, found: Iterable[Issue]) -> None:
        self.kept: dict[Issue, dict[str, Any]] = {}
        self._of: dict[str, list[Issue]] = {}
        for issue in sorted(found, key=lambda each: each.effective_from):
            self._of.setdefault(issue.dataset, []).append(issue)

    def __bool__(self) -> bool:
        return bool(self._of)

    def of(self, *datasets: str) -> Sequence[Issue]:
        """The releases of these data sets, the oldest first."""
        found = [issue for dataset in datasets for issue in self._of.get(dataset, ())]
        return sorted(found, key=lambda each: each.effective_from)

    def begun(self, on: date, *datasets: str) -> Issue | None:
        """The newest that had begun: of lists that speak for their own time."""
        return next((issue for issue in reversed(self.of(*datasets)) if issue.effective_from <= on), None)

    def telling_of(self, on: date, dataset: str) -> Issue | None:
        """Of a data set whose releases hold the whole history: that of the day, else the first after it."""
        of_day = [issue for issue in self.of(dataset) if issue.covers(on)]
        later = [issue for issue in self.of(dataset) if issue.effective_from > on]
        return of_day[-1] if of_day else next(iter(later), None)

    def beginning_with(self, stem: str) -> tuple[str, ...]:
        """The data sets of a kind that has variants."""
        return tuple(name for name in self._of if name.startswith(stem))


def loaded_issues(reading: Reading) -> Issues:
    """All releases that were loaded from the agencies' files."""
    return seen_once(reading, Issues, lambda: _issues(reading.dialect, tuple(_LOADED.as_kept(reading))))


@lru_cache(maxsize=8)
def _issues(dialect: Dialect, rows: tuple[Any, ...]) -> Issues:
    """Kept for as long as the same releases are loaded."""
    return Issues(Issue(*row) for row in _LOADED.turned(dialect, rows))


def window(first: date, last: date | None, on: date | None) -> str:
    """The days for which a release was published, and whether the date asked for lies after them."""
    if last is None:
        return f"from {first}"
    days = f"{first} to {last}"
    late = on is not None and on != EVER and on > last
    return f"{days}, newest loaded for {on}" if late else days
