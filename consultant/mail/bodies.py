"""The content of a leaf: transfer encoding undone (RFC 2045 section 6), text decoded and its lines made
whole.

Knows parts; knows nothing of whole messages and of who wrote them.
"""

import binascii
import re

from consultant.mail.characters import clean
from consultant.mail.charsets import decode
from consultant.mail.headers import from_base64
from consultant.mail.html_text import html_to_text
from consultant.mail.parts import Part

LONGEST_TEXT = 1_000_000  # characters
_LONGEST_TRANSFER = 8 * LONGEST_TEXT  # bytes of a text part that are looked at

_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_QUOTE_MARKS = re.compile(r">*")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


def content_of(part: Part) -> tuple[bytes, str | None]:
    """The content as it was before transfer, and a short sentence when its encoding is unknown (else
    None)."""
    values = part.headers.all("content-transfer-encoding")
    encoding = values[0].split(";")[0].strip().strip("\"'").lower() if values else ""
    return _undo(part.content, encoding)


def text_of(part: Part) -> tuple[str, tuple[str, ...]]:
    """The readable text of a text part, HTML turned into text, and what could not be read as declared."""
    defects: list[str | None] = []
    if len(part.content) > _LONGEST_TRANSFER:
        defects.append("text too long: its end was left unread")
        part = Part(part.headers, part.type, part.parameters, part.content[:_LONGEST_TRANSFER], part.alternative)
    data, defect = content_of(part)
    text, unreadable = decode(data, _charset_of(part, data))
    defects += [defect, unreadable]
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        defects.append(f"text longer than {LONGEST_TEXT} characters: its end was left unread")
    if part.type == "text/html":
        text, defect = html_to_text(text)
        defects.append(defect)
    text = clean(text)
    if part.parameters.get("format", "").lower() == "flowed" and part.type == "text/plain":
        text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text[:LONGEST_TEXT], tuple(d for d in defects if d)


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Paragraphs that format=flowed broke into lines, whole again (RFC 3676 section 4)."""
    joined: list[tuple[int, list[str]]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(_QUOTE_MARKS.match(line).group())  # type: ignore[union-attr]
        written = line[depth:].removeprefix(" ")
        flowed = written.endswith(" ") and written != "-- "
        if open_depth != depth or written == "-- ":
            joined.append((depth, []))
        joined[-1][1].append(written[:-1] if flowed and delete_space else written)
        open_depth = depth if flowed else None
    return "\n".join(">" * depth + " " * bool(depth) + "".join(pieces) for depth, pieces in joined)


def _undo(content: bytes, encoding: str) -> tuple[bytes, str | None]:
    if encoding == "base64":
        return from_base64(content), None
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content), None
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return _from_uuencode(content), None
    if encoding in ("", "7bit", "8bit", "binary", "7-bit", "8-bit"):
        return content, None
    return content, "unknown transfer encoding: read as it came"


def _from_uuencode(content: bytes) -> bytes:
    begin = _UU_BEGIN.search(content)
    decoded: list[bytes] = []
    for line in content[begin.end() if begin else 0 :].splitlines():
        if line == b"end":
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:  # a wrong length letter: what is there counts (as uudecode does)
            decoded.append(_uu_line_by_its_letters(line))
    return b"".join(decoded)


def _uu_line_by_its_letters(line: bytes) -> bytes:
    wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:wanted])
    except binascii.Error:
        return b""


def _charset_of(part: Part, data: bytes) -> str | None:
    declared = part.parameters.get("charset")
    if declared or part.type != "text/html":
        return declared
    meta = _META_CHARSET.search(data[:4096])
    return meta[1].decode("ascii") if meta else None
