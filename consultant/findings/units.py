"""Units as stated and as worked out, and what one unit of a drug is."""

from __future__ import annotations

import re
from decimal import Decimal

from consultant.questions.model import Question, System

_QUANTITY = re.compile(r"(?P<amount>[0-9]{1,6}(?:\.[0-9]{1,4})?)\s?(?P<measure>[A-Za-z]{1,12})\Z")


def stated_units(question: Question) -> dict[str, int]:
    """The units written with each code; a code without is not in it."""
    return {m.code: m.units for m in question.codes if m.code and m.units}


def procedures(question: Question) -> tuple[str, ...]:
    """The CPT and HCPCS codes named: what edits are about."""
    return tuple(code for code in question.named(System.CPT, System.HCPCS) if not code.endswith("X"))


def billing_quantity(billing_unit: str | None) -> tuple[Decimal, str] | None:
    """`10 mg` as (10, "mg"); None where it is written otherwise."""
    match = _QUANTITY.match((billing_unit or "").strip())
    return (Decimal(match["amount"]), match["measure"]) if match else None
