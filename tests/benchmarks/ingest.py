"""How fast waiting mail is stored and taken in, beside the least that any program would have to do for it.

Each measurement runs in a process of its own. Floor A fetches the same mails in batches, inserts the bytes of a batch
in one transaction and moves the batch; floor B commits each mail by itself and moves nothing. Neither reads a mail.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from imapclient import IMAPClient
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from config.logs import set_up_logging
from config.settings import ImapSettings, PlanSettings, RateSettings, Settings, TrustSettings
from consultant.allowance.members import enrol, plan_named
from consultant.db.engine import open_engine
from consultant.db.ledger import EntryKind, LedgerEntry
from consultant.intake.polling import poll
from consultant.intake.readers import Readers
from consultant.intake.taking_in import take_in_waiting
from consultant.mail.mailbox import Mailbox
from consultant.service import Service, open_service, utc_now
from consultant.setting_up import set_up
from tests.benchmarks.questions import MEMBERS, questions
from tests.services.dovecot_server import DovecotServer, running_dovecot
from tests.services.postgres_server import running_postgres

MAILS = 2_000
ROUNDS = 3
BATCH = 100
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """What the mails took: wall-clock and CPU seconds, and the most memory that the process ever held, in MB."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Goal:
    """At most so many times the floor's time, CPU milliseconds a mail and MB."""

    ratio: float | None = None
    cpu_ms: float | None = None
    peak_mb: float | None = None


Measure = Callable[[Settings], Measured]


def main() -> None:
    """Measure and print the table."""
    found: dict[str, list[dict[str, Measured]]] = {"SQLite": [], "PostgreSQL": []}
    with running_dovecot() as dovecot, running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            found["SQLite"].append(_round(dovecot, f"sqlite:///{Path(folder) / f'{number}.sqlite3'}"))
            with postgres.database() as url:
                found["PostgreSQL"].append(_round(dovecot, url))
    _print(found)


def _round(dovecot: DovecotServer, database_url: str) -> dict[str, Measured]:
    """Every measurement once, each on a full mailbox; what is taken in is what was stored."""
    settings = [_settings(dovecot, database_url) for _ in range(3)]
    _make_ready(settings[0])
    return {
        "floor A": _alone(floor_in_batches, settings[0]),
        "stored": _alone(store_all, settings[1]),
        "floor B": _alone(floor_one_by_one, settings[2]),
        "taken in": _alone(take_all_in, settings[1]),
    }


# What is measured: each function in a process of its own


def floor_in_batches(settings: Settings) -> Measured:
    """FETCH, one insert and one MOVE a batch."""
    with _floor(settings) as (fetched, insert, client), _measured() as measured:
        for numbers, mails in fetched:
            insert(mails)
            client.uid("MOVE", numbers, settings.imap.processed)
    return measured()


def floor_one_by_one(settings: Settings) -> Measured:
    """FETCH, and one commit a mail."""
    with _floor(settings) as (fetched, insert, _), _measured() as measured:
        for _, mails in fetched:
            for mail in mails:
                insert([mail])
    return measured()


def store_all(settings: Settings) -> Measured:
    """One poll of the mailbox."""
    service = _service(settings)
    with Mailbox(settings.imap) as mailbox, _measured() as measured:
        new = poll(service, mailbox)
    assert new == MAILS
    return measured()


def take_all_in(settings: Settings) -> Measured:
    """Everything that follows from a stored mail, by two worker threads with a reader process each, as in a run."""
    readers = Readers(WORKERS)
    service = replace(_service(settings), look=readers.look)
    with _measured() as measured:
        with ThreadPoolExecutor(WORKERS) as workers:
            for _ in workers.map(_work, [service] * WORKERS):
                pass
        readers.close()
    with service.reading() as session:
        reserved = session.scalars(select(LedgerEntry.id).where(LedgerEntry.kind == EntryKind.RESERVE)).all()
    assert len(reserved) == MAILS
    return measured()


def _work(service: Service) -> None:
    while take_in_waiting(service):
        pass


@contextlib.contextmanager
def _measured() -> Iterator[Callable[[], Measured]]:
    """What happens inside of the block."""
    found: list[Measured] = []
    began, cpu_began = time.perf_counter(), _cpu_seconds()
    yield lambda: found[0]
    found.append(Measured(time.perf_counter() - began, _cpu_seconds() - cpu_began, _peak_mb()))


def _cpu_seconds() -> float:
    """Of this process and those that it has ended: its readers."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _peak_mb() -> float:
    """Of this process alone: getrusage would count what its parent held when it was started."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


# The floor


Floor = tuple[Iterator[tuple[str, list[bytes]]], Callable[[Sequence[bytes]], None], imaplib.IMAP4]


