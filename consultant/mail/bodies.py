"""The content of a leaf: transfer encoding undone (RFC 2045 section 6), text decoded and its lines made
whole.

Knows parts; knows nothing of whole messages and of who wrote them.
"""

import binascii
import re
from dataclasses import replace

from consultant.mail import invitations
from consultant.mail.characters import clean
from consultant.mail.charsets import decode
from consultant.mail.flowed import unflow
from consultant.mail.headers import from_base64
from consultant.mail.html_text import html_to_text
from consultant.mail.parts import Part
from consultant.mail.remarks import Cut
from consultant.mail.uuencode import decode_uuencoded

LONGEST_TEXT = 1_000_000  # characters
_LONGEST_TRANSFER = 8 * LONGEST_TEXT  # bytes of a text part that are looked at

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
# A soft line break whose line end got blanks in front of it on the way (RFC 2045 section 6.7, rule 3).
_SPOILT_SOFT_BREAK = re.compile(rb"=[ \t]{1,80}\r?\n")
_ONLY_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*=?\s?=?\s*")
_WORDS = re.compile(rb"\S[ \t]\S")
_ENRICHED_COMMAND = re.compile(r"<(?!<)(/?)([A-Za-z0-9-]{1,60})>")


def content_of(part: Part) -> tuple[bytes, str | None]:
    """The content as it was before transfer, and a short sentence when its encoding is unknown (else
    None)."""
    return _undo(part.content, _encoding_of(part))


def decoded(part: Part) -> tuple[str, tuple[str, ...]]:
    """The text of the part as written, markup and all; at most LONGEST_TEXT characters."""
    remarks: list[str | None] = []
    if len(part.content) > _LONGEST_TRANSFER:
        remarks.append(Cut("text too long: its end was left unread"))
        part = replace(part, content=part.content[:_LONGEST_TRANSFER])
    data, remark = _text_content_of(part)
    text, unreadable = decode(data, _charset_of(part, data))
    remarks += [remark, unreadable]
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        remarks.append(Cut(f"text longer than {LONGEST_TEXT} characters: its end was left unread"))
    return text, tuple(remark for remark in remarks if remark)


def readable(part: Part, written: str) -> tuple[str, tuple[str, ...]]:
    """What a person would read of the part's text: no markup, no broken paragraphs, no control characters."""
    remark: str | None = None
    if part.type == "text/html":
        written, remark = html_to_text(written)
    text = clean(written)
    if part.type == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    elif part.type == "text/calendar":
        text = invitations.readable(text)
    elif part.type in ("text/enriched", "text/richtext"):
        text = _without_enrichment(text)
    return text[:LONGEST_TEXT], (remark,) if remark else ()


def _encoding_of(part: Part) -> str:
    values = part.headers.raw("content-transfer-encoding")
    return values[0].split(b";")[0].strip(b" \t\"'").lower().decode("ascii", "replace") if values else ""


def _text_content_of(part: Part) -> tuple[bytes, str | None]:
    """As `content_of`, for text: list programs put words behind base64 that are none."""
    encoding = _encoding_of(part)
    if encoding != "base64" or _ONLY_BASE64.fullmatch(part.content):
        return _undo(part.content, encoding)
    lines = part.content.splitlines(keepends=True)
    first = next((number for number, line in enumerate(lines) if _WORDS.search(line)), len(lines))
    if first == len(lines):
        return _undo(part.content, encoding)
    data = from_base64(b"".join(lines[:first]))
    return data + b"\n" * bool(data) + b"".join(lines[first:]), "text that is not base64 as it says: read as it came"


def _undo(content: bytes, encoding: str) -> tuple[bytes, str | None]:
    if encoding in ("", "7bit", "8bit", "binary", "7-bit", "8-bit"):
        return content, None
    if encoding == "base64":
        return from_base64(content), None
    if encoding == "quoted-printable":
        if b"= " in content or b"=\t" in content:
            content = _SPOILT_SOFT_BREAK.sub(b"", content)
        return binascii.a2b_qp(content), None
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return decode_uuencoded(content), None
    return content, "unknown transfer encoding: read as it came"


def _charset_of(part: Part, data: bytes) -> str | None:
    declared = part.parameters.get("charset")
    if declared or part.type != "text/html":
        return declared
    meta = _META_CHARSET.search(data[:4096])
    return meta[1].decode("ascii") if meta else None


def _without_enrichment(text: str) -> str:
    """text/enriched (RFC 1896): commands left out, single line ends as blanks."""
    text = _ENRICHED_COMMAND.sub("", text).replace("<<", "<")
    return re.sub(r"\n(\n*)", lambda ends: ends[1] or " ", text).rstrip(" ")
