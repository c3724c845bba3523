"""Watching the consult mailbox: IDLE, a look at least every `imap.poll_seconds`, and back again after trouble."""

from __future__ import annotations

import random
import threading
import time

import structlog
from sqlalchemy.exc import SQLAlchemyError

from consultant.intake.polling import note_failure, poll
from consultant.mail.mailbox import MAILBOX_TROUBLE, Mailbox
from consultant.service import Service

HEAR_SECONDS = 0.5  # how soon a stop is noticed while idling
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
log = structlog.get_logger(__name__)


class Poller:
    """Polls one mailbox until it is told to stop. Run it in a thread or as a process of its own."""

    def __init__(self, service: Service, stop: threading.Event) -> None:
        self._service = service
        self._stop = stop

    def run(self) -> None:
        """Poll until stopped; each trouble is written down and tried again after a growing, jittered wait."""
        wait = FIRST_WAIT
        while not self._stop.is_set():
            try:
                with Mailbox(self._service.settings.imap) as mailbox:
                    wait = FIRST_WAIT
                    self._watch(mailbox)
            except MAILBOX_TROUBLE as error:
                log.warning("mailbox trouble", error=type(error).__name__, again_in=round(wait, 1))
                self._note(f"{type(error).__name__}: {error}"[:500])
            except SQLAlchemyError as error:
                log.error("database trouble", error=type(error).__name__, again_in=round(wait, 1))
            self._stop.wait(wait * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, no secret
            wait = min(2 * wait, LONGEST_WAIT)

    def _note(self, failure: str) -> None:
        try:
            note_failure(self._service, failure)
        except SQLAlchemyError as error:
            log.error("database trouble", error=type(error).__name__)

    def _watch(self, mailbox: Mailbox) -> None:
        while not self._stop.is_set():
            found = poll(self._service, mailbox)
            if found:
                log.info("mail stored", count=found)
            if not mailbox.announced():
                self._wait_for_mail(mailbox)

    def _wait_for_mail(self, mailbox: Mailbox) -> None:
        seconds = self._service.settings.imap.poll_seconds
        if not mailbox.can_idle:
            self._stop.wait(seconds)
            return
        mailbox.idle()
        until = time.monotonic() + seconds
        while not self._stop.is_set() and time.monotonic() < until and not mailbox.heard(HEAR_SECONDS):
            pass
        mailbox.done()
