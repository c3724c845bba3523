"""Which codes of the loaded lists lie one slip from a code that does not exist: one query for all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
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
from consultant.reference.listed import CPT, DIAGNOSIS, FEE_SCHEDULES, LEVEL_II, PROCEDURE
from consultant.reference.spelling import distance, plain, slips
from consultant.reference.statements import Reading, Statement

# Where codes stand: the table, its column, the data sets of which one answers for a day, and the forms of its codes,
# for most of the hundreds of spellings have the form of no code that a list could have.
LISTS: tuple[tuple[type[Base], str, tuple[str, ...], tuple[re.Pattern[str], ...]], ...] = (
    (RefIcd10Code, "code", ("icd10cm_order",), (DIAGNOSIS,)),
    (RefIcd10Code, "code", ("icd10pcs_order",), (PROCEDURE,)),
    (RefHcpcsCode, "hcpc", ("hcpcs_level_ii",), (LEVEL_II,)),
    (RefPfsValue, "hcpcs", FEE_SCHEDULES, (CPT, LEVEL_II)),
    (RefCptConcept, "cpt_code", ("cpt_consolidated",), (CPT,)),
    (RefCptDescriptor, "cpt_code", ("cpt_long", "cpt_medium", "cpt_short"), (CPT,)),
)


def candidates(reading: Reading, issues: Issues, code: str, on: date) -> list[str]:
    """Codes that the lists of the day have, the likeliest first; headings only where there is nothing else.

    The code itself alone, where only its dot is at a wrong place. Whether each is in force, the caller asks.
    """
    meant = plain(code)
    found = slips(meant)
    if not found:
        return []
    rows: dict[str, bool] = {}
    for other, valid in _having(reading, issues, list(found), on):
        if other in found:
            rows[other] = bool(valid) or rows.get(other, False)
    if meant in rows:
        return [meant]
    ranked = sorted(rows, key=lambda other: (found[other], distance(meant, other), other))
    return [other for other in ranked if rows[other]] or ranked


def _having(reading: Reading, issues: Issues, spelled: list[str], on: date) -> list[tuple[str, bool]]:
    """These codes where the lists of the day have them, and all of the starter pack's.

    A list that can have none of them is not asked.
    """
    lists: list[int] = []
    asked: dict[str, Any] = {}
    for number, (_, _, datasets, forms) in enumerate(LISTS):
        issue = issues.begun(on, *datasets)
        of_form = [other for form in forms for other in filter(form.fullmatch, spelled)] if issue else []
        if issue and of_form:
            lists.append(number)
            asked |= {f"release_{number}": issue.id, f"codes_{number}": json.dumps(of_form)}
    return _statement(reading.dialect.name, tuple(lists)).as_kept(reading, **asked)


@lru_cache(maxsize=2 << len(LISTS))
def _statement(dialect: str, lists: tuple[int, ...]) -> Statement:
    return Statement(near_query(dialect, lists))


def near_query(dialect: str, lists: Sequence[int]) -> Any:
    """Which of some codes the lists of these numbers have, and whether each is billable; all of the starter pack's.

    Parameters for each list: `release_0` and so on, and `codes_0`, in JSON, which is one parameter for hundreds.
    """
    # The starter pack has a few hundred: sooner sent than compared.
    parts = [select(func.replace(RefCode.code, ".", ""), RefCode.billable)]
    for number in lists:
        table, name, *_ = LISTS[number]
        columns = table.__table__.c
        release = bindparam(f"release_{number}", type_=columns.release_id.type)
        valid = columns.valid if table is RefIcd10Code else literal(True)
        # IN makes SQLite seek each of them; a join it would turn round, and read the whole list.
        among = columns[name].in_(select(_given(dialect, f"codes_{number}").c.value))
        parts.append(select(columns[name], valid).where(columns.release_id == release, among))
    return union_all(*parts)


def _given(dialect: str, name: str) -> Any:
    """The codes of a parameter, as rows."""
    given = bindparam(name, type_=String())
    spelled = func.json_each(given) if dialect == "sqlite" else func.json_array_elements_text(cast(given, JSON()))
    return spelled.table_valued("value", name=f"each_{name}")
