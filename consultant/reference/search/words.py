"""Text into words, and words into stems: the same for what is indexed and for what is asked.

Stems are for finding, not for showing: "infected", "infection" and "infectious" become one. Must not know where
texts come from.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# "0.25" and "10" of "10mg" are words of their own; "b12" and "h1n1" are one.
WORD = re.compile(r"\d+(?:\.\d+)?(?=(?:mg|mcg|ml|gm|g|cc|cm|mm|iu|units?|hr|hour)\b)|\d+\.\d+|[a-z0-9]+")
POSSESSIVE = re.compile(r"['`]s\b|['`]")

STOP = frozenset(
    "ago an and are s as at be been by can did do does for from had has have he her his i in into is it its me my of "
    "on or our she that the their them there they this to was were what when which who will with you your".split()
)
# After these "a" is a name ("hepatitis A"); anywhere else it says nothing.
LETTERED = frozenset("hepatitis vitamin type group influenza hemophilia strep streptococcus factor part".split())

LONGEST = 40
SHORTEST_STEM = 4
SUFFIXES = tuple(
    sorted(
        "izations ization isation ations ation ating ated ates ate ative ators ator ions ion ious eous ous ive ing "
        "ed ly ical ial al ic ity iae ia ies y e".split(),
        key=len,
        reverse=True,
    )
)
LIGHT = frozenset({"y", "e", "ies"})  # what is left after these may be shorter: "knee", "body"


def words_of(text: str) -> list[str]:
    """The words of a text in small letters without accents, in their order; words that say nothing left out."""
    found = WORD.findall(POSSESSIVE.sub("", _plain(text)))
    return [
        word[:LONGEST]
        for at, word in enumerate(found)
        if word not in STOP and (word != "a" or (at and found[at - 1] in LETTERED))
    ]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The word without its ending. Words with a digit in them, and short ones, stay as they are."""
    if len(word) < SHORTEST_STEM or not word.isalpha():
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-3] + "y" if word.endswith("ies") and len(word) > SHORTEST_STEM else word[:-1]
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM - (suffix in LIGHT):
            return word[: -len(suffix)]
    return word


def _plain(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).encode("ascii", "ignore").decode()
    return text.lower()
