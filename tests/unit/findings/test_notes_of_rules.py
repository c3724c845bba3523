"""Every rule finds the notes that it rests on in the library that comes with the program."""

from collections.abc import Callable, Iterable
from datetime import date

import pytest

from consultant.findings.denials import denials
from consultant.findings.em_level import em_level
from consultant.findings.modifier_conflicts import modifier_conflicts
from consultant.findings.telehealth import telehealth
from consultant.questions import read_question
from consultant.reference.model import Reference
from consultant.reference.pack import in_memory_reference

ON = date(2026, 3, 10)


@pytest.fixture(scope="module")
def library() -> Reference:
    return in_memory_reference()


@pytest.mark.parametrize(
    ("rule", "text", "day"),
    [
        (em_level, "99214, moderate MDM", ON),
        (em_level, "99204, moderate MDM", date(2021, 1, 1)),
        (em_level, "99285, high MDM", ON),
        (em_level, "99350, high MDM", date(2023, 1, 1)),
        (em_level, "99203 or 99213, seen 3 years ago?", ON),
        (modifier_conflicts, "20610-50-LT", ON),
        (modifier_conflicts, "70450-RT-26", ON),
        (denials, "denied CO-97", ON),
        (telehealth, "99213 telehealth, Medicare", ON),
        (telehealth, "99213 telehealth, Medicare", date(2022, 5, 5)),
    ],
)
def test_the_library_has_the_note(
    rule: Callable[..., Iterable[object]], text: str, day: date, library: Reference
) -> None:
    findings = list(rule(read_question(text, sent_on=ON), library, day))
    assert findings
    assert all(finding.sources for finding in findings)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("codes", "topics", "slug"),
    [
        (("XU",), (), "rule-ptp-modifiers"),
        (("79",), (), "rule-global-period"),
        (("G0283",), (), "rule-status-instead"),
        ((), ("diagnosis",), "rule-icd-notes"),
        ((), ("ncci_edits",), "rule-payers"),
    ],
)
def test_notes_asked_for_by_code_or_topic_are_there(
    codes: tuple[str, ...], topics: tuple[str, ...], slug: str, library: Reference
) -> None:
    assert slug in [note.slug for note in library.guidelines(codes, topics, ON)]
