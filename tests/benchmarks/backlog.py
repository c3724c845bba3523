"""A backlog of 50,000 mails of 90 days, stored by one poller process that is killed and started again at random.

`python -m tests.benchmarks.backlog [MAILS]` prints mails a second while storing, the most memory that any of the
processes held, and whether the mails were stored oldest first, each once.
"""

from __future__ import annotations

import os
import random
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from config.settings import ImapSettings, Settings
from consultant.db.engine import open_engine
from consultant.db.tables import messages  # with all that they refer to
from consultant.mail.mailbox import Mailbox
from consultant.service import open_service, utc_now
from consultant.setting_up import set_up
from tests.services.dovecot_server import DovecotServer, running_dovecot
from workers.poller import Bounds, Poller

MAILS = 50_000
DAYS = 90
STOPS = 6
GOAL_MB = 200
PATIENCE = 60  # seconds until a process stores its first mail
FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MAIL = (
    "From: member{member}@practice.example\r\nTo: consult@consult.example\r\nSubject: Question {number}\r\n"
    "Date: {date:%d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <question.{number}@practice.example>\r\n\r\n"
    "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?\r\n"
)


@dataclass(frozen=True, slots=True)
class Life:
    """What one process did: mails stored, seconds from the first of them to its end, and its greatest memory."""

    mails: int
    seconds: float
    peak_mb: float


def main() -> None:
    """Let the mails wait, have them stored, and print the table."""
    mails = int(sys.argv[1]) if len(sys.argv) > 1 else MAILS
    with running_dovecot() as dovecot, tempfile.TemporaryDirectory() as folder:
        settings = _settings(dovecot, f"sqlite:///{Path(folder) / 'backlog.sqlite3'}", mails)
        engine = open_engine(settings.database)
        set_up(engine, settings, now=utc_now())
        stops = sorted(random.Random(50).sample(range(mails), STOPS))
        lives = [_life(settings, engine, lambda stop=stop: _stored(engine) > stop) for stop in stops]  # type: ignore[misc]
        lives.append(_life(settings, engine, lambda: _stored(engine) == mails and _waiting(settings) == 0))
        _print(lives, mails, in_order=_are_in_order(engine, mails))
        engine.dispose()


def poll_until_killed(settings: Settings) -> None:
    """What the process does: one poller, as `consultant poll` has it, with a lease that soon runs out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    Poller(open_service(settings), threading.Event(), Bounds(lease=2, stand_by=0.1)).run()


def _life(settings: Settings, engine: Engine, is_over: Callable[[], bool]) -> Life:
    """One process, killed when it is over."""
    before, began, peak = _stored(engine), 0.0, 0.0
    process = get_context("spawn").Process(target=poll_until_killed, args=(settings,), daemon=True)
    process.start()
    started = time.monotonic()
    while not is_over():
        if began == 0 and time.monotonic() - started > PATIENCE:
            raise SystemExit("the poller stores nothing")
        if began == 0 and _stored(engine) > before:
            began = time.monotonic()
        peak = max(peak, _peak_mb(process.pid))
        time.sleep(0.02)
    ended, peak = time.monotonic(), max(peak, _peak_mb(process.pid))
    process.kill()
    process.join()
    return Life(_stored(engine) - before, ended - (began or ended), peak)


def _stored(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.max(messages.Message.id))) or 0


def _waiting(settings: Settings) -> int:
    with Mailbox(settings.imap, read_only=True) as mailbox:
        return len(mailbox.uids())


def _peak_mb(pid: int | None) -> float:
    found = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def _are_in_order(engine: Engine, mails: int) -> bool:
    """Whether each mail is there once, and none before an older one."""
    with Session(engine) as session:
        ids, subjects = [], []
        for message_id, raw in session.execute(
            select(messages.Message.id, messages.Message.raw).order_by(messages.Message.id)
        ).yield_per(1_000):
            ids.append(message_id)
            subjects.append(int(raw.split(b"Subject: Question ")[1].split(b"\r\n")[0]))
    return subjects == list(range(mails)) and ids == list(range(1, mails + 1))


def _settings(dovecot: DovecotServer, database_url: str, mails: int) -> Settings:
    """A service with a mailbox in which the mails wait."""
    account = dovecot.new_account("consult")
    dovecot.deliver(account, (_mail(number, mails) for number in range(mails)))
    imap = ImapSettings(
        host=dovecot.host, port=dovecot.port, tls="none",
        username=account.address, password=SecretStr(account.password),
    )  # fmt: skip
    return Settings(database_url=database_url, secret_key=SecretStr("of the benchmark only"), imap=imap)


def _mail(number: int, mails: int) -> tuple[datetime, bytes]:
    date = FIRST + timedelta(days=DAYS) * (number / mails)
    return date, MAIL.format(member=number % 100, number=number, date=date).encode()


def _print(lives: list[Life], mails: int, *, in_order: bool) -> None:
    table = Table(title=f"{mails} small mails of {DAYS} days, by {len(lives)} processes, each but the last one killed")
    for heading in ("mails stored", "mails/s", f"peak MB (≤ {GOAL_MB})"):
        table.add_column(heading, justify="right")
    for life in lives:
        rate = f"{life.mails / life.seconds:,.0f}" if life.seconds > 1 else ""
        table.add_row(f"{life.mails:,}", rate, f"{life.peak_mb:.0f}")
    table.add_section()
    seconds = sum(life.seconds for life in lives)
    table.add_row(f"{mails:,}", f"{mails / seconds:,.0f}", f"{max(life.peak_mb for life in lives):.0f}")
    console = Console(width=100)
    console.print(table)
    console.print("Oldest first, each mail once: " + ("yes" if in_order else "NO"))


if __name__ == "__main__":
    main()
