"""What is worked out becomes a cited finding, is held against the units stated, and against the MUE."""

from datetime import date

import pytest

from consultant.findings import find
from consultant.findings.model import Finding, Line, Part, Severity
from consultant.questions import read_question
from consultant.reference.model import Reference
from consultant.reference.pack import in_memory_reference
from tests.unit.findings.fakes import FakeReference, mue

TODAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def starter() -> Reference:
    return in_memory_reference()


def found(kind: str, text: str, reference: Reference, on: date = TODAY) -> list[Finding]:
    return [each for each in find(read_question(text, sent_on=on), reference, on) if each.kind == kind]


WORKED = (
    "97110 for 33 min and 97140 for 7 min",
    "99291 for 110 minutes",
    "99215 with G2212, 75 minutes",
    "99223 with G0316, 95 minutes",
    "90837 for 60 minutes",
    "99406 for 8 minutes",
    "99497 for 50 minutes",
    "99152 for 40 minutes",
    "99490 for 45 minutes",
    "00840 for 95 minutes",
)


@pytest.mark.parametrize("text", WORKED)
def test_each_working_is_cited_and_answers(text: str, starter: Reference) -> None:
    (finding,) = found("units_worked_out", text, starter)
    assert finding.sources
    assert finding.part is Part.WORKING
    assert finding.answer.startswith(("For ", "Report "))


@pytest.mark.parametrize("text", WORKED)
def test_without_its_note_a_rule_says_what_is_missing(text: str) -> None:
    (gap,) = found("time_rule_missing", text, FakeReference())
    assert gap.severity is Severity.GAP
    assert "not in the loaded data" in gap.statement
    assert found("units_worked_out", text, FakeReference()) == []


def test_the_rule_of_the_day_is_cited(starter: Reference) -> None:
    before = date(2022, 12, 31)
    assert found("units_worked_out", "99291 for 110 minutes", starter, before) == []
    assert found("time_rule_missing", "99291 for 110 minutes", starter, before)


def test_more_units_than_the_time_gives_are_refused(starter: Reference) -> None:
    (more,) = found("units_stated_otherwise", "99490 and 99439 x 3 for 85 minutes", starter)
    assert (more.severity, more.answer) == (Severity.STOP, "No: 99439 × 2, not × 3.")
    (fewer,) = found("units_stated_otherwise", "99490 and 99439 x 1 for 85 minutes", starter)
    assert (fewer.severity, fewer.answer) == (Severity.CAUTION, "")


def test_the_lines_are_those_of_the_claim(starter: Reference) -> None:
    (finding,) = found("units_worked_out", "99215 and G2212 for 75 minutes, Medicare", starter)
    assert finding.lines == (Line("99215", 1), Line("G2212", 1))


def test_units_of_every_rule_go_against_the_mue() -> None:
    reference = FakeReference(mues=[mue("99292", 1, "3"), mue("97110", 1, "3")])
    (care,) = found("mue_exceeded", "99291 for 140 minutes", reference)
    (therapy,) = found("mue_exceeded", "97110 for 40 minutes", reference)
    assert (care.codes, therapy.codes) == (("99292",), ("97110",))


def test_a_question_without_a_timed_code_has_no_working(starter: Reference) -> None:
    assert found("units_worked_out", "99213-25 with 20610, 30 minutes", starter) == []
