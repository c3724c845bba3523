"""The words of a text at the price of one pass: small letters, each where it stood.

Most readers look for words that few mails hold: one look-up here saves them a search of the whole text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_SMALL = bytes(c + 32 if 65 <= c <= 90 else c for c in range(256))
_LETTERS_ONLY = bytes(c if 97 <= c <= 122 else 32 for c in range(256))


class Words:
    """The words of one text. `small` is as long as the text: offsets into one are offsets into the other."""

    __slots__ = ("all", "small", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        # Every character beyond ASCII becomes one "?", so that no offset moves (str.lower() may lengthen a text).
        small = text.encode("ascii", "replace").translate(_SMALL)
        self.small = small.decode("ascii")
        self.all = frozenset(small.translate(_LETTERS_ONLY).decode("ascii").split())

    def among(self, wanted: Iterable[str]) -> frozenset[str]:
        """Those of the wanted words that the text holds; each runs from letter to letter: "BCBS" but not "99213x"."""
        return self.all.intersection(wanted)

    def places(self, word: str) -> Iterator[int]:
        """Where the word starts, in order."""
        small, position, length = self.small, -1, len(word)
        while (position := small.find(word, position + 1)) >= 0:
            before = small[position - 1] if position else " "
            after = small[position + length : position + length + 1]
            if not before.isalpha() and not after.isalpha():
                yield position
