"""The fee schedule locality that a state, a contractor, a number or a name means, with its cost indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from consultant.db.reference_fees import RefPfsGpci
from consultant.reference.estimating import ThreeParts, UnclearLocality
from consultant.reference.issues import Issue
from consultant.reference.model import PriceRequest
from consultant.reference.rows import rows_of
from consultant.reference.statements import Reading

MOST_NAMED = 40


def locality_of(reading: Reading, issue: Issue, request: PriceRequest) -> dict[str, Any]:
    """The row of the one locality that is meant. Raises UnclearLocality."""
    every = rows_of(reading, RefPfsGpci, issue)
    area = [row for row in every if _in_area(row, request)]
    if not area:
        raise UnclearLocality(f"{issue.name} {issue.release} has no locality of {_area(request)}.")
    found = [row for row in area if _is_meant(row, request.locality)]
    if len(found) == 1:
        return found[0]
    wrong = "Several localities are meant" if found else f'"{request.locality}" is none of the localities'
    raise UnclearLocality(f"{wrong}. Name one by its number: {_listed(found or area)}.")


def indices(row: dict[str, Any]) -> ThreeParts:
    """Its cost indices; the work index with the floor, where the release has one."""
    return ThreeParts(row["pw_gpci"], row["pe_gpci"], row["mp_gpci"])


def named(row: dict[str, Any]) -> str:
    """The locality as a person knows it."""
    contractor, number = row["medicare_administrative_contractor"], row["locality_number"]
    return f"{row['state']}, {row['locality_name'].strip(' *')} (contractor {contractor}, locality {number})"


def _in_area(row: dict[str, Any], request: PriceRequest) -> bool:
    state, mac = request.state.strip().upper(), request.mac.strip()
    return state in ("", row["state"]) and mac in ("", row["medicare_administrative_contractor"])


def _is_meant(row: dict[str, Any], locality: str) -> bool:
    """By number if digits are given, else by a part of the name; nothing given means any."""
    wanted = locality.strip().upper()
    if wanted.isdigit():
        return bool(row["locality_number"] == wanted.zfill(2))
    return wanted in row["locality_name"].upper()


def _area(request: PriceRequest) -> str:
    return " and ".join(each for each in (request.state.upper(), request.mac and f"contractor {request.mac}") if each)


def _listed(rows: Sequence[dict[str, Any]]) -> str:
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    shown = (f"{row['state']} {row['locality_number']} {row['locality_name'].strip(' *')}" for row in rows[:MOST_NAMED])
    return "; ".join(shown) + more
