"""7th characters of ICD-10-CM: which a code takes, by the nearest definition above it, and the codes so made.

The tabular XML leaves these codes out: a leaf is filled up to six characters with X, and each character defined
is put behind it. A note may take some away: those of S06 say which do not go with the 6th characters 7 and 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

RESTRICTION = re.compile(
    r"7th characters? (?P<chars>.+?) do not apply to codes in (?:sub)?category (?P<above>[0-9A-Z.]+)"
    r" with 6th character (?P<sixth>.+)"
)


@dataclass(frozen=True, slots=True)
class Restriction:
    """The characters that do not go with certain 6th characters below a category (without dot)."""

    above: str
    sixth: frozenset[str]
    chars: frozenset[str]

    def forbids(self, code: str) -> bool:
        return code.startswith(self.above) and code[5] in self.sixth and code[6] in self.chars


@dataclass(frozen=True, slots=True)
class SeventhCharacters:
    """What holds for a code: the definition nearest above it (`defined_at` "" while there is none)."""

    defined_at: str = ""
    meanings: tuple[tuple[str, str], ...] = ()
    restrictions: tuple[Restriction, ...] = ()

    def defined(self, code: str, meanings: tuple[tuple[str, str], ...]) -> SeventhCharacters:
        """What holds below a code that has a definition of its own."""
        return replace(self, defined_at=code, meanings=meanings)

    def noted(self, note: str) -> SeventhCharacters:
        """What holds below a code that has this note. A note of another form changes nothing."""
        found = RESTRICTION.search(note)
        if not found:
            return self
        restriction = Restriction(
            above=found["above"].rstrip(".").replace(".", ""),
            sixth=frozenset(re.findall(r"\b([0-9A-Z]) ?-", found["sixth"])),
            chars=frozenset(re.findall(r"\b[0-9A-Z]\b", found["chars"])),
        )
        return replace(self, restrictions=(*self.restrictions, restriction))

    def codes(self, leaf: str) -> Iterator[tuple[str, str]]:
        """The codes of seven characters made from a leaf, each with the meaning of its last character."""
        if len(leaf) > 6:
            return
        for char, meaning in self.meanings:
            code = leaf.ljust(6, "X") + char
            if not any(restriction.forbids(code) for restriction in self.restrictions):
                yield code, meaning
