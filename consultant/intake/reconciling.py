"""The mailbox at its server compared with the database, UID by UID and by content. Changes nothing by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from consultant.db.messages import Message
from consultant.intake.storing import Arrival, Place, store, stored_uids
from consultant.mail.mailbox import BATCH_MAILS, Mailbox
from consultant.service import Service


@dataclass(frozen=True, slots=True)
class Differences:
    """Where the server and the database differ; mails are named by UID."""

    stored_not_moved: tuple[int, ...]
    not_stored: tuple[int, ...]
    unknown_processed: tuple[int, ...]


def compare(service: Service, mailbox: Mailbox) -> Differences:
    """What differs at this moment; a poller at work may change it meanwhile."""
    imap = service.settings.imap
    mailbox.open(imap.inbox)
    uids = mailbox.uids()
    stored: set[int] = set()
    for start in range(0, len(uids), BATCH_MAILS):
        batch = uids[start : start + BATCH_MAILS]
        stored |= stored_uids(service, imap.username, imap.inbox, mailbox.uidvalidity, batch)
    return Differences(
        stored_not_moved=tuple(uid for uid in uids if uid in stored),
        not_stored=tuple(uid for uid in uids if uid not in stored),
        unknown_processed=tuple(uid for batch in _unknown(service, mailbox) for uid, _ in batch),
    )


def store_unknown(service: Service, mailbox: Mailbox) -> list[int]:
    """Store what lies in the folder for stored mails and is unknown to the database; the ids of the new rows."""
    imap = service.settings.imap
    return [
        row_id
        for batch in _unknown(service, mailbox)
        for row_id in store(
            service,
            [Arrival(raw, Place(imap.username, imap.processed, mailbox.uidvalidity, uid)) for uid, raw in batch],
        )
    ]


def _unknown(service: Service, mailbox: Mailbox) -> Iterator[list[tuple[int, bytes]]]:
    """The mails in the folder for stored mails whose content the database does not have, batch by batch."""
    processed = service.settings.imap.processed
    if not mailbox.has(processed):
        return
    mailbox.open(processed)
    for uids in mailbox.batches():
        fetched = [(uid, raw, hashlib.sha256(raw).hexdigest()) for uid, raw in mailbox.fetch(uids)]
        known = _known_contents(service, [digest for _, _, digest in fetched])
        yield [(uid, raw) for uid, raw, digest in fetched if digest not in known]


def _known_contents(service: Service, digests: Sequence[str]) -> set[str]:
    with service.reading() as session:
        return set(session.scalars(select(Message.sha256).where(Message.sha256.in_(digests))))
