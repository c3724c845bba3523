"""kill -9 of real processes, pollers and workers, at every step and in between: nothing is lost, nothing doubled.

Each seed picks mails, batches, steps and moments. The usual run takes twenty seeds of pollers and four of workers;
`SEEDS=200 pytest tests/integration/test_killed_poller.py` takes two hundred of each.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from imapclient import IMAPClient
from pydantic import SecretStr
from sqlalchemy import select

from config.settings import ImapSettings
from consultant.db.ledger import EntryKind, LedgerEntry
from consultant.db.messages import Message
from consultant.intake.storing import Arrival, store
from consultant.intake.taking_in import take_in_waiting
from tests.conversation import BELIEVING, CONSULT, QUESTION, Conversation
from tests.integration.mortals import POLLER_STEPS, WORKER_STEPS, Doom, living, poller_life, worker_life
from tests.integration.seeds import seeds
from tests.integration.test_polling import Inbox
from tests.services.dovecot_server import DovecotServer

LIVES = 2


@pytest.fixture
def inbox(dovecot: DovecotServer) -> Inbox:
    """The consult mailbox."""
    account = dovecot.new_account("consult")
    return Inbox(
        ImapSettings(
            host=dovecot.host, port=dovecot.port, username=account.address,
            password=SecretStr(account.password), tls="none",
        )
    )  # fmt: skip


@pytest.fixture
def desk(request: pytest.FixtureRequest, seed: int, inbox: Inbox) -> Iterator[Conversation]:
    """A service on PostgreSQL with every fourth seed, on SQLite with the others."""
    url: str = request.getfixturevalue("ready_sqlite_url" if seed % 4 else "ready_postgres_url")
    conversation = Conversation(
        url,
        imap=inbox.settings,
        rates={"per_sender": 0, "per_domain": 0, "in_all": 0},
        database_url=url,
        trust=BELIEVING,
    )
    yield conversation
    conversation.close()


@pytest.mark.parametrize("seed", seeds(20))
def test_pollers_killed_at_every_step_store_each_mail_once(desk: Conversation, inbox: Inbox, seed: int) -> None:
    chance = random.Random(seed)
    sent: list[bytes] = []
    batch = chance.choice([1, 2, 5, 100])
    for _ in range(LIVES):
        sent += _arrive(inbox, chance, len(sent))
        with ExitStack() as processes:
            for _ in range(chance.choice([1, 1, 2])):  # now and then a second one stands by
                step = chance.choice(POLLER_STEPS)
                doom = Doom(step, chance.randint(1, 6 if "commit" in step else 2))  # leases are committed too
                process = processes.enter_context(living(poller_life, desk.settings, doom, batch))
                if chance.random() < 0.3:  # from outside, wherever it stands
                    time.sleep(chance.uniform(0, 0.15))
                    process.kill()
    with living(poller_life, desk.settings, Doom(), batch):
        pass
    assert Counter(_stored(desk)) == Counter(sent)
    assert inbox.folder("INBOX") == []
    assert Counter(inbox.folder("Processed")) == Counter(sent)
    _take_in(desk)
    _one_case_each(desk, sent)


@pytest.mark.parametrize("seed", seeds(4))
def test_workers_killed_at_every_step_take_each_mail_in_once(desk: Conversation, seed: int) -> None:
    chance = random.Random(seed)
    sent = [_mail(chance, number) for number in range(chance.choice([3, 55, 75]))]
    store(desk.service, [Arrival(raw) for raw in sent])
    for _ in range(3 * LIVES):
        doom = Doom(chance.choice(WORKER_STEPS), chance.randint(1, 3))
        with living(worker_life, desk.settings, doom, desk.now) as process:
            if chance.random() < 0.3:
                time.sleep(chance.uniform(0, 0.15))
                process.kill()
        desk.now += timedelta(minutes=3)
    _take_in(desk)
    _one_case_each(desk, sent)


def test_a_mail_held_by_one_killed_worker_after_the_other_is_no_suspect(ready_sqlite_url: str) -> None:
    desk = Conversation(ready_sqlite_url, database_url=ready_sqlite_url, trust=BELIEVING)
    store(desk.service, [Arrival(_mail(random.Random(0), 0))])
    for _ in range(6):
        with living(worker_life, desk.settings, Doom("looked"), desk.now):
            pass
        desk.now += timedelta(minutes=3)
    assert desk.message(1).interruptions == 6
    _take_in(desk)
    assert desk.verdict(1) == ("question", "new-question")
    desk.close()


def test_while_no_reader_can_be_had_no_mail_is_suspected(ready_sqlite_url: str) -> None:
    desk = Conversation(ready_sqlite_url, trust=BELIEVING)
    store(desk.service, [Arrival(_mail(random.Random(0), 0))])

    def out_of_processes(mails: object, on: object) -> NoReturn:
        raise BlockingIOError

    broken = replace(desk.service, look=out_of_processes)
    for _ in range(15):
        take_in_waiting(broken)
        desk.now += timedelta(minutes=3)
    assert (desk.message(1).attempts, desk.message(1).interruptions) == (0, 0)
    _take_in(desk)
    assert desk.verdict(1) == ("question", "new-question")
    desk.close()


def _arrive(inbox: Inbox, chance: random.Random, first: int) -> list[bytes]:
    mails = [_mail(chance, first + number) for number in range(chance.randint(1, 12))]
    with IMAPClient(inbox.settings.host, inbox.settings.port, ssl=False) as client:
        client.login(inbox.settings.username, inbox.settings.password.get_secret_value())
        for raw in mails:
            client.append("INBOX", raw, flags=chance.choice([(), (rb"\Seen",), (rb"\Flagged",)]))
    return mails


def _mail(chance: random.Random, number: int) -> bytes:
    """Of a guest of its own, one time in five the very mail that another one is."""
    if number and chance.random() < 0.2:
        number -= 1
    head = (
        f"From: guest{number}@new.example\r\nTo: {CONSULT}\r\nSubject: {number}\r\nMessage-ID: <{number}@new.example>"
    )
    return f"{head}\r\n\r\n{QUESTION}\r\n".encode()


def _take_in(desk: Conversation) -> None:
    while take_in_waiting(desk.service):
        pass


def _stored(desk: Conversation) -> list[bytes]:
    with desk.service.reading() as session:
        return list(session.scalars(select(Message.raw)))


def _one_case_each(desk: Conversation, sent: list[bytes]) -> None:
    """A case, a reservation and a receipt for each content; no mail is left or set aside."""
    contents = len(set(sent))
    with desk.service.reading() as session:
        outcomes = Counter(session.scalars(select(Message.verdict_outcome)))
        reserved = list(session.scalars(select(LedgerEntry.case_id).where(LedgerEntry.kind == EntryKind.RESERVE)))
    assert outcomes == Counter(question=contents, duplicate=len(sent) - contents)
    assert len(desk.cases()) == contents
    assert sorted(reserved, key=int) == [case.id for case in desk.cases()]  # type: ignore[arg-type]
