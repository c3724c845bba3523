"""A file that came with a question, as the question is read with it. Knows no mail."""

from __future__ import annotations

import re

from consultant.questions.model import Enclosure

_LONGEST_NAME = 60
_ODD = re.compile(r"[^\w .,()+-]+")
_RUN = re.compile(r"([\W_])\1+")  # "-----" begins a marker in our letters
MORE = "it holds more than is read of a file"


def enclosure(name: str, text: str, *, cut: bool, problem: str | None) -> Enclosure:
    """The file as a question is read with it."""
    return Enclosure(shown_name(name), text, problem or (MORE if cut else None))


def shown_name(name: str) -> str:
    """The name as it may stand in a letter: a stranger chose it, so it is short and holds no marks."""
    plain = _RUN.sub(r"\1", " ".join(_ODD.sub("_", name).split()))
    short = plain if len(plain) <= _LONGEST_NAME else f"{plain[: _LONGEST_NAME - 12]}…{plain[-11:]}"
    return short or "a file"
