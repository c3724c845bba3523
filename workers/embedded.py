"""Celery workers as threads of this process, for the in-process broker.

At a stop the threads pool loses what it had prefetched; the database is the truth and the sweep brings it back.
"""

from __future__ import annotations

import threading

from celery import Celery
from celery.worker import WorkController, state

from workers.app import ALL_QUEUES

THREADS = 4
DRAIN_SECONDS = 0.5
START_SECONDS = 5


class _Controller(WorkController):  # type: ignore[misc]
    """A worker that tells when it takes tasks: before that it cannot be stopped in order."""

    def on_before_init(self, **kwargs: object) -> None:
        """Called by Celery first of all."""
        self.ready = threading.Event()

    def on_consumer_ready(self, consumer: object) -> None:
        """Called by Celery once everything is started."""
        self.ready.set()


class EmbeddedWorkers:
    """A worker for all queues in a thread: a WorkController, since `app.Worker` wants the main thread."""

    def __init__(self, app: Celery) -> None:
        app.set_default()
        app.finalize()
        app.conf.worker_soft_shutdown_timeout = 0
        self._controller = _Controller(
            app=app, pool_cls="threads", concurrency=THREADS, queues=list(ALL_QUEUES), without_heartbeat=True,
            without_mingle=True, without_gossip=True, quiet=True,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._controller.start, name="workers", daemon=True)

    def start(self) -> None:
        """Take tasks; returns once that is so."""
        state.should_stop = state.should_terminate = None
        self._thread.start()
        self._controller.ready.wait(START_SECONDS)

    def stop(self) -> None:
        """Stop within `DRAIN_SECONDS` or so; unfinished work is found again by the sweep."""
        self._controller.stop()
        self._thread.join(DRAIN_SECONDS)
