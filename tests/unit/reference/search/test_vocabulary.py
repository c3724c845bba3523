"""What a misspelt word may mean, and how much a word tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.reference.search.vocabulary import Vocabulary, distance, one_slip_from, sound_of
from consultant.reference.search.words import stem

COUNTS = {
    "diabetes": 900, "diabetic": 700, "fracture": 5_000, "pneumonia": 90, "hemorrhoids": 12, "neuropathy": 80,
    "foot": 400, "ulcer": 300, "unspecified": 9_000, "arthroscopy": 30, "wrist": 200, "wrest": 1,
}  # fmt: skip
KNOWN = Vocabulary(((word, stem(word), count) for word, count in COUNTS.items()), texts=10_000)
words = st.text("abcdefgh", min_size=1, max_size=8)


def meant(word: str) -> list[tuple[str, ...]]:
    return [each for each, _ in KNOWN.corrections(word)]


@pytest.mark.parametrize(
    ("slip", "word"),
    [
        ("diabtes", "diabetes"),
        ("daibetes", "diabetes"),
        ("fractures", "fracture"),
        ("fravture", "fracture"),
        ("neuuropathy", "neuropathy"),
        ("wrsit", "wrist"),
        ("newmonia", "pneumonia"),
        ("hemroids", "hemorrhoids"),
        ("diabeetus", "diabetes"),
        ("arthrosc", "arthroscopy"),
    ],
)
def test_a_misspelt_word_means_the_nearest_one(slip: str, word: str) -> None:
    assert meant(slip)[0] == (word,)


def test_two_words_written_as_one_are_two() -> None:
    assert ("foot", "ulcer") in meant("footulcer")


def test_of_two_words_as_near_the_commoner_is_likelier() -> None:
    assert meant("wrst") == [("wrist",), ("wrest",)]


def test_what_is_like_nothing_means_nothing() -> None:
    assert meant("zzzzqqqq") == meant("x") == meant("12345") == []


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    assert KNOWN.weight("nothing") > KNOWN.weight(stem("hemorrhoids")) > KNOWN.weight(stem("unspecified")) > 0


def test_another_word_of_a_known_stem_is_known() -> None:
    assert KNOWN.knows("fractured")
    assert not KNOWN.knows("fractre")


@given(words, words)
def test_the_distance_is_one(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    swapped = sorted(one) == sorted(other) and len(one) == len(other)
    assert (other in one_slip_from(one)) >= (distance(one, other) == 1)
    assert swapped or (other in one_slip_from(one)) == (distance(one, other) == 1)


@given(st.text())
def test_no_word_is_too_odd(word: str) -> None:
    KNOWN.corrections(word)
    sound_of(word)
