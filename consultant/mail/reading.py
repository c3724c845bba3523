"""From the bytes of a mail to what it says: one immutable value, whatever the bytes are.

`read_mail` is a pure function that never raises. What it could not read, or cut, stands in `defects`. It
judges nothing: whether a machine wrote the mail, who the sender is to us, and what is asked, others decide.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from consultant.mail.addresses import normalise, parse_mailboxes
from consultant.mail.bodies import LONGEST_TEXT, content_of, text_of
from consultant.mail.characters import one_line
from consultant.mail.headers import Headers, decode_words, parameters
from consultant.mail.parts import Message, Part, split_message
from consultant.mail.visible import visible_reply

_LONGEST_SUBJECT = 998
_LONGEST_NAME = 200
_MOST_ADDRESSES = 500
_MOST_REFERENCES = 200
_MOST_TEXT_BYTES = 4 * LONGEST_TEXT  # tags are slow to read and may hold no text
_EARLIEST_YEAR = 1970

_MESSAGE_ID = re.compile(r"<[^<>]{1,996}>")
_FORWARD = re.compile(r"(?:(?:re|aw|sv|antw)\s*:\s*)*(?:fwd?|wg|tr|rv|enc|vs|i|doorst)\s*:", re.IGNORECASE)
_UNSAFE_IN_NAME = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file part or an attached message: a name that is safe to show and store, and facts of its decoded
    content."""

    name: str
    type: str
    size: int  # bytes
    sha256: str  # hexadecimal


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """What a mail says. Addresses are normalised, text is decoded and free of control characters."""

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_address: str | None
    from_name: str
    to: tuple[str, ...]
    delivered_to: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str
    html_only: bool
    reply_text: str
    attachments: tuple[Attachment, ...]
    headers: Headers
    defects: tuple[str, ...]
    content_key: str

    def header(self, name: str) -> str | None:
        """The first field of that name, decoded and unfolded; None when there is none."""
        return self.headers.first(name)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """All fields of that name, decoded and unfolded."""
        return self.headers.all(name)


