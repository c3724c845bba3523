"""One look at a mailbox: whatever lies there is stored, then put away. May be cut off at any point and repeated."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy.orm import Session

from consultant.db.messages import FolderCursor, PollStatus
from consultant.intake.storing import Arrival, Place, store, stored_uids
from consultant.mail.mailbox import Mailbox
from consultant.service import Service

log = structlog.get_logger(__name__)


def poll(
    service: Service, mailbox: Mailbox, *, whole: bool = True, before_moving: Callable[[], object] = lambda: None
) -> int:
    """Store every mail in the mailbox's folders, and only then move it. How many were new.

    Unless `whole`, only what came after the cursor is looked at: enough on a connection whose first look was whole,
    since only a connection that broke leaves stored mails unmoved.
    `before_moving` is called when a batch is stored; what it raises keeps the batch where it is.
    """
    # The first folder comes last, so that it is the one that is open, and heard of, until the next look.
    folders = reversed(mailbox.settings.folders)
    new = sum(_poll_folder(service, mailbox, folder, whole, before_moving) for folder in folders)
    note_success(service, mailbox.settings.account)
    return new


def _poll_folder(
    service: Service, mailbox: Mailbox, folder: str, whole: bool, before_moving: Callable[[], object]
) -> int:
    mailbox.open(folder)
    account, uidvalidity = mailbox.settings.account, mailbox.uidvalidity
    reached = _cursor(service, account, folder, uidvalidity)
    new, missing = 0, set[int]()
    for uids in mailbox.batches(above=0 if whole else reached):
        known = stored_uids(service, account, folder, uidvalidity, uids)
        fetched = mailbox.fetch([uid for uid in uids if uid not in known])
        missing |= set(uids) - known - {uid for uid, _ in fetched}
        # A mail that the server listed and did not give may be there the next time: the cursor waits before it.
        reached = max(reached, min(missing, default=uids[-1] + 1) - 1)
        arrivals = [Arrival(raw, Place(account, folder, uidvalidity, uid)) for uid, raw in fetched]
        new += len(store(service, arrivals, and_also=_moving_cursor(account, folder, uidvalidity, reached)))
        before_moving()
        mailbox.put_away([*known, *(uid for uid, _ in fetched)])
    return new


def _cursor(service: Service, account: str, folder: str, uidvalidity: int) -> int:
    """The UID up to which the folder is stored; 0 where the server has numbered it anew.

    Then every mail that still lies there is stored once more under its new number, whatever its old one was; those
    that had been taken in become duplicates by their content (`message.intake_key`), not second cases.
    """
    with service.reading() as session:
        cursor = session.get(FolderCursor, (account, folder))
    if cursor is None:
        return 0
    if cursor.uidvalidity == uidvalidity:
        return cursor.uid
    log.warning("mailbox numbered anew: storing again what lies there", before=cursor.uidvalidity, now=uidvalidity)
    with service.work() as work:
        _moving_cursor(account, folder, uidvalidity, 0)(work.session)
        work.commit()
    return 0


def _moving_cursor(account: str, folder: str, uidvalidity: int, uid: int) -> Callable[[Session], object]:
    """Moves the cursor, in the transaction that stores the mails that it passes."""
    return lambda session: session.merge(FolderCursor(account=account, folder=folder, uidvalidity=uidvalidity, uid=uid))


def note_success(service: Service, account: str) -> None:
    """Write down that the mailbox was read just now."""
    with service.work() as work:
        _status(work.session, account).succeeded_at = service.clock()
        work.commit()


def note_failure(service: Service, account: str, failure: str) -> None:
    """Write down what kept the mailbox from being read."""
    with service.work() as work:
        status = _status(work.session, account)
        status.failed_at, status.failure = service.clock(), failure
        work.commit()


def _status(session: Session, account: str) -> PollStatus:
    status = session.get(PollStatus, account)
    if status is None:
        status = PollStatus(account=account)
        session.add(status)
    return status