@contextlib.contextmanager
def _floor(settings: Settings) -> Iterator[Floor]:
    """The batches of the mailbox, a function that inserts mails in one transaction, and the connection."""
    engine = open_engine(settings.database)
    sqlite = engine.dialect.name == "sqlite"
    connection = engine.raw_connection()
    cursor = connection.cursor()
    kind, place = ("BLOB", "?") if sqlite else ("BYTEA", "%s")
    cursor.execute(f"CREATE TABLE IF NOT EXISTS floor (raw {kind})")
    connection.commit()

    def insert(mails: Sequence[bytes]) -> None:
        if sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(f"INSERT INTO floor VALUES ({place})", [(mail,) for mail in mails])
        connection.commit()

    with imaplib.IMAP4(settings.imap.host, settings.imap.port) as client:
        client.login(settings.imap.username, settings.imap.password.get_secret_value())
        client.create(settings.imap.processed)
        client.select(settings.imap.folders[0])
        yield _fetched(client), insert, client
    connection.close()


def _fetched(client: imaplib.IMAP4) -> Iterator[tuple[str, list[bytes]]]:
    uids = client.uid("SEARCH", "ALL")[1][0].decode().split()
    for start in range(0, len(uids), BATCH):
        numbers = ",".join(uids[start : start + BATCH])
        parts = client.uid("FETCH", numbers, "(BODY.PEEK[])")[1]
        yield numbers, [part[1] for part in parts if isinstance(part, tuple)]


# Making ready


def _settings(dovecot: DovecotServer, database_url: str) -> Settings:
    """A service on that database, with a mailbox in which the mails wait."""
    account = dovecot.new_account("consult")
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as client:
        client.login(account.address, account.password)
        client.multiappend("INBOX", list(questions(MAILS)))
    imap = ImapSettings(
        host=dovecot.host, port=dovecot.port, tls="none",
        username=account.address, password=SecretStr(account.password),
    )  # fmt: skip
    plans = [PlanSettings(name=name, consults=MAILS, period_days=30, answer_hours=24) for name in ("standard", "guest")]
    return Settings(
        database_url=database_url, secret_key=SecretStr("of the benchmark only"), imap=imap, plans=plans,
        rates=RateSettings(per_sender=0, per_domain=0, in_all=0), trust=TrustSettings(unproven_senders="take"),
    )  # fmt: skip


def _make_ready(settings: Settings) -> None:
    engine, now = open_engine(settings.database), utc_now()
    set_up(engine, settings, now=now)
    with open_service(settings, engine=engine).work() as work:
        for address in MEMBERS:
            enrol(work.session, "Front Desk", address, plan_named(work.session, "standard"), now=now)
        work.commit()
    engine.dispose()


def _service(settings: Settings) -> Service:
    """The service as a worker has it, its log going nowhere."""
    with contextlib.redirect_stderr(Path(os.devnull).open("w")):
        set_up_logging(settings.log_level, "json")
    return open_service(settings)


def _alone(measure: Measure, settings: Settings) -> Measured:
    """Measured in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, settings).result()


# What is shown

GOALS = {
    ("SQLite", "stored"): Goal(2.5),
    ("PostgreSQL", "stored"): Goal(2.5),
    ("SQLite", "taken in"): Goal(9, cpu_ms=2.5, peak_mb=150),
    ("PostgreSQL", "taken in"): Goal(5, cpu_ms=2.5, peak_mb=150),
}
FLOOR_OF = {"stored": "floor A", "taken in": "floor B"}
NAMES = {
    "floor A": "floor A: fetch, insert and move in batches",
    "stored": "stored",
    "floor B": "floor B: fetch, one commit a mail",
    "taken in": "taken in",
}


def _print(found: dict[str, list[dict[str, Measured]]]) -> None:
    table = Table(title=f"{MAILS} mails of 2 to 20 KB, median of {ROUNDS} rounds (and the goal)")
    for heading in ("database", "what", "mails/s", "time / floor", "CPU ms a mail", "peak MB"):
        table.add_column(heading, justify="left" if heading in ("database", "what") else "right")
    for database, rounds in found.items():
        for what, name in NAMES.items():
            table.add_row(database, name, *_cells(rounds, what, GOALS.get((database, what), Goal())))
    Console(width=120).print(table)


def _cells(rounds: list[dict[str, Measured]], what: str, goal: Goal) -> tuple[str, str, str, str]:
    taken = [each[what] for each in rounds]
    floor = FLOOR_OF.get(what)
    ratio = statistics.median(each[what].seconds / each[floor].seconds for each in rounds) if floor else None
    return (
        f"{MAILS / statistics.median(each.seconds for each in taken):,.0f}",
        _beside(ratio, goal.ratio, ".1f"),
        _beside(1000 * statistics.median(each.cpu_seconds for each in taken) / MAILS, goal.cpu_ms, ".2f"),
        _beside(max(each.peak_mb for each in taken), goal.peak_mb, ".0f"),
    )


def _beside(value: float | None, goal: float | None, form: str) -> str:
    if value is None:
        return ""
    return f"{value:{form}}" + (f" (≤ {goal:g})" if goal is not None else "")


if __name__ == "__main__":
    main()
