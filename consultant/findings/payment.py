"""What Medicare would allow for the codes named, where the question asks for it: an estimate with its formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from consultant.findings.model import Finding, Part, Severity
from consultant.findings.units import procedures, stated_units
from consultant.questions.model import Question, Setting
from consultant.questions.payment import asks_payment
from consultant.reference.estimating import NoEstimate, PfsSetting, UnclearLocality
from consultant.reference.model import Price, PriceRequest, Prices, Reference

PAYMENT_ESTIMATE = "payment_estimate"
_MOST = 4
# Medicare Claims Processing Manual, ch. 12 §20.4.2; a nursing facility may be either.
_SETTINGS: dict[Setting, PfsSetting] = {
    Setting.OFFICE: "non-facility",
    Setting.HOME: "non-facility",
    Setting.URGENT_CARE: "non-facility",
    Setting.OUTPATIENT_HOSPITAL: "facility",
    Setting.INPATIENT_HOSPITAL: "facility",
    Setting.EMERGENCY: "facility",
    Setting.SURGERY_CENTER: "facility",
}


def payment(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """An estimate for each code; a gap where the loaded data allows none."""
    if not asks_payment(question.text):
        return
    for request in _requests(question):
        try:
            found, remark = _estimated(request, reference, on)
        except NoEstimate as error:
            yield Finding(PAYMENT_ESTIMATE, (request.code,), f"No payment estimate: {error}", Severity.GAP)
            continue
        yield _finding(request, found, remark)


def _requests(question: Question) -> Iterator[PriceRequest]:
    """In the setting that is stated; in both where none is that decides it."""
    setting = _SETTINGS.get(question.circumstances.setting) if question.circumstances.setting else None
    modifiers = {mention.code: mention.modifiers for mention in question.codes if mention.code and mention.modifiers}
    units = stated_units(question)
    for code in procedures(question)[:_MOST]:
        yield PriceRequest(
            code=code,
            setting=setting or "non-facility",
            state=question.circumstances.state or "",
            modifiers=modifiers.get(code, ()),
            units=units.get(code, 1),
            minutes=question.minutes,
        )


def _estimated(request: PriceRequest, reference: Reference, on: date) -> tuple[Prices, str]:
    """In the locality of the state; national where the state has several, which is then said."""
    try:
        return reference.estimate(request, on), ""
    except UnclearLocality as error:
        return reference.estimate(replace(request, state=""), on), f"These are national figures. {error}"


def _finding(request: PriceRequest, found: Prices, remark: str) -> Finding:
    units = f" × {request.units}" if request.units > 1 else ""
    part = "".join(f"-{modifier}" for modifier in request.modifiers)
    named = f"{request.code}{part}{units}"
    amounts = "; ".join(_worked(price) for price in found.prices)
    left_out = "; ".join(found.prices[0].leaves_out)
    remarks = " ".join(each for each in (*found.remarks, remark) if each)
    statement = f"Estimate for {named}, {request.setting}, {found.area}: {amounts}. Left out: {left_out}."
    amount, where = found.prices[0].amount, f"{request.setting}, {found.area}"
    return Finding(
        PAYMENT_ESTIMATE,
        (request.code,),
        f"{statement} {remarks}".strip(),
        Severity.INFO,
        tuple(dict.fromkeys(source for each in found.prices for source in each.sources)),
        part=Part.WORKING,
        answer=f"Medicare would allow about ${amount} for {named} ({where}), if it covers it.",
    )


def _worked(price: Price) -> str:
    return f"${price.amount} for {price.payee} ({price.formula})"
