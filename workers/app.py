"""The Celery app: queues, thin tasks (an id in, one call of the domain), and wake-ups as mere hints."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from celery import Celery, Task
from kombu.entity import Queue
from kombu.exceptions import KombuError

from config.logs import place_of
from config.settings import Settings
from consultant.cases.delivery import Carrier, deliver
from consultant.cases.drafts import draft_case
from consultant.cases.sweeping import sweep
from consultant.db.work import Step, Wake
from consultant.intake.taking_in import take_in_waiting
from consultant.service import Service

QUEUES = {Step.TAKE_IN: "intake", Step.DRAFT: "draft", Step.DELIVER: "deliver"}
SWEEP, SWEEP_QUEUE = "sweep", "bulk"
ALL_QUEUES = (*QUEUES.values(), SWEEP_QUEUE)
TASK_SECONDS = 300
QUIET_SECONDS = 5
log = structlog.get_logger(__name__)


class QuietTask(Task):  # type: ignore[misc]
    """A task whose failure is reported by kind and place only; the sweep sees to it that the work is done."""

    def on_failure(self, exc: Exception, task_id: str, args: tuple[int, ...], kwargs: object, einfo: object) -> None:
        """Called by Celery once the task has raised."""
        log.error("task failed", task=self.name, row=args[:1], error=type(exc).__name__, place=place_of(exc))


def make_app(settings: Settings) -> Celery:
    """A Celery app for the broker in the settings, without tasks yet."""
    app = Celery("consultant", broker=settings.broker_url, set_as_current=False, task_cls=QuietTask)
    app.conf.update(
        task_queues=[Queue(name) for name in ALL_QUEUES],  # type: ignore[no-untyped-call]
        task_default_queue="intake",
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=TASK_SECONDS,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=2,
        # A wake-up is only a hint: give it up soon, and have a killed worker's come back soon.
        broker_transport_options=_transport_options(settings),
        beat_schedule={
            SWEEP: {
                "task": SWEEP,
                "schedule": settings.sweep_seconds,
                "options": {"queue": SWEEP_QUEUE, "expires": settings.sweep_seconds},
            }
        },
    )
    return app


def add_tasks(app: Celery, service: Callable[[], Service], carrier: Callable[[], Carrier]) -> None:
    """The tasks: each takes an id, may run twice or late, and leaves the truth in the database."""

    @app.task(name=Step.TAKE_IN.value)  # type: ignore[untyped-decorator]
    def _take_in(message_id: int) -> None:
        # One that is woken for a mail takes in whatever waits; what is more than it may, another is woken for.
        if take_in_waiting(service()):
            service().wake(Step.TAKE_IN, message_id)

    @app.task(name=Step.DRAFT.value)  # type: ignore[untyped-decorator]
    def _draft(case_id: int) -> None:
        draft_case(service(), case_id)

    @app.task(name=Step.DELIVER.value)  # type: ignore[untyped-decorator]
    def _deliver(letter_id: int) -> None:
        deliver(service(), carrier(), letter_id)

    @app.task(name=SWEEP)  # type: ignore[untyped-decorator]
    def _sweep() -> None:
        sweep(service())


def waker(app: Celery) -> Wake:
    """Wake-ups through the broker. One that fails is only logged: the sweep will find the row.

    After a failure none is tried for a while, so that a broker that is away slows nobody down.
    """
    quiet_until = 0.0

    def wake(step: Step, row_id: int) -> None:
        nonlocal quiet_until
        if time.monotonic() < quiet_until:
            return
        try:
            app.send_task(step.value, args=[row_id], queue=QUEUES[step], retry=False)
        except (KombuError, OSError) as error:
            quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("wake-up lost", step=step, row=row_id, error=type(error).__name__)

    return wake


def _transport_options(settings: Settings) -> dict[str, float]:
    if settings.broker_url.startswith("memory:"):
        return {"polling_interval": 0.005}
    return {
        "visibility_timeout": 2 * TASK_SECONDS,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 10,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
    }
