"""Pollers and workers in processes of their own that end by SIGKILL: at a step that a test names, or when at rest.

The processes come from a fork server that has everything imported, so that a life costs milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from multiprocessing.context import ForkServerProcess
from typing import Any, cast

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from config.settings import Settings
from consultant.intake.looking import Seen, Unread, Unreadable, look_here
from consultant.intake.taking_in import take_in_waiting
from consultant.mail.mailbox import Mailbox
from consultant.service import open_service
from workers.poller import Bounds, Poller

POLLER_STEPS = ("before fetch", "after fetch", "before commit", "after commit", "before move", "after move")
WORKER_STEPS = ("claimed", "looked", "before commit", "after commit")
QUICK = Bounds(lease=0.05, stand_by=0.01, first_wait=0.01, longest_wait=0.02)
LONGEST_LIFE = 30  # seconds

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["pytest", __name__])


@dataclass(frozen=True, slots=True)
class Doom:
    """Where a process dies: at the so-manieth time that it comes by a step. By default it dies at rest."""

    step: str = "at rest"
    time: int = 1


@contextmanager
def living(life: Callable[..., None], *arguments: object) -> Iterator[ForkServerProcess]:
    """A process that leads this life; it ended by SIGKILL, and not by an error of its own."""
    process = _context.Process(target=life, args=arguments)
    process.start()
    try:
        yield process
        process.join(LONGEST_LIFE)
        assert process.exitcode == -signal.SIGKILL
    finally:
        process.kill()
        process.join()
        process.close()


def poller_life(settings: Settings, doom: Doom, batch: int) -> None:
    """Poll in batches of that many mails until death."""
    _be_quiet()
    service = open_service(settings)
    fate = _Fate(doom)
    fate.watch_commits(service.engine)
    _MortalPoller(fate, batch, service, threading.Event(), QUICK).run()


def worker_life(settings: Settings, doom: Doom, now: datetime) -> None:
    """Take in what waits until death."""
    _be_quiet()
    fate = _Fate(doom)

    def look(mails: Sequence[Unread], on: date) -> Sequence[Seen | Unreadable]:
        fate.comes_by("claimed")
        seen = look_here(mails, on)
        fate.comes_by("looked")
        return seen

    service = replace(open_service(settings, clock=lambda: now), look=look)
    fate.watch_commits(service.engine)
    while take_in_waiting(service):
        pass
    fate.comes_by("at rest")


class _Fate:
    def __init__(self, doom: Doom) -> None:
        self._doom = doom
        self._left = doom.time

    def comes_by(self, step: str) -> None:
        if step == "at rest":
            os.kill(os.getpid(), signal.SIGKILL)
        if step == self._doom.step:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch_commits(self, engine: Engine) -> None:
        """Of every transaction that writes, those of leases and claims among them."""
        event.listen(engine, "commit", lambda _: self.comes_by("before commit"))
        event.listen(Session, "after_commit", lambda _: self.comes_by("after commit"))


class _MortalPoller(Poller):
    def __init__(self, fate: _Fate, batch: int, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._fate = fate
        self._batch = batch

    def _watch(self, mailbox: Mailbox) -> None:
        super()._watch(cast(Mailbox, _WatchedMailbox(mailbox, self._fate, self._batch)))


class _WatchedMailbox:
    """A mailbox whose steps are seen, and whose batches are as small as a test wants."""

    def __init__(self, mailbox: Mailbox, fate: _Fate, batch: int) -> None:
        self._mailbox = mailbox
        self._fate = fate
        self._batch = batch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mailbox, name)

    def batches(self, above: int = 0) -> Iterator[list[int]]:
        for uids in self._mailbox.batches(above):
            yield from (uids[start : start + self._batch] for start in range(0, len(uids), self._batch))

    def fetch(self, uids: Sequence[int]) -> list[tuple[int, bytes]]:
        self._fate.comes_by("before fetch")
        found = self._mailbox.fetch(uids)
        self._fate.comes_by("after fetch")
        return found

    def put_away(self, uids: Sequence[int]) -> None:
        self._fate.comes_by("before move")
        self._mailbox.put_away(uids)
        self._fate.comes_by("after move")

    def idle(self) -> None:
        self._fate.comes_by("at rest")


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
