"""General Equivalence Mappings: exact, approximate, none, choices and combinations (CMS, GEM documentation)."""

from datetime import date

import pytest

from consultant.findings.crosswalk import crosswalk
from consultant.findings.model import Finding, Severity
from consultant.questions import read_question
from consultant.reference.model import CodeDetails, Fact
from tests.unit.findings.fakes import FakeReference, fact

ON, THEN = date(2026, 3, 10), date(2015, 9, 30)


def row(source: str, target: str | None, flags: str) -> Fact:
    approximate, no_map, combination = (flag == "1" for flag in flags[:3])
    return fact(
        source=source,
        target=target,
        approximate=approximate,
        no_map=no_map,
        combination=combination,
        scenario=int(flags[3]),
        choice_list=int(flags[4]),
    )


def found(text: str, code: str, *rows: Fact, on: date = ON) -> list[Finding]:
    reference = FakeReference(facts={code: CodeDetails(mappings=rows)})
    return list(crosswalk(read_question(text, sent_on=ON), reference, on))


def one(text: str, code: str, *rows: Fact, on: date = ON) -> Finding:
    (finding,) = found(text, code, *rows, on=on)
    return finding


def test_an_exact_equivalent_is_the_answer() -> None:
    finding = one("ICD-9 V58.11 to ICD-10?", "V58.11", row("V5811", "Z5111", "00000"), on=THEN)
    assert finding.answer == "V58.11 is Z51.11."
    assert "Z51.11 (exact)" in finding.statement
    assert (finding.severity, finding.to_judge) == (Severity.INFO, None)


def test_an_approximate_one_is_to_be_judged() -> None:
    finding = one("ICD-9 250.00 to ICD-10?", "250.00", row("25000", "E119", "10000"))
    assert finding.answer == "250.00 is approximately E11.9."
    assert finding.to_judge
    assert "ICD-9-CM is not valid on 2026-03-10" in finding.statement


def test_several_are_a_choice() -> None:
    rows = row("25000", "E119", "10000"), row("25000", "E139", "10000")
    finding = one("ICD-9 250.00 to ICD-10?", "250.00", *rows)
    assert "E11.9 or E13.9 (approximate, one of them to be chosen by the record)" in finding.statement
    assert finding.answer == ""


def test_a_combination_is_one_of_each_list() -> None:
    rows = (
        row("24900", "E0800", "10111"),
        row("24900", "E0801", "10111"),
        row("24900", "Z794", "10112"),
    )
    finding = one("ICD-9 249.00 in ICD-10?", "249.00", *rows)
    assert "in scenario 1, E08.00 or E08.01 with Z79.4 (a combination)" in finding.statement


def test_no_equivalent_is_said_so() -> None:
    finding = one("ICD-9 E939.4 to ICD-10?", "E939.4", row("E9394", None, "11000"))
    assert "has no equivalent" in finding.statement


def test_a_procedure_is_not_the_diagnosis_of_the_same_digits() -> None:
    both = row("4280", "I509", "10000"), row("4280", "0DL50ZZ", "10000")
    assert one("ICD-9 diagnosis 428.0 to ICD-10?", "428.0", *both).answer == "428.0 is approximately I50.9."
    assert one("ICD-9 procedure 42.80 to ICD-10?", "42.80", *both).answer == "42.80 is approximately 0DL50ZZ."


@pytest.mark.parametrize(
    ("code", "source", "target", "shown"),
    [
        ("E11.9", "E119", "25000", "250.00"),
        ("Z51.11", "Z5111", "V5811", "V58.11"),
        ("T45.1X5A", "T451X5A", "E9331", "E933.1"),
    ],
)
def test_backwards_where_icd_9_is_asked_for(code: str, source: str, target: str, shown: str) -> None:
    finding = one(f"What was {code} in ICD-9? A crosswalk, please", code, row(source, target, "10000"))
    assert finding.answer == f"{code} is approximately {shown}."


def test_nothing_is_said_of_icd_10_alone_and_a_missing_mapping_is_a_gap() -> None:
    assert found("dx E11.9", "E11.9", row("E119", "25000", "10000")) == []
    assert one("ICD-9 250.00 to ICD-10?", "250.00").severity is Severity.GAP
