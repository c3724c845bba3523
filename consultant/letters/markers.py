"""The two lines around a draft that travels by mail, and the text between them in whatever comes back.

Pure text: knows no mail format, no case and no decision.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

BEGIN_MARKER = "----- BEGIN ANSWER -----"
END_MARKER = "----- END ANSWER -----"

_DASHES = "-\u2010-\u2015\u2212"
# A marker stands alone on its line, may be quoted, and may have been wrapped by the quoting.
_MARKER = re.compile(
    rf"^(?P<quoting>[ \t>|]*)[{_DASHES}]{{2,}}[\s>|]*"
    rf"(?P<kind>BEGIN|END)[\s>|]+ANSWER[\s>|]*[{_DASHES}]{{2,}}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_DASH_RUN = re.compile(rf"[{_DASHES}]+")
# List bullets and heading marks, which some clients write their own way or leave out.
_LINE_MARK = re.compile(r"^[ \t]*(?:[-*•·‣◦]|#{1,6})[ \t]+", re.MULTILINE)
_LINK_WRITTEN_TWICE = re.compile(r"(https?://[^\s<>]+)[ \t]?<\1>")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2033": '"',
        "\u00ab": '"', "\u00bb": '"', "\u2026": "...",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Marker:
    opens: bool
    quoting: str
    start: int
    end: int

    @property
    def depth(self) -> int:
        return len(self.quoting.replace(" ", "").replace("\t", ""))


def between_markers(text: str) -> str | None:
    """The text between the two marker lines of a reply, without the marker line's own quoting.

    Of several pairs the least quoted counts, of equals the first: that is the one the writer edited. None
    when there is no pair, or the markers are out of order so that it is unclear what belongs between them.
    """
    text = _line_ends(text)
    markers = [_Marker(m["kind"].upper() == "BEGIN", m["quoting"], m.start(), m.end()) for m in _MARKER.finditer(text)]
    if not markers:
        return None
    shallowest = min(marker.depth for marker in markers)
    pair = _first_pair([marker for marker in markers if marker.depth == shallowest]) or _first_pair(markers)
    if pair is None:
        return None
    begin, end = pair
    lines = text[begin.end : end.start].strip("\n").split("\n")
    inside = "\n".join(_dequoted(line, begin.quoting) for line in lines)
    return _LINK_WRITTEN_TWICE.sub(r"\1", inside).strip("\n").rstrip()


def holds_marker(text: str) -> bool:
    """Whether any marker line is there: tells damaged markers from none when `between_markers` is None."""
    return _MARKER.search(_line_ends(text)) is not None


def is_marker(line: str) -> bool:
    """Whether the line is one of the two markers, quoted or not."""
    return _MARKER.fullmatch(line.rstrip()) is not None


def same_text(a: str, b: str) -> bool:
    """Whether the two say the same, up to what mail programs change: white space, quote marks, dashes."""
    return _comparable(a) == _comparable(b)


def defused(text: str) -> str:
    """The text with any marker line of its own made harmless, and still `same_text` as before."""
    return _MARKER.sub(lambda marker: _DASH_RUN.sub("-", marker[0]), text)


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")


def _first_pair(markers: Sequence[_Marker]) -> tuple[_Marker, _Marker] | None:
    """The first BEGIN and END, provided that all markers strictly take turns."""
    in_turn = all(marker.opens == (position % 2 == 0) for position, marker in enumerate(markers))
    if not in_turn or len(markers) % 2:
        return None
    return markers[0], markers[1]


def _dequoted(line: str, quoting: str) -> str:
    """The line less the quote marks of `quoting`, or as many of them as it has (RFC 3676 section 4.5)."""
    marks = re.sub(r"\s", "", quoting)
    if not marks:
        return line[len(quoting) :] if line.startswith(quoting) else line
    rest = line
    for mark in marks:
        found = re.match(rf"[ \t]*{re.escape(mark)}", rest)
        if found is None:
            break
        rest = rest[found.end() :]
    spaced = rest != line and quoting[-1].isspace() and rest.startswith(" ")
    return rest[1:] if spaced else rest


def _comparable(text: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).translate(_PLAIN)
    text = _LINE_MARK.sub("", _DASH_RUN.sub("-", text))
    return " ".join(text.split())
