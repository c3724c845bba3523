"""A message as a flat list of its MIME leaves (RFC 2046), split without recursion and within bounds.

The standard parser recurses into every multipart and every attached message and dies of a mail nested some
hundred deep; this one keeps a stack of byte ranges, gives up politely, and says what it left unread.
Boundaries that are not declared, or not as they stand in the mail, are looked for. Attached messages are
leaves: what is in them was not written by the sender of this mail. Knows nothing of charsets and text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from consultant.mail.headers import LONGEST_SECTION, Headers, Section, parameters, read_section
from consultant.mail.remarks import Cut

DEEPEST = 50
MOST_PARTS = 1000
# Lines that begin like a boundary but are none cost time too.
_MOST_CANDIDATES = 100_000

_DELIMITER_TAIL = re.compile(rb"(--)?[ \t]*\r*(?:\n|\Z)")
# Some stores and relays put blank lines in front of the first field.
_LEADING_BLANK_LINES = re.compile(rb"[ \t\r\n]*\n(?=[!-9;-~]{1,80}:)")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
# A line that must be a boundary, because the header of a part follows.
_LIKE_A_BOUNDARY = re.compile(
    rb"(?:\A|(?<=\n))--([^\r\n]{1,200}?)[ \t]*\r*\n(?=content-(?:type|transfer-encoding|disposition)[ \t]*:)",
    re.IGNORECASE,
)
_LOOKED_THROUGH_FOR_A_BOUNDARY = 1_000_000  # bytes
# What mail programs put where RFC 2046 section 5.1.1 says that nobody looks.
_USUAL_PREAMBLE = re.compile(rb"multi-?part|\bmime\b|\bmessage\b|mail (?:reader|client|program)|\A\W*\Z", re.IGNORECASE)
_LONGEST_PREAMBLE = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf: its headers, its media type, and its content as transferred (not yet decoded).

    `alternative` numbers the outermost multipart/alternative that it stands in; 0 when it stands in none.
    """

    headers: Headers
    type: str
    parameters: dict[str, str]
    content: bytes
    alternative: int


@dataclass(frozen=True, slots=True)
class Message:
    """The headers of a message, its leaves in order, and what was wrong with its structure."""

    headers: Headers
    leaves: tuple[Part, ...]
    body_start: int
    defects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Range:
    start: int
    end: int
    depth: int
    alternative: int
    default_type: str


def split_message(raw: bytes) -> Message:
    """Split the message into its leaves; at most MOST_PARTS of them, nested at most DEEPEST."""
    # Mail of old Macs has bare carriage returns and nothing else.
    return _Splitter(raw if b"\n" in raw else raw.replace(b"\r", b"\n")).split()


