"""Findings: each rule says what the data says, where it stands, and what is missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.findings import find
from consultant.findings.as_of import DATE_ASSUMED, PAYER, as_of
from consultant.findings.infusion_time import FAMILIES, Family, Working
from consultant.findings.model import Finding, Severity
from consultant.questions import read_question, settled
from consultant.reference.code_book import DatedCodeBook
from consultant.reference.model import CodeDetails, CodeEntry, Guideline
from tests.unit.findings.fakes import FakeReference, edit, entry, link, mue, note

SENT_ON = date(2026, 3, 10)
INTRA_ARTERIAL, _, _, HYDRATION = FAMILIES


def found(text: str, reference: FakeReference, on: date = SENT_ON) -> tuple[Finding, ...]:
    question = settled(read_question(text, sent_on=SENT_ON), DatedCodeBook(reference, on))
    return find(question, reference, on)


def of_kind(kind: str, text: str, reference: FakeReference) -> Finding:
    (finding,) = (f for f in found(text, reference) if f.kind == kind)
    return finding


def kinds(text: str, reference: FakeReference) -> list[str]:
    return [f.kind for f in found(text, reference)]


def test_stops_come_first_and_gaps_last() -> None:
    reference = FakeReference(codes=[entry("96422")], edits=[edit("96422", "36591", "0")])
    severities = [f.severity for f in found("96422 with 36591", reference)]
    assert severities == sorted(severities, key=list(Severity).index)
    assert severities[0] is Severity.STOP
    assert severities[-1] is Severity.GAP


def test_every_fact_has_a_source_and_every_gap_says_what_is_missing() -> None:
    reference = FakeReference(
        codes=[entry("96422"), entry("C22", system="ICD-10-CM", billable=False), entry("J1885", unit="15 mg")],
        edits=[edit("96422", "36591", "1")],
        mues=[mue("96422", 1, "2")],
        links=[link("96423", "96422")],
        notes=[note("96423")],
    )
    text = "96422 x 2, 96423, 36591, 99999, J1885 x 2, C22.* modifier 59 POS 11, 99202-99205 for 5½ hours"
    for finding in found(text, reference):
        assert finding.sources or finding.severity is Severity.GAP or finding.kind in (DATE_ASSUMED, PAYER)
        assert finding.severity is not Severity.GAP or "loaded data" in finding.statement


def test_a_date_that_is_not_stated_is_assumed_openly() -> None:
    assert "2026-03-10" in of_kind(DATE_ASSUMED, "96422?", FakeReference()).statement
    assert DATE_ASSUMED not in kinds("96422, DOS 3/3/2026", FakeReference())
    assert as_of(read_question("DOS 3/3/2026", sent_on=SENT_ON), SENT_ON) == date(2026, 3, 3)
    assert as_of(read_question("Hello", sent_on=SENT_ON), SENT_ON) == SENT_ON


def test_another_payer_may_have_rules_of_its_own() -> None:
    assert "Aetna" in (of_kind(PAYER, "96422 for Aetna", FakeReference()).to_judge or "")
    assert PAYER not in kinds("96422 for Medicare", FakeReference())
    assert of_kind(PAYER, "96422", FakeReference()).to_judge is None


def test_a_code_in_force_is_described_with_its_global_days() -> None:
    surgical = FakeReference(codes=[entry("96422", global_days="010")])
    assert of_kind("code", "96422", surgical).statement == (
        "96422: A trial service. In force on 2026-03-10. Global days 010 (the day itself and 10 days after)."
    )
    without = FakeReference(codes=[entry("96422")])
    assert of_kind("code", "96422", without).statement == "96422: A trial service. In force on 2026-03-10."


@pytest.mark.parametrize(
    ("ended", "on", "kind"),
    [
        (date(2026, 3, 9), date(2026, 3, 10), "ended"),
        (date(2026, 3, 10), date(2026, 3, 10), "code"),
        (None, date(2019, 12, 31), "not_yet"),
        (None, date(2020, 1, 1), "code"),
    ],
)
def test_a_code_holds_from_its_first_to_its_last_day(ended: date | None, on: date, kind: str) -> None:
    assert kind in [f.kind for f in found("96422", FakeReference(codes=[entry("96422", ended=ended)]), on)]


def test_an_unknown_code_is_a_gap_and_never_a_guess() -> None:
    finding = of_kind("unknown_code", "99999", FakeReference())
    assert (finding.severity, finding.sources) == (Severity.GAP, ())
    assert "not in the loaded data" in finding.statement


def test_a_family_of_codes_is_not_looked_up_as_one() -> None:
    assert "family" in of_kind("unknown_code", "9921x", FakeReference()).statement


def test_a_diagnosis_heading_cannot_be_billed() -> None:
    reference = FakeReference(codes=[entry("C22", system="ICD-10-CM", billable=False)])
    assert of_kind("not_billable", "dx C22", reference).severity is Severity.STOP


def test_a_place_of_service_is_not_another_code_of_the_same_digits() -> None:
    reference = FakeReference(codes=[entry("11", system="modifier")])
    assert of_kind("unknown_code", "POS 11", reference).severity is Severity.GAP


def test_a_range_lists_only_codes_that_the_data_knows() -> None:
    reference = FakeReference(codes=[entry("99203"), entry("99205")])
    assert of_kind("range", "99202-99205", reference).codes == ("99203", "99205")


def test_drug_units_are_turned_into_a_dose() -> None:
    reference = FakeReference(codes=[entry("J1885", system="HCPCS", unit="15 mg")])
    assert "2 units of 15 mg are 30 mg" in of_kind("drug_units", "J1885 x 2", reference).statement


@pytest.mark.parametrize(
    ("indicator", "severity", "said"),
    [
        ("0", Severity.STOP, "no modifier bypasses"),
        ("1", Severity.CAUTION, "unless an NCCI-associated modifier"),
        ("9", Severity.INFO, "does not apply"),
    ],
)
@pytest.mark.parametrize("text", ["96422 with 36591", "36591 with 96422"])
def test_an_edit_is_found_in_either_direction(text: str, indicator: str, severity: Severity, said: str) -> None:
    finding = of_kind("ptp_edit", text, FakeReference(edits=[edit("96422", "36591", indicator)]))
    assert (finding.codes, finding.severity) == (("96422", "36591"), severity)
    assert said in finding.statement
    assert (finding.to_judge is not None) == (indicator == "1")


def test_modifiers_stated_are_told_apart_by_what_they_can_do() -> None:
    reference = FakeReference(edits=[edit("96422", "36591", "1")])
    statement = of_kind("ptp_edit", "96422 and 36591-59-51", reference).statement
    assert "59 can bypass" in statement
    assert "unable to bypass it: 51" in statement


def test_no_edit_loaded_is_no_proof_that_there_is_none() -> None:
    assert of_kind("no_ptp_edit", "96422 with 36591", FakeReference()).severity is Severity.GAP


@pytest.mark.parametrize(
    ("units", "mai", "kind", "severity"),
    [
        (2, "2", "mue", Severity.INFO),
        (3, "1", "mue_exceeded", Severity.CAUTION),
        (3, "2", "mue_exceeded", Severity.STOP),
        (3, "3", "mue_exceeded", Severity.CAUTION),
    ],
)
def test_units_are_held_against_the_mue(units: int, mai: str, kind: str, severity: Severity) -> None:
    reference = FakeReference(mues=[mue("96372", 2, mai)])
    assert of_kind(kind, f"96372 x {units}", reference).severity is severity


def test_units_worked_out_from_the_time_are_held_against_the_mue_too() -> None:
    reference = FakeReference(mues=[mue("96423", 1, "3")])
    assert of_kind("mue_exceeded", "96422 for 5½ hours", reference).statement.startswith("96423 × 4")


def test_an_add_on_code_wants_its_primary() -> None:
    reference = FakeReference(links=[link("96423", "96422")])
    assert of_kind("add_on_with_primary", "96423 with 96422", reference).codes == ("96423", "96422")
    alone = of_kind("add_on_without_primary", "96423", reference)
    assert alone.severity is Severity.CAUTION
    assert "96422" in alone.statement


def test_a_contractor_decides_on_add_ons_of_type_two() -> None:
    finding = of_kind("add_on_without_primary", "99292", FakeReference(links=[link("99292", "CCCCC", "2")]))
    assert "CCCCC" not in finding.statement
    assert "contractor" in (finding.to_judge or "")


@pytest.mark.parametrize(
    ("family", "minutes", "units"),
    [
        (INTRA_ARTERIAL, 15, ()),
        (INTRA_ARTERIAL, 16, (("96422", 1),)),
        (INTRA_ARTERIAL, 60, (("96422", 1),)),
        (INTRA_ARTERIAL, 90, (("96422", 1),)),
        (INTRA_ARTERIAL, 91, (("96422", 1), ("96423", 1))),
        (INTRA_ARTERIAL, 150, (("96422", 1), ("96423", 1))),
        (INTRA_ARTERIAL, 151, (("96422", 1), ("96423", 2))),
        (INTRA_ARTERIAL, 330, (("96422", 1), ("96423", 4))),
        (INTRA_ARTERIAL, 331, (("96422", 1), ("96423", 5))),
        (HYDRATION, 30, ()),
        (HYDRATION, 31, (("96360", 1),)),
        (HYDRATION, 91, (("96360", 1), ("96361", 1))),
    ],
)
def test_time_becomes_units(family: Family, minutes: int, units: tuple[tuple[str, int], ...]) -> None:
    assert Working(family, minutes).units == units


@given(st.integers(16, 24 * 60))
def test_units_agree_with_counting_minute_by_minute(minutes: int) -> None:
    counted = sum(1 for hour in range(1, 25) if minutes > 60 * hour + 30)
    assert Working(INTRA_ARTERIAL, minutes).additional == counted


def test_the_working_is_shown() -> None:
    finding = of_kind("time_units", "96422 and 96423, 5½ hours", FakeReference(notes=[note("96423")]))
    assert finding.statement == (
        "5 h 30 min = 1 initial hour + 4 additional hours + 30 minutes: "
        "the last half hour is not more than 30 minutes, so 96423 × 4."
    )


def test_without_a_loaded_time_rule_nothing_is_worked_out() -> None:
    assert of_kind("time_rule_missing", "96422 for 5 hours", FakeReference()).severity is Severity.GAP
    silent = FakeReference(notes=[note("96422", text="Nothing on time.")])
    assert "time_units" not in kinds("96422 for 5 hours", silent)


def test_units_stated_otherwise_than_the_time_gives_are_pointed_out() -> None:
    reference = FakeReference(notes=[note("96423")])
    more = of_kind("units_stated_otherwise", "96422, 96423 x 5 for 5½ hours", reference)
    fewer = of_kind("units_stated_otherwise", "96422, 96423 x 3 for 5½ hours", reference)
    assert (more.severity, fewer.severity) == (Severity.STOP, Severity.CAUTION)
    assert "units_stated_otherwise" not in kinds("96422, 96423 x 4 for 5½ hours", reference)


def test_more_than_eight_hours_asks_for_the_pump() -> None:
    reference = FakeReference(notes=[note("96423")])
    assert of_kind("pump", "96422 for 481 minutes", reference).codes == ("96425",)
    assert "pump" not in kinds("96422 for 480 minutes", reference)


def test_one_time_for_two_infusions_is_not_shared_out() -> None:
    assert of_kind("time_shared", "96413 and 96365, 2 hours", FakeReference()).to_judge


@dataclass
class Counting(FakeReference):
    """A reference that counts what it is asked."""

    asked: Counter[str] = field(default_factory=Counter)

    def code(self, code: str, on: date) -> CodeEntry | None:
        self.asked[f"code {code}"] += 1
        return super().code(code, on)

    def details(self, code: str, on: date, state: str | None = None) -> CodeDetails:
        self.asked[f"details {code}"] += 1
        return super().details(code, on, state)

    def guidelines(self, codes: Sequence[str], topics: Sequence[str], on: date) -> tuple[Guideline, ...]:
        self.asked[f"notes {codes} {topics}"] += 1
        return super().guidelines(codes, topics, on)


def test_the_rules_of_one_question_ask_the_store_each_thing_once() -> None:
    reference = Counting(codes=[entry("20610", global_days="000"), entry("99213")])
    find(read_question("99213-25-95 with 20610-50-RT, dx M17.11, Medicare LCD?", sent_on=SENT_ON), reference, SENT_ON)
    assert {"details M17.11", "details 20610", "code 20610"} <= set(reference.asked)
    assert set(reference.asked.values()) == {1}


@pytest.mark.parametrize(
    ("payer", "said"),
    [
        ("Medicaid", "NCCI edits and MUEs of its own"),
        ("Medicare Advantage", "prior authorization"),
        ("workers' comp", "rules of the state"),
        ("Cigna", "the contract decides"),
        ("a self-pay patient", "Without a payer"),
    ],
)
def test_payers_differ_in_what_is_known_of_them(payer: str, said: str) -> None:
    assert said in of_kind(PAYER, f"96422 for {payer}", FakeReference()).statement
