"""The header section of a message or a part (RFC 5322 section 2.2), as bytes first and as text when asked.

Fields stay bytes until somebody asks for one, because most are never asked for. Parameters follow RFC 2045
and RFC 2231, encoded words RFC 2047; the many ways in which senders get these wrong are read as they were
meant.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from consultant.mail.characters import one_line
from consultant.mail.charsets import decode, decode_unlabelled
from consultant.mail.remarks import Cut

LONGEST_SECTION = 256 * 1024
LONGEST_FIELD = 64 * 1024

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_MBOX_LINE = re.compile(rb">?From [^\n]*(?:\n|\Z)")
_SECTION_END = re.compile(rb"\n\r*\n")
_BLANK_LINE = re.compile(rb"\r*(?:\n|\Z)")
_FOLD = re.compile(rb"[\r\n]+")
# Some relays and filters leave a line of their own among the fields. Only a field that every mail has, right behind
# it, tells it from the first line of a body that lacks the blank line in front.
_STRAY_LINE = re.compile(
    rb"[^\r\n]{1,998}\r*\n(?=(?:from|to|cc|subject|date|message-id|mime-version|content-type|"
    rb"content-transfer-encoding|received|reply-to|return-path|in-reply-to|references)[ \t]*:)",
    re.IGNORECASE,
)
_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]*)?\?([bBqQ])\?(.{0,4000}?)\?=", re.DOTALL)
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_SECTIONED_NAME = re.compile(r"([^*]+)(?:\*([0-9]{1,3}))?(\*)?")


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in the order written: lower-case names, values as unfolded bytes.

    `charset` is what bare 8-bit values are read in when they are no UTF-8: mostly that of the text below them.
    """

    fields: tuple[tuple[str, bytes], ...] = ()
    charset: str | None = None

    def raw(self, name: str) -> tuple[bytes, ...]:
        """Every value of the field, as unfolded bytes."""
        wanted = name.lower()
        return tuple([value for found, value in self.fields if found == wanted])

    def structured(self, name: str) -> tuple[str, ...]:
        """Every value as text with its encoded words still encoded, for whoever parses its structure
        first."""
        return tuple([_to_text(value, self.charset) for value in self.raw(name)])

    def all(self, name: str) -> tuple[str, ...]:
        """Every value as readable text on one line."""
        return tuple(one_line(decode_words(value)[0]) for value in self.structured(name))

    def first(self, name: str) -> str | None:
        """The first value as readable text on one line; None when the field is missing."""
        wanted = name.lower()
        for found, value in self.fields:
            if found == wanted:
                return one_line(decode_words(_to_text(value, self.charset))[0])
        return None


@dataclass(frozen=True, slots=True)
class Section:
    """A header section, where the body behind it starts, and what was wrong with it."""

    headers: Headers
    body_start: int
    defects: tuple[str, ...]


def read_section(raw: bytes, start: int, end: int) -> Section:
    """The header section at `start`; at most LONGEST_SECTION bytes of it are read."""
    limit = min(end, start + LONGEST_SECTION)
    fields: list[tuple[str, bytes]] = []
    defects: list[str] = []
    at = start
    if mbox := _MBOX_LINE.match(raw, at, limit):
        at = mbox.end()
    while True:
        while match := _FIELD.match(raw, at, limit):
            fields.append((match[1].decode("ascii").lower(), _unfold(match[2], defects)))
            at = match.end()
        stray = _STRAY_LINE.match(raw, at, limit) if fields else None
        if stray is None:
            break
        defects.append(Cut("a line among the header fields that is none: left unread"))
        at = stray.end()
    body_start = _body_start(raw, at, limit, end, defects)
    return Section(Headers(tuple(fields)), body_start, tuple(dict.fromkeys(defects)))


def _body_start(raw: bytes, at: int, limit: int, end: int, defects: list[str]) -> int:
    if blank := _BLANK_LINE.match(raw, at, end):
        return blank.end()
    if at >= limit or (limit < end and raw.find(b"\n", at, limit) < 0):
        defects.append(Cut("header section too long: the rest was left unread"))
        return _behind_blank_line(raw, at, end)
    defects.append("a line that is no header field: the body was read from there")
    return at


