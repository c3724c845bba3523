"""The level of a visit: two of three elements, or time (PFS rules for 2021 and 2023; least minutes since 2024)."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.findings.em_families import FAMILIES, KNOWN_OFFICE, NEW_OFFICE, Family
from consultant.findings.em_level import EM_LEVEL, NEW_PATIENT, em_level
from consultant.findings.model import Finding, Line, Part, Severity
from consultant.questions import read_question
from consultant.questions.mdm import Level
from tests.unit.findings.fakes import FakeReference, note

ON = date(2026, 3, 10)
OTHERS = tuple(code for family in FAMILIES[2:] for code in family.codes)
REFERENCE = FakeReference(
    notes=[
        note(*NEW_OFFICE.codes, *KNOWN_OFFICE.codes, slug="rule-em-office"),
        note(*OTHERS, slug="rule-em-other"),
        note("99203", slug="rule-new-patient"),
    ]
)
WORDS = {Level.STRAIGHTFORWARD: "minimal", Level.LOW: "low", Level.MODERATE: "moderate", Level.HIGH: "high"}


def found(text: str, on: date = ON, reference: FakeReference = REFERENCE) -> list[Finding]:
    return list(em_level(read_question(text, sent_on=ON), reference, on))


def level(text: str, on: date = ON) -> Finding:
    (finding,) = (f for f in found(text, on) if f.kind == EM_LEVEL)
    return finding


def reached(text: str, on: date = ON) -> str:
    (line,) = level(text, on).lines
    return line.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("99214? moderate problems, limited data, moderate risk", "99214"),
        ("99214? low problems, moderate data, moderate risk", "99214"),
        ("99204? high problems, minimal data, high risk", "99205"),
        ("99284: MDM is moderate", "99284"),
        ("99221, MDM low", "99221"),
        ("99233: MDM high", "99233"),
        ("99348 or higher? MDM moderate", "99349"),
        ("Established patient, office visit, moderate MDM: which level?", "99214"),
        ("New patient in the emergency department, E/M, MDM high", "99285"),
    ],
)
def test_decision_making_reaches_a_code(text: str, code: str) -> None:
    assert reached(text) == code


@given(st.tuples(*[st.sampled_from(list(Level))] * 3))
def test_two_of_three_elements_must_reach_the_level(levels: tuple[Level, Level, Level]) -> None:
    problems, data, risk = (WORDS[each] for each in levels)
    text = f"99213? Problems {problems}; data {data}; risk {risk}."
    reaching = [each for each in Level if sum(element >= each for element in levels) >= 2]
    assert reached(text) == KNOWN_OFFICE.code(max(reaching))


@pytest.mark.parametrize("family", [family for family in FAMILIES if family.minutes], ids=lambda family: family.name)
def test_time_reaches_a_code_from_its_first_minute(family: Family) -> None:
    for (below, _), (code, least) in pairwise(family.timed(ON)):
        assert reached(f"{code} for {least} minutes?") == code
        assert reached(f"{code} for {least - 1} minutes?") == below


def test_nursing_facility_minutes_changed_in_2024() -> None:
    assert reached("99306 for 45 minutes?", date(2023, 12, 31)) == "99306"
    assert reached("99306 for 45 minutes?", date(2024, 1, 1)) == "99305"
    assert reached("99308 for 15 minutes?", date(2023, 12, 31)) == "99308"
    assert reached("99308 for 15 minutes?", date(2024, 1, 1)) == "99307"


def test_the_higher_of_both_ways_may_be_chosen() -> None:
    finding = level("99214? Low MDM, 30 minutes in all")
    assert finding.codes == ("99214",)
    assert "Either way may be chosen: 99214" in finding.statement


def test_more_than_the_facts_support_stops_the_claim() -> None:
    finding = level("Is 99215-25 right? moderate problems, moderate data, low risk")
    assert (finding.severity, finding.codes) == (Severity.STOP, ("99215",))
    assert finding.lines == (Line("99214", None, ("25",)),)
    assert finding.answer == "No: what is stated supports 99214, not 99215."


def test_what_is_supported_makes_a_line_with_its_modifiers() -> None:
    finding = level("Is 99214-25 right? moderate problems, moderate data, low risk")
    assert finding.answer.startswith("Yes: 99214")
    assert finding.lines == (Line("99214", None, ("25",)),)


def test_two_elements_that_differ_leave_the_higher_level_open() -> None:
    finding = level("99214? low problems, moderate risk")
    assert finding.answer == "99214 only if the third element reaches it; else 99213."
    assert finding.lines == ()


def test_one_element_decides_nothing() -> None:
    finding = level("99214? prescription drug management")
    assert finding.needs
    assert finding.answer == ""


def test_time_never_decides_in_the_emergency_department_or_beside_other_services() -> None:
    assert "Time has no part" in level("99284 for 45 minutes?").statement
    assert found("99214 with 90833 for 60 minutes") == []


def test_the_record_is_told_what_to_show() -> None:
    (record,) = (f for f in found("99214, MDM moderate") if f.part is Part.RECORD)
    assert "problems addressed" in record.statement
    assert "minutes" not in record.statement


def test_the_kind_of_visit_is_asked_for_where_it_is_open() -> None:
    (finding,) = found("Which E/M level for moderate MDM?")
    assert "new or established" in (finding.needs or "")


def test_before_its_rules_it_is_a_gap() -> None:
    (finding,) = found("99214, MDM moderate", ON, FakeReference())
    assert finding.severity is Severity.GAP


def test_new_and_established_are_told_apart_where_the_question_turns_on_it() -> None:
    assert NEW_PATIENT in [f.kind for f in found("99203 or 99213? seen by a partner")]
    assert NEW_PATIENT in [f.kind for f in found("99203: she was seen 3 years ago")]
    assert found("99213 or 99214?") == []
