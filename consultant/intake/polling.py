"""One look at a mailbox: whatever lies there is stored, then put away. May be cut off at any point and repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from consultant.db.messages import PollStatus
from consultant.intake.storing import Arrival, Place, store, stored_uids
from consultant.mail.mailbox import Mailbox
from consultant.service import Service

log = structlog.get_logger(__name__)


def poll(service: Service, mailbox: Mailbox, *, before_moving: Callable[[], object] = lambda: None) -> int:
    """Store every mail in the inbox, and only then move it. How many were new.

    `before_moving` is called when a batch is stored; what it raises keeps the batch where it is.
    """
    imap = service.settings.imap
    mailbox.open(imap.inbox)
    _note_numbering(service, mailbox.uidvalidity)
    new = 0
    for uids in mailbox.batches():
        known = stored_uids(service, imap.username, imap.inbox, mailbox.uidvalidity, uids)
        fetched = mailbox.fetch([uid for uid in uids if uid not in known])
        new += len(
            store(
                service,
                [Arrival(raw, Place(imap.username, imap.inbox, mailbox.uidvalidity, uid)) for uid, raw in fetched],
            )
        )
        before_moving()
        mailbox.put_away([*known, *(uid for uid, _ in fetched)])
    note_success(service)
    return new


def _note_numbering(service: Service, uidvalidity: int) -> None:
    """Notice that the server has numbered the inbox anew.

    Then every mail that still lies there is stored once more under its new number, whatever its old one was; those
    that had been taken in become duplicates by their content (`message.intake_key`), not second cases.
    """
    with service.work() as work:
        status = _status(work.session, service)
        if status.uidvalidity == uidvalidity:
            return
        if status.uidvalidity is not None:
            log.warning(
                "mailbox numbered anew: storing again what lies there", before=status.uidvalidity, now=uidvalidity
            )
        status.uidvalidity = uidvalidity
        work.commit()


def note_success(service: Service) -> None:
    """Write down that the mailbox was read just now."""
    with service.work() as work:
        _status(work.session, service).succeeded_at = service.clock()
        work.commit()


def note_failure(service: Service, failure: str) -> None:
    """Write down what kept the mailbox from being read."""
    with service.work() as work:
        status = _status(work.session, service)
        status.failed_at, status.failure = service.clock(), failure
        work.commit()


def last_success(session: Session, account: str) -> datetime | None:
    """When the account's mailbox was last read."""
    status = session.get(PollStatus, account)
    return status.succeeded_at if status else None


def _status(session: Session, service: Service) -> PollStatus:
    account = service.settings.imap.username
    status = session.get(PollStatus, account)
    if status is None:
        status = PollStatus(account=account)
        session.add(status)
    return status
