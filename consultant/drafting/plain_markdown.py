"""Text put into Markdown so that it stays text, wrapped to be read at 72 columns."""

from __future__ import annotations

import re
import textwrap

WIDTH = 72

_BRACKETS = str.maketrans({"[": "(", "]": ")"})
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
# An underscore inside a word is only an underscore.
_MARKS = re.compile(r"([\\`*~|]|(?<!\w)_|_(?!\w))")
_KEEP = "\u2060"  # stands for a space at which no line may end, while wrapping
# At the start of a line these would begin a list, a heading, a quotation or a rule.
_STARTERS = re.compile(r" (?=(?:[-+*>#=|~]+|[0-9]{1,9}[.)])(?: |$))")
_REFERENCE = re.compile(r" (?=\[[0-9]+\])")


def as_text(text: str) -> str:
    """One line that Markdown, Jinja and the placeholders read as plain words only.

    Square brackets become round ones: nothing of it can be a link, a source reference or a placeholder.
    """
    words = " ".join(text.replace(_KEEP, "").split())
    return _MARKS.sub(r"\\\1", _TAG.sub("‹", words.translate(_BRACKETS))).replace("{{", "{ {").replace("{%", "{ %")


def wrapped(line: str, *, first: str = "", rest: str = "") -> str:
    """The line in lines of at most 72 columns, none of which begins something else in Markdown."""
    kept = _REFERENCE.sub(_KEEP, _STARTERS.sub(_KEEP, line))
    lines = textwrap.wrap(
        kept,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines).replace(_KEEP, " ")


def bullet(line: str) -> str:
    """The line as an item of a list."""
    return wrapped(line, first="- ", rest="  ")
