"""Looking at a mail: everything that can be known of it from its bytes alone.

A pure function, so that it may run in a process of its own (consultant.intake.readers). Must not know the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from config.settings import Settings
from consultant.mail.authentication import Authentication, Trust, authenticate, vouched_for
from consultant.mail.machine import Kind, Machine, judge_machine
from consultant.mail.reading import IncomingMail, read_mail
from consultant.questions import read_question, understood

BELIEVE_NOBODY = Trust(())


@dataclass(frozen=True, slots=True)
class Unread:
    """A mail as it lies there unread: its bytes, its envelope where it came through the door, whose results on it
    are believed, and who vouches for its sender ("" where nobody does)."""

    raw: bytes
    envelope_from: str | None = None
    envelope_to: tuple[str, ...] = ()
    trust: Trust = BELIEVE_NOBODY
    vouched_by: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail with everything that was seen of it. `understood` is empty for what a machine wrote."""

    mail: IncomingMail
    size: int  # bytes
    machine: Machine
    authentication: Authentication
    understood: tuple[str, ...]
    envelope_from: str | None
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A mail that could not be looked at within the bounds; `reason` is a code."""

    reason: str


Look = Callable[[Sequence[Unread], date], Sequence[Seen | Unreadable]]


def trust_of(settings: Settings) -> Trust:
    """Whose results are believed, as a value that can be handed to another process."""
    trust = settings.trust
    return Trust(tuple(trust.authserv_ids), trust.own_received, tuple(trust.arc_sealers))


def look(mail: Unread, on: date) -> Seen:
    """Read the mail, judge whether a machine wrote it and whether its sender is proven, and read its question; `on`
    is the day that it came."""
    read = read_mail(mail.raw)
    machine = judge_machine(read, mail.raw, envelope_from=mail.envelope_from)
    vouched_by = mail.vouched_by
    proven = vouched_for(read.headers, vouched_by) if vouched_by else authenticate(read.headers, mail.trust)
    asks = machine.kind is Kind.QUESTION
    question = read_question(read.reply_text, subject=read.subject, sent_on=on) if asks else None
    return Seen(
        mail=read,
        size=len(mail.raw),
        machine=machine,
        authentication=proven,
        understood=understood(question) if question else (),
        envelope_from=mail.envelope_from,
        recipients=tuple(dict.fromkeys((*mail.envelope_to, *read.delivered_to, *read.to))),
    )


def look_here(mails: Sequence[Unread], on: date) -> Sequence[Seen | Unreadable]:
    """Look at the mails in this process, without bounds: for commands, and for tests of what follows."""
    return [look(each, on) for each in mails]
