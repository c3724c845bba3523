"""Modifiers against the fee schedule's indicators (CMS, relative value file documentation, Attachment A)."""

from datetime import date
from decimal import Decimal

import pytest

from consultant.findings.indicators import ASSISTANT, BILATERAL, CO_SURGEONS, MULTIPLE, PARTS, TEAM
from consultant.findings.model import Finding, Line, Severity
from consultant.findings.modifiers_allowed import modifiers_allowed
from consultant.questions import read_question
from consultant.reference.model import CodeDetails, Fact
from tests.unit.findings.fakes import FakeReference, fact

ON = date(2026, 3, 10)


def row(mod: str = "", **values: object) -> Fact:
    plain = {"bilat_surg": "0", "mult_proc": "0", "co_surg": "0", "team_surg": "0", "asst_surg": "0", "pctc_ind": "0"}
    return fact(**(plain | {"mod": mod, "glob_days": "000"} | values))


def found(text: str, **rows: tuple[Fact, ...]) -> list[Finding]:
    facts = {code.removeprefix("c"): CodeDetails(fee_schedule=of) for code, of in rows.items()}
    return list(modifiers_allowed(read_question(text, sent_on=ON), FakeReference(facts=facts), ON))


def one(text: str, *rows: Fact) -> Finding:
    (finding,) = found(text, c20610=rows)
    return finding


@pytest.mark.parametrize(
    ("indicator", "severity", "answer"),
    [
        ("0", Severity.STOP, "No"),
        ("1", Severity.INFO, "Yes"),
        ("2", Severity.STOP, "No"),
        ("3", Severity.INFO, "Yes"),
        ("9", Severity.STOP, "No"),
    ],
)
def test_50_by_the_bilateral_indicator(indicator: str, severity: Severity, answer: str) -> None:
    finding = one("Is 20610-50 right?", row(bilat_surg=indicator))
    assert finding.severity is severity
    assert finding.answer.startswith(f"{answer}: 20610")
    assert f"bilateral indicator {indicator}" in finding.statement


def test_50_stands_on_one_line_with_one_unit() -> None:
    assert one("20610-50-LT x 2", row(bilat_surg="1")).lines == (Line("20610", 1, ("50",)),)


def test_asking_for_both_sides_is_asking_for_50() -> None:
    asked = one("Can 20610 be billed bilaterally?", row(bilat_surg="2"))
    assert asked.severity is Severity.CAUTION
    assert asked.answer.startswith("No: 20610 is not reported with 50 (bilateral indicator 2")


@pytest.mark.parametrize(
    ("modifier", "column", "indicator", "severity"),
    [
        ("62", "co_surg", "0", Severity.STOP),
        ("62", "co_surg", "1", Severity.CAUTION),
        ("62", "co_surg", "2", Severity.INFO),
        ("66", "team_surg", "0", Severity.STOP),
        ("66", "team_surg", "2", Severity.CAUTION),
        ("80", "asst_surg", "0", Severity.CAUTION),
        ("AS", "asst_surg", "1", Severity.STOP),
        ("82", "asst_surg", "2", Severity.INFO),
        ("26", "pctc_ind", "1", Severity.INFO),
        ("26", "pctc_ind", "0", Severity.STOP),
        ("26", "pctc_ind", "6", Severity.INFO),
        ("TC", "pctc_ind", "6", Severity.STOP),
        ("51", "mult_proc", "2", Severity.INFO),
        ("51", "mult_proc", "0", Severity.STOP),
    ],
)
def test_each_modifier_has_its_indicator(modifier: str, column: str, indicator: str, severity: Severity) -> None:
    finding = one(f"20610-{modifier}", row(**{column: indicator}))
    assert finding.severity is severity
    assert (finding.to_judge is not None) == (severity is Severity.CAUTION)


def test_a_split_of_care_shows_the_shares() -> None:
    parts = row(glob_days="090", pre_op=Decimal("0.10"), intra_op=Decimal("0.69"), post_op=Decimal("0.21"))
    assert "pays 79% of it" in one("20610-54", parts).statement
    assert "pays 21% of it" in one("20610-55", parts).statement
    assert "ask the contractor" in one("20610-56", parts).statement
    assert one("20610-54", row()).severity is Severity.STOP


def test_two_modifiers_asked_about_make_no_line() -> None:
    both = found("71046-26 or 71046-TC?", c71046=(row(pctc_ind="1"),))
    assert [finding.lines for finding in both] == [(), ()]
    (one_line,) = found("71046-26", c71046=(row(pctc_ind="1"),))
    assert one_line.lines == (Line("71046", None, ("26",)),)


def test_53_has_a_price_only_where_it_has_a_row() -> None:
    assert one("20610-53", row(), row("53")).severity is Severity.INFO
    assert one("20610-53", row()).severity is Severity.CAUTION


def test_a_modifier_by_itself_is_kept_to_the_codes_that_take_it() -> None:
    findings = found("20610 and 70450: modifier 26?", c20610=(row(),), c70450=(row(pctc_ind="1"),))
    assert [finding.codes for finding in findings] == [("70450",)]


def test_other_modifiers_and_visits_are_not_its_business() -> None:
    assert found("20610-59 with 99213-25", c20610=(row(),)) == []


def test_without_a_row_it_is_a_gap() -> None:
    assert one("20610-50").severity is Severity.GAP


def test_the_tables_hold_every_value_of_the_file() -> None:
    assert set(BILATERAL) == set("01239")
    assert set(MULTIPLE) == set("012345679")
    assert set(CO_SURGEONS) == set(TEAM) == set(ASSISTANT) == set("0129")
    assert set(PARTS) == set("0123456789")
