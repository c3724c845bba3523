"""The commands that start something: everything at once, or one part of a larger set-up."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import cache
from typing import Annotated, TypeVar

import typer
from celery import Celery

from config.logs import set_up_logging
from config.settings import Settings
from consultant.cases.sweeping import sweep as sweep_once
from consultant.cli.context import load_service
from consultant.cli.database import load_settings
from consultant.cli.errors import NotReady, reported
from consultant.intake.readers import Readers
from consultant.service import Service
from consultant.web.app import make_web
from consultant.web.serving import WebServer
from workers.app import ALL_QUEUES, add_tasks, make_app, waker
from workers.banner import banner
from workers.poller import Poller
from workers.running import Running, make_courier, make_door, stop_signal

T = TypeVar("T")


@reported
def run() -> None:
    """Run everything in this one process, with a trial mail server unless `embedded.enabled` is false."""
    settings, stop = _settings(), stop_signal()
    with Running(settings, stop) as running:
        typer.echo(banner(running))
        stop.wait()
        typer.echo("Stopping …")


@reported
def web() -> None:
    """Serve the review console."""
    service, stop = _service(), stop_signal()
    server = WebServer(make_web(service), service.settings.web.host, service.settings.web.port)
    server.start()
    stop.wait()
    server.stop(2.0)


@reported
def poll() -> None:
    """Watch the mailboxes and store what arrives; any number of these may run, one at a time watches a mailbox."""
    service, stop = _service(), stop_signal()
    if not service.settings.mailboxes:
        raise NotReady("there is no mailbox to watch: set imap.host (CONSULTANT_IMAP__HOST)")
    pollers = [Poller(service, stop, mailbox=each) for each in service.settings.mailboxes]
    threads = [threading.Thread(target=each.run, name="poller") for each in pollers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@reported
def door() -> None:
    """Open the SMTP/LMTP door, the second way in, for an MTA to hand mail to."""
    opened, stop = make_door(_service()), stop_signal()
    opened.start()
    stop.wait()
    opened.stop()


@reported
def worker(
    queues: Annotated[str, typer.Option(help="Queues to work on, separated by commas.")] = ",".join(ALL_QUEUES),
    concurrency: Annotated[int, typer.Option(min=1, help="Tasks at once.")] = 2,
) -> None:
    """Work on queues of the broker (Celery): any number of these may run, on any number of machines."""
    settings = _settings()
    make_courier(settings, _service)
    _app(settings).worker_main(
        [
            "worker",
            "--queues",
            queues,
            "--concurrency",
            str(concurrency),
            "--without-mingle",
            "--without-gossip",
        ]
    )


@reported
def beat() -> None:
    """Send the sweep to the broker at every interval (Celery beat): run exactly one."""
    settings = _settings()
    settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _app(settings).Beat(schedule=str(settings.state_dir / "beat"), quiet=True).run()


@reported
def sweep() -> None:
    """Find what is due and wake it, once."""
    typer.echo(f"{sweep_once(_service())} woken")


def _settings() -> Settings:
    settings = load_settings()
    set_up_logging(settings.log_level, settings.log_format)
    return settings


def _service() -> Service:
    settings = _settings()
    return load_service(settings, wake=waker(make_app(settings)))


def _app(settings: Settings) -> Celery:
    """The app with its tasks. Each process of a pool opens its own database, after the fork."""
    app = make_app(settings)
    service = _by_process(lambda: load_service(settings, wake=waker(app), look=Readers(1).look))
    add_tasks(app, service, _by_process(lambda: make_courier(settings, service)))
    return app


def _by_process(make: Callable[[], T]) -> Callable[[], T]:
    made = cache(lambda _pid: make())
    return lambda: made(os.getpid())
