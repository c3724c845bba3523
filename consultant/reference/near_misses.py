"""Which codes of the loaded lists lie one slip from a code that does not exist: one query for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, literal, select, union_all

from consultant.db.base import Base
from consultant.db.reference import RefCode
from consultant.db.reference_cpt import RefCptConcept, RefCptDescriptor
from consultant.db.reference_fees import RefPfsValue
from consultant.db.reference_hcpcs import RefHcpcsCode
from consultant.db.reference_icd10 import RefIcd10Code
from consultant.reference.issues import Issues
from consultant.reference.listed import FEE_SCHEDULES
from consultant.reference.spelling import distance, plain, slips
from consultant.reference.statements import Reading, Statement

# Where codes stand: the table, its column, and the data sets of which one answers for a day.
LISTS: tuple[tuple[type[Base], str, tuple[str, ...]], ...] = (
    (RefIcd10Code, "code", ("icd10cm_order",)),
    (RefIcd10Code, "code", ("icd10pcs_order",)),
    (RefHcpcsCode, "hcpc", ("hcpcs_level_ii",)),
    (RefPfsValue, "hcpcs", FEE_SCHEDULES),
    (RefCptConcept, "cpt_code", ("cpt_consolidated",)),
    (RefCptDescriptor, "cpt_code", ("cpt_long", "cpt_medium", "cpt_short")),
)
NO_RELEASE = -1
STEP = 250  # codes more in the next larger statement


def candidates(reading: Reading, issues: Issues, code: str, on: date) -> list[str]:
    """Codes that the lists of the day have, the likeliest first; headings only where there is nothing else.

    The code itself alone, where only its dot is at a wrong place. Whether each is in force, the caller asks.
    """
    meant = plain(code)
    found = slips(meant)
    if not found:
        return []
    statement, size = _statement(-(-len(found) // STEP))
    spelled = dict(zip((f"code_{number}" for number in range(size)), _filled(list(found), size), strict=True))
    releases = {}
    for number, (_, _, datasets) in enumerate(LISTS):
        issue = issues.begun(on, *datasets)
        releases[f"release_{number}"] = issue.id if issue else NO_RELEASE
    rows = {plain(other): bool(valid) for other, valid in statement.rows(reading, **spelled, **releases)}
    if meant in rows:
        return [meant]
    ranked = sorted(rows, key=lambda other: (found[other], distance(meant, other), other))
    return [other for other in ranked if rows[other]] or ranked


def _filled(codes: list[str], size: int) -> Iterator[str]:
    """The codes, and the last again until there are so many: few statements serve all numbers of codes."""
    yield from codes
    for _ in range(size - len(codes)):
        yield codes[-1]


@lru_cache(maxsize=8)
def _statement(steps: int) -> tuple[Statement, int]:
    size = steps * STEP
    return Statement(near_query(size)), size


def near_query(codes: int) -> Any:
    """Which of so many codes the lists have, and whether each is billable: parameters `code_0`, `release_0` and on."""
    among = [bindparam(f"code_{number}", type_=RefCode.code.type) for number in range(codes)]
    parts = []
    for number, (table, name, _) in enumerate(LISTS):
        columns = table.__table__.c
        release = bindparam(f"release_{number}", type_=columns.release_id.type)
        valid = columns.valid if table is RefIcd10Code else literal(True)
        parts.append(
            select(columns[name].label("code"), valid.label("valid")).where(
                columns.release_id == release, columns[name].in_(among)
            )
        )
    packed = func.replace(RefCode.code, ".", "")  # a few hundred rows
    parts.append(select(packed, RefCode.billable).where(packed.in_(among)))
    every = union_all(*parts).subquery()
    return select(every.c.code, every.c.valid).distinct()
