"""Everything in one process: mail server, poller, workers, sweep and console, started in order, stopped in reverse."""

from __future__ import annotations

import fcntl
import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import structlog
from pydantic import SecretStr

from config.logs import place_of
from config.settings import Settings
from consultant.cases.sweeping import sweep
from consultant.cli.database import any_engine
from consultant.cli.errors import NotReady
from consultant.cli.mail_accounts import courier_of
from consultant.cli.trial import trial_trust
from consultant.db.work import UnitOfWork
from consultant.intake import claiming, mailbox_lease
from consultant.intake.credentials import access_token
from consultant.intake.readers import Readers
from consultant.intake.storing import Arrival, store
from consultant.mail.courier import Courier
from consultant.mail.door import Arrival as DoorArrival
from consultant.mail.door import Door
from consultant.mail.embedded import Account, EmbeddedMail
from consultant.mail.listening import bind, port_of
from consultant.outbox import queue
from consultant.service import Service, let_sleep, open_service, utc_now
from consultant.setting_up import set_up
from consultant.web.app import make_web
from consultant.web.serving import WebServer
from workers.app import add_tasks, make_app, waker
from workers.embedded import EmbeddedWorkers
from workers.evidence import settle_by_maildirs
from workers.poller import Poller
from workers.samples import (
    SampleAccount,
    ask_first_question,
    enter_samples,
    run_facts,
    sample_accounts,
    write_private,
)

READERS = 2  # processes that look at mails
log = structlog.get_logger(__name__)


class StateFolderError(NotReady):
    """The state folder cannot be used."""


