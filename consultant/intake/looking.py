"""Looking at a mail: everything that can be known of it from its bytes alone.

A pure function, so that it may run in a process of its own (consultant.intake.readers). Must not know the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from consultant.mail.attachments.listing import AttachedFile
from consultant.mail.attachments.texts import FAILED, SECONDS, FileText, read_files, unread_files
from consultant.mail.authentication import Authentication, Trust, authenticate, vouched_for
from consultant.mail.machine import Kind, Machine, judge_machine
from consultant.mail.reading import IncomingMail, read_with_files
from consultant.questions import enclosure, find_patient_data, kinds, read_for_receipt, understood
from consultant.questions.model import Identifier, Question

LOOK_SECONDS = 8  # for a mail with its files: the process that looks at it is stopped soon after

BELIEVE_NOBODY = Trust(())


@dataclass(frozen=True, slots=True)
class Unread:
    """A mail as it lies there unread: its bytes, its envelope where it came through the door, whose results on it
    are believed, and who vouches for its sender ("" where nobody does)."""

    raw: bytes
    envelope_from: str | None = None
    envelope_to: tuple[str, ...] = ()
    with_files: bool = True  # else the attached files stay closed: what they did at earlier tries, they do no more
    trust: Trust = BELIEVE_NOBODY
    vouched_by: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail with everything that was seen of it. `understood` and `files` are empty for what a machine wrote."""

    mail: IncomingMail
    size: int  # bytes
    machine: Machine
    authentication: Authentication
    understood: tuple[str, ...]
    envelope_from: str | None
    recipients: tuple[str, ...]
    files: tuple[FileText, ...] = ()
    identifiers: tuple[Identifier, ...] = ()  # of patients, but for dates of service


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A mail that could not be looked at within the bounds; `reason` is a code."""

    reason: str


Look = Callable[[Sequence[Unread], date], Sequence[Seen | Unreadable]]


def look(mail: Unread, on: date) -> Seen:
    """Read the mail, judge whether a machine wrote it and whether its sender is proven, and read its question; `on`
    is the day that it came."""
    started = time.monotonic()
    read, attached = read_with_files(mail.raw)
    machine = judge_machine(read, mail.raw, envelope_from=mail.envelope_from)
    vouched_by = mail.vouched_by
    proven = vouched_for(read.headers, vouched_by) if vouched_by else authenticate(read.headers, mail.trust)
    asks = machine.kind is Kind.QUESTION
    files = _files(mail, attached, min(started + LOOK_SECONDS, time.monotonic() + SECONDS)) if asks else ()
    question = _question(read, files, on) if asks else None
    return Seen(
        mail=read,
        size=len(mail.raw),
        machine=machine,
        authentication=proven,
        understood=understood(question) if question else (),
        envelope_from=mail.envelope_from,
        recipients=tuple(dict.fromkeys((*mail.envelope_to, *read.delivered_to, *read.to))),
        files=files,
        identifiers=_identifiers(question, files) if question else (),
    )


def _files(mail: Unread, attached: Sequence[AttachedFile], deadline: float) -> tuple[FileText, ...]:
    """The texts of the attached files. Whatever they do, the mail itself was read and is taken in."""
    attachments = tuple(each.attachment for each in attached)
    if not mail.with_files:
        return unread_files(attachments, FAILED)
    try:
        return read_files(attached, deadline)
    except Exception:  # noqa: BLE001 - a file's trouble is never the mail's; that it was not read is said
        return unread_files(attachments, FAILED)


def _question(mail: IncomingMail, files: Sequence[FileText], on: date) -> Question:
    enclosures = [enclosure(each.name, each.text, cut=each.cut, problem=each.problem) for each in files]
    return read_for_receipt(
        mail.reply_text, subject=mail.subject, sent_on=on, is_reply=mail.is_reply, enclosures=enclosures
    )


def _identifiers(question: Question, files: Sequence[FileText]) -> tuple[Identifier, ...]:
    in_files = (datum for each in files for datum in find_patient_data(each.text))
    found = kinds((*question.patient_data, *in_files))
    return tuple(kind for kind in found if kind is not Identifier.SERVICE_DATE)


def look_here(mails: Sequence[Unread], on: date) -> Sequence[Seen | Unreadable]:
    """Look at the mails in this process, without bounds: for commands, and for tests of what follows."""
    return [look(each, on) for each in mails]
