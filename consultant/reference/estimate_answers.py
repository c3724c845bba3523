"""Requests for a payment estimate and their answers as plain data, for the command line and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from consultant.reference.answers import BadRequest, day_asked, text_asked
from consultant.reference.estimating import NoEstimate, PfsSetting
from consultant.reference.model import PriceRequest, Reference

PFS_SETTINGS: tuple[PfsSetting, ...] = ("non-facility", "facility")
MOST = 100_000
MOST_MODIFIERS = 4


def answer_estimate(reference: Reference, request: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answer to `{"code": "99213", "on": "2026-03-01", "state": "TX", "locality": "18"}`.

    Besides: `setting`, `mac`, `modifiers` (a list), `units`, `minutes` and `base_units`. `prices` is empty where the
    loaded data allows no estimate, and `no_estimate` then says why. Raises BadRequest.
    """
    on, wanted = day_asked(request, today), price_request(request)
    answer: dict[str, Any] = {"code": wanted.code, "on": on.isoformat(), "setting": wanted.setting}
    try:
        found = reference.estimate(wanted, on)
    except NoEstimate as error:
        return answer | {"area": None, "prices": [], "remarks": [], "no_estimate": str(error)}
    prices = [asdict(price) | {"amount": str(price.amount)} for price in found.prices]
    return answer | {"area": found.area, "prices": prices, "remarks": list(found.remarks), "no_estimate": None}


def price_request(request: Mapping[str, Any]) -> PriceRequest:
    """The request as a value. Raises BadRequest, which names the field that is wrong."""
    return PriceRequest(
        code=text_asked(request, "code", needed=True).upper(),
        setting=_setting(request),
        state=text_asked(request, "state"),
        locality=text_asked(request, "locality"),
        mac=text_asked(request, "mac"),
        modifiers=_modifiers(request),
        units=_count(request, "units") or 1,
        minutes=_count(request, "minutes"),
        base_units=_base_units(request),
    )


def _setting(request: Mapping[str, Any]) -> PfsSetting:
    asked = request.get("setting") or PFS_SETTINGS[0]
    for setting in PFS_SETTINGS:
        if asked == setting:
            return setting
    raise BadRequest(f'"setting" must be one of {", ".join(PFS_SETTINGS)}')


def _modifiers(request: Mapping[str, Any]) -> tuple[str, ...]:
    given = request.get("modifiers") or []
    if not isinstance(given, list) or len(given) > MOST_MODIFIERS or not all(isinstance(each, str) for each in given):
        raise BadRequest(f'"modifiers" must be a list of at most {MOST_MODIFIERS} modifiers as text')
    return tuple(each.strip().upper() for each in given)


def _count(request: Mapping[str, Any], name: str) -> int | None:
    value = request.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MOST:
        raise BadRequest(f'"{name}" must be a whole number from 1 to {MOST}')
    return value


def _base_units(request: Mapping[str, Any]) -> Decimal | None:
    value = request.get("base_units")
    if value is None:
        return None
    try:
        units = Decimal(str(value))
    except InvalidOperation:
        units = Decimal(-1)
    if isinstance(value, bool) or not units.is_finite() or not 0 < units <= MOST:
        raise BadRequest('"base_units" must be a number above 0')
    return units
