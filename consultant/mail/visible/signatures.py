"""Signatures behind the mark that mail programs put above them (RFC 3676 section 4.3).

A closing formula and a name without the mark stay: they are the writer's words as well.
"""

import re
from collections.abc import Sequence

from consultant.mail.visible.quotes import QUOTE, is_blank

_MARK = re.compile(r"\s?--[ \u00a0]\s*")
_BARE_MARK = re.compile(r"\s?--")
_LONGEST = 30  # lines behind "-- "
_LONGEST_LINE = 500  # characters
_LONGEST_BARE = 8  # lines behind a "--" that lost its blank, which may be a rule as well
# What nobody's signature holds: a question, an afterthought, a procedure code with its modifier or letter.
_SHORTEST_SENTENCE = 5  # words
_WRITTEN_NOW = re.compile(
    r"[?？]\s|[?？]$|^\s*(?:p\.?\s?p?\.?s\b|n\.?b\b|edit\b)|\b[A-V]\d{4}\b|\b\d{4}[\dFTU]-\d\d\b", re.IGNORECASE
)


def signature_start(lines: Sequence[str], end: int) -> int:
    """Where the signature in front of line `end` starts; `end` when there is none."""
    for at in range(end - 1, max(end - 2 - _LONGEST, -1), -1):
        if lines[at][:3].strip()[:2] != "--":
            continue
        marked = _MARK.fullmatch(lines[at])
        if marked or _BARE_MARK.fullmatch(lines[at]):
            below = lines[at + 1 : end]
            longest = _LONGEST if marked else _LONGEST_BARE
            is_signature = len(below) <= longest and not any(map(_is_written_now, below)) and not _goes_on(below)
            return at if is_signature else end
    return end


def _is_written_now(line: str) -> bool:
    return len(line) > _LONGEST_LINE or QUOTE.match(line) is not None or _WRITTEN_NOW.search(line) is not None


def _goes_on(below: Sequence[str]) -> bool:
    """Whether a sentence follows a blank line there: the writer may have gone on below their signature."""
    blank = next((at for at, line in enumerate(below) if is_blank(line)), len(below))
    return any(map(_is_sentence, below[blank:]))


def _is_sentence(line: str) -> bool:
    words = line.split()
    return len(words) >= _SHORTEST_SENTENCE and line.rstrip()[-1] in ".!:" and all(word[0].isalpha() for word in words)
