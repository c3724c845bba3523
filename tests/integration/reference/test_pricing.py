"""Estimates from loaded rows: the release of the day, the locality meant, the cap, and why there is none."""

from datetime import date
from decimal import Decimal

import pytest

from consultant.reference.answers import BadRequest
from consultant.reference.estimate_answers import answer_estimate
from consultant.reference.estimating import NoEstimate, UnclearLocality
from consultant.reference.model import PriceRequest
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.reference_files import AGENCY

RVU = AGENCY.parent / "pfs" / "rvu26ar-1.zip"
ASP = AGENCY.parent / "asp"
IN_2026, IN_AUTUMN = date(2026, 3, 1), date(2026, 11, 1)

pytestmark = pytest.mark.skipif(not RVU.exists(), reason="the agencies' files are not here")


@pytest.fixture
def store(loaded: Load, reference: SqlReference) -> SqlReference:
    loaded(RVU, ASP)
    return reference


def amounts(store: SqlReference, code: str, on: date = IN_2026, **more: object) -> list[str]:
    found = answer_estimate(store, {"code": code, **more}, on)
    return [price["amount"] for price in found["prices"]]


def why_not(store: SqlReference, code: str, **more: object) -> str:
    found = answer_estimate(store, {"code": code, **more}, IN_2026)
    assert found["prices"] == []
    return str(found["no_estimate"])


def services(store: SqlReference) -> None:
    # (1.30 × 1.008 + 1.46 × 0.993 + 0.09 × 1.376) × 33.4009, and × 33.5675
    assert amounts(store, "99213", state="tx", locality="18") == ["96.33", "96.81"]
    assert amounts(store, "99213", mac="04412", locality="houston") == ["96.33", "96.81"]
    # (1.30 + 1.46 + 0.09) × 33.4009; in a facility the practice expense is 0.33
    assert amounts(store, "99213") == ["95.19", "95.67"]
    assert amounts(store, "99213", setting="facility", units=3) == ["172.35", "173.22"]
    assert amounts(store, "70450", modifiers=["26"]) == ["39.41", "39.61"]
    found = store.estimate(PriceRequest("99213"), IN_2026)
    assert found.area == "national"
    assert any("GPCI 1.000" in remark for remark in found.remarks)


def localities(store: SqlReference) -> None:
    with pytest.raises(UnclearLocality, match="TX 18 HOUSTON"):
        store.estimate(PriceRequest("99213", state="TX"), IN_2026)
    with pytest.raises(UnclearLocality, match="TX 18 HOUSTON"):
        store.estimate(PriceRequest("99213", state="TX", locality="Springfield"), IN_2026)
    with pytest.raises(NoEstimate, match="no locality of ZZ"):
        store.estimate(PriceRequest("99213", state="ZZ"), IN_2026)
    assert store.estimate(PriceRequest("99213", state="AL"), IN_2026).area.startswith("AL, ALABAMA")


def others(store: SqlReference) -> None:
    assert amounts(store, "70473", mac="01112", locality="5") == ["306.29", "306.29"]  # the cap, not 326.55
    assert amounts(store, "J9035", IN_AUTUMN, units=40) == ["3019.68"]
    assert amounts(store, "00100", state="AL", minutes=77, base_units="5") == ["197.25", "198.26"]
    assert "give its base units" in why_not(store, "00100", state="AL")
    assert "name a state" in why_not(store, "00100", minutes=77, base_units=5)
    assert "status X" in why_not(store, "36415")
    assert "is not in" in why_not(store, "99999")
    assert "Neither" in str(answer_estimate(store, {"code": "99213"}, date(2020, 1, 1))["no_estimate"])


def test_estimates_rest_on_the_rows_of_the_day(store: SqlReference) -> None:
    services(store)
    localities(store)
    others(store)
    first, second = store.estimate(PriceRequest(" 99213 "), IN_2026).prices
    assert {source.release for source in (*first.sources, *second.sources)} == {"2026A"}
    assert first.amount == Decimal("95.19")


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": ""},
        {"code": 99213},
        {"setting": "office"},
        {"units": 0},
        {"units": True},
        {"units": "2"},
        {"minutes": -1},
        {"base_units": "five"},
        {"base_units": "NaN"},
        {"modifiers": "26"},
        {"modifiers": ["26"] * 5},
        {"locality": "x" * 101},
        {"on": "yesterday"},
    ],
)
def test_a_wrong_field_is_named(reference: SqlReference, wrong: dict[str, object]) -> None:
    (name,) = wrong
    with pytest.raises(BadRequest, match=f'"{name}"'):
        answer_estimate(reference, {"code": "99213", **wrong}, IN_2026)
