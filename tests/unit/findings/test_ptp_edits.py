"""PTP edits: which code is paid, what a modifier can do, and where it goes (NCCI Policy Manual, ch. I §E)."""

from datetime import date

import pytest

from consultant.findings.model import Finding, Line, Severity
from consultant.findings.ptp_edits import ptp_edits
from consultant.questions import read_question
from consultant.reference.model import Setting
from tests.unit.findings.fakes import FakeReference, edit, note

ON = date(2026, 3, 10)
WHERE = note("XU", slug="rule-ptp-modifiers")


def found(text: str, *edits: object, on: date = ON) -> list[Finding]:
    reference = FakeReference(edits=edits, notes=[WHERE])  # type: ignore[arg-type]
    return list(ptp_edits(read_question(text, sent_on=ON), reference, on))


def one(text: str, *edits: object, on: date = ON) -> Finding:
    (finding,) = found(text, *edits, on=on)
    return finding


def test_indicator_0_leaves_column_one_alone_on_the_claim() -> None:
    finding = one("Can I bill 36591 with 96422-59?", edit("96422", "36591", "0"))
    assert finding.answer.startswith("No: 36591 is not paid with 96422")
    assert finding.lines == (Line("96422"),)


def test_what_is_column_two_of_another_edit_gets_no_line() -> None:
    first, second = found("A1111, 96422, 36591, 36592", edit("96422", "36591", "0"), edit("36591", "36592", "0"))
    assert first.lines == (Line("96422"),)
    assert second.lines == ()


def test_indicator_1_wants_a_modifier_and_says_yes_only_with_one() -> None:
    without = one("97530 with 97140", edit("97530", "97140", "1"))
    assert without.answer.startswith("Only with a modifier")
    assert without.lines == ()
    with_one = one("97530 with 97140-59 x 2", edit("97530", "97140", "1"))
    assert with_one.answer.startswith("Yes, if the record supports 59")
    assert with_one.lines == (Line("97530"), Line("97140", 2, ("59",)))


def test_a_modifier_named_by_itself_is_considered_but_makes_no_line() -> None:
    finding = one("97530 and 97140: is modifier 59 right?", edit("97530", "97140", "1"))
    assert "59 can bypass" in finding.statement
    assert finding.lines == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("99213-59 with 20610", "59 is not for visits, so it does not belong on 99213"),
        ("99213 with 20610-25", "25 is for visits only, so it does not belong on 20610"),
    ],
)
def test_a_modifier_on_the_wrong_kind_of_code_bypasses_nothing(text: str, said: str) -> None:
    finding = one(text, edit("20610", "99213", "1"))
    assert said in finding.statement
    assert finding.answer.startswith("Only with a modifier")


def test_a_side_on_the_procedure_does_not_free_the_visit() -> None:
    assert one("99213 with 20610-RT", edit("20610", "99213", "1")).answer.startswith("Only with a modifier")


def test_25_goes_on_the_visit() -> None:
    finding = one("99213-25 with 20610-RT", edit("20610", "99213", "1"))
    assert finding.answer.startswith("Yes, if the record supports 25:")
    assert "25 goes on the visit 99213" in finding.statement
    assert "99213 as a significant visit of its own, beyond what 20610 includes" in (finding.to_judge or "")


@pytest.mark.parametrize(
    ("on", "said"),
    [(date(2019, 6, 30), "goes on the column two code, 97140"), (date(2019, 7, 1), "may stand on either code")],
)
def test_59_may_stand_on_either_code_since_july_2019(on: date, said: str) -> None:
    assert said in one("97530 with 97140", edit("97530", "97140", "1"), on=on).statement


def test_the_same_side_on_both_codes_is_no_reason_to_bypass() -> None:
    same = one("29881-RT with 29877-RT", edit("29881", "29877", "1"))
    assert "both were on one side" in same.statement
    assert same.answer.startswith("Only with a modifier")
    assert one("29881-RT with 29877-LT", edit("29881", "29877", "1")).answer.startswith("Yes, if")


def test_a_hospital_has_a_table_of_its_own() -> None:
    edits = edit("96365", "36591", "1", "outpatient_hospital"), edit("96422", "36591", "1")
    hospital, practitioner = found("96365, 96422 with 36591 in the outpatient hospital", *edits)
    assert "table for outpatient hospitals)" in hospital.statement
    assert "table for practitioners and surgery centers)" in practitioner.statement
    assert "outpatient" not in one("96365, 96422 with 36591 in the office", *edits).statement


def test_the_same_edit_in_two_tables_is_said_once() -> None:
    both = edit("96422", "36591", "1", "outpatient_hospital"), edit("96422", "36591", "1")
    finding = one("96422 with 36591 in the outpatient hospital", *both)
    assert "outpatient hospitals and for practitioners" in finding.statement


def test_indicator_9_is_no_edit() -> None:
    assert one("96422 with 36591", edit("96422", "36591", "9")).severity is Severity.INFO


@pytest.mark.parametrize(
    ("text", "tables", "severity"),
    [
        ("97530 with 97140", (), Severity.GAP),
        ("97530 with 97140", ("practitioner",), Severity.INFO),
        ("97530 with 97140 in the outpatient hospital", ("practitioner",), Severity.GAP),
        ("97530 with 97140 in the outpatient hospital", ("practitioner", "outpatient_hospital"), Severity.INFO),
    ],
)
def test_only_a_whole_table_tells_that_there_is_no_edit(
    text: str, tables: tuple[Setting, ...], severity: Severity
) -> None:
    (finding,) = ptp_edits(read_question(text, sent_on=ON), FakeReference(tables=tables), ON)
    assert finding.severity is severity
    assert bool(finding.answer) == bool(finding.sources) == (severity is Severity.INFO)


@pytest.mark.parametrize("text", ["99213 or 99214?", "99214/99213", "99213/4?", "Is it 99213-25 vs. 99214?"])
def test_visits_to_choose_between_are_not_a_pair(text: str) -> None:
    assert found(text, edit("99214", "99213", "1")) == []
    assert found(text) == []


def test_visits_of_one_day_are_a_pair() -> None:
    assert one("99213 and 99214 on the same day", edit("99214", "99213", "1")).codes == ("99214", "99213")
    assert [f.codes for f in found("99213 or 99214 with 20610?", edit("20610", "99213", "1"))] == [("20610", "99213")]