class _Splitter:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._leaves: list[Part] = []
        self._defects: list[str] = []
        self._alternatives = 0
        self._candidates = 0

    def split(self) -> Message:
        blank = _LEADING_BLANK_LINES.match(self._raw)
        start = blank.end() if blank else 0
        top = read_section(self._raw, start, len(self._raw))
        waiting = [_Range(start, len(self._raw), 0, 0, "text/plain")]
        while waiting and len(self._leaves) < MOST_PARTS:
            waiting.extend(reversed(self._open(waiting.pop())))
        if waiting:
            self._defects.append(Cut(f"more than {MOST_PARTS} parts: the others were left unread"))
        defects = tuple(dict.fromkeys(self._defects))
        headers = top.headers
        if not self._raw[start : min(top.body_start, start + LONGEST_SECTION)].isascii():
            charset = next((leaf.parameters["charset"] for leaf in self._leaves if "charset" in leaf.parameters), None)
            headers = Headers(headers.fields, charset)
        return Message(headers, tuple(self._leaves), top.body_start, defects)

    def _open(self, entity: _Range) -> list[_Range]:
        """Take the entity as a leaf, or give back the ranges of its parts."""
        section = read_section(self._raw, entity.start, entity.end)
        self._defects += section.defects
        media_type, media_parameters = _media_type_of(section.headers, entity.default_type)
        parts: list[_Range] = []
        if media_type == "text/plain" and not entity.depth and self._is_undeclared_multipart(section):
            media_type = "multipart/mixed"
        if media_type.startswith("multipart/"):
            parts = self._parts_of(entity, section.body_start, media_type, media_parameters.get("boundary", ""))
            if not parts and entity.depth < DEEPEST:
                media_type = "text/plain"
        if not parts:
            content = self._raw[section.body_start : entity.end]
            self._leaves.append(Part(section.headers, media_type, media_parameters, content, entity.alternative))
        return parts

    def _parts_of(self, entity: _Range, body_start: int, media_type: str, boundary: str) -> list[_Range]:
        if entity.depth >= DEEPEST:
            self._defects.append(Cut(f"parts nested deeper than {DEEPEST}: they were left unread"))
            return []
        alternative = entity.alternative
        if media_type == "multipart/alternative" and not alternative:
            self._alternatives += 1
            alternative = self._alternatives
        default = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
        ranges = [
            _Range(start, end, entity.depth + 1, alternative, default)
            for start, end in self._found_between_delimiters(body_start, entity.end, boundary)
        ]
        if not ranges:
            self._defects.append("a multipart without its boundary: read as plain text")
        return ranges

    def _is_undeclared_multipart(self, section: Section) -> bool:
        """Whether the header says nothing of the content, and the body begins with a part all the same."""
        if section.headers.raw("content-type"):
            return False
        body = self._raw[section.body_start : section.body_start + 300].lstrip(b"\r\n")
        return body.startswith(b"--") and _LIKE_A_BOUNDARY.match(body) is not None

    def _found_between_delimiters(self, start: int, end: int, boundary: str) -> list[tuple[int, int]]:
        mark = b"--" + boundary.encode("utf-8", "replace") if boundary else b""
        before = len(self._defects)
        if mark and (found := list(self._between_delimiters(start, end, mark))):
            return found
        del self._defects[before:]
        like = _LIKE_A_BOUNDARY.search(self._raw, start, min(end, start + _LOOKED_THROUGH_FOR_A_BOUNDARY))
        if like is None:
            return []
        self._defects.append("a multipart whose boundary is not the declared one: found by its parts")
        return list(self._between_delimiters(start, end, b"--" + like[1]))

    def _between_delimiters(self, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int]]:
        part_start: int | None = None
        outside = start  # where text that is in no part begins
        for at, after, closing in self._delimiters(start, end, mark):
            if part_start is not None:
                yield part_start, max(part_start, self._before_line_end(at))
            else:
                self._say_what_is_outside(outside, at)
            part_start, outside = (None, after) if closing else (after, end)
        if part_start is not None:
            yield part_start, end
        elif outside > start:
            self._say_what_is_outside(outside, end)

    def _say_what_is_outside(self, start: int, end: int) -> None:
        """Text in front of the first part or behind the last one is not to be shown (RFC 2046 section 5.1.1)."""
        if end - start <= 2:
            return
        text = self._raw[start:end].strip()
        if len(text) > _LONGEST_PREAMBLE or not all(_USUAL_PREAMBLE.search(line) for line in text.splitlines()):
            self._defects.append(Cut("text outside of the parts: left unread"))

    def _delimiters(self, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int, bool]]:
        at = self._raw.find(mark, start, end)
        found = 0
        while at >= 0:
            self._candidates += 1
            if self._candidates > _MOST_CANDIDATES or found > MOST_PARTS:
                self._defects.append(Cut("too many boundary lines: the others were left unread"))
                return
            tail = _DELIMITER_TAIL.match(self._raw, at + len(mark), end)
            if tail and (at == start or self._raw[at - 1] in b"\r\n"):
                found += 1
                yield at, tail.end(), bool(tail[1])
            at = self._raw.find(mark, at + len(mark), end)

    def _before_line_end(self, at: int) -> int:
        """The line end in front of a delimiter belongs to the delimiter (RFC 2046 section 5.1.1)."""
        if self._raw[at - 1 : at] == b"\n":
            at -= 1
        return at - 1 if self._raw[at - 1 : at] == b"\r" else at


def _media_type_of(headers: Headers, default: str) -> tuple[str, dict[str, str]]:
    """The media type and its parameters; a missing or malformed one is the default (RFC 2045 section 5.2)."""
    values = headers.structured("content-type")
    if not values:
        return default, {}
    main, found = parameters(values[0])
    main = re.sub(r"\s+", "", main)
    if _TYPE.fullmatch(main):
        return main, found
    return ("application/octet-stream" if "name" in found and not main.startswith("text") else "text/plain"), found
