"""What Medicare would allow for one service, estimated from the fee schedule's own figures.

Must not know where the figures come from: the caller takes them all from the release in force on the date of service.
Every estimate says by which formula it was made and what it leaves out; it is never a promise of coverage or payment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

PfsSetting = Literal["facility", "non-facility"]

# RVUs under any other status count for no payment: PFS Relative Value File documentation, Attachment A.
PAYABLE = frozenset("ART")
CENT = Decimal("0.01")
TENTH = Decimal("0.1")
MINUTES_A_UNIT = 15

OPPS_CAP = "the OPPS cap on the technical part of imaging"
LEFT_OUT = (
    "whether Medicare covers the service: the contractor decides",
    "deductible, coinsurance and sequestration",
    "the reduced rate of a non-participating practitioner, and his limiting charge",
)
LEFT_OUT_OF_SERVICES = (
    *LEFT_OUT,
    "reductions for several procedures on one day, and changes for bilateral, assistant, co- and team surgery",
    OPPS_CAP,
)
LEFT_OUT_OF_ANESTHESIA = (
    *LEFT_OUT,
    "medical direction or supervision of others, and reductions for several anesthesia services",
)
LEFT_OUT_OF_DRUGS = (
    LEFT_OUT[0],
    LEFT_OUT[1],
    "what was discarded (modifiers JW and JZ), and prices that a contractor or an invoice sets",
)


class NoEstimate(ValueError):
    """The figures allow no estimate. The message says why, in words for the person who asked."""


class UnclearLocality(NoEstimate):
    """Several localities are meant, or none. The message names those that there are."""


@dataclass(frozen=True, slots=True)
class ThreeParts:
    """One figure for each part of a service: three RVUs, or three GPCIs."""

    work: Decimal
    practice_expense: Decimal
    malpractice: Decimal


@dataclass(frozen=True, slots=True)
class Estimate:
    """An amount in dollars and cents, how it came about, and what it leaves out."""

    amount: Decimal
    formula: str
    leaves_out: tuple[str, ...]


def physician_payment(
    rvu: ThreeParts, gpci: ThreeParts, conversion_factor: Decimal, *, status_code: str, setting: PfsSetting
) -> Estimate:
    """The fee schedule amount of one unit: (work + practice expense + malpractice, each RVU × its GPCI) × factor.

    `rvu.practice_expense` is the one of the setting. The sum is rounded once, at the end, to the nearest cent with
    half cents up: so come CMS's own locality prices out (see the test over its OPPS caps). Raises NoEstimate for a
    status under which nothing is paid by RVUs.
    """
    if status_code not in PAYABLE:
        raise NoEstimate(
            f"The code has status {status_code} on the physician fee schedule. Only status A, R or T is paid by RVUs."
        )
    units = rvu.work * gpci.work + rvu.practice_expense * gpci.practice_expense + rvu.malpractice * gpci.malpractice
    formula = (
        f"(work {rvu.work} × {gpci.work} + {setting} practice expense {rvu.practice_expense} × {gpci.practice_expense} "
        f"+ malpractice {rvu.malpractice} × {gpci.malpractice}) × {conversion_factor}"
    )
    return _estimate(units * conversion_factor, formula, LEFT_OUT_OF_SERVICES)


def anesthesia_payment(base_units: Decimal, minutes: int, conversion_factor: Decimal) -> Estimate:
    """The amount for anesthesia personally performed: (base units + time units) × the locality's anesthesia factor.

    A time unit is 15 minutes, rounded to one decimal: Medicare Claims Processing Manual, ch. 12 §50. Raises
    NoEstimate without any time.
    """
    if minutes <= 0:
        raise NoEstimate("Without the minutes of anesthesia time there is no estimate.")
    time_units = (Decimal(minutes) / MINUTES_A_UNIT).quantize(TENTH, ROUND_HALF_UP)
    formula = f"(base units {base_units} + time units {time_units} for {minutes} minutes) × {conversion_factor}"
    return _estimate((base_units + time_units) * conversion_factor, formula, LEFT_OUT_OF_ANESTHESIA)


def drug_payment(limit: Decimal, units: int) -> Estimate:
    """The payment limit of a Part B drug × units: Medicare Claims Processing Manual, ch. 17 §20."""
    return _estimate(limit * units, f"payment limit {limit} × {units} unit{'s' * (units != 1)}", LEFT_OUT_OF_DRUGS)


def several(one: Estimate, units: int) -> Estimate:
    """So many units of the same service."""
    if units == 1:
        return one
    amount = one.amount * units
    return replace(one, amount=amount, formula=f"{one.formula}; × {units} units = {amount}")


def capped(one: Estimate, cap: Decimal) -> Estimate:
    """No more than the OPPS cap of the locality: Social Security Act, section 1848(b)(4)."""
    leaves_out = tuple(each for each in one.leaves_out if each != OPPS_CAP)
    if one.amount <= cap:
        return replace(one, leaves_out=leaves_out, formula=f"{one.formula}, within the OPPS cap of {cap}")
    return Estimate(cap, f"{one.formula}, cut down to the OPPS cap of {cap}", leaves_out)


def _estimate(exact: Decimal, formula: str, leaves_out: tuple[str, ...]) -> Estimate:
    amount = exact.quantize(CENT, ROUND_HALF_UP)
    return Estimate(amount, f"{formula} = {amount}", leaves_out)
