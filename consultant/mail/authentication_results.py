"""The field Authentication-Results (RFC 8601 section 2.2), read as servers write it.

Comments may nest, words may be quoted, and some servers leave out or misplace what the grammar asks for: what
cannot be read is left out, never guessed. Time is proportional to the length. Believes nobody; says only what
is written.
"""

import re
from dataclasses import dataclass, field

_LONGEST = 32 * 1024  # characters
_COMMENT_MARK = re.compile(r'\\.|[()"]', re.DOTALL)
_PAIR = re.compile(
    r'([A-Za-z0-9_-]{1,60}(?:\s?/\s?\d{1,3})?(?:\s?\.\s?[A-Za-z0-9_-]{1,60})?)\s?=\s?("(?:[^"\\]|\\.)*"|[^\s;"=]+(?:=[^\s;"]*)?)?'
)
_ID = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^\s;"=]+)(?:\s+\d+)?\s*(?:;|$)')
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Result:
    """One result: the method and its value in lower case, and its properties ("header.d") as written."""

    method: str
    value: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """What one server says it found: its name in lower case, and its results in order."""

    authserv_id: str
    results: tuple[Result, ...]


def parse_results(value: str) -> Results | None:
    """Read one field; None when it names no server or its comments do not close."""
    text = _without_comments(value) if len(value) <= _LONGEST else None
    found = _ID.match(text) if text is not None else None
    if text is None or found is None:
        return None
    results = tuple(result for segment in _segments(text[found.end() :]) if (result := _result(segment)))
    return Results(_unquote(found[1]).lower(), results)


def tags(value: str) -> dict[str, str]:
    """A list of tags (RFC 6376 section 3.2), by name; the first of each."""
    found: dict[str, str] = {}
    for part in value[:_LONGEST].split(";"):
        name, equals, written = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), "".join(written.split()))
    return found


def _result(segment: str) -> Result | None:
    pairs = [
        (_BLANKS.sub("", name).lower(), _unquote(written)) for name, written in _PAIR.findall(_BLANKS.sub(" ", segment))
    ]
    if not pairs or "." in pairs[0][0]:
        return None
    method = pairs[0][0].partition("/")[0]
    properties: dict[str, str] = {}
    for name, written in pairs[1:]:
        if "." in name:
            properties.setdefault(name, written)
    return Result(method, pairs[0][1].lower(), properties)


def _segments(text: str) -> list[str]:
    """The text between the semicolons that stand outside of quotes."""
    pieces: list[str] = []
    start = 0
    quoted = False
    for mark in _QUOTE_OR_SEMICOLON.finditer(text):
        if mark[0] == '"':
            quoted = not quoted
        elif mark[0] == ";" and not quoted:
            pieces.append(text[start : mark.start()])
            start = mark.end()
    return [*pieces, text[start:]]


_QUOTE_OR_SEMICOLON = re.compile(r'\\.|[";]', re.DOTALL)


def _without_comments(text: str) -> str | None:
    """The text with a blank for each comment; None when a comment or a quoted string does not close."""
    kept: list[str] = []
    depth = start = 0
    quoted = False
    for mark in _COMMENT_MARK.finditer(text):
        if mark[0] == '"' and depth == 0:
            quoted = not quoted
        elif mark[0] == "(" and not quoted:
            if depth == 0:
                kept.append(text[start : mark.start()])
            depth += 1
        elif mark[0] == ")" and not quoted:
            depth -= 1
            start = mark.end()
            if depth < 0:
                return None
    return " ".join([*kept, text[start:]]) if depth == 0 and not quoted else None


def _unquote(written: str) -> str:
    return _QUOTED_PAIR.sub(r"\1", written[1:-1]) if len(written) > 1 and written.startswith('"') else written
