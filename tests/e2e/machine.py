"""A fresh machine: `consultant run` as a process of its own, and people with ordinary mail programs."""

from __future__ import annotations

import email
import email.policy
import imaplib
import json
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid
from pathlib import Path
from typing import Any, TypeVar

PATIENCE = 20.0
T = TypeVar("T")


class Machine:
    """One state folder, and the service running over it from time to time."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CONSULTANT_")},
            "CONSULTANT_STATE_DIR": str(folder),
            "CONSULTANT_EMBEDDED__SMTP_PORT": "0",
            "CONSULTANT_EMBEDDED__IMAP_PORT": "0",
            "CONSULTANT_WEB__PORT": "0",
            "CONSULTANT_SWEEP_SECONDS": "0.5",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `consultant` command on this machine."""
        return subprocess.run(
            [sys.executable, "-m", "workers.command", *words],
            env=self._environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def start(self) -> float:
        """Start the service and wait until it is ready; how many seconds that took."""
        started = time.monotonic()
        log = (self.folder.parent / "run.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "workers.command", "run"], env=self._environment, stdout=log, stderr=log
        )
        log.close()
        until(lambda: (self.folder / "run.json").exists() or self._process.poll() is not None)  # type: ignore[union-attr]
        assert self._process.poll() is None, (self.folder.parent / "run.log").read_text()
        return time.monotonic() - started

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        (self.folder / "run.json").unlink(missing_ok=True)

    def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit code and how many seconds it took."""
        assert self._process is not None
        started = time.monotonic()
        self._process.terminate()
        return self._process.wait(PATIENCE), time.monotonic() - started

    @property
    def facts(self) -> dict[str, Any]:
        """run.json."""
        return dict(json.loads((self.folder / "run.json").read_text()))

    def account(self, address: str) -> dict[str, str]:
        """The account of that address."""
        return next(each for each in self.facts["accounts"] if each["address"] == address)

    def send(self, mail: EmailMessage) -> None:
        """Hand a mail to the SMTP door as any mail program does, signed in where the sender has an account there."""
        smtp, sender = self.facts["smtp"], str(mail["From"].addresses[0].addr_spec)
        with smtplib.SMTP(smtp["host"], smtp["port"], timeout=10) as server:
            if any(each["address"] == sender for each in self.facts["accounts"]):
                server.login(sender, self.account(sender)["password"])
            server.send_message(mail)

    def inbox(self, address: str) -> list[EmailMessage]:
        """What lies in somebody's inbox, read by IMAP."""
        imap = self.facts["imap"]
        return read_inbox(imap["host"], imap["port"], address, self.account(address)["password"])

    def wait_for(self, address: str, wanted: Callable[[EmailMessage], bool]) -> EmailMessage:
        """The first mail in the inbox that is wanted, waiting for it."""
        return until(lambda: next(filter(wanted, self.inbox(address)), None))


def read_inbox(host: str, port: int, address: str, password: str) -> list[EmailMessage]:
    """What lies in an inbox, oldest first."""
    with imaplib.IMAP4(host, port, timeout=10) as client:
        client.login(address, password)
        client.select("INBOX", readonly=True)
        _, [numbers] = client.search(None, "ALL")
        return [_fetched(client, number) for number in numbers.split()]


def until(look: Callable[[], T | None]) -> T:
    """What `look` finds, asked again and again until it finds something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def mail(sender: str, to: str, subject: str, text: str, *, answering: EmailMessage | None = None) -> EmailMessage:
    """A mail as a mail program writes it."""
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, to, subject
    written["Date"], written["Message-ID"] = format_datetime(localtime()), make_msgid(domain="client.example")
    if answering is not None:
        written["In-Reply-To"] = written["References"] = str(answering["Message-ID"])
    written.set_content(text)
    return written


def _fetched(client: imaplib.IMAP4, number: bytes) -> EmailMessage:
    _, parts = client.fetch(number.decode(), "(BODY.PEEK[])")
    return email.message_from_bytes(
        next(part[1] for part in parts if isinstance(part, tuple)), policy=email.policy.default
    )
