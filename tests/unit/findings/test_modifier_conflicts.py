"""Modifiers that exclude each other, do not belong on a code, or stand in another order."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.findings.model import Finding, Line, Severity
from consultant.findings.modifier_conflicts import MODIFIER_CONFLICT, MODIFIER_ORDER, in_order, modifier_conflicts
from consultant.questions import read_question
from consultant.questions.modifier_list import KNOWN
from tests.unit.findings.fakes import FakeReference, note

ON = date(2026, 3, 10)
NOTES = [note("GX", slug=slug) for slug in ("rule-modifier-conflicts", "rule-modifier-order")]


def found(text: str, *, noted: bool = True) -> list[Finding]:
    reference = FakeReference(notes=NOTES if noted else [])
    return list(modifier_conflicts(read_question(text, sent_on=ON), reference, ON))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("11042-59-XS", "instead of 59"),
        ("20610-50-LT", "already says both sides"),
        ("93000-26-TC", "without a modifier"),
        ("J1885-JW-JZ", "discarded"),
        ("J1885-GA-GZ", "none was"),
        ("J1885-GX-GA", "voluntary"),
        ("J1885-GY-GZ", "never covers"),
        ("99213-95-93", "at a distance"),
        ("99213-95-GT", "at a distance"),
        ("27447-80-AS", "who assisted"),
        ("27447-62-80", "co-surgeon"),
        ("20610-25", "25 is for visits only"),
        ("20610-24", "24 is for visits only"),
        ("20610-57", "57 is for visits only"),
        ("99213-59", "59 is not for visits"),
        ("99213-XU", "XU is not for visits"),
        ("99213-51", "for procedures"),
    ],
)
def test_what_cannot_stand_stops_the_claim(text: str, said: str) -> None:
    (finding,) = found(text)
    assert (finding.kind, finding.severity) == (MODIFIER_CONFLICT, Severity.STOP)
    assert said in finding.statement


@pytest.mark.parametrize(
    "text",
    [
        "20610-50",
        "20610-59-LT",
        "99213-25",
        "J1885-GY-GX",
        "29881-RT, 29877-59-LT",
        "99213",
        "71046-26 or 71046-TC?",
        "Is J1885-JW or J1885-JZ right?",
    ],
)
def test_what_may_stand_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_one_line_may_be_wrong_in_two_ways_and_is_one_finding() -> None:
    (finding,) = found("99213-59-XS")
    assert finding.statement.count(";") >= 2


def test_what_changes_the_payment_stands_first() -> None:
    (finding,) = found("70450-RT-59-26 x 2")
    assert finding.kind == MODIFIER_ORDER
    assert finding.lines == (Line("70450", 2, ("26", "59", "RT")),)


@pytest.mark.parametrize("written", list(permutations(("26", "59", "RT"))))
def test_any_order_comes_out_as_the_same_one(written: tuple[str, ...]) -> None:
    assert in_order(written) == ("26", "59", "RT")


@given(st.lists(st.sampled_from(sorted(KNOWN)), unique=True, max_size=4))
def test_no_modifier_is_lost_and_ordering_twice_changes_nothing(modifiers: list[str]) -> None:
    ordered = in_order(tuple(modifiers))
    assert sorted(ordered) == sorted(modifiers)
    assert in_order(ordered) == ordered


def test_without_the_rules_loaded_it_is_a_gap() -> None:
    (finding,) = found("20610-50-LT", noted=False)
    assert finding.severity is Severity.GAP
