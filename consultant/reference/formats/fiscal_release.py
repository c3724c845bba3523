"""Which release an ICD-10 file is: the fiscal year from 1 October, or an update within it (1 January, 1 April).

The files seldom say it inside, so the name does; a folder or archive above tells of an April update whose file
kept the name of the year.
"""

from __future__ import annotations

import re
from datetime import date

from consultant.reference.formats import FormatError, Release

MONTHS = {"jan": 1, "apr": 4, "jul": 7, "oct": 10}
UPDATE = re.compile(
    r"(?<![a-z])(?P<month>jan|apr|jul|oct)(?:uary|il|y|ober)?[-_ ]*(?:\d{1,2}[-_ ,]+)?(?P<year>20\d\d)(?!\d)", re.I
)
# A folder or archive above counts only when it is the agency's, not an operator's "downloads april 2026".
PUBLISHED = re.compile(r"icd|code|tab(?:le|ular)|order", re.I)
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def fiscal_release(kind: str, name: str, *, variant: str = "", version: int | None = None) -> Release:
    """The release that the name tells; `version` is the fiscal year that the file itself states, if it does.

    Raises FormatError when neither tells, or when they contradict each other.
    """
    file, *above = re.split(r"[/\\]", name)[::-1]
    parts = [file, *filter(PUBLISHED.search, above)]
    update = _update(next((part for part in parts if YEAR.search(part)), ""))
    year = _fiscal_year(update) if update else _named_year([file, *above]) or version
    update = update or next((found for part in parts if (found := _update(part)) and _fiscal_year(found) == year), None)
    if year is None:
        raise FormatError(
            f"{name}, line 1, column 1: the file does not say its release, nor does its name. "
            f"Name it as the agency does, with the fiscal year (…2026…) or the update (…April-2026…)."
        )
    if version not in {None, year}:
        raise FormatError(
            f"{name}, line 1, column 1: the name says fiscal year {year}, the file says {version}. "
            f"Give it back the name that it was published under."
        )
    first = date(update[0], update[1], 1) if update and update[1] != 10 else date(year - 1, 10, 1)
    label = f"{first:%Y-%m}" if first.month != 10 else f"FY{year}"
    return Release(kind, label, variant, first, date(year, 9, 30))


def _update(part: str) -> tuple[int, int] | None:
    """Year and month of the update that a part of the path names."""
    found = UPDATE.search(part)
    return (int(found["year"]), MONTHS[found["month"].lower()]) if found else None


def _fiscal_year(update: tuple[int, int]) -> int:
    year, month = update
    return year + 1 if month >= 10 else year


def _named_year(parts: list[str]) -> int | None:
    """The year that the innermost part with one names."""
    return next((int(found[-1]) for part in parts if (found := YEAR.findall(part))), None)
