"""One poller an account: the lease on a mailbox, held in the database for a short while and renewed in time.

It keeps pollers out of each other's way; that no mail is stored twice is up to the unique constraints. The clocks of
the machines should agree to within a few seconds: a lease seems to end sooner on a machine whose clock is ahead.
Knows nothing of IMAP.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consultant.db.messages import MailboxLease
from consultant.service import Service


class LeaseLost(Exception):
    """Another poller has taken the mailbox over: leave it alone."""


class Lease:
    """The lease of one poller on the mailbox of one account."""

    def __init__(self, service: Service, account: str, length: timedelta) -> None:
        self.holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._service = service
        self._account = account
        self._length = length
        self._renew_at: datetime | None = None

    def take(self) -> bool:
        """Take the lease if it is free or has run out. Whether we hold it now."""
        now = self._service.clock()
        if self._held_by_another(now):
            return False
        free = (MailboxLease.holder == self.holder) | (MailboxLease.held_until <= now)
        with self._service.work() as work:
            taken = self._extend(work.session, now, free) or self._enter(work.session, now)
            work.commit()
        return taken

    def renew(self) -> None:
        """Hold the lease for its full length from now. Raises LeaseLost when another holds it."""
        now = self._service.clock()
        with self._service.work() as work:
            if not self._extend(work.session, now, MailboxLease.holder == self.holder):
                raise LeaseLost(f"the mailbox of {self._account} was taken over")
            work.commit()

    def keep(self) -> None:
        """Renew once a third of the length has passed. Raises LeaseLost."""
        if self._renew_at is None or self._service.clock() >= self._renew_at:
            self.renew()

    def give_back(self) -> None:
        """Let another poller take over at once; nothing happens where we do not hold the lease."""
        ours = (MailboxLease.account == self._account) & (MailboxLease.holder == self.holder)
        with self._service.work() as work:
            work.session.execute(delete(MailboxLease).where(ours))
            work.commit()

    def _held_by_another(self, now: datetime) -> bool:
        # Looked up before anything is written: those who stand by ask often.
        with self._service.reading() as session:
            row = session.get(MailboxLease, self._account)
            return row is not None and row.holder != self.holder and row.held_until > now

    def _extend(self, session: Session, now: datetime, condition: ColumnElement[bool]) -> bool:
        result = session.execute(
            update(MailboxLease)
            .where(MailboxLease.account == self._account, condition)
            .values(holder=self.holder, held_until=now + self._length)
        )
        self._renew_at = now + self._length / 3
        return isinstance(result, CursorResult) and result.rowcount == 1

    def _enter(self, session: Session, now: datetime) -> bool:
        """The first lease on an account: of several who try at once the database lets one."""
        try:
            with session.begin_nested():
                session.add(MailboxLease(account=self._account, holder=self.holder, held_until=now + self._length))
        except IntegrityError:
            return False
        return True


def end_leases(session: Session) -> None:
    """At the start of the only process there is: whoever held a mailbox was interrupted."""
    session.execute(delete(MailboxLease))
