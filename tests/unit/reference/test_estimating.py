"""Payment estimates: worked by hand, and held against prices that CMS worked out itself."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.reference.estimating import NoEstimate, ThreeParts, anesthesia_payment, physician_payment
from consultant.reference.formats.gpci import GpciFormat
from consultant.reference.formats.opps_caps import OppsCapsFormat
from consultant.reference.formats.pfs_pprrvu import PprrvuFormat
from tests.unit.reference.formats.files import AGENCY, members, read

FACTOR = Decimal("33.4009")


def three(work: str, practice_expense: str, malpractice: str) -> ThreeParts:
    return ThreeParts(Decimal(work), Decimal(practice_expense), Decimal(malpractice))


def test_an_estimate_worked_by_hand() -> None:
    # 1.00 × 1.000 + 2.00 × 0.900 + 0.10 × 0.500 = 2.85; 2.85 × 33.4009 = 95.192565
    found = physician_payment(
        three("1.00", "2.00", "0.10"), three("1.000", "0.900", "0.500"), FACTOR, status_code="A", setting="non-facility"
    )
    assert found.amount == Decimal("95.19")
    assert found.formula == (
        "(work 1.00 × 1.000 + non-facility practice expense 2.00 × 0.900 + malpractice 0.10 × 0.500) × 33.4009 = 95.19"
    )
    assert any("sequestration" in left_out for left_out in found.leaves_out)
    assert any("OPPS cap" in left_out for left_out in found.leaves_out)


def test_half_a_cent_goes_up() -> None:
    # 0.50 × 33.01 = 16.505, which banker's rounding would make 16.50
    found = physician_payment(
        three("0.50", "0", "0"), three("1", "1", "1"), Decimal("33.01"), status_code="R", setting="facility"
    )
    assert found.amount == Decimal("16.51")


@pytest.mark.parametrize("status", "BCEIJMNPX")
def test_figures_that_count_for_no_payment_give_no_estimate(status: str) -> None:
    with pytest.raises(NoEstimate, match=f"status {status} "):
        physician_payment(three("1", "1", "1"), three("1", "1", "1"), FACTOR, status_code=status, setting="facility")


@pytest.mark.parametrize(
    ("minutes", "amount"),
    [
        (15, "117.18"),  # 5 + 1.0 units × 19.53
        (77, "197.25"),  # 77 / 15 = 5.133, so 5.1; 10.1 × 19.53 = 197.253
        (70, "189.44"),  # 70 / 15 = 4.667, so 4.7; 9.7 × 19.53 = 189.441
    ],
)
def test_anesthesia_worked_by_hand(minutes: int, amount: str) -> None:
    assert anesthesia_payment(Decimal(5), minutes, Decimal("19.53")).amount == Decimal(amount)


def test_anesthesia_says_how() -> None:
    found = anesthesia_payment(Decimal(5), 77, Decimal("19.53"))
    assert found.formula == "(base units 5 + time units 5.1 for 77 minutes) × 19.53 = 197.25"
    assert any("medical direction" in left_out for left_out in found.leaves_out)


@pytest.mark.parametrize("minutes", [0, -5])
def test_anesthesia_without_time(minutes: int) -> None:
    with pytest.raises(NoEstimate):
        anesthesia_payment(Decimal(5), minutes, Decimal("19.53"))


figures = st.decimals(0, 200, places=2)
indices = st.decimals("0.1", "2", places=3)


@given(st.builds(ThreeParts, figures, figures, figures), st.builds(ThreeParts, indices, indices, indices))
def test_the_amount_is_within_half_a_cent_of_the_exact_one(rvu: ThreeParts, gpci: ThreeParts) -> None:
    exact = FACTOR * (
        rvu.work * gpci.work + rvu.practice_expense * gpci.practice_expense + rvu.malpractice * gpci.malpractice
    )
    amount = physician_payment(rvu, gpci, FACTOR, status_code="T", setting="facility").amount
    assert abs(amount - exact) <= Decimal("0.005")


@pytest.mark.skipif(not AGENCY.is_dir(), reason="the agencies' files are not here")
def test_cmss_own_prices_come_out_to_the_cent() -> None:
    """The capped prices of technical parts are the same formula over the RVUs "used for OPPS", worked out by CMS."""
    bundle = members("pfs/rvu26ar-1.zip")
    values = {(row.hcpcs, row.mod): row for row in read(PprrvuFormat(), bundle["PPRRVU2026_Jan_nonQPP.csv"]).rows}
    places = {
        (row.medicare_administrative_contractor, row.locality_number): row
        for row in read(GpciFormat(), bundle["GPCI2026.csv"]).rows
    }
    caps = [row for row in read(OppsCapsFormat(), bundle["OPPSCAP_Jan.csv"]).rows if row.mod == "TC"]
    assert len(caps) == 8502
    for cap in caps:
        value, place = values[cap.hcpcs, "TC"], places[cap.carrier, cap.locality]
        found = physician_payment(
            ThreeParts(value.work_rvu, value.facility_pe_used_for_opps, value.mp_used_for_opps),
            ThreeParts(place.pw_gpci, place.pe_gpci, place.mp_gpci),
            value.conv_factor,
            status_code="A",
            setting="facility",
        )
        assert found.amount == cap.facility_price, cap
