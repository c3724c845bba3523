"""Anesthesia time: minutes on the claim, units of 15 minutes to one decimal place in the payment.

Medicare Claims Processing Manual, chapter 12, section 50.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from consultant.findings.worked import TimeStated, Worked, time_of
from consultant.questions.model import Question, System
from consultant.reference.model import Reference

_UNTIMED = ("01953", "01996")  # paid by area of burn, and by the day


def time_units(minutes: int) -> Decimal:
    """Units of 15 minutes, to one decimal place."""
    return (Decimal(minutes) / 15).quantize(Decimal("0.1"), ROUND_HALF_UP)


def work(question: Question, _reference: Reference, _on: date) -> Iterator[Worked]:
    """The time units of the one anesthesia code named."""
    named = [code for code in question.named(System.CPT) if is_anesthesia(code)]
    if len(named) == 1 and (time := time_of(question, named)) is not None:
        yield _worked(named[0], time)


def is_anesthesia(code: str) -> bool:
    """Whether the code is an anesthesia service that counts time (CPT section 00100 to 01999)."""
    return code.isdigit() and "00100" <= code <= "01999" and code not in _UNTIMED


def _worked(code: str, time: TimeStated) -> Worked:
    units = time_units(time.minutes)
    return Worked(
        family=(code,),
        notes=("rule-anesthesia-time",),
        statement=f"{time} = {time.minutes} minutes; {time.minutes} ÷ 15 = {units} time units, to one decimal place. "
        f"The claim line of {code} carries the {time.minutes} minutes; Medicare adds the base units of {code} to "
        "the time units and multiplies by the anesthesia conversion factor of the locality.",
        answer=f"Report {code} with {time.minutes} minutes: {units} time units.",
        to_judge=time.to_judge,
        listed_under=("01967",),
    )
