"""A question without a code is offered the likeliest ones; a question with one is not."""

from datetime import date

from consultant.findings.suggestions import MOST, suggestions
from consultant.questions import read_question
from consultant.reference.model import Hit
from tests.unit.findings.fakes import FakeReference, entry

ON = date(2026, 3, 10)


class Asked(FakeReference):
    """Remembers what it was asked."""

    def search(self, text: str, on: date, **wanted: object) -> tuple[Hit, ...]:
        self.facts = {**self.facts, text: self.details(text, on)}
        return super().search(text, on, **wanted)  # type: ignore[arg-type]


def hits(count: int, *, system: str = "CPT", score: float = 0.9) -> list[Hit]:
    return [Hit(entry(f"{20000 + number}", system=system), score - number / 100, "words") for number in range(count)]


def codes(text: str, reference: FakeReference) -> list[str]:
    return [hit.entry.code for hit in suggestions(read_question(text, sent_on=ON), reference, ON)]


def test_the_five_likeliest_are_offered_the_best_first() -> None:
    assert codes("How do I code a biopsy of the liver?", FakeReference(hits=hits(9))) == [
        "20000", "20001", "20002", "20003", "20004",
    ]  # fmt: skip
    assert MOST == 5


def test_a_question_that_names_a_code_needs_none() -> None:
    reference = FakeReference(hits=hits(3))
    assert codes("Is 47000 right for a biopsy?", reference) == []
    assert codes("Which one for C22.*?", reference) == []
    assert codes("Modifier 59 for a biopsy, POS 11?", reference) != []


def test_a_question_about_a_diagnosis_is_offered_diagnoses_and_nobody_a_modifier() -> None:
    both = [*hits(2), *hits(2, system="ICD-10-CM", score=0.5)]
    found = suggestions(read_question("What is the diagnosis?", sent_on=ON), FakeReference(hits=both), ON)
    assert {hit.entry.system for hit in found} == {"ICD-10-CM"}
    assert codes("Which one?", FakeReference(hits=hits(2, system="modifier"))) == []


def test_nothing_that_identifies_a_patient_is_searched_by() -> None:
    reference = Asked()
    codes("Patient: Jane Roe, MRN 4455667. How is her biopsy billed?", reference)
    assert reference.facts
    assert not any(secret in words for words in reference.facts for secret in ("Jane", "Roe", "4455667"))
    assert any("biopsy" in words for words in reference.facts)
