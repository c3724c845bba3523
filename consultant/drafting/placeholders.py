"""Placeholders: `[[ a question to the consultant? ]]`, open until a person has answered them.

Double square brackets are no Markdown link and survive mail clients that wrap lines and quote with ">".
"""

from __future__ import annotations

import re

# Bounded, so that a stray "[[" cannot swallow a whole letter.
_PLACEHOLDER = re.compile(r"\[\[(?P<question>(?:(?!\[\[|\]\]).){0,600}?)\]\]", re.DOTALL)


def placeholder(question: str) -> str:
    """The question as a placeholder."""
    return f"[[ {question} ]]"


def unresolved(markdown: str) -> tuple[str, ...]:
    """The questions that still stand in placeholders, in the order of the text."""
    return tuple(_in_one_line(match["question"]) for match in _PLACEHOLDER.finditer(markdown))


def _in_one_line(question: str) -> str:
    first, *further = question.splitlines() or [""]
    return " ".join(" ".join([first, *(line.lstrip("> \t") for line in further)]).split())
