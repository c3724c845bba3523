"""Payment is estimated only where it is asked for, and the answer says where and in which setting it holds."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.findings.model import Finding, Severity
from consultant.findings.payment import payment
from consultant.questions import read_question
from consultant.questions.payment import asks_payment
from consultant.reference.estimating import UnclearLocality
from consultant.reference.model import Price, PriceRequest, Prices
from tests.unit.findings.fakes import SOURCE, FakeReference

ON = date(2026, 3, 10)
PRICES = Prices("national", (Price(Decimal("95.19"), "2.85 × 33.4 = 95.19", ("coverage",), "everybody", (SOURCE,)),))


class Asked(FakeReference):
    """Remembers what was asked, and knows no single locality of Texas."""

    def estimate(self, request: PriceRequest, on: date) -> Prices:
        self.requests = [*getattr(self, "requests", []), request]
        if request.state == "TX":
            raise UnclearLocality("Several localities are meant.")
        return super().estimate(request, on)


def found(text: str, reference: FakeReference) -> list[Finding]:
    return list(payment(read_question(text, sent_on=ON), reference, ON))


@pytest.mark.parametrize(
    "text",
    [
        "What is the reimbursement for 99213?",
        "How much does Medicare pay for 99213?",
        "What would Medicare allow for 99213 in the office?",
        "What's the allowed amount of 99213",
        "Fee schedule amount for 99213 please",
    ],
)
def test_an_amount_that_is_asked_for_is_estimated(text: str) -> None:
    (finding,) = found(text, FakeReference(prices={"99213": PRICES}))
    assert finding.answer.startswith("Medicare would allow about $95.19 for 99213 (non-facility, national)")
    assert "2.85 × 33.4 = 95.19" in finding.statement
    assert "Left out: coverage." in finding.statement
    assert finding.sources == (SOURCE,)


@pytest.mark.parametrize(
    "text", ["Is 99213-25 payable with 96372?", "Payment was denied for 99213, CO-97", "99213?", "Is 99213 reimbursed?"]
)
def test_nothing_is_said_of_amounts_otherwise(text: str) -> None:
    assert found(text, FakeReference(prices={"99213": PRICES})) == []


def test_setting_modifiers_units_and_state_go_into_the_estimate() -> None:
    reference = Asked(prices={"70450": PRICES})
    (finding,) = found("Reimbursement of 70450-26 x 2 in the emergency department in Texas?", reference)
    assert [request.state for request in reference.requests] == ["TX", ""]
    request = reference.requests[0]
    assert (request.setting, request.modifiers, request.units) == ("facility", ("26",), 2)
    assert "70450-26 × 2" in finding.answer
    assert finding.statement.endswith("These are national figures. Several localities are meant.")


def test_a_code_without_figures_is_a_gap() -> None:
    (finding,) = found("What is the reimbursement for 99214?", FakeReference())
    assert finding.severity is Severity.GAP
    assert "99214 is not in the trial data" in finding.statement


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert asks_payment(text) in (True, False)
