"""The draft's own check: every factual item ends in a reference to a source."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FACTUAL = ("The working", "The facts")
_ITEM = re.compile(r"^- (?P<text>.*(?:\n  .*)*)", re.MULTILINE)
_REFERENCE = re.compile(r"(?:\[[0-9]+\])+\s*\Z")


def uncited(markdown: str) -> tuple[str, ...]:
    """The items of the factual parts that name no source, as one line each."""
    return tuple(item for item in _items(markdown) if not _REFERENCE.search(item))


def _items(markdown: str) -> Iterator[str]:
    for part in re.split(r"^(?=## )", markdown, flags=re.MULTILINE):
        if part.removeprefix("## ").startswith(_FACTUAL):
            for match in _ITEM.finditer(part):
                yield " ".join(match["text"].split())
