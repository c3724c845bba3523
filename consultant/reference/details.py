"""Everything else that the loaded releases say of a code on a day, row by row under the agencies' column names.

The fee schedule's values and indicators, drug payment limits and products, ICD-9-CM equivalents, the notes of the
tabular list, coverage documents. Nothing is inferred: a part that is empty means that nothing loaded says anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection

from consultant.db.base import Base
from consultant.db.reference_drg import RefMsDrg, RefMsDrgWeight
from consultant.db.reference_drugs import RefNdc, RefPaymentLimit
from consultant.db.reference_fees import RefPfsValue
from consultant.db.reference_hcpcs import RefHcpcsCode, RefHcpcsModifier, RefPlaceOfService
from consultant.db.reference_icd10 import RefGem, RefIcd10Change
from consultant.reference.coverage import coverage_of
from consultant.reference.issues import Issue, Issues
from consultant.reference.listed import FEE_SCHEDULES, rows_of
from consultant.reference.model import CodeDetails, Fact
from consultant.reference.tabular import notes_above

QPP = "pfs_rvu_QPP"
GEMS = "gem_"
ADDENDA = "icd10cm_addenda"


def details_of(connection: Connection, issues: Issues, code: str, on: date, state: str | None) -> CodeDetails:
    """What is loaded about the code, which is in capitals; for coverage in one state, or in all of them."""
    plain = code.replace(".", "")
    begun = issues.begun
    return CodeDetails(
        level_ii=_facts(connection, begun(on, "hcpcs_level_ii"), on, _level_ii(code)),
        fee_schedule=(
            *_facts(connection, begun(on, *FEE_SCHEDULES), on, (RefPfsValue, {"hcpcs": code})),
            *_facts(connection, begun(on, QPP), on, (RefPfsValue, {"hcpcs": code})),
        ),
        payment_limits=_facts(connection, begun(on, "asp"), on, (RefPaymentLimit, {"hcpcs_code": code})),
        products=_facts(connection, begun(on, "ndc_hcpcs"), on, (RefNdc, {"hcpcs_code": code})),
        mappings=tuple(
            fact
            for dataset in issues.beginning_with(GEMS)
            for fact in _facts(connection, begun(on, dataset), on, (RefGem, {"source": plain}))
        ),
        notes=notes_above(connection, begun(on, "icd10cm_tabular"), plain, on),
        changes=tuple(
            fact
            for issue in issues.of(ADDENDA)
            for fact in _facts(connection, issue, on, (RefIcd10Change, {"code": plain}))
        ),
        coverage=coverage_of(connection, issues, plain, on, state),
        ms_drg=tuple(_drg(connection, issues, code, on)),
        place_of_service=_facts(connection, begun(on, "pos"), on, (RefPlaceOfService, {"pos_code": code})),
    )


def _level_ii(code: str) -> tuple[type[Base], dict[str, str]]:
    return (RefHcpcsModifier, {"modifier": code}) if len(code) == 2 else (RefHcpcsCode, {"hcpc": code})


def _drg(connection: Connection, issues: Issues, code: str, on: date) -> Iterator[Fact]:
    weights = issues.beginning_with("msdrg_weights")
    yield from _facts(connection, issues.begun(on, "msdrg_titles"), on, (RefMsDrg, {"drg": code}))
    yield from _facts(connection, issues.begun(on, *weights), on, (RefMsDrgWeight, {"ms_drg": code}))


def _facts(
    connection: Connection, issue: Issue | None, on: date, where: tuple[type[Base], dict[str, str]]
) -> tuple[Fact, ...]:
    """The rows of the release that have these values, each with its source."""
    if issue is None:
        return ()
    table, equal = where
    return tuple(_cited(issue, on, rows_of(connection, table, issue, **equal), next(iter(equal.values()))))


def _cited(issue: Issue, on: date, rows: Iterable[dict[str, Any]], code: str) -> Iterator[Fact]:
    source = issue.cited(f"row {code}", on)
    return (Fact(row, source) for row in rows)
