"""What a code that does not exist may have been meant for: the slips that people make, likeliest first.

Pure: must not know which codes there are. A code is without its dot here.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
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
        for slip in reversed(Slip):  # the likelier one writes over the other
            found |= dict.fromkeys(_SPELLINGS[slip](code), slip)
    return {other: slip for other, slip in found.items() if SHORTEST <= len(other) <= LONGEST}


def distance(code: str, other: str) -> int:
    """How far apart two digits are that differ, for codes of one length: a neighbour is likelier than a stranger."""
    apart = ((one, two) for one, two in zip(code, other, strict=False) if one != two)
    return sum(abs(int(one) - int(two)) if one in DIGITS and two in DIGITS else len(DIGITS) for one, two in apart)


def _look_alikes(code: str) -> Iterator[str]:
    """The code with one or two of its doubtful characters read as the other."""
    doubtful = [at for at, letter in enumerate(code) if letter in LOOK_ALIKE]
    for misread in range(1, MOST_LOOK_ALIKES + 1):
        for places in combinations(doubtful, misread):
            yield "".join(LOOK_ALIKE[letter] if at in places else letter for at, letter in enumerate(code))


def _placeholder(code: str) -> list[str]:
    return [_filled(code[:-1]) + code[-1]] if len(code) < LONGEST else []


def _unfinished(code: str) -> list[str]:
    return [start + letter for start in (code, _filled(code)) for letter in CHARACTERS]


def _filled(code: str) -> str:
    return code.ljust(LONGEST - 1, "X")


def _transposed(code: str) -> list[str]:
    return [f"{code[:at]}{code[at + 1]}{code[at]}{code[at + 2 :]}" for at in range(len(code) - 1)]


def _too_many(code: str) -> list[str]:
    return [code[:at] + code[at + 1 :] for at in range(len(code))]


def _one_wrong(code: str) -> list[str]:
    return _with_a_letter((code[:at], code[at + 1 :]) for at in range(len(code)))


def _one_missing(code: str) -> list[str]:
    return _with_a_letter((code[:at], code[at:]) for at in range(len(code)))


def _with_a_letter(around: Iterable[tuple[str, str]]) -> list[str]:
    return [before + letter + after for before, after in around for letter in CHARACTERS]


_SPELLINGS: dict[Slip, Callable[[str], Iterable[str]]] = {
    Slip.DOT: lambda code: [code],
    Slip.LOOK_ALIKE: _look_alikes,
    Slip.PLACEHOLDER: _placeholder,
    Slip.TRANSPOSED: _transposed,
    Slip.UNFINISHED: _unfinished,
    Slip.TOO_MANY: _too_many,
    Slip.ONE_WRONG: _one_wrong,
    Slip.ONE_MISSING: _one_missing,
}
