"""Status indicators of the fee schedule, and what Medicare takes instead (Attachment A; Pub. 100-04)."""

from datetime import date

import pytest

from consultant.findings.model import Finding, Part, Severity
from consultant.findings.status import status
from consultant.questions import read_question
from tests.unit.findings.fakes import FakeReference, entry, note

ON = date(2026, 3, 10)
NOTES = [note("G0283", slug="rule-status-instead")]


def found(text: str, code: str, letter: str, on: date = ON, *, noted: bool = True) -> list[Finding]:
    reference = FakeReference(codes=[entry(code, status=letter)], notes=NOTES if noted else [])
    return list(status(read_question(text, sent_on=ON), reference, on))


def one(text: str, code: str, letter: str, on: date = ON, *, noted: bool = True) -> Finding:
    (finding,) = found(text, code, letter, on, noted=noted)
    return finding


@pytest.mark.parametrize(
    ("letter", "said"), [("B", "bundled"), ("N", "not covered"), ("I", "not valid"), ("P", "not paid")]
)
def test_what_medicare_never_pays_stops_a_medicare_claim(letter: str, said: str) -> None:
    finding = one("99070 for Medicare?", "99070", letter)
    assert finding.severity is Severity.STOP
    assert said in finding.answer


@pytest.mark.parametrize(
    ("code", "instead"),
    [
        ("97014", "G0283"),
        ("99243", "99202-99215"),
        ("99254", "99221-99223"),
        ("99417", "G2212"),
        ("98006", "usual visit code"),
        ("80350", "G0480-G0483"),
    ],
)
def test_medicare_takes_another_code(code: str, instead: str) -> None:
    finding = one(f"{code} for Medicare?", code, "I")
    assert instead in finding.answer
    assert finding.to_judge is None


def test_what_stands_instead_is_said_only_by_a_note_and_since_its_day() -> None:
    assert one("99417, Medicare", "99417", "I", noted=False).to_judge
    assert "G2212" not in one("99417, Medicare", "99417", "I", date(2020, 12, 31)).statement
    assert "G2212" in one("99417, Medicare", "99417", "I", date(2021, 1, 1)).statement


def test_another_payer_may_pay_what_medicare_does_not() -> None:
    finding = one("99417 for Aetna", "99417", "I")
    assert (finding.part, finding.severity, finding.answer) == (Part.PAYER, Severity.CAUTION, "")
    assert "Aetna may have its own rule" in finding.statement


def test_without_a_payer_the_status_is_medicares_side_of_it() -> None:
    finding = one("99395 and a knee exam", "99395", "N")
    assert (finding.part, finding.answer) == (Part.PAYER, "")


def test_status_t_is_paid_only_alone() -> None:
    assert one("94760 alone?", "94760", "T").severity is Severity.INFO
    together = one("94760 with 99213", "94760", "T")
    assert together.severity is Severity.CAUTION
    assert "99213 is named with it" in together.statement


def test_a_paid_code_and_a_drug_are_no_news() -> None:
    assert found("99213 today", "99213", "A") == []
    assert found("J1885 x 2", "J1885", "E") == []
    assert one("J1885 denied, why?", "J1885", "E").severity is Severity.INFO
