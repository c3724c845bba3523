"""Words and stems: what is taken apart, what is left out, and that nothing but plain words ever comes out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.reference.search.words import LONGEST, stem, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crohn's disease of the colon", ["crohn", "disease", "colon"]),
        ("Ménière’s Disease", ["meniere", "disease"]),
        ("10mg, 0.25 mg and 500mL", ["10", "mg", "0.25", "mg", "500", "ml"]),
        ("vitamin B12, H1N1", ["vitamin", "b12", "h1n1"]),
        ("a broken toe after hepatitis A", ["broken", "toe", "after", "hepatitis", "a"]),
        ("toe(s)", ["toe"]),
        ("the of and", []),
        ("", []),
    ],
)
def test_a_text_is_taken_apart(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    "family",
    [
        ("infection", "infected", "infectious", "infections"),
        ("ulcer", "ulcers", "ulceration", "ulcerated"),
        ("diabetes", "diabetic"),
        ("artery", "arteries", "arterial"),
        ("injury", "injuries", "injured"),
        ("anemia", "anemic"),
        ("knee", "knees"),
    ],
)
def test_words_of_one_family_have_one_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("hypotension", "hypertension"), ("artery", "arthritis"), ("ileum", "ilium"), ("s82", "s92")]
)
def test_words_of_different_meaning_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@given(st.text())
def test_no_text_is_too_odd_and_no_sign_of_a_query_comes_through(text: str) -> None:
    for word in words_of(text):
        assert re.fullmatch(r"[a-z0-9]+(\.[0-9]+)?", word)
        assert len(word) <= LONGEST
        assert re.fullmatch(r"[a-z0-9.]+", stem(word))