class AlreadyRunning(StateFolderError):
    """Another process works in the same state folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another `consultant run` works in {folder}: stop it, or set CONSULTANT_STATE_DIR elsewhere")


class Running:
    """A service that runs whole in this process. `with Running(settings, stop) as running: …` is ready inside."""

    def __init__(self, settings: Settings, stop: threading.Event) -> None:
        self._given = settings
        self._stack = ExitStack()
        self.stop = stop
        self.accounts: list[SampleAccount] = []
        self.service: Service

    def __enter__(self) -> Running:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._stack.close()

    @property
    def settings(self) -> Settings:
        """The settings in force, with the ports that were taken."""
        return self.service.settings

    def _start(self, stack: ExitStack) -> None:
        settings = self._given
        stack.enter_context(locked(settings.state_dir))
        facts = settings.state_dir / "run.json"
        facts.unlink(missing_ok=True)
        settings = self._start_mail(stack, settings)
        settings = _with_web_port(settings)
        self.service = self._start_workers(stack, settings)
        self._start_web(stack)
        self._start_door(stack)
        self._start_thread(stack, "sweep", self._sweep)
        for mailbox in settings.mailboxes:
            self._start_thread(stack, "poller", Poller(self.service, self.stop, mailbox=mailbox).run)
        write_private(facts, json.dumps(run_facts(settings, self.accounts), indent=2))
        stack.callback(lambda: facts.unlink(missing_ok=True))
        if settings.embedded.enabled:
            ask_first_question(self.service, self.accounts, settings.smtp.host, settings.smtp.port)

    def _start_mail(self, stack: ExitStack, settings: Settings) -> Settings:
        if not settings.embedded.enabled:
            return settings
        self.accounts = sample_accounts(settings)
        embedded = settings.embedded
        mail = EmbeddedMail(
            maildirs=settings.state_dir / "mail",
            accounts=[Account(each.address, each.password) for each in self.accounts],
            smtp_host=embedded.host,
            smtp_port=embedded.smtp_port,
            imap_host=embedded.host,
            imap_port=embedded.imap_port,
            max_message_bytes=settings.max_message_bytes,
        )
        mail.start()
        stack.callback(mail.stop)
        return _towards(settings, mail, self.accounts[0])

    def _start_workers(self, stack: ExitStack, settings: Settings) -> Service:
        engine = any_engine(settings)
        stack.callback(engine.dispose)
        set_up(engine, settings, now=utc_now())
        with UnitOfWork(engine, let_sleep) as work:
            if settings.embedded.enabled:
                enter_samples(work.session, settings, now=utc_now())
            queue.end_leases(work.session, now=utc_now())
            claiming.end_leases(work.session)
            mailbox_lease.end_leases(work.session)
            work.commit()
        app = make_app(settings)
        readers = Readers(READERS)
        stack.callback(readers.close)
        service = open_service(settings, wake=waker(app), look=readers.look, engine=engine)
        courier = make_courier(settings, lambda: service)
        add_tasks(app, lambda: service, lambda: courier)
        if settings.embedded.enabled:
            settle_by_maildirs(service, settings.state_dir / "mail")
        workers = EmbeddedWorkers(app)
        workers.start()
        stack.callback(workers.stop)
        return service

    def _start_web(self, stack: ExitStack) -> None:
        web = WebServer(make_web(self.service), self.settings.web.host, self.settings.web.port)
        web.start()
        stack.callback(web.stop, 2.0)

    def _start_door(self, stack: ExitStack) -> None:
        if self.settings.door.enabled:
            door = make_door(self.service)
            door.start()
            stack.callback(door.stop)

    def _start_thread(self, stack: ExitStack, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        stack.callback(thread.join, 2.0)
        stack.callback(self.stop.set)

    def _sweep(self) -> None:
        while not self.stop.is_set():
            try:
                sweep(self.service)
            except Exception as error:  # noqa: BLE001 - the sweep is the guarantee behind everything: it never ends
                log.error("sweep failed", error=type(error).__name__, place=place_of(error))
            self.stop.wait(self.settings.sweep_seconds)


def make_courier(settings: Settings, service: Callable[[], Service]) -> Courier:
    """The courier of the settings. Raises NotReady when they name no server.

    The service is asked for when a letter leaves, where the way out wants an access token.
    """
    smtp = settings.smtp
    if not smtp.host:
        raise NotReady("there is no way out: set smtp.host (CONSULTANT_SMTP__HOST) to the server that letters leave by")
    opens = settings.mailbox_of_way_out
    return courier_of(smtp, (lambda: access_token(service(), opens)) if opens else None)


def make_door(service: Service) -> Door:
    """The door of the settings: it stores mail for the consult address and for our signed addresses."""
    settings = service.settings

    def keep(arrival: DoorArrival) -> None:
        store(service, [Arrival(arrival.raw, None, arrival.envelope_from, arrival.envelope_to)])

    return Door(
        host=settings.door.host,
        port=settings.door.port,
        lmtp=settings.door.lmtp,
        accepts=service.reply_addresses.is_ours,
        keep=keep,
        max_message_bytes=settings.max_message_bytes,
    )


def stop_signal() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set. Call it before anything is started, so that nothing is left half done."""
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    return stop


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the state folder and hold it alone. Raises StateFolderError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what lies in it may hold patient data
        lock: IO[str] = (folder / "lock").open("w")
    except OSError as error:
        raise StateFolderError(
            f"the state folder {folder} cannot be written ({error.strerror}): make it writable, "
            "or set CONSULTANT_STATE_DIR to another folder"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(folder) from error
        yield


def _towards(settings: Settings, mail: EmbeddedMail, consult: SampleAccount) -> Settings:
    """The settings with the embedded server as the way in and out."""
    host, password = settings.embedded.host, SecretStr(consult.password)
    way = {"host": host, "tls": "none", "username": consult.address, "password": password}
    return settings.model_copy(
        update={
            "imap": settings.imap.model_copy(update={**way, "port": mail.imap_port}),
            "smtp": settings.smtp.model_copy(update={**way, "port": mail.smtp_port}),
            "trust": trial_trust(settings),
        }
    )


def _with_web_port(settings: Settings) -> Settings:
    """Letters name the console's port, so a free one (0) is chosen before anything is written."""
    if settings.web.port:
        return settings
    with bind("console", settings.web.host, 0, setting="CONSULTANT_WEB__PORT") as sock:
        port = port_of(sock)
    return settings.model_copy(update={"web": settings.web.model_copy(update={"port": port})})
