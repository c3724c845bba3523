"""Everything else that the loaded releases say of a code on a day, row by row under the agencies' column names.

The fee schedule's values and indicators, drug payment limits and products, ICD-9-CM equivalents, the notes of the
tabular list, coverage documents. Nothing is inferred: a part that is empty means that nothing loaded says anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from consultant.db.base import Base
from consultant.db.reference_drg import RefMsDrg, RefMsDrgWeight
from consultant.db.reference_drugs import RefNdc, RefPaymentLimit
from consultant.db.reference_fees import RefPfsValue
from consultant.db.reference_hcpcs import RefHcpcsCode, RefHcpcsModifier, RefPlaceOfService
from consultant.db.reference_icd10 import RefGem, RefIcd10Change
from consultant.reference.coverage import coverage_of
from consultant.reference.issues import Issue, Issues
from consultant.reference.listed import DIAGNOSIS, FEE_SCHEDULES, PROCEDURE
from consultant.reference.model import CodeDetails, Fact
from consultant.reference.rows import rows_of
from consultant.reference.statements import Reading
from consultant.reference.tabular import notes_above

QPP = "pfs_rvu_QPP"
GEMS = "gem_"
ADDENDA = "icd10cm_addenda"
SERVICE = re.compile(r"[A-Z0-9]{5}")  # CPT and HCPCS Level II
DRG = re.compile(r"[0-9]{1,3}")


def details_of(reading: Reading, issues: Issues, code: str, on: date, state: str | None) -> CodeDetails:
    """What is loaded about the code, which is in capitals; for coverage in one state, or in all of them.

    Only those data sets are asked which can speak of a code of this form.
    """
    plain = code.replace(".", "")
    if len(plain) == 2:
        return CodeDetails(
            level_ii=_facts(reading, issues.begun(on, "hcpcs_level_ii"), on, (RefHcpcsModifier, {"modifier": code})),
            place_of_service=_facts(reading, issues.begun(on, "pos"), on, (RefPlaceOfService, {"pos_code": code})),
        )
    service = _of_service(reading, issues, code, on) if SERVICE.fullmatch(code) else CodeDetails()
    of_disease = bool(DIAGNOSIS.fullmatch(code) or PROCEDURE.fullmatch(code))
    return replace(
        service,
        mappings=tuple(_mapped(reading, issues, plain, on)),
        notes=notes_above(reading, issues.begun(on, "icd10cm_tabular"), plain, on) if of_disease else (),
        changes=tuple(_changed(reading, issues, plain, on)) if of_disease else (),
        coverage=coverage_of(reading, issues, plain, on, state),
        ms_drg=tuple(_drg(reading, issues, code, on)) if DRG.fullmatch(code) else (),
    )


def _of_service(reading: Reading, issues: Issues, code: str, on: date) -> CodeDetails:
    begun = issues.begun
    return CodeDetails(
        level_ii=_facts(reading, begun(on, "hcpcs_level_ii"), on, (RefHcpcsCode, {"hcpc": code})),
        fee_schedule=(
            *_facts(reading, begun(on, *FEE_SCHEDULES), on, (RefPfsValue, {"hcpcs": code})),
            *_facts(reading, begun(on, QPP), on, (RefPfsValue, {"hcpcs": code})),
        ),
        payment_limits=_facts(reading, begun(on, "asp"), on, (RefPaymentLimit, {"hcpcs_code": code})),
        products=_facts(reading, begun(on, "ndc_hcpcs"), on, (RefNdc, {"hcpcs_code": code})),
    )


def _mapped(reading: Reading, issues: Issues, plain: str, on: date) -> Iterator[Fact]:
    for dataset in issues.beginning_with(GEMS):
        yield from _facts(reading, issues.begun(on, dataset), on, (RefGem, {"source": plain}))


def _changed(reading: Reading, issues: Issues, plain: str, on: date) -> Iterator[Fact]:
    for issue in issues.of(ADDENDA):
        yield from _facts(reading, issue, on, (RefIcd10Change, {"code": plain}))


def _drg(reading: Reading, issues: Issues, code: str, on: date) -> Iterator[Fact]:
    weights = issues.beginning_with("msdrg_weights")
    yield from _facts(reading, issues.begun(on, "msdrg_titles"), on, (RefMsDrg, {"drg": code}))
    yield from _facts(reading, issues.begun(on, *weights), on, (RefMsDrgWeight, {"ms_drg": code}))


def _facts(
    reading: Reading, issue: Issue | None, on: date, where: tuple[type[Base], dict[str, str]]
) -> tuple[Fact, ...]:
    """The rows of the release that have these values, each with its source."""
    if issue is None:
        return ()
    table, equal = where
    rows = rows_of(reading, table, issue, **equal)
    if not rows:
        return ()
    source = issue.cited(f"row {next(iter(equal.values()))}", on)
    return tuple(Fact(row, source) for row in rows)
