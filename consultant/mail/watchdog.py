"""A watchdog from outside: ends what takes too long in another thread, whatever that thread is stuck in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Watchdog:
    """Calls `bite`, from a thread of its own, when anything done while `watching` takes more than `seconds`."""

    def __init__(self, seconds: float, bite: Callable[[], object]) -> None:
        self._seconds = seconds
        self._bite = bite
        self._deadline: float | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch what is done in the block."""
        self._deadline = time.monotonic() + self._seconds
        try:
            yield
        finally:
            self._deadline = None

    def end(self) -> None:
        """Watch no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        # Nobody needs to wake it: what begins while it sleeps is due no sooner than it wakes by itself.
        sleep = self._seconds
        while not self._ended.wait(sleep):
            deadline = self._deadline
            left = self._seconds if deadline is None else deadline - time.monotonic()
            if left <= 0:
                self._deadline = None
                self._bite()
            sleep = left if left > 0 else self._seconds
