"""An outgoing mail as bytes: the one place where its header fields are set and its parts encoded.

What comes out is 7-bit, ends every line with CRLF, and holds no line over 998 octets (RFC 5322 section
2.1.1), so any relay takes it unchanged. Every letter has the same two parts, so its bytes are written
directly: the standard library's message tree takes some twenty times as long. Must not know which letter it
writes, nor whether and how it is sent.
"""

from __future__ import annotations

import binascii
import re
import secrets
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Protocol

from consultant.mail.characters import one_line
from consultant.mail.patient_data import may_name_a_patient

NEUTRAL_SUBJECT = "Your coding question"

_LONGEST_LINE = 998
_LONGEST_SUBJECT = 120
_LONGEST_ID = 900
_MOST_REFERENCES = 20
_FOLD_AT = 76
_LONGEST_PLAIN_WORD = 50  # a longer one could only be folded away from its field name
_BOUNDARY = "=_alternative"  # no quoted-printable text holds "=_" (RFC 2045 section 6.7)
_BEFORE_TEXT, _BEFORE_HTML = (
    f'--{_BOUNDARY}\r\nContent-Type: text/{subtype}; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode("ascii")
    for subtype in ("plain", "html")
)
_CLOSING = f"--{_BOUNDARY}--\r\n".encode("ascii")

# Where an encoded line over 76 octets may be broken: not inside of "=3D", and not in front of a "From ".
_OVERLONG = re.compile(rb"\r\n(?=[^\r\n]{77})[^\r\n]{66,72}(?<!=)(?<!=[0-9A-F])(?!From )")

_ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_ADDR_SPEC = re.compile(rf"(?:{_ATOMS}|{_QUOTED})@{_LABEL}(?:\.{_LABEL})*")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_MSG_ID = re.compile(r"<[!-;=?-~]+>")
_LEADING_PREFIXES = re.compile(
    r"\A(?:\s|\[C-\d{4}-\d+\]"
    r"|(?:re|fwd?|aw|wg|antw|sv|vs|vb|ref|rv|res|enc|tr|odp)\s*(?:\[\d+\]|\(\d+\))?\s*[:\uff1a])+",
    re.IGNORECASE,
)


class ComposeError(ValueError):
    """A value cannot stand in a mail's header; the message names the field and the rule, never the value."""


class Parts(Protocol):
    """What a letter was rendered to."""

    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...


def compose(
    *,
    rendered: Parts,
    from_: tuple[str, str],
    to: str,
    reply_to: str | None,
    message_id: str,
    date: datetime,
    in_reply_to: str | None,
    references: Sequence[str],
    automatic: bool,
    case_reference: str | None,
) -> bytes:
    """The whole mail, ready for SMTP.

    `from_` is display name and address; `to` and `reply_to` are one addr-spec each (RFC 5322 section 3.4.1).
    `references` are the ids before `in_reply_to` in the thread, oldest first; that one is added. Ids that are
    not well formed are left out: other people's mail has them. Automatic mail says so (RFC 3834 section 5).

    ComposeError when a value has a control character or a line end, or is no address, id or aware time.
    """
    thread = _thread(references, in_reply_to)
    fields = [
        ("From", _mailbox(*from_)),
        ("To", _addr_spec("To", to)),
        ("Subject", _unstructured("Subject", rendered.subject)),
        ("Date", _date(date)),
        ("Message-ID", _own_id(message_id)),
        ("Reply-To", _addr_spec("Reply-To", reply_to) if reply_to else None),
        ("In-Reply-To", _well_formed_id(in_reply_to)),
        ("References", "\r\n ".join(thread) or None),
        ("Auto-Submitted", _auto_submitted(in_reply_to) if automatic else None),
        ("X-Auto-Response-Suppress", "All" if automatic else None),
        ("X-Case-Reference", _unstructured("X-Case-Reference", case_reference) if case_reference else None),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{_BOUNDARY}"'),
    ]
    header = "".join(f"{name}: {value}\r\n" for name, value in fields if value is not None)
    return b"\r\n".join((_checked(header).encode("ascii"), _body(rendered.text, rendered.html)))


def new_message_id(domain: str) -> str:
    """A new Message-ID in angle brackets: 128 random bits at the domain (RFC 5322 section 3.6.4)."""
    return f"<{secrets.token_hex(16)}@{domain}>"


def reply_subject(subject: str, case_reference: str) -> str:
    """The subject of a mail that threads under the member's own: "Re: [C-2026-000123] their subject".

    Clients compare subjects without "Re:" and one leading [blob] (RFC 5256 section 2.1), so the case number
    does not break the thread. A subject that may name a patient or hold a date or number of one is not
    repeated: the neutral one stands in its place, and only the References keep the thread.
    """
    base = _LEADING_PREFIXES.sub("", one_line(subject))
    if not base or may_name_a_patient(base):
        base = NEUTRAL_SUBJECT
    return f"Re: [{case_reference}] {_shortened(base)}"


def _body(text: str, html: str) -> bytes:
    """Both faces of the letter, plain text first (RFC 2046 section 5.1.4)."""
    text_part, html_part = _quoted_printable(text), _quoted_printable(html)
    return b"\r\n".join((_BEFORE_TEXT + text_part, _BEFORE_HTML + html_part, _CLOSING))


