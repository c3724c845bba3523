"""The draft's own check: every factual item ends in a reference to a source, and the list of sources has it.

Works on the Markdown alone, so that an operator's own template is checked too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# The sections of a draft in which every item is a fact.
FACTUAL = (
    "Short answer",
    "Why",
    "The working",
    "The facts",
    "From the guidelines",
    "What the record must show",
    "What not to do",
)
SOURCES = "Sources"
_SECTION = re.compile(r"^## (?P<title>.*)\n(?P<body>(?:(?!## ).*(?:\n|\Z))*)", re.MULTILINE)
_ITEM = re.compile(r"^(?:- )?(?P<text>\S.*(?:\n(?!- ).+)*)", re.MULTILINE)
_REFERENCES = re.compile(r"(?:\[[0-9]+\])+\s*\Z")
_REFERENCE = re.compile(r"\[([0-9]+)\](?!\()")
_PLACEHOLDER = re.compile(r"\[\[.*?\]\]\s*\Z", re.DOTALL)
_LISTED = re.compile(r"^([0-9]+)\. ", re.MULTILINE)


class Uncited(Exception):
    """The draft states something without saying where it stands. `items` has what; the message has not."""

    def __init__(self, items: tuple[str, ...]) -> None:
        super().__init__(
            f"{len(items)} statement(s) of the draft have no source: correct the rule or the template that makes them"
        )
        self.items = items


def check(markdown: str) -> None:
    """Raises Uncited where a fact has no reference, or a reference no source."""
    if wrong := (*uncited(markdown), *(f"[{number}] is not among the sources" for number in unlisted(markdown))):
        raise Uncited(wrong)


def uncited(markdown: str) -> tuple[str, ...]:
    """The items of the factual parts that name no source, as one line each."""
    items = (item for title, body in _sections(markdown) if title.startswith(FACTUAL) for item in _items(body))
    return tuple(item for item in items if not (_REFERENCES.search(item) or _PLACEHOLDER.search(item)))


def unlisted(markdown: str) -> tuple[str, ...]:
    """The numbers that are referred to and stand in no list of sources."""
    listed = {number for title, body in _sections(markdown) if title == SOURCES for number in _LISTED.findall(body)}
    used = {number for title, body in _sections(markdown) if title != SOURCES for number in _REFERENCE.findall(body)}
    return tuple(sorted(used - listed, key=int))


def _sections(markdown: str) -> Iterator[tuple[str, str]]:
    return ((match["title"].strip(), match["body"]) for match in _SECTION.finditer(markdown))


def _items(body: str) -> Iterator[str]:
    for match in _ITEM.finditer(body):
        yield " ".join(match["text"].split())
