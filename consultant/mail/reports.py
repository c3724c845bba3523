"""Machine-readable reports about a mail: delivery (RFC 3464), disposition (RFC 8098), abuse (RFC 5965).

Reads the fields of a report and finds the mail that it is about. Judges nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from consultant.mail.addresses import normalise
from consultant.mail.bodies import content_of
from consultant.mail.headers import Headers, read_section
from consultant.mail.parts import Message, Part

DELIVERY_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
DISPOSITION = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
FEEDBACK = frozenset({"message/feedback-report"})
_ORIGINALS = frozenset(
    {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
    }
)

_LONGEST_REPORT = 512 * 1024
_MOST_RECIPIENTS = 1000
_BETWEEN_GROUPS = re.compile(rb"\n[ \t\r]*\n")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_REPLY = re.compile(r"(?:^|[\s;:])([245])\d\d(?:[ ,-]|$)")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,996}>")
_CLASSES: dict[str, Literal[2, 4, 5]] = {"2": 2, "4": 4, "5": 5}

Action = Literal["failed", "delayed", "delivered"]


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """What became of one recipient: the address that was sent to, and whether the trouble, if any, is for
    good."""

    address: str | None
    action: Action
    permanent: bool


def delivery_statuses(parts: Iterable[Part]) -> list[RecipientStatus]:
    """The per-recipient groups of the delivery-status parts (RFC 3464 section 2.3)."""
    statuses: list[RecipientStatus] = []
    for part in parts:
        if part.type in DELIVERY_STATUS:
            statuses += [status for group in _groups(part) if (status := _recipient_status(group))]
    return statuses[:_MOST_RECIPIENTS]


def status_class(text: str) -> Literal[2, 4, 5] | None:
    """2, 4 or 5 of the first enhanced status code (RFC 3463), else of the first SMTP reply code, in the
    text."""
    found = _STATUS.search(text) or _REPLY.search(text)
    return _CLASSES[found[1]] if found else None


def original_message_id(message: Message) -> str | None:
    """The Message-ID of the mail, or of the headers of the mail, that is enclosed."""
    for headers in _enclosed(message):
        for value in headers.all("message-id"):
            if found := _MESSAGE_ID.search(value):
                return found[0]
    return None


def is_microsoft_junk_report(message: Message) -> bool:
    """Microsoft's junk mail reports enclose the mail with fields of their own and use no feedback-report
    part."""
    return any(headers.raw("x-hmxmroriginalrecipient") for headers in _enclosed(message))


def _enclosed(message: Message) -> Iterator[Headers]:
    for part in message.leaves:
        if part.type in _ORIGINALS:
            content = content_of(part)[0]
            yield read_section(content, 0, len(content)).headers


def _groups(part: Part) -> Iterator[Headers]:
    content = content_of(part)[0][:_LONGEST_REPORT]
    for written in _BETWEEN_GROUPS.split(content, 2 * _MOST_RECIPIENTS):
        group = written.lstrip(b"\r\n")
        yield read_section(group, 0, len(group)).headers


def _recipient_status(group: Headers) -> RecipientStatus | None:
    # The original recipient is the one that was sent to; the final one may be behind a forwarding unknown
    # to us.
    fields = group.all("original-recipient") + group.all("final-recipient")
    addresses = (normalise(field.partition(";")[2] or field) for field in fields)
    address = next((found for found in addresses if found), None)
    action = (group.first("action") or "").split(" ")[0].lower()
    if not address and not action:
        return None
    kind = status_class(f"{group.first('status') or ''} ")
    if kind is None:
        kind = status_class(group.first("diagnostic-code") or "")
    return RecipientStatus(address, _action(action, kind), permanent=kind != 4)


def _action(written: str, kind: Literal[2, 4, 5] | None) -> Action:
    if written.startswith("fail"):
        return "failed"
    if written.startswith("delay"):
        return "delayed"
    if written in ("delivered", "relayed", "expanded"):
        return "delivered"
    return "delivered" if kind == 2 else "delayed" if kind == 4 else "failed"
