"""Watching the consult mailbox: one poller at a time, a look at least every minute, and back again after trouble."""

from __future__ import annotations

import math
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.logs import place_of
from config.settings import ImapSettings
from consultant.intake.credentials import doubting, renew_ahead, secret_of
from consultant.intake.mailbox_lease import Lease, LeaseLost
from consultant.intake.polling import note_failure, poll
from consultant.mail.mailbox import MAILBOX_TROUBLE, Mailbox, Patience
from consultant.service import Service

HEAR_SECONDS = 0.5  # how soon a stop is noticed while idling
WHOLE_SECONDS = 3600  # from one look at everything that lies there, stored or not, to the next on a connection
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long anything takes at most, in seconds.

    A connection that is half open is noticed after `look` + `patience.silence`: 85 s at most.
    """

    patience: Patience = field(default_factory=Patience)
    look: float = 55  # from one look at the mailbox to the next, however long `imap.poll_seconds`
    lease: float = 30  # until another poller takes over from one that died
    stand_by: float = 1  # from one look at the other's lease to the next
    first_wait: float = 0.5  # after trouble; doubled each time
    longest_wait: float = 20  # half of that more or less, by chance: not all come back at once


class Poller:
    """Polls one mailbox until it is told to stop, or stands by while another does. Run it in a thread of its own.

    `mailbox` is by default the first of the settings. What happens to one mailbox is no matter to another's poller.
    """

    def __init__(
        self,
        service: Service,
        stop: threading.Event,
        bounds: Bounds = Bounds(),
        *,
        mailbox: ImapSettings | None = None,
    ) -> None:
        imap = mailbox or service.settings.imap
        self._imap = imap
        self._number = 1 + [each.account for each in service.settings.mailboxes].index(imap.account)  # no log names it
        self._service = service
        self._stop = stop
        self._bounds = bounds
        self._lease = Lease(service, imap.account, timedelta(seconds=bounds.lease))
        self._look_seconds = min(imap.poll_seconds, bounds.look)
        self._wait = bounds.first_wait

    def run(self) -> None:
        """Poll until stopped; each trouble is written down and tried again after a growing, jittered wait."""
        while not self._stop.is_set():
            try:
                self._take_turn()
            except LeaseLost:
                log.warning("another poller took the mailbox over", mailbox=self._number)
            except MAILBOX_TROUBLE as error:
                log.warning("mailbox trouble", **self._circumstances(error))
                self._note(f"{type(error).__name__}: {error}"[:500])
                self._back_off()
            except SQLAlchemyError as error:
                log.error("database trouble", **self._circumstances(error))
                self._back_off()
            except Exception as error:  # noqa: BLE001 - whatever it is, mail must go on being fetched
                log.error("poller in trouble", **self._circumstances(error), place=place_of(error))
                self._back_off()

    def _take_turn(self) -> None:
        """Watch the mailbox if nobody else does. Whoever has trouble with it lets others try."""
        if not self._lease.take():
            self._stop.wait(self._bounds.stand_by)
            return
        try:
            imap = self._imap
            secret = secret_of(self._service, imap)
            with doubting(self._service, imap), Mailbox(imap, self._bounds.patience, secret=secret) as mailbox:
                self._watch(mailbox)
        finally:
            self._lease.give_back()

    def _back_off(self) -> None:
        self._stop.wait(self._wait * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, no secret
        self._wait = min(2 * self._wait, self._bounds.longest_wait)

    def _note(self, failure: str) -> None:
        try:
            note_failure(self._service, self._imap.account, failure)
        except SQLAlchemyError as error:
            log.error("database trouble", error=type(error).__name__)

    def _circumstances(self, error: Exception) -> dict[str, object]:
        return {"mailbox": self._number, "error": type(error).__name__, "again_in": round(self._wait, 1)}

    def _watch(self, mailbox: Mailbox) -> None:
        looked_whole = -math.inf
        while not self._stop.is_set():
            self._lease.renew()
            whole = time.monotonic() - looked_whole > WHOLE_SECONDS
            looked_whole = time.monotonic() if whole else looked_whole
            found = poll(self._service, mailbox, whole=whole, before_moving=self._lease.renew)
            self._wait = self._bounds.first_wait
            renew_ahead(self._service, self._imap)
            if found:
                log.info("mail stored", mailbox=self._number, count=found)
            if not mailbox.announced():
                self._wait_for_mail(mailbox)

    def _wait_for_mail(self, mailbox: Mailbox) -> None:
        until = time.monotonic() + self._look_seconds
        idling = mailbox.can_idle
        if idling:
            mailbox.idle()
        while not self._stop.is_set() and time.monotonic() < until:
            self._lease.keep()
            pause = min(HEAR_SECONDS, self._look_seconds)
            if mailbox.heard(pause) if idling else self._stop.wait(pause):
                break
        if idling:
            mailbox.done()
