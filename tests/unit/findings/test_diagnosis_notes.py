"""Notes of the tabular list: what goes together, and in which order (Official Guidelines, I.A.12, 13 and 17)."""

from datetime import date

import pytest

from consultant.findings.diagnosis_notes import EXCLUDES1, SEQUENCE, diagnosis_notes
from consultant.findings.model import Finding, Severity
from consultant.questions import read_question
from consultant.reference.model import CodeDetails, Fact
from tests.unit.findings.fakes import FakeReference, excludes1, fact, note

ON = date(2026, 3, 10)


def on_node(code: str, kind: str, *texts: str, level: str = "diag") -> tuple[Fact, ...]:
    return tuple(fact(code=code, level=level, kind=kind, note=text) for text in texts)


def found(text: str, facts: dict[str, tuple[Fact, ...]]) -> list[Finding]:
    reference = FakeReference(
        facts={code: CodeDetails(notes=rows) for code, rows in facts.items()},
        notes=[note(topics=("diagnosis",), slug="rule-icd-notes")],
    )
    return list(diagnosis_notes(read_question(text, sent_on=ON), reference, ON))


@pytest.mark.parametrize("text", ["dx E11.9 and E10.9", "dx E10.9 and E11.9"])
def test_excludes1_stops_the_pair_and_is_said_once(text: str) -> None:
    reference = FakeReference(conflicts=[excludes1("E11.9", "E10.9"), excludes1("E10.9", "E11.9")])
    (finding,) = diagnosis_notes(read_question(text, sent_on=ON), reference, ON)
    assert (finding.kind, finding.severity) == (EXCLUDES1, Severity.STOP)
    assert "at E11 names E10.9" in finding.statement


def test_what_excludes_each_other_has_no_order() -> None:
    notes = {"J17": CodeDetails(notes=on_node("J17", "codeFirst", "Q fever (A78)"))}
    reference = FakeReference(conflicts=[excludes1("J17", "A78")], facts=notes)
    kinds = [f.kind for f in diagnosis_notes(read_question("dx J17, A78", sent_on=ON), reference, ON)]
    assert kinds == [EXCLUDES1]


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
