"""The claim as it would stand: what is decided, what is left open, and nothing that was refused."""

from datetime import date

from consultant.drafting.claim_lines import claim_lines
from consultant.drafting.sources import Sources
from consultant.findings.model import Finding, Line, Severity
from consultant.questions import read_question
from tests.unit.findings.fakes import SOURCE

SENT_ON = date(2026, 3, 10)


def decides(*lines: Line, severity: Severity = Severity.INFO) -> Finding:
    return Finding("units", tuple(each.code for each in lines), "So many.", severity, (SOURCE,), lines=lines)


def lines(text: str, *findings: Finding) -> tuple[str, ...]:
    return claim_lines(read_question(text, sent_on=SENT_ON), findings, Sources())


def test_units_and_modifiers_that_are_decided_come_first_with_their_source() -> None:
    found = lines("96423 and 96422, dx C22.0, with J9190 x 2", decides(Line("96422", 1), Line("96423", 4, ("59",))))
    assert found == (
        "96422 × 1 [1]",
        "96423-59 × 4 [1]",
        "Not decided here: J9190",
        "Diagnosis on each line, as stated: C22.0",
    )


def test_where_nothing_is_decided_there_is_no_claim() -> None:
    assert lines("96422 with 96423", decides()) == ()


def test_units_decided_in_two_ways_are_not_stated() -> None:
    assert lines("96423", decides(Line("96423", 4)), decides(Line("96423", 5))) == ("96423 [1]",)
    assert lines("96423", decides(Line("96423", 4)), decides(Line("96423", None, ("59",)))) == ("96423-59 × 4 [1]",)


def test_a_second_line_of_a_code_stands_beside_the_first() -> None:
    wasted = decides(Line("J9035", 34), Line("J9035", 6, ("JW",)))
    assert lines("J9035", wasted) == ("J9035 × 34 [1]", "J9035-JW × 6 [1]")
    assert lines("J9035", decides(Line("J9035", None)), wasted) == ("J9035 × 34 [1]", "J9035-JW × 6 [1]")


def test_a_refused_code_is_on_no_line() -> None:
    refused = Finding("ended", ("J9190",), "Ended.", Severity.STOP, (SOURCE,))
    assert lines("96422 with J9190", decides(Line("96422", 1)), refused) == ("96422 × 1 [1]",)


def test_a_stop_may_leave_one_of_its_codes_on_the_claim() -> None:
    never = Finding("edit", ("96422", "36591"), "Never.", Severity.STOP, (SOURCE,), lines=(Line("96422"),))
    assert lines("96422 with 36591", never) == ("96422 [1]",)
    ended = Finding("ended", ("96422",), "Ended.", Severity.STOP, (SOURCE,))
    assert lines("96422 with 36591", never, ended) == ()


def test_several_diagnoses_are_linked_by_the_record() -> None:
    *_, last = lines("96422 for Z51.11 and C22.0", decides(Line("96422", 1)))
    assert last == "Diagnoses, as stated: Z51.11, C22.0; each line points to the one that was its reason"
