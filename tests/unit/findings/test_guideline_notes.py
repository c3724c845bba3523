"""Which notes a question gets quoted: of the library for sample questions, and of a few made-up ones."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consultant.findings.guideline_notes import MOST, guideline_notes
from consultant.findings.model import Finding, Part
from consultant.questions import read_question
from consultant.reference.model import Guideline, Reference
from consultant.reference.pack import in_memory_reference
from tests.unit.findings.fakes import SOURCE, FakeReference, note

ON = date(2026, 3, 10)


@pytest.fixture(scope="module")
def library() -> Reference:
    return in_memory_reference()


def notes(text: str, reference: Reference, on: date = ON) -> list[Finding]:
    return list(guideline_notes(read_question(text, sent_on=on), reference, on))


def titles(text: str, *among: Guideline) -> list[str]:
    return [found.statement.partition(" (")[0] for found in notes(text, FakeReference(notes=among))]


def named(title: str, *codes: str, **facts: Any) -> Guideline:
    return replace(note(*codes), slug=title.lower(), title=title, **facts)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Patient had a visit 99214 and J3301 injection 96372. Is modifier 25 right?",
            "A visit on the day of",
        ),
        ("Surgeon saw her 3 weeks after a 90-day operation, unrelated problem: which visit modifier?", "Modifier 24"),
        ("Our claim for 99213-25 with 11102 was denied as bundled. How do we appeal?", "Denied as part of another"),
        ("What is the deadline for a redetermination?", "Medicare appeals"),
        ("NP saw a new patient in the office. Can we bill incident to?", "Incident to: staff and practitioners"),
        ("Screening colonoscopy turned into 45385, Medicare. PT or 33?", "Screening colonoscopy"),
        ("How many units for 97110 25 min and 97140 10 min?", "Therapy minutes and units"),
        ("Split shared visit in the hospital, physician and PA: who bills 99233?", "Split or shared visits since 2024"),
        ("Which modifier does a PA as assistant at surgery use with 27447?", "Assistants at surgery"),
        ("Critical care 99291 for 100 minutes, can I bill 99292?", "Critical care: 30 minutes"),
        ("Type 2 diabetes with CKD, E11.22 and N18.30: which is first?", "Diabetes"),
        ("MUE denial for 96372 x 4, MAI 3", "More units than the MUE"),
        ("Does an ABN let us bill the patient?", "The advance notice"),
        ("Anesthesia for two procedures: how is time counted?", "Anesthesia"),
        ("Resident and attending saw the patient, 99223 GC", "GC and GE"),
        ("Twins, one vaginal and one cesarean, 59400?", "Twins"),
        ("Is 99495 right if the visit was on day 8?", "Transitional care management"),
    ],
)
def test_the_right_note_comes_first(library: Reference, text: str, title: str) -> None:
    first, *others = notes(text, library)
    assert first.statement.startswith(title), first.statement[:60]
    assert len(others) < MOST
    assert first.sources


def test_a_note_is_quoted_with_document_section_and_payer(library: Reference) -> None:
    first = notes("Is modifier GZ right without an ABN?", library)[0]
    assert "(Medicare Claims Processing Manual, ch. 30 §50" in first.statement
    assert "; a rule of Medicare): " in first.statement
    assert "GZ" in first.codes


def test_what_holds_on_the_day_is_quoted(library: Reference) -> None:
    text = "Split shared visit with a PA, who bills 99233?"
    assert "2022 and 2023" in notes(text, library, date(2023, 5, 1))[0].statement
    assert "since 2024" in notes(text, library, date(2024, 5, 1))[0].statement


def test_a_note_on_few_codes_comes_before_one_on_many_and_one_on_a_wide_range() -> None:
    one, many = named("One", "99213"), named("Many", "99213", *(str(code) for code in range(90000, 90030)))
    wide, narrow = named("Wide", ranges=("90000-99999",)), named("Narrow", ranges=("99211-99215",))
    asked = [replace(each, codes=("99213",)) for each in (wide, narrow)]
    assert titles("May I bill 99213?", many, one) == ["One"]
    assert titles("May I bill 99213?", *asked)[0] == "Narrow"


def test_at_most_three_are_quoted() -> None:
    assert len(titles("May I bill 99213?", *(named(f"Note {each}", "99213") for each in "abcde"))) == MOST


def test_where_no_note_speaks_of_the_codes_the_words_decide() -> None:
    wound, other = named("Debridement", topics=("units",)), named("Something else", topics=("units",))
    assert titles("How many units for debridement of a wound?", other, wound) == ["Debridement"]
    assert titles("How many units?", other, wound) == []
    assert titles("Please advise on debridement.", wound, other) == ["Debridement"]


def test_a_rule_of_medicare_is_told_apart_when_another_payer_is_named() -> None:
    rule = named("Rule", "99213", payer="Medicare")
    (found,) = notes("May I bill 99213 to Aetna?", FakeReference(notes=[rule]))
    assert found.statement.endswith("The payer named is Aetna, whose rule may be another.")
    assert found.part is Part.PAYER
    (found,) = notes("May I bill 99213 to Railroad Medicare?", FakeReference(notes=[rule]))
    assert found.part is Part.WHY


def test_the_rule_of_one_payer_is_quoted_to_no_other() -> None:
    aetnas, general = named("Aetna's", "99213", payer="Aetna"), named("General", "99213")
    assert titles("May I bill 99213 to Aetna?", aetnas, general) == ["Aetna's", "General"]
    assert titles("May I bill 99213 to Cigna?", aetnas, general) == ["General"]
    assert titles("May I bill 99213?", aetnas, general) == ["General"]


def test_every_source_of_a_note_is_a_source_of_the_finding() -> None:
    second = replace(SOURCE, locator="row 2")
    (found,) = notes("May I bill 99213?", FakeReference(notes=[named("Rule", "99213", also=(second,))]))
    assert found.sources == (SOURCE, second)
