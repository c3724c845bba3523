"""The store decides what notation leaves open, and expands ranges."""

from collections.abc import Sequence
from datetime import date

import pytest

from consultant.questions import read_question
from consultant.questions.model import CodeMention, Confidence, System
from consultant.questions.settling import settled


class Shelf:
    """A code book of a few codes."""

    codes = (
        (System.CPT, "99211"), (System.CPT, "99212"), (System.CPT, "99213"), (System.CPT, "99220"),
        (System.HCPCS, "E1170"), (System.HCPCS, "J3301"), (System.ICD10CM, "E11.65"), (System.ICD10CM, "I48.91"),
        (System.ICD10CM, "M54.50"), (System.ICD10CM, "M54.51"),
    )  # fmt: skip

    def knows(self, system: System, code: str) -> bool:
        return (system, code) in self.codes

    def between(self, system: System, first: str, last: str) -> Sequence[str]:
        return [code for each, code in self.codes if each is system and first <= code <= last]


def settle(text: str) -> CodeMention:
    return settled(read_question(text, sent_on=date(2026, 3, 10)), Shelf()).codes[0]


@pytest.mark.parametrize(
    ("written", "expands_to"),
    [
        ("99211-99215", ("99211", "99212", "99213")),
        ("9921x", ("99211", "99212", "99213")),
        ("M54.50-M54.59", ("M54.50", "M54.51")),
        ("J33xx", ("J3301",)),
        ("99213", ()),
        ("20610-20615", ()),
    ],
)
def test_ranges_and_families_are_expanded_as_far_as_the_book_goes(written: str, expands_to: tuple[str, ...]) -> None:
    assert settle(written).expands_to == expands_to


@pytest.mark.parametrize(
    ("written", "system", "code"),
    [
        ("E1165", System.ICD10CM, "E11.65"),
        ("E1170", System.HCPCS, "E1170"),
        ("I4891", System.ICD10CM, "I48.91"),
        ("J9999", System.HCPCS, "J9999"),
    ],
)
def test_a_token_belongs_to_the_system_that_has_it(written: str, system: System, code: str) -> None:
    assert (settle(written).system, settle(written).code) == (system, code)


def test_what_the_book_knows_is_certain_and_what_it_lacks_stays_likely() -> None:
    assert settle("I4891").confidence is Confidence.CERTAIN
    assert settle("I4892").confidence is Confidence.LIKELY
