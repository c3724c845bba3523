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
from consultant.mail.parts import Message, Part, split_message

DELIVERY_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
DISPOSITION = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
FEEDBACK = frozenset({"message/feedback-report"})
ORIGINALS = frozenset(
    {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
    }
)

_ORIGINAL_ID_FIELDS = ("original-message-id", "x-original-message-id")
_MOST_ENCLOSED = 10
_LONGEST_REPORT = 512 * 1024
_MOST_RECIPIENTS = 1000
_BETWEEN_GROUPS = re.compile(rb"\n[ \t\r]*\n")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
# The reply codes of RFC 5321 and RFC 4954, so that "480-624-2500" is none; "250" is said on the way to a failure.
_REPLY = re.compile(
    r"(?:^|[\s;:(\[])(4(?:21|22|31|32|4[1-79]|5[0-59]|7[0-4])|5(?:0[0-5]|1[0-3]|2[1-5]|3[0-9]|4[1-7]|5[0-9]|"
    r"7[0-9]))(?=[ ,):\]]|-[^\d\s]|-\d\.|$)",
    re.MULTILINE,
)
_THROWN_AWAY = re.compile(r";\s*(?:deleted|denied|failed)|/\s*(?:error|failure)")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,996}>")
Action = Literal["failed", "delayed", "delivered"]

_BY_CLASS: dict[str, Action] = {"2": "delivered", "4": "delayed"}


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """What became of one recipient: the address that was sent to, whether the trouble, if any, is for good,
    and the code that says why (RFC 3463)."""

    address: str | None
    action: Action
    permanent: bool
    status: str | None


def delivery_statuses(parts: Iterable[Part]) -> list[RecipientStatus]:
    """The per-recipient groups of the delivery-status parts (RFC 3464 section 2.3)."""
    statuses: list[RecipientStatus] = []
    for part in parts:
        if part.type in DELIVERY_STATUS:
            statuses += [status for group in _groups(part) if (status := _recipient_status(group))]
    return statuses[:_MOST_RECIPIENTS]


def status_code(text: str) -> str | None:
    """The first enhanced status code (RFC 3463), else the first SMTP reply code, in the text."""
    if found := _STATUS.search(text):
        return found[0]
    reply = _REPLY.search(text)
    return reply[1] if reply else None


def is_rejection(parts: Iterable[Part]) -> bool:
    """Whether a disposition notification says that a server threw the mail away (RFC 8098 section 3.2.6)."""
    for part in parts:
        if part.type in DISPOSITION:
            content = content_of(part)[0][:_LONGEST_REPORT].lstrip(b"\r\n")
            disposition = (read_section(content, 0, len(content)).headers.first("disposition") or "").lower()
            if "automatic-action" in disposition and _THROWN_AWAY.search(disposition):
                return True
    return False


def original_message_id(message: Message) -> str | None:
    """The Message-ID of the mail, or of the headers of the mail, that is enclosed, or that the report names."""
    enclosed = [("message-id", headers) for headers in _enclosed(message)]
    reported = [(name, group) for name in _ORIGINAL_ID_FIELDS for group in _reported(message)]
    for name, headers in (*enclosed, *reported):
        for value in headers.all(name):
            if found := _MESSAGE_ID.search(value):
                return found[0]
    return None


def enclosed_report(message: Message) -> Message | None:
    """The report that a gateway enclosed in a mail of its own; None when there is none."""
    for part in message.leaves[:_MOST_ENCLOSED]:
        if part.type == "message/rfc822":
            inner = split_message(content_of(part)[0])
            if any(leaf.type in DELIVERY_STATUS for leaf in inner.leaves):
                return inner
    return None


def is_microsoft_junk_report(message: Message) -> bool:
    """Microsoft's junk mail reports enclose the mail with fields of their own and use no feedback-report
    part."""
    return any(headers.raw("x-hmxmroriginalrecipient") for headers in _enclosed(message))


def _enclosed(message: Message) -> Iterator[Headers]:
    for part in message.leaves:
        if part.type in ORIGINALS:
            content = content_of(part)[0]
            yield read_section(content, 0, len(content)).headers


def _reported(message: Message) -> Iterator[Headers]:
    for part in message.leaves:
        if part.type in DELIVERY_STATUS | DISPOSITION | FEEDBACK:
            yield from _groups(part)


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
    code = status_code(group.first("status") or "") or status_code(group.first("diagnostic-code") or "")
    return RecipientStatus(address, _action(action, code), not (code or "").startswith("4"), code)


def _action(written: str, code: str | None) -> Action:
    if written.startswith("fail"):
        return "failed"
    if written.startswith("delay"):
        return "delayed"
    if written in ("delivered", "relayed", "expanded"):
        return "delivered"
    return _BY_CLASS.get((code or "")[:1], "failed")