def read_mail(raw: bytes) -> IncomingMail:
    """Read a mail from its bytes (RFC 5322, MIME). Never raises; time and memory are bounded by the size."""
    message = split_message(raw)
    headers = message.headers
    defects = list(message.defects)
    from_address, from_name = _sender(headers, defects)
    subject = _subject(headers, defects)
    text, html_only = _text(message, defects)
    return IncomingMail(
        message_id=_message_id(headers, defects),
        in_reply_to=_message_ids(headers, "in-reply-to"),
        references=_message_ids(headers, "references"),
        from_address=from_address,
        from_name=from_name,
        to=_addresses(headers, ("to", "cc"), defects),
        delivered_to=_addresses(headers, ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to"), defects),
        subject=subject,
        date=_date(headers, defects),
        text=text,
        html_only=html_only,
        # What was forwarded is what is asked about.
        reply_text=text if _FORWARD.match(subject) else visible_reply(text),
        attachments=_attachments(message, defects),
        headers=headers,
        defects=tuple(dict.fromkeys(defects)),
        content_key=_content_key(message, raw),
    )


def _message_id(headers: Headers, defects: list[str]) -> str | None:
    found = _message_ids(headers, "message-id")
    if found:
        return found[0]
    bare = [value for value in headers.all("message-id") if "@" in value and " " not in value and "<" not in value]
    if bare and len(bare[0]) < 997:
        return f"<{bare[0].strip('>')}>"
    defects.append("no Message-ID")
    return None


def _message_ids(headers: Headers, name: str) -> tuple[str, ...]:
    values = " ".join(one_line(value) for value in headers.structured(name))
    # Some mailers fold inside of the angle brackets.
    found = [re.sub(r"\s", "", message_id) for message_id in _MESSAGE_ID.findall(values)]
    return tuple(dict.fromkeys(found))[-_MOST_REFERENCES:]


def _sender(headers: Headers, defects: list[str]) -> tuple[str | None, str]:
    mailboxes = [mailbox for value in headers.structured("from") for mailbox in parse_mailboxes(value)]
    usable = {address: box for box in mailboxes if (address := normalise(f"<{box.address}>")) is not None}
    if len(usable) > 1:
        defects.append("several From addresses: none of them counts as the sender")
        return None, ""
    if not usable:
        defects.append("no usable From address")
        return None, _readable(" ".join(box.name for box in mailboxes), defects)
    # A name with an unquoted comma reads like several mailboxes of which only the last has an address.
    return next(iter(usable)), _readable(", ".join(box.name for box in mailboxes if box.name), defects)


def _readable(written: str, defects: list[str]) -> str:
    text, unreadable = decode_words(written)
    defects += unreadable
    return one_line(text)[:_LONGEST_NAME]


def _addresses(headers: Headers, names: Iterable[str], defects: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        for value in headers.structured(name):
            for mailbox in parse_mailboxes(value):
                if (address := normalise(f"<{mailbox.address}>")) is not None:
                    found[address] = None
    if len(found) > _MOST_ADDRESSES:
        defects.append(f"more than {_MOST_ADDRESSES} addresses: the others were left out")
    return tuple(found)[:_MOST_ADDRESSES]


def _subject(headers: Headers, defects: list[str]) -> str:
    values = headers.structured("subject")
    text, unreadable = decode_words(values[0]) if values else ("", ())
    defects += unreadable
    subject = one_line(text)
    if len(subject) > _LONGEST_SUBJECT:
        defects.append(f"subject longer than {_LONGEST_SUBJECT} characters: cut")
    return subject[:_LONGEST_SUBJECT]


def _date(headers: Headers, defects: list[str]) -> datetime | None:
    written = headers.first("date")
    if written is None:
        return None
    try:
        parsed = parsedate_to_datetime(written[:200])
        # "-0000" says UTC and nothing about the writer's zone (RFC 5322 section 3.3); it parses as naive.
        date = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        date = None
    if date is None or date.year < _EARLIEST_YEAR:
        defects.append("unreadable Date")
        return None
    return date


def _text(message: Message, defects: list[str]) -> tuple[str, bool]:
    """The text that the mail shows, plain parts preferred in each alternative, and whether all of it was
    HTML."""
    read: list[tuple[Part, str]] = []
    looked_at = 0
    for part in (leaf for leaf in message.leaves if not is_attachment(leaf, message)):
        if sum(len(text) for _, text in read) >= LONGEST_TEXT or looked_at >= _MOST_TEXT_BYTES:
            defects.append("too much text: the last text parts were left unread")
            break
        looked_at += len(part.content)
        text, unreadable = text_of(part)
        defects += unreadable
        read.append((part, text))
    plain_in = {part.alternative for part, text in read if part.type != "text/html" and text.strip()} - {0}
    shown = [(part, text) for part, text in read if part.type != "text/html" or part.alternative not in plain_in]
    texts = _without_repetition([text.strip("\n") for _, text in shown if text.strip()])
    html_only = bool(texts) and all(part.type == "text/html" for part, text in shown if text.strip())
    return "\n\n".join(texts)[:LONGEST_TEXT], html_only


def _without_repetition(texts: list[str]) -> list[str]:
    """Some senders put the same text twice, plain and as HTML, without saying that it is an alternative."""
    by_words: dict[str, str] = {}
    for text in texts:
        by_words.setdefault("".join(text.split()), text)
    return list(by_words.values())


def is_attachment(part: Part, message: Message) -> bool:
    """Whether the leaf is a file or an attached message rather than text that the mail shows (RFC 2183)."""
    disposition, named = _disposition(part)
    if disposition == "attachment" or not part.type.startswith("text/"):
        return True
    if part.type in ("text/plain", "text/html", "text/enriched"):
        # Named inline text is a file that the mail program showed; the first one may be the body all the
        # same.
        return bool(named) and part is not message.leaves[0]
    return len(message.leaves) > 1


def _disposition(part: Part) -> tuple[str, str]:
    """The disposition and the file name, from Content-Disposition or else from Content-Type's `name`."""
    values = part.headers.structured("content-disposition")
    disposition, found = parameters(values[0]) if values else ("", {})
    return disposition, found.get("filename") or part.parameters.get("name", "")


def _attachments(message: Message, defects: list[str]) -> tuple[Attachment, ...]:
    found = []
    for number, part in enumerate((leaf for leaf in message.leaves if is_attachment(leaf, message)), start=1):
        content, defect = content_of(part)
        if defect:
            defects.append(defect)
        name = _safe_name(_disposition(part)[1], number, part.type)
        found.append(Attachment(name, part.type, len(content), hashlib.sha256(content).hexdigest()))
    return tuple(found)


def _safe_name(written: str, number: int, media_type: str) -> str:
    """A file name without a path, control characters and surprises; a made one when nothing is left."""
    text = one_line(decode_words(written)[0])
    name = _UNSAFE_IN_NAME.sub("_", re.split(r"[/\\]", text)[-1]).strip(" .")
    if not name:
        return f"attachment-{number}" + (".eml" if media_type == "message/rfc822" else "")
    stem, dot, suffix = name.rpartition(".")
    if len(name) <= _LONGEST_NAME or len(suffix) > 20:
        return name[:_LONGEST_NAME]
    return stem[: _LONGEST_NAME - len(suffix) - 1] + dot + suffix


def _content_key(message: Message, raw: bytes) -> str:
    """One key for one mail whichever way it came: the header fields its writer set, and the body."""
    digest = hashlib.sha256()
    for name in ("message-id", "from", "date", "subject"):
        for value in message.headers.raw(name):
            unfolded = b" ".join(value.split())
            digest.update(b"%s:%d:%s\n" % (name.encode("ascii"), len(unfolded), unfolded))
    digest.update(_body_with_line_feeds(raw, message.body_start))
    return digest.hexdigest()


def _body_with_line_feeds(raw: bytes, start: int) -> bytes:
    return raw[start:].replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")
