"""The words of a text at the price of one pass: small letters, each where it stood.

Most readers look for words that few mails hold: one look-up here saves them a search of the whole text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_SMALL = bytes(c + 32 if 65 <= c <= 90 else c for c in range(256))
_DIGITS_ONLY = bytes(49 if 48 <= c <= 57 else 32 for c in range(256))
_LETTERS_ONLY = bytes(c if 97 <= c <= 122 else 32 for c in range(256))


class Words:
    """The words of one text. `small` is as long as the text: offsets into one are offsets into the other."""

    __slots__ = ("_digits", "all", "small", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        # Every character beyond ASCII becomes one "?", so that no offset moves (str.lower() may lengthen a text).
        small = text.encode("ascii", "replace").translate(_SMALL)
        self.small = small.decode("ascii")
        self._digits = small.translate(_DIGITS_ONLY)
        self.all = frozenset(small.translate(_LETTERS_ONLY).decode("ascii").split())

    def among(self, wanted: Iterable[str]) -> frozenset[str]:
        """Those of the wanted words that the text holds; a word is letters only, so "mod59" holds "mod"."""
        return self.all.intersection(wanted)

    def places(self, word: str) -> Iterator[int]:
        """Where the word starts, in order."""
        small, position, length = self.small, -1, len(word)
        while (position := small.find(word, position + 1)) >= 0:
            before = small[position - 1] if position else " "
            after = small[position + length : position + length + 1]
            if not before.isalpha() and not after.isalpha():
                yield position

    def numbers(self) -> Iterator[tuple[int, int]]:
        """Where each run of ASCII digits starts and ends, in order."""
        digits, start = self._digits, self._digits.find(b"1")
        while start >= 0:
            end = digits.find(b" ", start)
            end = end if end >= 0 else len(digits)
            yield start, end
            start = digits.find(b"1", end)
