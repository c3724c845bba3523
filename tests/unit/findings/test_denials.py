"""Denial codes in our words, with their usual cure."""

from datetime import date

import pytest

from consultant.findings.denials import DENIAL, denials
from consultant.findings.model import Finding, Severity
from consultant.questions import read_question
from tests.unit.findings.fakes import FakeReference, note

ON = date(2026, 3, 10)
NOTES = [note(topics=("denial",), slug="rule-denial-codes")]


def found(text: str, *, noted: bool = True) -> list[Finding]:
    return list(denials(read_question(text, sent_on=ON), FakeReference(notes=NOTES if noted else []), ON))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("97530 denied CO-97", "part of another service"),
        ("99213 denied CO-4", "code and modifier do not fit"),
        ("denied CO-16 with N822", "something is missing"),
        ("denied CO-18", "duplicate"),
        ("denied CO-29", "filed too late"),
        ("denied CO-50", "medically necessary"),
        ("denied CO-11", "diagnosis and procedure do not fit"),
        ("denied CO-151", "more than the payer finds supported"),
        ("denied, remark N19", "incidental"),
        ("denied with CARC 97", "part of another service"),
        ("denied CO-B15", "primary code of an add-on"),
    ],
)
def test_a_denial_is_explained(text: str, said: str) -> None:
    finding = found(text)[0]
    assert finding.kind == DENIAL
    assert said in finding.statement
    assert finding.sources


def test_who_bears_it_follows_from_the_group() -> None:
    assert "may not bill the patient" in found("denied CO-50")[0].statement
    assert "the patient bears it" in found("denied PR-96")[0].statement
    assert "bears it" not in found("denied with CARC 50")[0].statement


def test_each_code_has_a_finding_of_its_own() -> None:
    assert [f.statement.partition(":")[0] for f in found("denied CO-16, N822 and CO-97")] == ["CO-16", "CO-97", "N822"]


def test_a_code_unknown_here_is_not_explained_and_a_missing_note_is_a_gap() -> None:
    assert found("denied CO-999") == []
    (finding,) = found("denied CO-97", noted=False)
    assert finding.severity is Severity.GAP
