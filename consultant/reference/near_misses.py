"""Which codes of the loaded lists lie one slip from a code that does not exist: one query for all of them."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, String, bindparam, cast, func, literal, select, union_all

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


def candidates(reading: Reading, issues: Issues, code: str, on: date) -> list[str]:
    """Codes that the lists of the day have, the likeliest first; headings only where there is nothing else.

    The code itself alone, where only its dot is at a wrong place. Whether each is in force, the caller asks.
    """
    meant = plain(code)
    found = slips(meant)
    if not found:
        return []
    releases = {}
    for number, (_, _, datasets) in enumerate(LISTS):
        issue = issues.begun(on, *datasets)
        releases[f"release_{number}"] = issue.id if issue else NO_RELEASE
    statement = _statement(reading.dialect.name)
    told = statement.rows(reading, codes=json.dumps(list(found)), **releases)
    rows = {plain(other): bool(valid) for other, valid in told}
    if meant in rows:
        return [meant]
    ranked = sorted(rows, key=lambda other: (found[other], distance(meant, other), other))
    return [other for other in ranked if rows[other]] or ranked


@lru_cache(maxsize=2)
def _statement(dialect: str) -> Statement:
    return Statement(near_query(dialect))


def near_query(dialect: str) -> Any:
    """Which of some codes the lists have, and whether each is billable.

    Parameters: `codes`, a list in JSON, which is one parameter for hundreds of codes, and `release_0` and on.
    """
    given = bindparam("codes", type_=String())
    if dialect == "sqlite":
        spelled = func.json_each(given).table_valued("value", name="spelled")
    else:
        spelled = func.json_array_elements_text(cast(given, JSON())).table_valued("value", name="spelled")
    parts = []
    for number, (table, name, _) in enumerate(LISTS):
        columns = table.__table__.c
        release = bindparam(f"release_{number}", type_=columns.release_id.type)
        valid = columns.valid if table is RefIcd10Code else literal(True)
        # IN makes SQLite seek each of them; a join it would turn round, and read the whole list.
        parts.append(
            select(columns[name].label("code"), valid.label("valid")).where(
                columns.release_id == release, columns[name].in_(select(spelled.c.value))
            )
        )
    packed = func.replace(RefCode.code, ".", "")  # a few hundred rows
    parts.append(select(packed, RefCode.billable).where(packed.in_(select(spelled.c.value))))
    every = union_all(*parts).subquery()
    return select(every.c.code, every.c.valid).distinct()
