"""The production shape: PostgreSQL, Redis, Dovecot, a relay, and poller, workers and beat as processes of their own."""

from __future__ import annotations

import imaplib
import os
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import redis
from pydantic import SecretStr
from sqlalchemy import select, text

from config.settings import Settings
from consultant.allowance.members import enrol, plan_named
from consultant.db.cases import Case
from consultant.db.engine import open_engine
from consultant.db.messages import Message
from consultant.db.people import Consultant
from consultant.mail.embedded import Account, EmbeddedMail
from consultant.service import Service, open_service, utc_now
from consultant.setting_up import set_up
from tests.conversation import OUR_MX, as_received, text_of
from tests.e2e.machine import mail, read_inbox, until
from tests.services.dovecot_server import DovecotServer

BEN, ANA = "ben@practice.example", "ana@consult.example"
SHORT = "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?"


class Fleet:
    """The processes of one installation, and the people's ends of its mail."""

    def __init__(self, environment: dict[str, str], relay: EmbeddedMail, dovecot: DovecotServer, log: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._relay = relay
        self._dovecot = dovecot
        self._log = log
        self._inbox = (environment["CONSULTANT_IMAP__USERNAME"], environment["CONSULTANT_IMAP__PASSWORD"])
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a `consultant` process."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "workers.command", *words], env=self._environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        """End every process that is still there."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def arrives(self, raw: bytes) -> None:
        """A mail comes into the consult mailbox."""
        with imaplib.IMAP4(self._dovecot.host, self._dovecot.port, timeout=10) as client:
            client.login(*self._inbox)
            assert client.append("INBOX", "", "", as_received(raw))[0] == "OK"

    def inbox(self, address: str) -> list[EmailMessage]:
        """What the relay delivered to somebody."""
        return read_inbox("127.0.0.1", self._relay.imap_port, address, "pw")


@pytest.fixture
def fleet(
    tmp_path: Path, postgres_url: str, redis_url: str, dovecot: DovecotServer
) -> Iterator[tuple[Fleet, Service, str]]:
    """Poller, two workers and beat, on real servers."""
    consult = dovecot.new_account("consult")
    relay = EmbeddedMail(
        maildirs=tmp_path / "relay",
        accounts=[Account(each, "pw") for each in (BEN, ANA, "consult@consult.example")],
        smtp_host="127.0.0.1",
        smtp_port=0,
        imap_host="127.0.0.1",
        imap_port=0,
        max_message_bytes=30_000_000,
    )
    relay.start()
    environment = {
        "CONSULTANT_STATE_DIR": str(tmp_path / "var"),
        "CONSULTANT_DATABASE_URL": postgres_url,
        "CONSULTANT_BROKER_URL": redis_url,
        "CONSULTANT_SECRET_KEY": "the same key on every machine",
        "CONSULTANT_SWEEP_SECONDS": "1",
        "CONSULTANT_LOG_FORMAT": "json",
        "CONSULTANT_TRUST__AUTHSERV_IDS": f'["{OUR_MX}"]',
        "CONSULTANT_IMAP__HOST": dovecot.host,
        "CONSULTANT_IMAP__PORT": str(dovecot.port),
        "CONSULTANT_IMAP__TLS": "none",
        "CONSULTANT_IMAP__USERNAME": consult.address,
        "CONSULTANT_IMAP__PASSWORD": consult.password,
        "CONSULTANT_SMTP__HOST": "127.0.0.1",
        "CONSULTANT_SMTP__PORT": str(relay.smtp_port),
        "CONSULTANT_SMTP__TLS": "none",
    }
    engine = open_engine(postgres_url)
    settings = Settings(secret_key=SecretStr("the same key on every machine"))
    set_up(engine, settings, now=utc_now())
    service = open_service(settings, engine=engine)
    with service.work() as work:
        enrol(work.session, "Ben Okafor", BEN, plan_named(work.session, "standard"), now=utc_now())
        work.session.add(Consultant(name="Ana Reyes", credentials="CPC", address=ANA))
        work.commit()
    fleet = Fleet(environment, relay, dovecot, tmp_path / "fleet.log")
    yield fleet, service, redis_url
    fleet.stop()
    relay.stop()
    engine.dispose()


def test_a_question_is_answered_across_processes(fleet: tuple[Fleet, Service, str]) -> None:
    here, service, _ = fleet
    for words in (("poll",), ("worker",), ("worker", "--queues", "draft,deliver"), ("beat",)):
        here.start(*words)
    here.arrives(mail(BEN, "consult@consult.example", "Infusion", SHORT).as_bytes())
    review = until(lambda: next(iter(here.inbox(ANA)), None))
    here.arrives(mail(ANA, str(review["Reply-To"]), "Re: draft", "APPROVE\n", answering=review).as_bytes())
    answer = until(lambda: next((each for each in here.inbox(BEN) if each["Auto-Submitted"] is None), None))
    assert "Ana Reyes, CPC" in text_of(answer)
    until(lambda: _states(service) == ["answered"])


def test_killed_workers_and_a_flushed_broker_lose_nothing(fleet: tuple[Fleet, Service, str]) -> None:
    here, service, redis_url = fleet
    here.start("poll")
    here.start("beat")
    worker = here.start("worker")
    for number in range(12):
        here.arrives(mail(BEN, "consult@consult.example", f"Question {number}", f"{SHORT} ({number})").as_bytes())
        if number in (3, 7):
            worker.kill()
            worker.wait()
            with redis.Redis.from_url(redis_url) as broker:
                broker.flushall()
            worker = here.start("worker")
    # A mail whose worker was killed is held by its claim for two minutes; let that time pass.
    until(lambda: _count(service, Message) == 12)
    with service.work() as work:
        work.session.execute(text("UPDATE message SET lease_until = now() WHERE lease_until IS NOT NULL"))
        work.commit()
    until(lambda: _count(service, Case) >= 10)
    until(lambda: _drafted(service) >= 10)
    with service.reading() as session:
        assert session.scalars(select(Case.member_id).distinct()).all() == [1]


def _count(service: Service, table: type[Message] | type[Case]) -> int:
    with service.reading() as session:
        return len(session.scalars(select(table.id)).all())


def _states(service: Service) -> list[str]:
    with service.reading() as session:
        return list(session.scalars(select(Case.state)))


def _drafted(service: Service) -> int:
    with service.reading() as session:
        return len(session.scalars(select(Case.id).where(Case.state == "drafted")).all())
