"""Global periods: boundary days of 000, 010 and 090, and which modifier (Pub. 100-04, ch. 12 §40)."""

from datetime import date

import pytest

from consultant.findings.global_period import GLOBAL_PERIOD, global_period
from consultant.findings.model import Finding, Line, Severity
from consultant.questions import read_question
from tests.unit.findings.fakes import FakeReference, entry, note

ON = date(2026, 3, 10)
REFERENCE = FakeReference(
    codes=[
        entry("27447", global_days="090"),
        entry("10060", global_days="010"),
        entry("20610", global_days="000"),
        entry("59400", global_days="MMM"),
        entry("93000", global_days="XXX"),
        entry("22842", global_days="ZZZ"),
        entry("99213", global_days="XXX"),
    ],
    notes=[note("79", slug="rule-global-period")],
)


def found(text: str, reference: FakeReference = REFERENCE) -> list[Finding]:
    return list(global_period(read_question(text, sent_on=ON), reference, ON))


def one(text: str) -> Finding:
    (finding,) = found(text)
    return finding


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("99213 two days prior to surgery 27447", False),
        ("99213 one day prior to surgery 27447", True),
        ("99213 90 days after 27447", True),
        ("99213 91 days after 27447", False),
        ("99213 one day prior to surgery 10060", False),
        ("99213 10 days after 10060", True),
        ("99213 11 days after 10060", False),
        ("99213 on the same day as 20610", True),
        ("99213 1 day after 20610", False),
    ],
)
def test_the_days_are_counted_as_the_manual_counts_them(text: str, inside: bool) -> None:
    finding = one(text)
    assert (finding.severity is Severity.CAUTION) == inside
    assert (finding.lines == (Line("99213"),)) == (not inside)
    assert len(finding.sources) >= 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("99213 on the same day as surgery 27447", "99213 with 57."),
        ("99213 the day before surgery 27447", "99213 with 57."),
        ("99213 5 days after 27447", "99213 with 24."),
        ("99213 on the same day as 10060", "99213 with 25."),
        ("99213 5 days after 10060", "99213 with 24."),
        ("99213 with 20610", "99213 with 25."),
    ],
)
def test_the_modifier_follows_from_the_day(text: str, answer: str) -> None:
    assert one(text).answer.endswith(answer)


def test_without_days_both_rules_of_a_long_period_are_said_and_nothing_is_decided() -> None:
    finding = one("99213 and 27447?")
    assert "only with 57" in finding.statement
    assert "only with 24" in finding.statement
    assert finding.answer == ""


@pytest.mark.parametrize(
    "text",
    ["99213-57 with 10060", "99213-24 on the same day as 27447", "99213-57 5 days after 27447"],
)
def test_a_modifier_that_cannot_be_right_stops_the_claim(text: str) -> None:
    finding = one(text)
    assert finding.severity is Severity.STOP
    assert "is wrong" in finding.answer


def test_a_second_procedure_in_the_period_needs_58_78_or_79() -> None:
    finding = one("27447, then 10060 3 weeks later: modifier 78?")
    assert finding.codes == ("27447", "10060")
    assert "58 (planned" in finding.statement
    assert "outside it" in one("10060 and then 27447 11 days later").statement
    assert "needs no 58" in one("20610 and then 27447 5 days later").statement


def test_the_longest_period_decides_on_a_visit() -> None:
    assert one("99213 with 20610 and 27447").codes[0] == "27447"


@pytest.mark.parametrize(("code", "said"), [("59400", "maternity"), ("93000", "no global period"), ("22842", "ZZZ")])
def test_codes_without_days_of_their_own_are_explained_when_asked(code: str, said: str) -> None:
    assert said in one(f"What is the global period of {code}?").statement


def test_nothing_is_said_where_nothing_is_asked() -> None:
    assert found("93000 with 99213") == []
    assert found("27447 and 10060") == []


def test_without_the_rules_loaded_it_is_a_gap() -> None:
    silent = FakeReference(codes=[entry("27447", global_days="090")])
    (finding,) = found("99213 with 27447", silent)
    assert finding.severity is Severity.GAP
    assert finding.kind != GLOBAL_PERIOD
