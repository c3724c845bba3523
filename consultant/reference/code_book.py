"""The codes that exist on a day, asked by system: whether there is one, and which lie between two.

What reading a question leaves open is decided here, and ranges are expanded. Must not know questions, mail or cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from consultant.db.base import Base
from consultant.db.reference import RefCode
from consultant.db.reference_cpt import RefCptConcept, RefCptDescriptor
from consultant.db.reference_drg import RefMsDrg
from consultant.db.reference_fees import RefPfsValue
from consultant.db.reference_hcpcs import RefHcpcsCode
from consultant.db.reference_icd10 import RefIcd10Code
from consultant.reference.issues import Issue, Issues
from consultant.reference.listed import CPT_LENGTHS, DELETED, FEE_SCHEDULES, LEVEL_II, dotted
from consultant.reference.model import Reference

MOST = 100  # codes of one range
_LISTED = {"CPT", "HCPCS", "ICD-10-CM", "ICD-10-PCS", "DRG"}  # systems of which whole lists can be loaded
_ICD10 = {"ICD-10-CM": "icd10cm_order", "ICD-10-PCS": "icd10pcs_order"}
_LAST = "~"  # sorts after every character of a code


class DatedCodeBook:
    """A reference store as it stood on one day."""

    def __init__(self, reference: Reference, on: date) -> None:
        self._reference, self._on = reference, on

    def knows(self, system: str, code: str) -> bool:
        """Whether the system has the code in force, or codes below it."""
        return bool(self.between(system, code, code))

    def between(self, system: str, first: str, last: str) -> Sequence[str]:
        """The billable codes from first to last, both and what is below them included, in order."""
        return self._reference.between(system, first, last, self._on) if system in _LISTED else ()


def codes_between(
    connection: Connection, issues: Issues, system: str, first: str, last: str, on: date
) -> tuple[str, ...]:
    """The billable codes of the system in force on the day, from first to last, in order; the first hundred.

    The agencies' lists and the starter pack together. A letter that ends the bounds ends the codes too: nothing
    between 0001F and 0010F ends in T.
    """
    low, high = first.replace(".", ""), last.replace(".", "")
    found = set(_starter(connection, system, low, high, on))
    for query in _queries(issues, system, low, high, on):
        found |= set(connection.scalars(query))
    plain = sorted(code for code in found if _alike(system, code, low))[:MOST]
    return tuple(dotted(code) if system == "ICD-10-CM" else code for code in plain)


def _alike(system: str, code: str, bound: str) -> bool:
    """ICD-10 codes have no such letters: a seventh character may be one or a digit."""
    return system in _ICD10 or (len(code) == len(bound) and _end(code) == _end(bound))


def _end(code: str) -> str:
    return code[-1] if code[-1:].isalpha() else ""


def _starter(connection: Connection, system: str, low: str, high: str, on: date) -> Iterator[str]:
    """Its diagnoses are written with their dot, so those of the bounds' categories are looked through."""
    columns = RefCode.__table__.c
    query = select(columns.code).distinct()
    query = query.where(columns.system == system, columns.billable, columns.effective <= on)
    query = query.where(or_(columns.last_day.is_(None), columns.last_day >= on))
    query = query.where(columns.code >= low[:3], columns.code <= high[:3] + _LAST)
    return (plain for code in connection.scalars(query) if low <= (plain := code.replace(".", "")) <= high + _LAST)


def _queries(issues: Issues, system: str, low: str, high: str, on: date) -> Iterator[Select[Any]]:
    if system in _ICD10:
        lists = issues.of(_ICD10[system])
        if of_day := next((one for one in reversed(lists) if one.covers(on)), None):
            yield _in_list(RefIcd10Code, "code", of_day, low, high + _LAST).where(RefIcd10Code.__table__.c.valid)
    elif system == "DRG":
        yield from (_in_list(RefMsDrg, "drg", one, low, high) for one in _begun(issues, on, "msdrg_titles"))
    elif system == "HCPCS" and LEVEL_II.fullmatch(low):
        for one in _begun(issues, on, "hcpcs_level_ii"):
            columns = RefHcpcsCode.__table__.c
            in_force = (columns.add_dt <= on, or_(columns.term_dt.is_(None), columns.term_dt >= on))
            yield _in_list(RefHcpcsCode, "hcpc", one, low, high).where(*in_force)
    if system in ("CPT", "HCPCS"):
        for one in _begun(issues, on, *FEE_SCHEDULES):
            yield _in_list(RefPfsValue, "hcpcs", one, low, high).where(RefPfsValue.__table__.c.status_code != DELETED)
    if system == "CPT":
        yield from (
            _in_list(RefCptConcept, "cpt_code", one, low, high) for one in _begun(issues, on, "cpt_consolidated")
        )
        for length in CPT_LENGTHS:
            yield from (
                _in_list(RefCptDescriptor, "cpt_code", one, low, high) for one in _begun(issues, on, f"cpt_{length}")
            )


def _begun(issues: Issues, on: date, *datasets: str) -> Iterator[Issue]:
    if newest := issues.begun(on, *datasets):
        yield newest


def _in_list(table: type[Base], name: str, issue: Issue, low: str, high: str) -> Select[Any]:
    """At most as many as are wanted: a range of all J codes must not read them all."""
    columns = table.__table__.c
    query = select(columns[name]).where(columns.release_id == issue.id, columns[name].between(low, high))
    return query.distinct().order_by(columns[name]).limit(MOST * 4)
