"""Coverage documents by state: named, listed, not listed, and none loaded."""

from datetime import date

import pytest

from consultant.findings.coverage import COVERAGE, NO_DOCUMENT, coverage
from consultant.findings.model import Finding, Severity
from consultant.questions import read_question
from consultant.reference.model import CodeDetails, Fact
from tests.unit.findings.fakes import FakeReference, fact

ON = date(2026, 3, 10)
SUPPORTS, AGAINST = "diagnoses 1, supports necessity", "diagnoses 2, does not support necessity"


def document(*groups: str, display: str = "A50001", whose: str = "Novitas Solutions, Inc.") -> Fact:
    kind = "article" if display.startswith("A") else "lcd"
    return fact(
        display_id=display, document=kind, groups=list(groups), contractors=[whose], states=["CO", "TX"], ncds=[]
    )


def found(text: str, **coverage_of: tuple[Fact, ...]) -> list[Finding]:
    facts = {code.replace("_", "."): CodeDetails(coverage=rows) for code, rows in coverage_of.items()}
    facts = {code.removeprefix("c"): details for code, details in facts.items()}
    return list(coverage(read_question(text, sent_on=ON), FakeReference(facts=facts), ON))


def test_a_listed_diagnosis_supports_necessity_and_the_state_is_asked_for() -> None:
    (finding,) = found("20610 with dx M17.11, Medicare", c20610=(document("codes 1"),), M17_11=(document(SUPPORTS),))
    assert finding.kind == COVERAGE
    assert finding.statement == (
        "Article A50001 of Novitas Solutions, Inc. (in CO, TX) names 20610 and lists M17.11 as supporting necessity."
    )
    assert "conditions of A50001" in (finding.to_judge or "")
    assert "state" in (finding.needs or "")


def test_what_a_document_says_of_frequency_is_quoted() -> None:
    often = document("codes 1")
    often = Fact({**often.values, "frequency": ["Not more than three times in six months."]}, often.source)
    (finding,) = found("How often is 20610 covered? Texas Medicare", c20610=(often,))
    assert finding.statement.endswith("On frequency A50001 says: “Not more than three times in six months.”")


def test_with_a_state_nothing_more_is_needed() -> None:
    rows = {"c20610": (document("codes 1"),), "M17_11": (document(SUPPORTS),)}
    (finding,) = found("20610 with dx M17.11, Texas Medicare", **rows)
    assert "(in TX)" in finding.statement
    assert finding.needs is None


def test_a_document_of_other_states_does_not_bind() -> None:
    rows = {"c20610": (document("codes 1"),), "M17_11": (document(SUPPORTS),)}
    (finding,) = found("Is 20610 covered with dx M17.11, Florida Medicare?", **rows)
    assert finding.kind == NO_DOCUMENT
    assert "for FL" in finding.statement


def test_a_diagnosis_listed_as_not_supporting_stops_the_claim() -> None:
    (finding,) = found("20610, dx M17.11, Medicare", c20610=(document("codes 1"),), M17_11=(document(AGAINST),))
    assert finding.severity is Severity.STOP
    assert finding.answer.startswith("No: Article A50001")


def test_of_two_diagnoses_the_one_not_listed_is_named() -> None:
    rows = {"c20610": (document("codes 1"),), "M17_11": (document(SUPPORTS),)}
    (finding,) = found("20610 with M17.11 and R07.9 for Medicare", **rows)
    assert "does not list R07.9" in finding.statement


def test_a_document_that_lists_none_of_the_diagnoses_is_a_caution() -> None:
    (finding,) = found("20610, dx M17.11, Medicare", c20610=(document("codes 1", display="L35000"),))
    assert finding.severity is Severity.CAUTION
    assert "LCD L35000" in finding.statement
    assert "none of them lists M17.11" in finding.statement


def test_the_contractor_named_is_the_one_whose_documents_count() -> None:
    other = document("codes 1", display="A50002", whose="Palmetto GBA")
    (finding,) = found("LCD for 20610 at Palmetto?", c20610=(document("codes 1"), other))
    assert "A50002" in finding.statement
    assert "A50001" not in finding.statement


@pytest.mark.parametrize("text", ["Is 20610 covered?", "20610 denied CO-50", "LCD for 20610?"])
def test_asked_without_a_document_it_is_a_gap(text: str) -> None:
    (finding,) = found(text)
    assert (finding.kind, finding.severity) == (NO_DOCUMENT, Severity.GAP)


@pytest.mark.parametrize("text", ["20610 with M17.11", "Is 20610 covered by Aetna?", "What is 20610?"])
def test_nothing_is_looked_up_unasked_or_for_another_payer(text: str) -> None:
    assert found(text, c20610=(document("codes 1"),)) == []


def test_what_no_document_names_is_one_gap_and_visits_are_left_out() -> None:
    (finding,) = found("Is 20610 or 11042 with 99213 covered?")
    assert finding.codes == ("20610", "11042")
    (visit,) = found("Is 99213 covered?")
    assert visit.codes == ("99213",)
