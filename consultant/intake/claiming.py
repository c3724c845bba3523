"""Who works on which stored mail: a claim holds the mail for a while, so that no two workers take the same one in.

A try counts as interrupted until its worker says how it ended: a worker that is killed says little against the mail,
while one that fails says much. Knows nothing of what a mail says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.orm import Session

from config.settings import Settings
from consultant.db.messages import Message, MessageState
from consultant.intake.looking import Unread
from consultant.mail.authentication import Trust
from consultant.service import Service

LEASE = timedelta(minutes=2)
TOGETHER = 100  # mails taken in by one transaction
BYTES_TOGETHER = 16 * 1024 * 1024
# A mail of so many bytes has files, which take seconds to read: so few of them end well within the lease.
HOLDS_FILES = 50_000
FILES_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class Claimed:
    """A stored mail that we hold, and its tries: those that failed, and those without an end, this one among them."""

    id: int
    unread: Unread
    attempts: int
    interruptions: int


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a mail waits to be taken in, held by nobody, and its turn has come."""
    free = Message.lease_until.is_(None) | (Message.lease_until <= now)
    turn = Message.wait_until.is_(None) | (Message.wait_until <= now)
    return (Message.state == MessageState.STORED) & free & turn


def claim(service: Service, message_id: int | None = None, *, together: int = TOGETHER) -> list[Claimed]:
    """Claim that mail, or a batch of those that are due, oldest first, at most so many `together`; empty where
    there is nothing to do.

    A mail that was tried before comes alone: whatever ended that try shall not happen to others again.
    """
    now = service.clock()
    wanted = is_due(now) if message_id is None else is_due(now) & (Message.id == message_id)
    with service.work() as work:
        ids = _batch(work.session, wanted, together)
        rows = work.session.execute(
            update(Message)
            .where(Message.id.in_(ids))
            .values(interruptions=Message.interruptions + 1, lease_until=now + LEASE)
            .returning(
                Message.id, Message.raw, Message.envelope_from, Message.envelope_to,
                Message.vouched_by, Message.attempts, Message.interruptions,
            )
            .execution_options(synchronize_session=False)
        ).all() if ids else []  # fmt: skip
        work.commit()
    trust, last = trust_of(service.settings), max(service.settings.max_attempts - 1, 1)
    return sorted((_claimed(row, trust, last) for row in rows), key=lambda each: each.id)


def note_failure(session: Session, message_id: int, trouble: str) -> None:
    """The try failed. The mail stays held, so that some time passes before the next one."""
    session.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(attempts=Message.attempts + 1, interruptions=Message.interruptions - 1, trouble=trouble)
    )


def give_back(service: Service, message_ids: Sequence[int]) -> None:
    """The try never began. The mails stay held for as long as after a failure."""
    with service.work() as work:
        work.session.execute(
            update(Message).where(Message.id.in_(message_ids)).values(interruptions=Message.interruptions - 1)
        )
        work.commit()


def end_leases(session: Session) -> None:
    """At the start of the only process there is: whoever held a mail is gone."""
    session.execute(update(Message).where(Message.lease_until.is_not(None)).values(lease_until=None))


def _batch(session: Session, wanted: ColumnElement[bool], together: int) -> list[int]:
    """The oldest that nobody else is claiming at this moment."""
    found = session.execute(
        select(Message.id, Message.size, Message.attempts, Message.interruptions)
        .where(wanted)
        .order_by(Message.id)
        .limit(together)
        .with_for_update(skip_locked=True)
    ).all()
    ids: list[int] = []
    total = with_files = 0
    for message_id, size, attempts, interruptions in found:
        alone = attempts > 0 or interruptions > 0
        total += size
        with_files += size >= HOLDS_FILES
        if ids and (alone or total > BYTES_TOGETHER or with_files > FILES_TOGETHER):
            break
        ids.append(message_id)
        if alone:
            break
    return ids


def _claimed(row: Row[int, bytes, str | None, str | None, str | None, int, int], trust: Trust, last: int) -> Claimed:
    """At the last try the attached files stay closed: then at least the mail is taken in."""
    message_id, raw, envelope_from, envelope_to, vouched_by, attempts, interruptions = row
    recipients = tuple((envelope_to or "").split())
    unread = Unread(raw, envelope_from, recipients, attempts < last, trust, vouched_by or "")
    return Claimed(message_id, unread, attempts, interruptions)


def trust_of(settings: Settings) -> Trust:
    """Whose results are believed, as a value that can be handed to another process."""
    trust = settings.trust
    return Trust(tuple(trust.authserv_ids), trust.own_received, tuple(trust.arc_sealers))


def ids_to_wake(ids: Sequence[int]) -> Sequence[int]:
    """One for each batch: whoever is woken for a mail takes others in with it."""
    return ids[::TOGETHER]
