"""Critical care, prolonged visits, bands and blocks of time: the boundary minutes, and counting minute by minute."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.findings import anesthesia_time, block_times, critical_care, prolonged, time_choices
from consultant.findings.time_blocks import Blocks
from tests.unit.findings.worked import units, work_out


@pytest.mark.parametrize(
    ("minutes", "medicare", "cpt"),
    [(30, 0, 0), (74, 0, 0), (75, 0, 1), (103, 0, 1), (104, 1, 1), (105, 1, 2), (133, 1, 2), (134, 2, 2), (135, 2, 3)],
)
def test_half_hours_of_critical_care_by_payer(minutes: int, medicare: int, cpt: int) -> None:
    text = f"99291 for {minutes} minutes"
    assert units(critical_care.work, f"{text}, Medicare").get("99292", 0) == medicare
    assert units(critical_care.work, f"{text}, Cigna").get("99292", 0) == cpt


def test_critical_care_below_thirty_minutes_is_none() -> None:
    worked = work_out(critical_care.work, "99291 for 29 minutes")
    assert worked is not None
    assert worked.lines == ()
    assert worked.answer == "No: 29 min is less than the 30 minutes that 99291 needs."


def test_too_early_for_the_further_half_hour_is_said_first() -> None:
    worked = work_out(critical_care.work, "99291 and 99292 for 80 minutes, Medicare")
    assert worked is not None
    assert worked.refused == ("99292",)
    assert worked.answer.startswith("No: it is too early for 99292.")
    open_payer = work_out(critical_care.work, "99291 and 99292 for 80 minutes")
    assert open_payer is not None
    assert open_payer.refused == ()


IN_2022, IN_2023, IN_2024 = date(2022, 5, 1), date(2023, 5, 1), date(2024, 5, 1)


@pytest.mark.parametrize(
    ("visit", "code", "first", "payer", "on"),
    [
        ("99205", "G2212", 89, "Medicare", IN_2022),
        ("99215", "G2212", 69, "Medicare", IN_2024),
        ("99205", "99417", 75, "Cigna", IN_2022),
        ("99215", "99417", 55, "Cigna", IN_2024),
        ("99223", "G0316", 90, "Medicare", IN_2023),
        ("99233", "G0316", 65, "Medicare", IN_2023),
        ("99236", "G0316", 110, "Medicare", IN_2023),
        ("99236", "99418", 100, "Cigna", IN_2023),
        ("99306", "G0317", 95, "Medicare", IN_2024),
        ("99306", "99418", 60, "Cigna", IN_2023),
        ("99306", "99418", 65, "Cigna", IN_2024),
        ("99310", "G0317", 85, "Medicare", IN_2024),
        ("99345", "G0318", 140, "Medicare", IN_2024),
        ("99350", "G0318", 110, "Medicare", IN_2024),
        ("99350", "99417", 75, "Cigna", IN_2024),
        ("99483", "G2212", 100, "Medicare", IN_2024),
    ],
)
def test_a_prolonged_visit_counts_from_its_first_minute(
    visit: str, code: str, first: int, payer: str, on: date
) -> None:
    def counted(minutes: int) -> int:
        return units(prolonged.work, f"{visit} with {code}, {minutes} minutes, {payer}", on).get(code, 0)

    assert [counted(first - 1), counted(first), counted(first + 14), counted(first + 15)] == [0, 1, 1, 2]


def test_prolonged_hospital_visits_are_worked_out_from_2023_on() -> None:
    assert work_out(prolonged.work, "99223 for 100 minutes", IN_2022) is None
    assert work_out(prolonged.work, "99205 for 100 minutes", date(2020, 5, 1)) is None


def test_medicare_does_not_take_the_codes_of_cpt() -> None:
    worked = work_out(prolonged.work, "99205 with 99417 for 95 minutes, Medicare")
    assert worked is not None
    assert worked.refused == ("99417",)
    assert worked.units == {"99205": 1, "G2212": 1}
    assert worked.answer.startswith("No: Medicare does not take 99417. For 1 h 35 min: by Medicare's rule")
    too_short = work_out(prolonged.work, "99205 with 99417 for 70 minutes, Cigna")
    assert too_short is not None
    assert too_short.answer.startswith("No: 99417 cannot be reported for 1 h 10 min.")


def test_an_ordinary_visit_is_not_called_prolonged() -> None:
    assert work_out(prolonged.work, "99215 for 50 minutes") is None
    assert work_out(prolonged.work, "99213 for 90 minutes") is None


@pytest.mark.parametrize(
    ("minutes", "code"),
    [(15, None), (16, "90832"), (37, "90832"), (38, "90834"), (52, "90834"), (53, "90837"), (90, "90837")],
)
def test_psychotherapy_by_its_minutes(minutes: int, code: str | None) -> None:
    assert list(units(time_choices.work, f"90832, 90834 or 90837 for {minutes} minutes")) == ([code] if code else [])


def test_psychotherapy_with_a_visit_has_codes_of_its_own() -> None:
    worked = work_out(time_choices.work, "99214 with 90833, therapy took 40 minutes")
    assert worked is not None
    assert worked.units == {"90836": 1}
    assert worked.to_judge == "Is the time stated, 40 min, that of 90833 alone?"


def test_a_longer_code_than_the_time_gives_is_refused() -> None:
    worked = work_out(time_choices.work, "Can I bill 90837 for 50 minutes?")
    assert worked is not None
    assert worked.refused == ("90837",)
    assert worked.answer == "No: 50 min is 90834; 90837 needs more time."


@pytest.mark.parametrize(("minutes", "code"), [(3, None), (4, "99406"), (10, "99406"), (11, "99407")])
def test_counselling_to_stop_tobacco(minutes: int, code: str | None) -> None:
    assert list(units(time_choices.work, f"99406 for {minutes} minutes")) == ([code] if code else [])


@pytest.mark.parametrize(
    ("text", "minutes", "expected"),
    [
        ("90839", 29, {}),
        ("90839", 74, {"90839": 1}),
        ("90839", 75, {"90839": 1, "90840": 1}),
        ("90840", 105, {"90839": 1, "90840": 2}),
        ("99497", 15, {}),
        ("99497", 45, {"99497": 1}),
        ("99497", 46, {"99497": 1, "99498": 1}),
        ("99152", 9, {}),
        ("99152", 22, {"99152": 1}),
        ("99152", 38, {"99152": 1, "99153": 2}),
        ("99156", 23, {"99156": 1, "99157": 1}),
        ("99490", 39, {"99490": 1}),
        ("99490", 90, {"99490": 1, "99439": 2}),
        ("99487", 89, {"99487": 1}),
        ("99487", 90, {"99487": 1, "99489": 1}),
        ("99491", 60, {"99491": 1, "99437": 1}),
    ],
)
def test_a_first_stretch_and_further_blocks(text: str, minutes: int, expected: dict[str, int]) -> None:
    assert units(block_times.work, f"{text} for {minutes} minutes") == expected


def test_a_further_code_of_several_first_ones_decides_nothing() -> None:
    assert work_out(block_times.work, "99153 for 40 minutes") is None


BLOCKS = st.builds(
    Blocks, st.just("first"), st.just("more"), st.integers(1, 60), st.integers(61, 120), st.integers(1, 60)
)


@given(BLOCKS, st.integers(0, 400))
def test_blocks_agree_with_counting_minute_by_minute(blocks: Blocks, minutes: int) -> None:
    counted = sum(
        1
        for minute in range(minutes + 1)
        if minute >= blocks.more_from and (minute - blocks.more_from) % blocks.block == 0
    )
    found = {line.code: line.units for line in blocks.lines(minutes)}
    assert found.get("more", 0) == (counted if minutes >= blocks.first_from else 0)
    assert ("first" in found) == (minutes >= blocks.first_from)


@pytest.mark.parametrize(("minutes", "expected"), [(15, "1.0"), (17, "1.1"), (95, "6.3"), (1, "0.1"), (66, "4.4")])
def test_anesthesia_time_to_one_decimal(minutes: int, expected: str) -> None:
    assert str(anesthesia_time.time_units(minutes)) == expected
    worked = work_out(anesthesia_time.work, f"00840 for {minutes} minutes")
    assert worked is not None
    assert worked.answer == f"Report 00840 with {minutes} minutes: {expected} time units."


def test_anesthesia_by_the_day_has_no_time_units() -> None:
    assert work_out(anesthesia_time.work, "01996 for 40 minutes") is None