def decode_words(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with its encoded words (RFC 2047) decoded, and what could not be read."""
    if "=?" not in text:
        return text, ()
    defects: list[str] = []
    pieces: list[str] = []
    pending = _EncodedRun()
    at = 0
    text = _BETWEEN_WORDS.sub(r"\1", text)
    for word in _ENCODED_WORD.finditer(text):
        if word.start() > at or pending.charset != word[1].lower():
            pieces += [pending.text(defects), text[at : word.start()]]
            pending = _EncodedRun(word[1].lower())
        pending.data += _decode_word(word[2], word[3])
        at = word.end()
    pieces += [pending.text(defects), text[at:]]
    return "".join(pieces), tuple(defects)


class _EncodedRun:
    """Neighbouring encoded words of one charset: senders cut them in the middle of a character."""

    def __init__(self, charset: str = "") -> None:
        self.charset = charset
        self.data = b""

    def text(self, defects: list[str]) -> str:
        text, defect = decode(self.data, self.charset)
        if defect:
            defects.append(defect)
        return text


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A field such as Content-Type: its value in lower case, and its parameters by lower-case name (RFC
    2231 joined)."""
    main = value.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, written in _PARAMETER.findall(value):
        sectioned = _SECTIONED_NAME.fullmatch(name.lower())
        if sectioned and "*" in name:
            number = int(sectioned[2] or 0)
            sections.setdefault(sectioned[1], {}).setdefault(number, (bool(sectioned[3]), _unquote(written)))
        else:
            plain.setdefault(name.lower(), _unquote(written))
    for name, numbered in sections.items():
        plain[name] = _join_sections([numbered[number] for number in sorted(numbered)])
    return main, plain


def from_base64(data: bytes) -> bytes:
    """What the data holds as base64, as far as it does: junk skipped, padding mended, pieces joined."""
    pieces = data.rstrip(b"= \t\r\n").split(b"=", 1000)
    return b"".join(_piece_from_base64(piece) for piece in pieces)


def _piece_from_base64(piece: bytes) -> bytes:
    try:
        return binascii.a2b_base64(piece + b"==")
    except binascii.Error:
        pass
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", piece)
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _unfold(value: bytes, defects: list[str]) -> bytes:
    value = value.removesuffix(b"\r")
    if b"\n" in value or b"\r" in value:
        value = _FOLD.sub(b"", value)
    if len(value) > LONGEST_FIELD:
        defects.append(Cut(f"a header field longer than {LONGEST_FIELD} bytes: cut"))
    return value[:LONGEST_FIELD].strip(b" \t")


def _to_text(value: bytes, charset: str | None) -> str:
    return value.decode("ascii") if value.isascii() else decode_unlabelled(value, charset)


def _behind_blank_line(raw: bytes, at: int, end: int) -> int:
    found = _SECTION_END.search(raw, at, end)
    return found.end() if found else end


def _decode_word(encoding: str, written: str) -> bytes:
    data = written.encode("utf-8", "replace")
    if encoding in "bB":
        return from_base64(data)
    return binascii.a2b_qp(data, header=True)


def _unquote(written: str) -> str:
    written = written.strip()
    if not written.startswith('"'):
        return written
    closed = len(written) > 1 and written.endswith('"')
    # Only quotes are unescaped: Windows senders put bare backslashes into file names.
    return (written[1:-1] if closed else written[1:]).replace('\\"', '"')


def _join_sections(sections: list[tuple[bool, str]]) -> str:
    charset = ""
    data = b""
    for number, (extended, written) in enumerate(sections):
        text = written
        if number == 0 and extended and written.count("'") >= 2:
            charset, _, text = written.split("'", 2)
        data += unquote_to_bytes(text) if extended else text.encode("utf-8", "replace")
    return decode(data, charset)[0]
