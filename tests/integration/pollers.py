"""Pollers at work in threads, for as long as a test looks on. None outlives its test, however that ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from config.settings import ImapSettings
from consultant.service import Service, utc_now
from workers.poller import Bounds, Poller

USUAL = Bounds()


@contextmanager
def polling(service: Service, bounds: Bounds = USUAL, *, mailbox: ImapSettings | None = None) -> Iterator[None]:
    """A poller by the clock on the wall; stopped cleanly at the end."""
    stop = threading.Event()
    poller = Poller(replace(service, clock=utc_now), stop, bounds, mailbox=mailbox)
    thread = threading.Thread(target=poller.run, daemon=True)
    thread.start()
    try:
        yield
        assert thread.is_alive()
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def until(look: Callable[[], object], seconds: float = 20) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, "it did not come to be so in time"
        time.sleep(0.01)
