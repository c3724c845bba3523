"""The passages of a text that can hold a code, a date or a time: the lines around digits and around a few words.

A mail is mostly prose that names nothing. What is left after this sieve is read closely, and what is found is
put back to its place in the whole. It bounds the work that one mail can ask for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from consultant.questions.words import Words

MOST_READ = 50_000  # characters of one text; a letter that names codes is far shorter
_MARGIN = 300  # characters read before and after a digit in one endless line

# Between two passages: matches no notation and no white space.
GAP = "\n\x1a\n"

_FRACTIONS = re.compile(r"[½¼¾]")
_HYPHENED = re.compile(r" -[A-Z][A-Z0-9](?![0-9A-Za-z])")
_IN_A_SERIES = re.compile(r"/[A-Z][A-Z0-9]/")
# Words that announce something that may be written without a digit: "modifier TC", "half an hour".
_ANNOUNCING = frozenset(
    "mod mods modifier modifiers append appends appended appending rt lt tc gx gy gz jw jz kx qw xe xp xs xu "
    "epsu xepsu hour hours minute minutes".split()
)


class Passages:
    """The passages of one text, joined. `text` is what to read; `place` leads an offset in it back to the whole."""

    __slots__ = ("_kept_at", "_starts", "text")

    def __init__(self, whole: str, words: Words) -> None:
        spans = list(_spans(whole, words))
        self._starts = [start for start, _ in spans]
        self._kept_at: list[int] = []
        length = 0
        for start, end in spans:
            self._kept_at.append(length)
            length += end - start + len(GAP)
        self.text = GAP.join(whole[start:end] for start, end in spans)

    def place(self, offset: int) -> int:
        """The offset in the whole text of an offset in `text`."""
        number = bisect_right(self._kept_at, offset) - 1
        return self._starts[number] + offset - self._kept_at[number]


def _spans(whole: str, words: Words) -> Iterator[tuple[int, int]]:
    """The lines that hold something, each with the line before and after it; what overlaps is one."""
    start = end = -1
    safe = -1  # up to here the open passage stays as it is: nothing in its last line reaches further
    for position, last in _hits(whole, words):
        if last <= safe:
            continue
        before, after = _line_before(whole, position), _line_after(whole, last)
        if before > end:
            if end >= 0:
                yield start, end
            start = before
        end = max(end, after)
        line = whole.find("\n", last, last + _MARGIN // 2)
        safe = line if line >= 0 else last + _MARGIN // 2
    if end >= 0:
        yield start, end


def _hits(whole: str, words: Words) -> list[tuple[int, int]]:
    found = list(words.numbers())
    if not whole.isascii():
        found += (match.span() for match in _FRACTIONS.finditer(whole))
    if " -" in whole:
        found += (match.span() for match in _HYPHENED.finditer(whole))
    if "/" in whole:
        found += (match.span() for match in _IN_A_SERIES.finditer(whole))
    announcing = words.among(_ANNOUNCING)
    for word in announcing:
        found += ((place, place + len(word)) for place in words.places(word))
    return sorted(found)


def _line_before(whole: str, position: int) -> int:
    """The start of the line before the one at `position`."""
    least = max(0, position - _MARGIN)
    line = whole.rfind("\n", least, position)
    return max(least, whole.rfind("\n", least, max(line, least)) + 1) if line >= 0 else least


def _line_after(whole: str, position: int) -> int:
    """The end of the line after the one at `position`."""
    most = min(len(whole), position + _MARGIN)
    line = whole.find("\n", position, most)
    if line < 0:
        return most
    following = whole.find("\n", line + 1, most)
    return following if following >= 0 else most
