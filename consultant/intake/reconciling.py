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

    stored_not_moved: dict[str, list[int]]  # by folder; where `processed` is empty, they are meant to stay
    not_stored: dict[str, list[int]]
    unknown_processed: list[int]

    def __bool__(self) -> bool:
        return any((*self.stored_not_moved.values(), *self.not_stored.values(), self.unknown_processed))


def compare(service: Service, mailbox: Mailbox) -> Differences:
    """What differs at this moment; a poller at work may change it meanwhile."""
    differences = Differences({}, {}, [uid for batch in _unknown(service, mailbox) for uid, _ in batch])
    for folder in mailbox.settings.folders:
        mailbox.open(folder)
        uids = mailbox.uids()
        stored = _stored(service, mailbox, folder, uids)
        moved = bool(mailbox.settings.processed)
        differences.stored_not_moved[folder] = [uid for uid in uids if uid in stored] if moved else []
        differences.not_stored[folder] = [uid for uid in uids if uid not in stored]
    return differences


def store_unknown(service: Service, mailbox: Mailbox) -> list[int]:
    """Store what lies in the folder for stored mails and is unknown to the database; the ids of the new rows."""
    account, processed = mailbox.settings.account, mailbox.settings.processed
    return [
        row_id
        for batch in _unknown(service, mailbox)
        for row_id in store(
            service, [Arrival(raw, Place(account, processed, mailbox.uidvalidity, uid)) for uid, raw in batch]
        )
    ]


def _stored(service: Service, mailbox: Mailbox, folder: str, uids: Sequence[int]) -> set[int]:
    stored: set[int] = set()
    for start in range(0, len(uids), BATCH_MAILS):
        batch = uids[start : start + BATCH_MAILS]
        stored |= stored_uids(service, mailbox.settings.account, folder, mailbox.uidvalidity, batch)
    return stored


def _unknown(service: Service, mailbox: Mailbox) -> Iterator[list[tuple[int, bytes]]]:
    """The mails in the folder for stored mails whose content the database does not have, batch by batch."""
    processed = mailbox.settings.processed
    if not processed or not mailbox.has(processed):
        return
    mailbox.open(processed)
    for uids in mailbox.batches():
        fetched = [(uid, raw, hashlib.sha256(raw).hexdigest()) for uid, raw in mailbox.fetch(uids)]
        known = _known_contents(service, [digest for _, _, digest in fetched])
        yield [(uid, raw) for uid, raw, digest in fetched if digest not in known]


def _known_contents(service: Service, digests: Sequence[str]) -> set[str]:
    with service.reading() as session:
        return set(session.scalars(select(Message.sha256).where(Message.sha256.in_(digests))))
