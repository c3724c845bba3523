"""From the bytes of a mail to what it says: one immutable value, whatever the bytes are.

`read_mail` is a pure function that never raises. What it could not read, or cut, stands in `defects`. It
judges nothing: whether a machine wrote the mail, who the sender is to us, and what is asked, others decide.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from consultant.mail.addresses import Mailbox, normalise, parse_mailboxes
from consultant.mail.attachments.listing import AttachedFile, Attachment
from consultant.mail.characters import one_line
from consultant.mail.contents import Scheme, contents_of
from consultant.mail.headers import Headers, decode_words
from consultant.mail.parts import Message, split_message
from consultant.mail.remarks import Cut
from consultant.mail.visible import Folded, fold

_LONGEST_SUBJECT = 998
_LONGEST_NAME = 200
_MOST_ADDRESSES = 500
_MOST_REFERENCES = 200
_EARLIEST_YEAR = 1970

_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_MESSAGE_ID = re.compile(r"<[^<>]{1,996}>")
# "Re:" as mail programs write it; the Finnish "VS:" is a forward in Danish and Norwegian, where nothing is folded.
_REPLY = re.compile(
    r"(?:re|r|aw|antw|sv|rif|res|odp|ynt|atb|bls|vá|ατ|απ|σχετ|回复|回覆|答复|答覆|返信|회신|отв|відп)"
    r"\s?(?:[\[(]\d{1,3}[\])]|\^\d{1,3})?\s?[:：]",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"(?:(?:re|aw|sv|antw)\s*:\s*)*(?:fwd?|wg|tr|rv|enc|vs|i|doorst)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """What a mail says. Addresses are normalised, text is decoded and free of control characters.

    `signed` and `encrypted` say by what, as the mail claims: no signature was checked, nothing decrypted. `defects`
    are all that was odd; those of them that mean that something was left unread or cut stand in `cut` as well.
    `is_reply` goes by header and subject; `reply_text` is the beginning of `text` that was written now, `folded` what
    stands below it.
    """

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
    is_reply: bool
    reply_text: str
    folded: str
    attachments: tuple[Attachment, ...]
    headers: Headers
    defects: tuple[str, ...]
    content_key: str
    signed: Scheme | None
    encrypted: Scheme | None
    cut: tuple[str, ...]

    def header(self, name: str) -> str | None:
        """The first field of that name, decoded and unfolded; None when there is none."""
        return self.headers.first(name)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """All fields of that name, decoded and unfolded."""
        return self.headers.all(name)


def read_mail(raw: bytes) -> IncomingMail:
    """Read a mail from its bytes (RFC 5322, MIME). Never raises; time and memory are bounded by the size."""
    return read_with_files(raw)[0]


def read_with_files(raw: bytes) -> tuple[IncomingMail, Sequence[AttachedFile]]:
    """As `read_mail`, and the attachments in the order of `IncomingMail.attachments`, with their content."""
    message = split_message(raw)
    headers = message.headers
    contents = contents_of(message)
    defects: list[str] = []
    from_address, from_name = _sender(headers, defects)
    subject = _subject(headers, defects)
    message_id = _message_id(headers, defects)
    date = _date(headers, defects)
    references = _message_ids(headers, "references", defects)
    in_reply_to = _message_ids(headers, "in-reply-to", defects)
    to = _addresses(headers, ("to", "cc"), defects)
    delivered_to = _addresses(headers, _DELIVERED_TO, defects)
    found = tuple(dict.fromkeys([*defects, *contents.remarks]))
    is_reply = bool(in_reply_to or references or _REPLY.match(subject))
    folded = _folded(contents.text, subject, is_reply=is_reply)
    mail = IncomingMail(
        message_id=message_id,
        in_reply_to=in_reply_to,
        references=references,
        from_address=from_address,
        from_name=from_name,
        to=to,
        delivered_to=delivered_to,
        subject=subject,
        date=date,
        text=contents.text,
        html_only=contents.html_only,
        is_reply=is_reply,
        reply_text=folded.visible,
        folded=folded.folded,
        attachments=tuple(file.attachment for file in contents.files),
        headers=headers,
        defects=tuple(str(remark) for remark in found),
        content_key=_content_key(message, raw),
        signed=contents.signed,
        encrypted=contents.encrypted,
        cut=tuple(str(remark) for remark in found if isinstance(remark, Cut)),
    )
    return mail, contents.files


def attached_files(raw: bytes) -> Sequence[AttachedFile]:
    """The attachments of the mail in the order of `IncomingMail.attachments`, with their content."""
    return contents_of(split_message(raw)).files


def _folded(text: str, subject: str, *, is_reply: bool) -> Folded:
    """The text as it is shown first. What was forwarded, or pasted into a fresh mail, is what is asked about."""
    if _FORWARD.match(subject):
        return Folded(text, "")
    return fold(text, is_reply=is_reply)


def _message_id(headers: Headers, defects: list[str]) -> str | None:
    found = _message_ids(headers, "message-id", defects)
    if found:
        return found[0]
    bare = [value for value in headers.all("message-id") if "@" in value and " " not in value and "<" not in value]
    if bare and len(bare[0]) < 997:
        return f"<{bare[0].strip('>')}>"
    defects.append("no Message-ID")
    return None


def _message_ids(headers: Headers, name: str, defects: list[str]) -> tuple[str, ...]:
    values = " ".join(one_line(value) for value in headers.structured(name))
    if not values:
        return ()
    # Some mailers fold inside of the angle brackets.
    found = [re.sub(r"\s", "", message_id) for message_id in _MESSAGE_ID.findall(values)]
    if len(found) > _MOST_REFERENCES:
        defects.append(Cut(f"more than {_MOST_REFERENCES} Message-IDs in a field: the first were left out"))
    return tuple(dict.fromkeys(found[-_MOST_REFERENCES:]))


def _sender(headers: Headers, defects: list[str]) -> tuple[str | None, str]:
    mailboxes = [_apart(mailbox) for value in headers.structured("from") for mailbox in parse_mailboxes(value)]
    usable = {address: box for box in mailboxes if (address := normalise(f"<{box.address}>")) is not None}
    if len(usable) > 1:
        defects.append("several From addresses: none of them counts as the sender")
        return None, ""
    if not usable:
        defects.append("no usable From address")
        return None, _readable(" ".join(box.name for box in mailboxes), defects)
    # A name with an unquoted comma reads like several mailboxes of which only the last has an address.
    return next(iter(usable)), _readable(", ".join(box.name for box in mailboxes if box.name), defects)


def _apart(mailbox: Mailbox) -> Mailbox:
    """Name and address where a program left out the angle brackets; with two addresses nobody knows which is meant."""
    name, blank, address = mailbox.address.strip().rpartition(" ")
    if not blank or "@" in name or "@" not in address:
        return mailbox
    return Mailbox(name.strip(' "'), address)


def _readable(written: str, defects: list[str]) -> str:
    text, unreadable = decode_words(written)
    defects += unreadable
    name = one_line(text)
    if len(name) > _LONGEST_NAME:
        defects.append(Cut(f"a sender's name longer than {_LONGEST_NAME} characters: cut"))
    return name[:_LONGEST_NAME]


def _addresses(headers: Headers, names: Iterable[str], defects: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        for value in headers.structured(name):
            for mailbox in parse_mailboxes(value):
                if (address := normalise(f"<{mailbox.address}>")) is not None:
                    found[address] = None
    if len(found) > _MOST_ADDRESSES:
        defects.append(Cut(f"more than {_MOST_ADDRESSES} addresses: the others were left out"))
    return tuple(found)[:_MOST_ADDRESSES]


def _subject(headers: Headers, defects: list[str]) -> str:
    values = headers.structured("subject")
    text, unreadable = decode_words(values[0]) if values else ("", ())
    defects += unreadable
    subject = one_line(text)
    if len(subject) > _LONGEST_SUBJECT:
        defects.append(Cut(f"subject longer than {_LONGEST_SUBJECT} characters: cut"))
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