def _quoted_printable(text: str) -> bytes:
    """The text in UTF-8, lines ended by CRLF, quoted-printable (RFC 2045 section 6.7).

    Neither a lone "." nor a "From " begins a line, which some stores and relays change (RFC 2049 section 3).
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    # A line end behind the last line as well: without one, b2a_qp would break long lines by bare line feeds.
    encoded = b"\r\n" + binascii.b2a_qp(f"{lines}\r\n".encode("utf-8", "replace"))
    encoded = encoded.replace(b"\r\nFrom ", b"\r\n=46rom ").replace(b"\r\n.\r\n", b"\r\n=2E\r\n")
    # Both "=46" and a blank at the end of a line, which b2a_qp writes as =20 without counting, make lines longer.
    return _OVERLONG.sub(rb"\g<0>=\r\n", encoded)[2:-2]


def _unstructured(field: str, value: str) -> str:
    """Text of a header field, folded; encoded (RFC 2047) unless it is ASCII and does not look encoded."""
    _refuse_controls(field, value)
    words = value.split(" ")
    plain = value.isascii() and "=?" not in value and all(words) and max(map(len, words)) <= _LONGEST_PLAIN_WORD
    if not plain:
        return Header(value, "utf-8", header_name=field, maxlinelen=_FOLD_AT).encode(linesep="\r\n")
    if len(field) + len(value) + 2 <= _FOLD_AT:
        return value
    folded = textwrap.wrap(
        value, _FOLD_AT, initial_indent=" " * (len(field) + 2), subsequent_indent=" ", break_on_hyphens=False
    )
    return "\r\n".join(folded).lstrip(" ")


def _mailbox(name: str, address: str) -> str:
    addr_spec = _addr_spec("From", address)
    _refuse_controls("From", name)
    if not name.strip():
        return addr_spec
    if not name.isascii() or "=?" in name:
        encoded = Header(name, "utf-8", header_name="From", maxlinelen=_FOLD_AT).encode(linesep="\r\n")
        return f"{encoded}\r\n <{addr_spec}>"
    phrase = name if _PLAIN_PHRASE.fullmatch(name) else '"{}"'.format(re.sub(r'(["\\])', r"\\\1", name))
    return f"{phrase} <{addr_spec}>"


def is_writable(address: str) -> bool:
    """Whether a letter can go to this address: ASCII, no blank, at most 64 octets before the @ (RFC 5321)."""
    local = address.rpartition("@")[0]
    return (
        len(address) <= 254
        and len(local) <= 64
        and not re.search(r"\s", address)
        and _ADDR_SPEC.fullmatch(address) is not None
    )


def _addr_spec(field: str, address: str) -> str:
    """One bare address; an international domain in its ASCII form (RFC 5890)."""
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        address = f"{local}@{_ascii_domain(field, domain)}"
    if len(address) > 254 or _ADDR_SPEC.fullmatch(address) is None:
        raise ComposeError(f"{field} must be one ASCII address such as name@host.example, and nothing around it")
    return address


def _ascii_domain(field: str, domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ComposeError(f"the domain in {field} is not a host name") from error


def _own_id(message_id: str) -> str:
    well_formed = _well_formed_id(message_id)
    if well_formed is None:
        raise ComposeError("Message-ID must look like <unique@domain>, in ASCII and without blanks")
    return well_formed


def _well_formed_id(message_id: str | None) -> str | None:
    """The id in angle brackets, or None when it cannot stand in a header (RFC 5322 3.6.4, leniently)."""
    if message_id is None or len(message_id) > _LONGEST_ID:
        return None
    bracketed = message_id if message_id.startswith("<") else f"<{message_id}>"
    return bracketed if _MSG_ID.fullmatch(bracketed) else None


def _thread(references: Sequence[str], in_reply_to: str | None) -> list[str]:
    """The thread's ids, each once; of a long thread the first, which starts it, and the latest."""
    ids = list(dict.fromkeys(_well_formed([*references, in_reply_to])))
    if len(ids) <= _MOST_REFERENCES:
        return ids
    return [ids[0], *ids[-(_MOST_REFERENCES - 1) :]]


def _well_formed(ids: Iterable[str | None]) -> Iterator[str]:
    for message_id in ids:
        well_formed = _well_formed_id(message_id)
        if well_formed is not None:
            yield well_formed


def _auto_submitted(in_reply_to: str | None) -> str:
    return "auto-generated" if in_reply_to is None else "auto-replied"


def _date(date: datetime) -> str:
    if date.tzinfo is None:
        raise ComposeError("Date must carry its time zone: pass an aware datetime")
    return format_datetime(date)


def _refuse_controls(field: str, value: str) -> None:
    if not value.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value
    ):
        raise ComposeError(f"{field} must be one line without control characters")


def _checked(header: str) -> str:
    if any(len(line) > _LONGEST_LINE for line in header.split("\r\n")):
        raise ComposeError(f"a header line would be over {_LONGEST_LINE} octets: shorten the name or the subject")
    return header


def _shortened(subject: str) -> str:
    if len(subject) <= _LONGEST_SUBJECT:
        return subject
    return subject[: _LONGEST_SUBJECT - 1].rsplit(" ", 1)[0].rstrip() + "…"
