"""Drug units from the dose, JW and JZ: worked examples of the manual and of contractors, and brute force."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.findings.drug_doses import jw_units, units_of, work
from consultant.findings.model import Line
from consultant.findings.worked import Worked
from consultant.questions import read_question
from tests.unit.findings.fakes import FakeReference, entry
from tests.unit.findings.worked import TODAY, units, work_out

DRUGS = FakeReference(
    codes=[
        entry("J9035", system="HCPCS", unit="10 mg"),
        entry("J1885", system="HCPCS", unit="15 MG", added=None),
        entry("J3301", system="HCPCS", unit="10 mg"),
        entry("J1100", system="HCPCS", unit="1 mg"),
        entry("J2405", system="HCPCS", unit="1 mg"),
        entry("J0696", system="HCPCS", unit="250 mg"),
        entry("J3420", system="HCPCS", unit="1000 mcg"),
        entry("J7030", system="HCPCS", unit="1000 mL"),
        entry("J9999", system="HCPCS", unit="one whole vial"),
        entry("J1745", system="HCPCS", unit="10 mg"),
        entry("J0585", system="HCPCS", unit="1 unit"),
        entry("J0001", system="HCPCS", unit="100 mg"),
    ]
)


def worked(text: str, on: date = TODAY) -> Worked:
    found = work_out(work, text, on, DRUGS)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J1885 30 mg", {"J1885": 2}),
        ("J1885 31 mg", {"J1885": 3}),
        ("J3301, 2 mg injected", {"J3301": 1}),
        ("J0696, 1 g given", {"J0696": 4}),
        ("J3420, 1000 mcg given", {"J3420": 1}),
        ("J3420, 1 mg given", {"J3420": 1}),
        ("J7030, 1500 mL over 3 hours", {"J7030": 2}),
        ("J9035 5 mg/kg, weight 82 kg", {"J9035": 41}),
        ("J3301 1 mL of 40 mg/mL", {"J3301": 4}),
    ],
)
def test_a_dose_becomes_units(text: str, expected: dict[str, int]) -> None:
    assert units(work, text, reference=DRUGS) == expected


def test_the_working_is_shown_step_by_step() -> None:
    assert worked("J9035 5 mg/kg, weight 180 lbs").statement.startswith(
        "180 lb = 81.65 kg; 5 mg/kg × 81.65 kg = 408.25 mg; one unit of J9035 is 10 mg: "
        "408.25 mg ÷ 10 mg = 40.825, rounded up to 41, so J9035 × 41."
    )


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("J9035 at 5 mg/kg", "What did the patient weigh"),
        ("J3301, 1 mL injected", "What is the concentration of J3301"),
        ("How many units of J1885?", "What dose of J1885 was given?"),
    ],
)
def test_what_is_missing_is_asked_for_and_never_guessed(text: str, asked: str) -> None:
    found = worked(text)
    assert found.lines == ()
    assert asked in (found.needs or "")


@pytest.mark.parametrize("text", ["J1885?", "J1885 15 mg or 30 mg", "J9999 100 mg", "J1885 20 units", "J0002 5 mg"])
def test_no_one_dose_or_no_known_unit_decides_nothing(text: str) -> None:
    assert work_out(work, text, reference=DRUGS) is None


def test_what_is_left_of_a_single_dose_vial_is_a_line_with_jw() -> None:
    found = worked("J9035 410 mg given from five 100 mg single-dose vials, Medicare")
    assert found.lines == (Line("J9035", 41), Line("J9035", 9, ("JW",)))
    assert "90 mg left" in found.statement
    assert found.to_judge is None


def test_units_of_a_drug_are_measured_as_milligrams_are() -> None:
    found = worked("J0585, 155 units injected and 45 units wasted from a 200 unit single-dose vial, Medicare")
    assert found.lines == (Line("J0585", 155), Line("J0585", 45, ("JW",)))
    assert found.to_judge is None


def test_the_contractors_example_of_a_vial_without_waste() -> None:
    assert worked("J1745 400 mg given, four 100 mg single-dose vials").lines == (Line("J1745", 40, ("JZ",)),)


def test_waste_within_the_last_unit_has_no_jw_line() -> None:
    found = worked("J0001 70 mg given from one 100 mg single-use vial, 30 mg discarded")
    assert found.lines == (Line("J0001", 1, ("JZ",)),)
    assert "which the units billed already cover: no JW line" in found.statement


def test_jz_is_for_claims_from_july_2023_on() -> None:
    text = "J1885 30 mg given, nothing discarded, single-dose vial"
    assert worked(text, date(2023, 6, 30)).lines == (Line("J1885", 2),)
    assert worked(text, date(2023, 7, 1)).lines == (Line("J1885", 2, ("JZ",)),)
    assert worked("J1885 30 mg given, 30 mg wasted", date(2016, 12, 31)).lines == (Line("J1885", 2),)


def test_a_multi_dose_vial_has_neither() -> None:
    found = worked("J3301 40 mg from a multi-dose vial")
    assert found.lines == (Line("J3301", 4),)
    assert "neither JW nor JZ" in found.statement


def test_the_number_of_vials_is_asked_for_where_only_their_size_is_stated() -> None:
    found = worked("J9035 410 mg, 100 mg single-dose vials")
    assert found.lines == (Line("J9035", 41), Line("J9035", 9, ("JW",)))
    assert found.to_judge == "Were no more containers opened (5 × 100 mg opened)?"


def test_vials_that_hold_less_than_the_dose_are_asked_about() -> None:
    found = worked("J9035 410 mg, two 100 mg single-dose vials")
    assert found.lines == (Line("J9035", 41),)
    assert "hold less than the dose" in (found.to_judge or "")


def test_where_nothing_is_said_of_waste_a_person_is_asked() -> None:
    assert "single-dose container" in (worked("J1885 30 mg, Medicare").to_judge or "")
    assert worked("J1885 30 mg, Aetna").to_judge is None


def test_a_dose_of_each_side_is_asked_about() -> None:
    assert worked("J3301 40 mg in each knee").to_judge == (
        "Is 40 mg the whole dose of J3301, or that of one side or site?"
    )


def test_a_dose_by_weight_that_is_not_the_one_given_is_asked_about() -> None:
    found = worked("J9035 5 mg/kg, 82 kg, 400 mg given, Medicare")
    assert found.units == {"J9035": 40}
    assert found.to_judge == "By weight it is 5 mg/kg × 82 kg = 410 mg, and 400 mg is stated: which was given?"
    assert worked("J9035 5 mg/kg up to 500 mg, 82 kg").units == {"J9035": 41}


def test_several_drugs_have_each_their_own() -> None:
    question = read_question("J1100 4 mg and J2405 8 mg", sent_on=TODAY)
    assert [each.units for each in work(question, DRUGS, TODAY)] == [{"J1100": 4}, {"J2405": 8}]


TENTHS = st.integers(1, 3000).map(lambda tenths: Decimal(tenths) / 10)


@given(TENTHS, st.integers(1, 50).map(Decimal))
def test_units_agree_with_filling_one_unit_after_another(dose: Decimal, unit: Decimal) -> None:
    filled, left = 0, dose
    while left > 0:
        left -= unit
        filled += 1
    assert units_of(dose, unit) == filled


@given(TENTHS, st.integers(1, 50).map(Decimal), st.integers(1, 40), st.integers(1, 200).map(Decimal))
def test_given_and_discarded_never_come_to_more_than_was_opened(
    dose: Decimal, unit: Decimal, count: int, size: Decimal
) -> None:
    opened = count * size
    billed, discarded = units_of(dose, unit), jw_units(dose, opened, unit)
    assert discarded == 0 or (billed + discarded) * unit <= opened
    assert discarded == 0 or (billed + discarded + 1) * unit > opened
