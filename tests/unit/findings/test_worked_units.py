"""What is worked out becomes a cited finding, is held against the units stated, and against the MUE."""

from datetime import date

import pytest

from consultant.findings import find
from consultant.findings.model import Finding, Line, Part, Severity
from consultant.questions import read_question
from consultant.reference.model import Reference
from consultant.reference.pack import in_memory_reference
from tests.unit.findings.fakes import FakeReference, entry, mue

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


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("How many units of 97110?", "How many minutes did 97110 take?"),
        ("How many units of 96413 and 96415 can I bill?", "How many minutes did 96413 and 96415 each take?"),
        ("97110 and 97140 for 40 minutes?", "How many minutes did 97110 and 97140 each take?"),
        ("How many units of 00840?", "How many minutes did 00840 take?"),
    ],
)
def test_a_time_that_is_missing_is_asked_for(text: str, asked: str, starter: Reference) -> None:
    (finding,) = found("fact_missing", text, starter)
    assert (finding.severity, finding.needs) == (Severity.GAP, asked)


@pytest.mark.parametrize("text", ["97110?", "How many units of 99213?", "How many units is 97110 x 2?"])
def test_nothing_is_asked_that_was_not_wanted(text: str, starter: Reference) -> None:
    assert found("fact_missing", text, starter) == []


def test_several_drugs_of_an_encounter_take_the_place_of_one_shared_time(starter: Reference) -> None:
    text = "rituximab 60 min, hydration 60 min: 96413 and 96360?"
    assert found("time_shared", text, starter) == []
    (finding,) = found("units_worked_out", text, starter)
    assert finding.lines == (Line("96413", 1), Line("96361", 1))
    assert finding.severity is Severity.STOP


def test_one_familys_time_says_its_answer_and_lines(starter: Reference) -> None:
    (finding,) = found("time_units", "96422 and 96423 for 5½ hours", starter)
    assert finding.answer == "For the time stated: 96422 × 1 and 96423 × 4."
    assert finding.lines == (Line("96422", 1), Line("96423", 4))


def test_units_of_drugs_are_held_against_the_mue_with_what_was_discarded() -> None:
    reference = FakeReference(codes=[entry("J9035", system="HCPCS", unit="10 mg")], mues=[mue("J9035", 45, "3")])
    (exceeded,) = found("mue_exceeded", "J9035 410 mg given from five 100 mg single-dose vials", reference)
    assert exceeded.statement.startswith("J9035 × 50 is more than MUE 45")
