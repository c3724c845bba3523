"""Quoted lines as mail programs mark them (RFC 3676 section 4.5)."""

import re

QUOTE = re.compile(r"\s{0,3}>")
# "> 31 minutes" and ">=8 units" are the writer's own.
_COMPARISON = re.compile(r"\s{0,3}>\s?=?\s?[$€£]?\d[\d.,]*\s?(?:%|[^\W\d_]+)?[^>]{0,60}")


def is_blank(line: str) -> bool:
    """Whether nothing is written on the line."""
    return not line or line.isspace()


def is_comparison(line: str) -> bool:
    """Whether the line may say that something is greater than a number, rather than quote."""
    return _COMPARISON.fullmatch(line) is not None
