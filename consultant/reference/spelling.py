"""What a code that does not exist may have been meant for: the slips that people make, likeliest first.

Pure: must not know which codes there are. A code is without its dot here.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from itertools import combinations

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHARACTERS = DIGITS + LETTERS
LOOK_ALIKE = {
    "O": "0", "0": "O", "I": "1", "L": "1", "1": "I", "S": "5", "5": "S", "B": "8", "8": "B", "Z": "2", "2": "Z",
}  # fmt: skip
SHORTEST, LONGEST = 3, 7
MOST_LOOK_ALIKES = 2  # in one code


class Slip(enum.IntEnum):
    """A slip of the hand or the eye, by how likely it is."""

    DOT = 0  # the dot or a blank at a wrong place, or none
    LOOK_ALIKE = 1  # O for 0, I or l for 1
    PLACEHOLDER = 2  # the 7th character written without the X before it
    TRANSPOSED = 3
    UNFINISHED = 4  # characters missing at the end, such as the 7th
    TOO_MANY = 5
    ONE_WRONG = 6
    ONE_MISSING = 7


def plain(code: str) -> str:
    """The code in capitals without dots, blanks and hyphens."""
    return "".join(each for each in code.upper() if each in CHARACTERS)


def slips(code: str) -> dict[str, Slip]:
    """Every code that one slip makes this one of, with the likeliest slip; nothing for what is no code by its length.

    The code itself is among them, for it may have been written with a misplaced dot.
    """
    found: dict[str, Slip] = {}
    if SHORTEST <= len(code) <= LONGEST + 1:
        for slip, other in _spellings(code):
            if SHORTEST <= len(other) <= LONGEST and slip <= found.get(other, slip):
                found[other] = slip
    return found


def distance(code: str, other: str) -> int:
    """How far apart two digits are that differ, for codes of one length: a neighbour is likelier than a stranger."""
    apart = ((one, two) for one, two in zip(code, other, strict=False) if one != two)
    return sum(abs(int(one) - int(two)) if one in DIGITS and two in DIGITS else len(DIGITS) for one, two in apart)


def _spellings(code: str) -> Iterator[tuple[Slip, str]]:
    yield Slip.DOT, code
    for other in _look_alikes(code):
        yield Slip.LOOK_ALIKE, other
    filled = code.ljust(LONGEST - 1, "X")
    for letter in CHARACTERS:
        yield Slip.UNFINISHED, code + letter
        yield Slip.UNFINISHED, filled + letter
    if len(code) < LONGEST:
        yield Slip.PLACEHOLDER, code[:-1].ljust(LONGEST - 1, "X") + code[-1]
    for at in range(len(code)):
        before, letter, after = code[:at], code[at], code[at + 1 :]
        yield Slip.TOO_MANY, before + after
        if after:
            yield Slip.TRANSPOSED, before + after[0] + letter + after[1:]
        for right in CHARACTERS:
            yield Slip.ONE_WRONG, before + right + after
            yield Slip.ONE_MISSING, before + right + letter + after


def _look_alikes(code: str) -> Iterator[str]:
    """The code with one or two of its doubtful characters read as the other."""
    doubtful = [at for at, letter in enumerate(code) if letter in LOOK_ALIKE]
    for misread in range(1, MOST_LOOK_ALIKES + 1):
        for places in combinations(doubtful, misread):
            yield "".join(LOOK_ALIKE[letter] if at in places else letter for at, letter in enumerate(code))
