"""Timed therapy: the manual's own examples, and every allocation there is against the one taken."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.findings.therapy_minutes import by_code, by_total, quarters, work
from tests.unit.findings.worked import units, work_out


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4), (68, 5), (113, 8), (127, 8)],
)
def test_the_table_of_the_manual(minutes: int, expected: int) -> None:
    assert quarters(minutes) == expected
    assert by_code({"97110": minutes}) == {"97110": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 minutes of 97112, 23 minutes of 97110", {"97112": 2, "97110": 1}),
        ("33 minutes of 97110 and 7 minutes of 97140", {"97110": 2, "97140": 1}),
        (
            "18 minutes of 97110, 13 minutes of 97140, 10 minutes of 97116 and 8 minutes of 97035",
            {"97110": 1, "97140": 1, "97116": 1},
        ),
    ],
)
def test_the_examples_of_the_manual(text: str, expected: dict[str, int]) -> None:
    assert units(work, text) == expected


def test_where_two_codes_have_the_same_minutes_left_a_person_chooses() -> None:
    worked = work_out(work, "20 minutes of 97112 and 20 minutes of 97110, Medicare")
    assert worked is not None
    assert sum(worked.units.values()) == 3
    assert worked.to_judge == "97112 and 97110 have the same minutes left: which of them takes the last unit?"
    thrice = work_out(work, "7 minutes of 97112, 7 minutes of 97110 and 7 minutes of 97140, Medicare")
    assert thrice is not None
    assert sum(thrice.units.values()) == 1
    assert "97112, 97110 and 97140" in (thrice.to_judge or "")


def test_another_payer_counts_each_code_alone_and_is_asked_about() -> None:
    worked = work_out(work, "97110 33 min and 97140 7 min, Aetna")
    assert worked is not None
    assert worked.refused == ("97140",)
    assert worked.units == {"97110": 2}
    assert worked.to_judge == "Does Aetna count as CPT does, or as Medicare does?"


def test_both_ways_are_told_apart_only_where_they_differ() -> None:
    apart = work_out(work, "97110 8 min, 97140 8 min")
    alike = work_out(work, "97110 30 min, 97140 15 min")
    assert apart is not None
    assert alike is not None
    assert "by Medicare's rule" in apart.answer
    assert alike.answer == "For 45 timed minutes: 97110 × 2 and 97140 × 1."


def test_untimed_codes_stand_beside() -> None:
    worked = work_out(work, "97110 for 23 min, and G0283 and 97161")
    assert worked is not None
    assert "Untimed, and no part of that total: G0283 and 97161." in worked.statement
    assert worked.units == {"97110": 2}


def test_nothing_is_shared_out_where_a_code_has_no_minutes() -> None:
    for text in ("97110 and 97140 for 40 minutes", "97110 23 min and 97140"):
        worked = work_out(work, text)
        assert worked is not None
        assert worked.lines == ()
        assert worked.needs == "How many minutes did 97110 and 97140 each take?"


MINUTES = st.dictionaries(st.sampled_from(["97110", "97112", "97140", "97530"]), st.integers(1, 70), min_size=1)


@given(MINUTES)
def test_no_allocation_of_the_total_serves_the_minutes_better(minutes: dict[str, int]) -> None:
    taken = by_total(minutes).units
    total = quarters(sum(minutes.values()))
    assert sum(taken.values()) == total

    def served(units_of: dict[str, int]) -> int:
        """Minutes that stand behind the units; a unit has at most 15 of them."""
        return sum(min(minutes[code], 15 * count) for code, count in units_of.items())

    codes = list(minutes)
    fair = [
        dict(zip(codes, counts, strict=True))
        for counts in product(*(range(minutes[code] // 15, minutes[code] // 15 + 2) for code in codes))
        if sum(counts) == total
    ]
    assert dict(taken) in fair
    assert served(dict(taken)) == max(map(served, fair))
