"""How a visit at a distance is marked, by payer and by day."""

from datetime import date

from consultant.findings.model import Finding, Part, Severity
from consultant.findings.telehealth import telehealth
from consultant.questions import read_question
from tests.unit.findings.fakes import FakeReference, note

ON, THEN = date(2026, 3, 10), date(2023, 12, 31)
NOTES = [
    note(topics=("telehealth",), slug=slug) for slug in ("rule-telehealth-by-place", "rule-telehealth-as-in-person")
]


def found(text: str, on: date = ON, *, noted: bool = True) -> list[Finding]:
    return list(telehealth(read_question(text, sent_on=ON), FakeReference(notes=NOTES if noted else []), on))


def one(text: str, on: date = ON) -> Finding:
    (finding,) = found(text, on)
    return finding


def test_medicare_goes_by_the_place_since_2024() -> None:
    finding = one("99213-95 telehealth visit, POS 10, Medicare", date(2024, 1, 1))
    assert finding.answer == "For Medicare: 99213 with place of service 10 (patient at home) or 02 (elsewhere)."
    assert "Medicare does not need it here" in finding.statement


def test_until_the_end_of_2023_medicare_wanted_95() -> None:
    assert "99213 with 95 and the place of service as in person" in one("99213 telehealth, Medicare", THEN).answer


def test_sound_alone_has_93() -> None:
    assert "99213 with 93 with place" in one("99213-93 audio-only, Medicare").answer


def test_another_payer_is_asked() -> None:
    finding = one("99213 telehealth POS 02 for Aetna")
    assert finding.part is Part.PAYER
    assert "Aetna want" in (finding.to_judge or "")
    assert finding.answer == ""


def test_nothing_is_said_without_a_visit_and_a_missing_note_is_a_gap() -> None:
    assert found("Which codes are on the telehealth list?") == []
    assert found("99213 in the office") == []
    (finding,) = found("99213 telehealth", noted=False)
    assert finding.severity is Severity.GAP
