"""Which release an agency should have published by a day: how often it publishes, and when that period began.

Federal fiscal years begin on 1 October of the year before. Must not know files, databases or addresses.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

Cycle = Literal["quarter", "year", "fiscal_year", "week", "irregular"]

MONTHS = {1: "january", 4: "april", 7: "july", 10: "october"}
OCTOBER = 10


def period_begun(cycle: Cycle, on: date) -> date | None:
    """First day of the period that a release should be there for; None where the agency keeps no calendar."""
    match cycle:
        case "quarter":
            return date(on.year, _quarter_month(on), 1)
        case "year":
            return date(on.year, 1, 1)
        case "fiscal_year":
            return date(on.year if on.month >= OCTOBER else on.year - 1, OCTOBER, 1)
        case "week":
            return on - timedelta(days=7)
        case "irregular":
            return None


def is_out_of_date(cycle: Cycle, newest: date, on: date) -> bool:
    """Whether a newer release than the one that came into effect on `newest` should be there by now."""
    begun = period_begun(cycle, on)
    return begun is not None and newest < begun


def words_of(on: date) -> dict[str, str]:
    """The words by which agencies name the files of the day's releases."""
    month = _quarter_month(on)
    return {
        "year": f"{on.year}",
        "yy": f"{on.year % 100:02d}",
        "quarter": f"{(month + 2) // 3}",
        "month": MONTHS[month],
        "fiscal_year": f"{on.year + (on.month >= OCTOBER)}",
    }


def _quarter_month(on: date) -> int:
    return (on.month - 1) // 3 * 3 + 1
