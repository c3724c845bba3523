"""Codes that cannot be billed as written: what is wrong, and what is named instead."""

from datetime import date

import pytest

from consultant.findings.model import Finding, Severity
from consultant.findings.sides import SIDE_LEFT_OPEN
from consultant.findings.validity import ENDED, NO_SUCH_CODE, NOT_BILLABLE, NOT_YET, UNKNOWN, validity
from consultant.questions import read_question
from consultant.reference.model import CodeDetails, CodeEntry, Fact
from tests.unit.findings.fakes import SOURCE, FakeReference, entry, replaced

ON = date(2026, 3, 10)
ICD = "ICD-10-CM"


def found(text: str, reference: FakeReference, on: date = ON) -> list[Finding]:
    return list(validity(read_question(text, sent_on=ON), reference, on))


def only(text: str, reference: FakeReference) -> Finding:
    (finding,) = found(text, reference)
    assert finding.sources or finding.severity is Severity.GAP
    if finding.severity is Severity.STOP:
        assert finding.answer.startswith("Not as asked: ")
    return finding


def diagnosis(code: str, description: str = "Made-up ache", *, billable: bool = True) -> CodeEntry:
    return entry(code, system=ICD, description=description, billable=billable)


def test_a_code_in_force_has_nothing_wrong_with_it() -> None:
    assert found("99213 with M54.50", FakeReference([entry("99213"), diagnosis("M54.50")])) == []


@pytest.mark.parametrize(
    ("ended", "added", "kind"),
    [
        (date(2026, 3, 9), date(2020, 1, 1), ENDED),
        (date(2026, 3, 10), date(2020, 1, 1), None),
        (None, date(2026, 3, 11), NOT_YET),
        (None, date(2026, 3, 10), None),
    ],
)
def test_the_last_and_the_first_day_are_in_force(ended: date | None, added: date, kind: str | None) -> None:
    reference = FakeReference([entry("C9999", system="HCPCS", ended=ended, added=added)])
    assert [finding.kind for finding in found("C9999", reference)] == ([kind] if kind else [])


def test_what_took_the_place_of_an_ended_code_is_named_where_the_data_tells() -> None:
    codes = [entry("C9999", system="HCPCS", ended=date(2025, 12, 31))]
    told = only("C9999?", FakeReference(codes, replaced=[replaced("C9999", "J9999", date(2026, 1, 1))]))
    assert "Its place was taken by J9999 on 2026-01-01 (trial)." in told.answer
    assert told.to_judge == "Does the record support J9999, which took the place of C9999?"
    silent = only("C9999?", FakeReference(codes))
    assert "place" not in silent.statement
    assert silent.to_judge == "Which code takes the place of C9999 on 2026-03-10?"


def test_a_code_of_next_month_says_what_it_was_before() -> None:
    codes = [entry("J9999", system="HCPCS", added=date(2026, 4, 1))]
    told = only("J9999?", FakeReference(codes, replaced=[replaced("C9999", "J9999", date(2026, 4, 1))]))
    assert told.kind == NOT_YET
    assert told.statement.endswith("not valid on 2026-03-10. Before that it was C9999.")


def test_a_heading_names_the_codes_below_and_how_many_characters_are_missing() -> None:
    below = [diagnosis("E11.65"), diagnosis("E11.610"), diagnosis("E11.618")]
    told = only("dx E11.6", FakeReference([diagnosis("E11.6", billable=False), *below]))
    assert told.kind == NOT_BILLABLE
    assert "(1 to 2 characters missing; E11.65, E11.610, E11.618)" in told.statement


def test_a_heading_that_lacks_only_its_7th_character() -> None:
    below = [diagnosis(f"S52.501{character}") for character in "ABCDEFG"]
    told = only("dx S52.501", FakeReference([diagnosis("S52.501", billable=False), *below]))
    assert "(its 7th character is missing; S52.501A, S52.501B" in told.statement
    assert "and 2 more)" in told.statement


def test_a_code_that_became_a_heading_says_since_when() -> None:
    moved = [replaced("M54.5", f"M54.5{digit}", date(2021, 10, 1)) for digit in "019"]
    told = only("M54.5", FakeReference([diagnosis("M54.5", billable=False)], replaced=moved))
    assert "Its place was taken by M54.50, M54.51, M54.59 on 2021-10-01" in told.statement


def test_where_a_whole_list_leaves_a_code_out_the_near_ones_are_asked_about() -> None:
    reference = FakeReference([diagnosis("K35.80")], near={"K35.81": ["K35.80"]}, whole=True)
    told = only("dx K35.81", reference)
    assert (told.kind, told.severity) == (NO_SUCH_CODE, Severity.STOP)
    assert "Close to it are K35.80 (Made-up ache)." in told.statement
    assert told.needs == "Which code is meant by K35.81: K35.80?"
    assert only("dx K35.82", reference).needs == "Which code is meant by K35.82?"


def test_a_wrong_7th_character_is_told_with_the_right_ones() -> None:
    notes = tuple(Fact({"kind": "sevenChrDef", "note": f"{each}: visit"}, SOURCE) for each in "ADS")
    told = only("dx W19.XXXB", FakeReference(facts={"W19": CodeDetails(notes=notes)}, whole=True))
    assert "B is no 7th character of W19, which takes A, D, S." in told.statement
    assert told.needs == "Which 7th character of W19 does the record support: A, D, S?"


def test_without_a_whole_list_an_unknown_code_is_a_gap() -> None:
    told = only("99999", FakeReference(near={"99999": ["99998"]}))
    assert (told.kind, told.severity, told.needs) == (UNKNOWN, Severity.GAP, None)


def test_modifiers_and_places_are_only_gaps() -> None:
    for text in ("99213-ZZ", "POS 11"):
        findings = found(text, FakeReference([entry("99213")], whole=True))
        assert [finding.severity for finding in findings] == [Severity.GAP] * len(findings)


KNEES = [
    diagnosis("M25.569", "Pain in unspecified knee"),
    diagnosis("M25.561", "Pain in right knee"),
    diagnosis("M25.562", "Pain in left knee"),
]


def test_a_side_left_open_is_named_when_the_question_states_it() -> None:
    told = only("Pain in the left knee, dx M25.569", FakeReference(KNEES))
    assert (told.kind, told.severity) == (SIDE_LEFT_OPEN, Severity.CAUTION)
    assert told.codes == ("M25.569", "M25.562")
    assert found("Knee pain, dx M25.569", FakeReference(KNEES)) == []
    assert found("Left knee, dx M25.569", FakeReference(KNEES[:2])) == []
    assert found("Left knee, dx M25.562", FakeReference(KNEES)) == []
