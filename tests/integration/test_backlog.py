"""A mailbox that nobody read for three months: stored oldest first, each mail fetched once, however often stopped.

`tests/benchmarks/backlog.py` measures the same with 50,000 mails.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from config.settings import ImapSettings
from consultant.db.messages import FolderCursor, Message
from consultant.intake.polling import poll
from consultant.mail.mailbox import Mailbox
from tests.conversation import MONDAY, Conversation
from tests.integration.test_polling import RAW, Inbox
from tests.services.dovecot_server import DovecotServer

MAILS = 2_000
DAYS = 90


class Stopped(Exception):
    """The poller was told to stop, at this point."""


@dataclass
class Stops:
    """At how many batches from now the poller stops next, and every UID that was ever fetched."""

    chance: random.Random
    left: int = 3
    fetched: list[int] = field(default_factory=list)

    def pass_by(self) -> None:
        """Stop here, if it is time."""
        self.left -= 1
        if self.left == 0:
            self.left = self.chance.randint(1, 12)
            raise Stopped


class Stopping(Mailbox):
    """A mailbox whose poller is stopped before a batch is fetched, before it is moved, or after that."""

    def __init__(self, settings: ImapSettings, stops: Stops) -> None:
        super().__init__(settings)
        self._stops = stops

    def fetch(self, uids: Sequence[int]) -> list[tuple[int, bytes]]:
        self._stops.pass_by()
        self._stops.fetched.extend(uids)
        return super().fetch(uids)

    def put_away(self, uids: Sequence[int]) -> None:
        self._stops.pass_by()
        super().put_away(uids)
        self._stops.pass_by()


@pytest.fixture
def inbox(dovecot: DovecotServer) -> Inbox:
    """A mailbox with two thousand mails of ninety days."""
    account = dovecot.new_account("consult")
    dovecot.deliver(
        account,
        ((MONDAY + timedelta(days=DAYS) * (number / MAILS), RAW % (number, number)) for number in range(MAILS)),
    )
    return Inbox(
        ImapSettings(
            host=dovecot.host, port=dovecot.port, username=account.address,
            password=SecretStr(account.password), tls="none",
        )
    )  # fmt: skip


@pytest.fixture
def desk(ready_sqlite_url: str, inbox: Inbox) -> Iterator[Conversation]:
    conversation = Conversation(ready_sqlite_url, imap=inbox.settings)
    yield conversation
    conversation.close()


def test_a_backlog_is_stored_oldest_first_and_nothing_is_fetched_twice(desk: Conversation, inbox: Inbox) -> None:
    stops = Stops(random.Random(90))
    lives = 1
    while True:
        try:
            with Stopping(inbox.settings, stops) as mailbox:
                poll(desk.service, mailbox)
            break
        except Stopped:
            lives += 1
    print(f"{lives} lives")
    assert lives > 5
    assert stops.fetched == list(range(1, MAILS + 1))
    with desk.service.reading() as session:
        stored = session.execute(select(Message.uid, Message.raw).order_by(Message.id)).all()
        cursor = session.scalars(select(FolderCursor.uid)).one()
    assert [tuple(each) for each in stored] == [(number + 1, RAW % (number, number)) for number in range(MAILS)]
    assert cursor == MAILS
    with Mailbox(inbox.settings) as mailbox:
        assert mailbox.uids() == []
