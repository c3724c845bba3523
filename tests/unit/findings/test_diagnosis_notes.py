"""Notes of the tabular list: what goes together, and in which order (Official Guidelines, I.A.12, 13 and 17)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.findings.diagnosis_notes import EXCLUDES1, SEQUENCE, diagnosis_notes, names
from consultant.findings.model import Finding, Severity
from consultant.questions import read_question
from consultant.reference.model import CodeDetails, Fact
from tests.unit.findings.fakes import FakeReference, fact, note

ON = date(2026, 3, 10)


def on_node(code: str, kind: str, *texts: str, level: str = "diag") -> tuple[Fact, ...]:
    return tuple(fact(code=code, level=level, kind=kind, note=text) for text in texts)


def found(text: str, facts: dict[str, tuple[Fact, ...]]) -> list[Finding]:
    reference = FakeReference(
        facts={code: CodeDetails(notes=rows) for code, rows in facts.items()},
        notes=[note(topics=("diagnosis",), slug="rule-icd-notes")],
    )
    return list(diagnosis_notes(read_question(text, sent_on=ON), reference, ON))


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("a trial condition (E10.-)", "E10.9", True),
        ("a trial condition (E10.-)", "E11.9", False),
        ("lung trials (J60-J70)", "J60", True),
        ("lung trials (J60-J70)", "J70.9", True),
        ("lung trials (J60-J70)", "J71", False),
        ("joints (M05.00-M06.9)", "M06.89", True),
        ("joints (M05.10-M06.9)", "M05.09", False),
        ("several (I25.1-, I25.7-)", "I25.709", True),
        ("several (I25.1-, I25.7-)", "I25.2", False),
        ("one (Z91.83)", "Z91.83", True),
        ("one (Z91.83)", "Z91.8", False),
        ("a drug (T36-T50 with fifth or sixth character 5)", "T45.1X5A", True),
        ("a drug (T36-T50 with fifth or sixth character 5)", "T45.1X1A", False),
        ("poisoning (T36-T65 with fifth or sixth character 1-4)", "T45.1X1A", True),
        ("underlying disease", "E10.9", False),
    ],
)
def test_codes_are_read_out_of_a_note(text: str, code: str, named: bool) -> None:
    assert names(text, code) == named


@given(st.text(), st.sampled_from(["E10.9", "T45.1X5A", "I10"]))
def test_any_note_is_read(text: str, code: str) -> None:
    names(text, code)


def test_excludes1_stops_the_pair_in_either_direction() -> None:
    notes = {"E11.9": on_node("E11", "excludes1", "a trial (E10.-)")}
    for text in ("dx E11.9 and E10.9", "dx E10.9 and E11.9"):
        (finding,) = found(text, notes)
        assert (finding.kind, finding.severity) == (EXCLUDES1, Severity.STOP)
        assert "at E11 names E10.9" in finding.statement
        assert len(set(finding.sources)) == 1  # the trial data has one source


def test_excludes1_of_a_section_counts_too() -> None:
    (finding,) = found("dx J01.00, J44.1", {"J01.00": on_node("J00-J06", "excludes1", "lung (J44.-)", level="section")})
    assert "at section J00-J06 names J44.1" in finding.statement


def test_a_code_that_must_come_first_is_moved_up() -> None:
    notes = {"J17": on_node("J17", "codeFirst", "underlying disease, such as:", "Q fever (A78)")}
    (wrong,) = found("dx J17, A78", notes)
    assert (wrong.kind, wrong.codes, wrong.severity) == (SEQUENCE, ("A78", "J17"), Severity.CAUTION)
    assert wrong.answer == "A78 first, then J17."
    (right,) = found("dx A78, J17", notes)
    assert right.severity is Severity.INFO


def test_an_additional_code_comes_after() -> None:
    (finding,) = found("dx Z79.4, E11.9", {"E11.9": on_node("E11", "useAdditionalCode", "insulin use (Z79.4)")})
    assert finding.codes == ("E11.9", "Z79.4")
    assert "other order" in finding.statement


def test_code_also_leaves_the_order_open() -> None:
    (finding,) = found("dx S02.0XXA, S01.01XA", {"S02.0XXA": on_node("S02", "codeAlso", "any open wound (S01.-)")})
    assert "reason for the encounter" in finding.statement
    assert finding.answer == ""


def test_excludes2_allows_both_but_not_from_a_chapter() -> None:
    (finding,) = found("dx J18.9 and J69.0", {"J18.9": on_node("J18", "excludes2", "aspiration (J69.-)")})
    assert finding.answer.startswith("Yes: J18.9 and J69.0")
    of_chapter = on_node("10", "excludes2", "aspiration (J69.-)", level="chapter")
    assert found("dx J18.9 and J69.0", {"J18.9": of_chapter}) == []


def test_a_manifestation_is_never_first() -> None:
    notes = {"H42": on_node("H42", "codeFirst", "underlying condition, such as:", "amyloidosis (E85.-)")}
    (first,) = found("dx H42", notes)
    assert (first.severity, first.codes) == (Severity.CAUTION, ("H42",))
    assert first.to_judge
    assert found("dx I10, H42", notes)[0].severity is Severity.INFO


def test_a_condition_that_may_be_absent_is_not_missed() -> None:
    assert found("dx J44.1", {"J44.1": on_node("J44", "codeFirst", ", if applicable, a trial (J60-J70)")}) == []
