"""Infusions, pushes and fluids of one encounter: the manuals' boundaries, the hierarchy, and minute by minute."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.findings.infusion_encounter import claim, total, work
from consultant.questions.administrations import Administration, Route
from consultant.questions.infused_drugs import Kind
from tests.unit.findings.worked import units, work_out

INITIAL = {"96360", "96365", "96374", "96409", "96413"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "rituximab 3 h 20, then zoledronic acid 20 min, hydration 45 min",
            {"96413": 1, "96415": 2, "96367": 1, "96361": 1},
        ),
        ("hydration 45 min, then rituximab 60 min", {"96413": 1, "96361": 1}),
        ("carboplatin 91 min, paclitaxel 3 hours", {"96413": 1, "96415": 3, "96417": 1}),
        ("ceftriaxone 30 min and ketorolac IV push", {"96365": 1, "96375": 1}),
        ("ketorolac IV push, ceftriaxone 15 min", {"96374": 1, "96375": 1}),
        ("ondansetron IV push, hydration 31 min", {"96374": 1, "96361": 1}),
        ("ondansetron IV push, hydration 30 min", {"96374": 1}),
        ("Toradol 30 mg IM and hydration for 95 minutes", {"96360": 1, "96361": 1, "96372": 1}),
        ("doxorubicin IV push, paclitaxel 61 minutes", {"96413": 1, "96411": 1}),
        ("rituximab 10:05-12:05, leucovorin 10:30-11:30", {"96413": 1, "96415": 1, "96368": 1}),
        ("vancomycin 11:00-12:00, zosyn 11:00-11:30, saline 11:00-12:00", {"96365": 1, "96368": 1}),
        ("96413 for 125 minutes, 96367 for 45 min and 96375", {"96413": 1, "96415": 1, "96367": 1, "96375": 1}),
        ("hydration 54 minutes", {"96360": 1}),
        ("Venofer 16 minutes", {"96365": 1}),
        ("Venofer 15 minutes", {"96374": 1}),
    ],
)
def test_an_encounter_as_it_is_reported(text: str, expected: dict[str, int]) -> None:
    assert units(work, text) == expected


def test_every_step_is_shown() -> None:
    worked = work_out(work, "rituximab 3 h 20, then zoledronic acid 20 min, hydration 45 min")
    assert worked is not None
    assert worked.statement.startswith(
        "Rituximab: initial, 3 h 20 min = 1 initial hour + 2 additional hours + 20 minutes: the last 20 minutes are "
        "not more than 30 minutes, so 96415 × 2; Zoledronic acid: another drug in sequence, 20 min is within the "
        "first hour, so 96367 × 1 and no 96366; Hydration: 45 min beside the initial service, so 96361 × 1."
    )


def test_what_is_initial_in_an_office_is_for_a_person() -> None:
    text = "rituximab 3 h 20, hydration 45 min"
    office, facility = work_out(work, text), work_out(work, f"{text}, outpatient hospital")
    assert office is not None
    assert facility is not None
    assert "main reason of the visit" in (office.to_judge or "")
    assert facility.to_judge is None


def test_a_second_initial_code_is_refused_for_one_access() -> None:
    worked = work_out(work, "96365 for 45 minutes and 96360 for 40 minutes")
    assert worked is not None
    assert worked.refused == ("96360",)
    assert worked.answer.startswith("No: one initial code for an access, so not 96360.")
    assert "second access" in (worked.to_judge or "")


def test_a_contractor_decides_on_complex_antibodies() -> None:
    worked = work_out(work, "vedolizumab 30 min")
    assert worked is not None
    assert worked.units == {"96413": 1}
    assert "Does the contractor take vedolizumab" in (worked.to_judge or "")


@pytest.mark.parametrize(
    "text",
    [
        "paclitaxel 10:00-11:00, carboplatin 10:30-11:30",
        "bortezomib subcutaneous",
        "fluorouracil 46 hours",
        "96413 for 2 hours",
        "96422 for 5½ hours",
    ],
)
def test_what_the_codes_do_not_decide_is_left_alone(text: str) -> None:
    assert work_out(work, text) is None


def test_hydration_too_short_alone_is_not_reported() -> None:
    worked = work_out(work, "hydration 30 minutes")
    assert worked is not None
    assert worked.lines == ()
    assert worked.answer == "No: none of it is long enough to be reported."


GIVEN = st.lists(
    st.one_of(
        st.builds(
            Administration,
            st.just("drug"),
            st.sampled_from([Kind.CHEMOTHERAPY, Kind.OTHER, Kind.FLUID]),
            st.just(Route.INFUSION),
            st.integers(1, 400),
        ),
        st.builds(
            Administration, st.just("drug"), st.sampled_from([Kind.CHEMOTHERAPY, Kind.OTHER]), st.just(Route.PUSH)
        ),
    ),
    min_size=1,
    max_size=6,
)


def hours_minute_by_minute(minutes: int, first: int) -> int:
    """Units of hours: one from `first` minutes on, another each time that 30 minutes of a further hour are passed."""
    return sum(1 for minute in range(1, minutes + 1) if minute == first or (minute > 60 and minute % 60 == 31))


@given(GIVEN)
def test_units_agree_with_counting_minute_by_minute(given: Sequence[Administration]) -> None:
    lines = {line.code: line.units or 0 for line in total(claim(given))}
    infusions = [each.minutes or 0 for each in given if each.route is Route.INFUSION and each.kind is not Kind.FLUID]
    hours = sum(hours_minute_by_minute(minutes, 16) for minutes in infusions)
    assert sum(lines.get(code, 0) for code in ("96413", "96417", "96415", "96365", "96367", "96366")) == hours
    fluids = [each.minutes or 0 for each in given if each.kind is Kind.FLUID]
    counted = sum(hours_minute_by_minute(minutes, 31) for minutes in fluids)
    assert lines.get("96360", 0) + lines.get("96361", 0) == counted
    pushes = sum(1 for each in given if each.route is Route.PUSH) + sum(1 for minutes in infusions if minutes < 16)
    assert sum(lines.get(code, 0) for code in ("96409", "96411", "96374", "96375")) == pushes


@given(GIVEN)
def test_there_is_one_initial_code_and_it_is_the_highest(given: Sequence[Administration]) -> None:
    codes = {line.code: line.units for line in total(claim(given))}
    initial = INITIAL & set(codes)
    assert len(initial) == (1 if codes else 0)
    assert all(codes[code] == 1 for code in initial)
    kinds = {each.kind for each in given if each.kind is not Kind.FLUID or (each.minutes or 0) > 30}
    if Kind.CHEMOTHERAPY in kinds:
        assert initial <= {"96413", "96409"}
    elif Kind.OTHER in kinds:
        assert initial <= {"96365", "96374"}


@given(GIVEN)
def test_the_order_in_which_things_are_written_changes_nothing(given: list[Administration]) -> None:
    turned = list(reversed(given))
    assert sorted(map(str, total(claim(given)))) == sorted(map(str, total(claim(turned))))
