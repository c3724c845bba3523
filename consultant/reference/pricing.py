"""What Medicare would allow for a service, a drug or anesthesia, from the rows of the releases of the day.

Only puts the figures together; consultant.reference.estimating does the sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from consultant.db.reference_drugs import RefPaymentLimit
from consultant.db.reference_fees import RefPfsAnesthesia, RefPfsOppsCap, RefPfsValue
from consultant.reference.details import QPP
from consultant.reference.estimating import (
    OPPS_CAP,
    PAYABLE,
    Estimate,
    NoEstimate,
    ThreeParts,
    anesthesia_payment,
    capped,
    drug_payment,
    physician_payment,
    several,
)
from consultant.reference.issues import Issue, Issues
from consultant.reference.listed import FEE_SCHEDULES
from consultant.reference.localities import indices, locality_of, named
from consultant.reference.model import Price, PriceRequest, Prices, Source
from consultant.reference.rows import rows_of
from consultant.reference.statements import Reading

NATIONAL = "national"
ONE = Decimal("1.000")
ANESTHESIA = "J"  # PFS status indicator
EVERYBODY = "every practitioner"
NOT_QUALIFYING = "not a qualifying participant of an advanced APM"
QUALIFYING = "a qualifying participant of an advanced APM"

Locality = tuple[dict[str, Any], Source]


def prices(reading: Reading, issues: Issues, request: PriceRequest, on: date) -> Prices:
    """By the fee schedule, else as anesthesia, else by the payment limit of a drug. Raises NoEstimate."""
    fees = issues.begun(on, *FEE_SCHEDULES)
    row = _part(reading, fees, request) if fees else None
    if fees and row and row["status_code"] in PAYABLE:
        return _service(reading, issues, request, on, (fees, row))
    if row and row["status_code"] == ANESTHESIA:
        return _anesthesia(reading, issues, request, on)
    limits = issues.begun(on, "asp")
    limit = next(iter(rows_of(reading, RefPaymentLimit, limits, hcpcs_code=request.code)), None) if limits else None
    if limits and limit and limit["payment_limit"] is not None:
        return _drug(limits, limit, request, on)
    raise NoEstimate(_why(fees, row, limits, limit, request, on))


def _part(reading: Reading, fees: Issue, request: PriceRequest) -> dict[str, Any] | None:
    """The row of the code, or of its part (26, TC, 53) where such a modifier is given."""
    rows = {row["mod"]: row for row in rows_of(reading, RefPfsValue, fees, hcpcs=request.code)}
    wanted = next((modifier for modifier in request.modifiers if modifier in rows), "")
    return rows.get(wanted)


def _service(
    reading: Reading, issues: Issues, request: PriceRequest, on: date, scheduled: tuple[Issue, dict[str, Any]]
) -> Prices:
    fees, row = scheduled
    place = _place(reading, issues, request, on)
    remarks = [] if place else ["No locality is given: these are national figures, every GPCI 1.000."]
    if row[f"{_prefix(request)}_na_indicator"]:
        remarks.append(f"CMS marks the code as rarely or never performed in the {request.setting} setting.")
    if row["calculation_flag"] not in ("", "0"):
        remarks.append(f"CMS's calculation flag {row['calculation_flag']} is not taken into account.")
    found = []
    for payee, issue, values in _schedules(reading, issues, on, fees, row):
        rvu = ThreeParts(values["work_rvu"], values[f"{_prefix(request)}_pe_rvu"], values["mp_rvu"])
        gpci = indices(place[0]) if place else ThreeParts(ONE, ONE, ONE)
        one = physician_payment(
            rvu, gpci, values["conv_factor"], status_code=values["status_code"], setting=request.setting
        )
        cited = [issue.cited(f"row {request.code}{' ' + values['mod'] if values['mod'] else ''}", on)]
        cited += [place[1]] if place else []
        one, cap = _within_cap(reading, issues, request, on, (one, values["mod"], place))
        found.append(_price(several(one, request.units), payee, *cited, *cap))
    return Prices(named(place[0]) if place else NATIONAL, tuple(found), tuple(remarks))


def _schedules(
    reading: Reading, issues: Issues, on: date, fees: Issue, row: dict[str, Any]
) -> Iterator[tuple[str, Issue, dict[str, Any]]]:
    """The row, and from 2026 on the same of the other schedule: there are two conversion factors."""
    qualifying = issues.begun(on, QPP)
    if qualifying is None or qualifying.release != fees.release:
        yield EVERYBODY, fees, row
        return
    yield NOT_QUALIFYING, fees, row
    yield from (
        (QUALIFYING, qualifying, other)
        for other in rows_of(reading, RefPfsValue, qualifying, hcpcs=row["hcpcs"], mod=row["mod"])
        if other["status_code"] in PAYABLE
    )


def _within_cap(
    reading: Reading,
    issues: Issues,
    request: PriceRequest,
    on: date,
    of: tuple[Estimate, str, Locality | None],
) -> tuple[Estimate, tuple[Source, ...]]:
    """The estimate under the OPPS cap of the locality, where that is loaded, and where the cap stands."""
    one, mod, place = of
    caps = issues.begun(on, "pfs_opps_caps")
    if caps is None or place is None:
        return one, ()
    carrier, number = place[0]["medicare_administrative_contractor"], place[0]["locality_number"]
    rows = rows_of(reading, RefPfsOppsCap, caps, hcpcs=request.code, mod=mod, carrier=carrier, locality=number)
    if not rows:
        return replace(one, leaves_out=tuple(each for each in one.leaves_out if each != OPPS_CAP)), ()
    price = rows[0]["facility_price" if request.setting == "facility" else "non_facility_price"]
    return capped(one, price), (caps.cited(f"row {request.code} {mod} {carrier} {number}", on),)


def _anesthesia(reading: Reading, issues: Issues, request: PriceRequest, on: date) -> Prices:
    factors = issues.begun(on, "pfs_anesthesia")
    if factors is None:
        raise NoEstimate(f"No anesthesia conversion factors that had begun by {on} are loaded.")
    if request.minutes is None or request.base_units is None:
        raise NoEstimate(f"{request.code} is anesthesia: give its base units, and the minutes of anesthesia time.")
    place = _place(reading, issues, request, on)
    if place is None:
        raise NoEstimate("The factor of anesthesia is the locality's: name a state and a locality.")
    contractor, number = place[0]["medicare_administrative_contractor"], place[0]["locality_number"]
    rows = rows_of(reading, RefPfsAnesthesia, factors, contractor=contractor, locality=number)
    if not rows:
        raise NoEstimate(f"{factors.name} {factors.release} has no factor of {named(place[0])}.")
    source = factors.cited(f"row {contractor} {number}", on)
    factor, qualifying = rows[0]["conversion_factor"], rows[0]["qualifying_apm_conversion_factor"]
    payees = [(EVERYBODY, factor)] if qualifying is None else [(NOT_QUALIFYING, factor), (QUALIFYING, qualifying)]
    found = (
        _price(anesthesia_payment(request.base_units, request.minutes, each), payee, source) for payee, each in payees
    )
    return Prices(named(place[0]), tuple(found), ("The base units are as given: CMS's list of them is not loaded.",))


def _drug(limits: Issue, row: dict[str, Any], request: PriceRequest, on: date) -> Prices:
    source = limits.cited(f"row {request.code}", on)
    dosage = f"One unit is {row['hcpcs_code_dosage']}." if row["hcpcs_code_dosage"] else ""
    notes = f"CMS notes: {' '.join(row['notes'].split())}." if row["notes"] else ""
    found = _price(drug_payment(row["payment_limit"], request.units), EVERYBODY, source)
    return Prices(NATIONAL, (found,), tuple(each for each in (dosage, notes) if each))


def _place(reading: Reading, issues: Issues, request: PriceRequest, on: date) -> Locality | None:
    """The locality meant and where its indices stand; None where none is named. Raises NoEstimate."""
    if not (request.state or request.locality or request.mac):
        return None
    gpci = issues.begun(on, "pfs_gpci")
    if gpci is None:
        raise NoEstimate(f"No cost indices (GPCI) that had begun by {on} are loaded.")
    row = locality_of(reading, gpci, request)
    return row, gpci.cited(f"row {row['medicare_administrative_contractor']} {row['locality_number']}", on)


def _prefix(request: PriceRequest) -> str:
    return "facility" if request.setting == "facility" else "non_fac"


def _price(one: Estimate, payee: str, *sources: Source) -> Price:
    return Price(one.amount, one.formula, one.leaves_out, payee, sources)


def _why(
    fees: Issue | None,
    row: dict[str, Any] | None,
    limits: Issue | None,
    limit: dict[str, Any] | None,
    request: PriceRequest,
    on: date,
) -> str:
    """Why there is no estimate, and what would allow one."""
    if limit:
        return f"{request.code} has no payment limit in {limits.name if limits else ''}: the contractor prices it."
    if row:
        return (
            f"{request.code} has status {row['status_code']} on the physician fee schedule and is not paid by RVUs; "
            f"it has no payment limit in the loaded data of {on} either."
        )
    lists = [issue for issue in (fees, limits) if issue]
    if not lists:
        return f"Neither a fee schedule nor payment limits that had begun by {on} are loaded."
    return f"{request.code} is not in {' nor in '.join(f'{issue.name} {issue.release}' for issue in lists)}."
