"""The poller against real IMAP servers: Dovecot, the judge, and the embedded one of trial runs."""

from __future__ import annotations

import imaplib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from config.settings import ImapSettings
from consultant.db.messages import Message, PollStatus
from consultant.intake.polling import poll
from consultant.mail.embedded import Account, EmbeddedMail
from consultant.mail.mailbox import Mailbox
from tests.conversation import CONSULT, Conversation, as_received
from tests.integration.pollers import polling, until
from tests.services.dovecot_server import DovecotServer

RAW = b"From: maria@clinic.example\r\nTo: consult@consult.example\r\nSubject: %d\r\n\r\nIs 9921%d right?\r\n"


class Inbox:
    """The consult mailbox of some server, as another mail program sees it."""

    def __init__(self, settings: ImapSettings) -> None:
        self.settings = settings

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4(self.settings.host, self.settings.port, timeout=10)
        client.login(self.settings.username, self.settings.password.get_secret_value())
        return client

    def append(self, raw: bytes, flags: str = "") -> None:
        """A mail arrives."""
        with self._client() as client:
            assert client.append("INBOX", flags, "", raw)[0] == "OK"

    def folder(self, name: str) -> list[bytes]:
        """The raw mails in a folder."""
        with self._client() as client:
            if client.select(name, readonly=True)[0] != "OK":
                return []
            _, [numbers] = client.search(None, "ALL")
            fetched = [client.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in numbers.split()]
            return [each[1] for each in fetched if isinstance(each, tuple)]


@pytest.fixture(params=["dovecot", "embedded"])
def inbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Inbox]:
    """A consult mailbox on each server."""
    if request.param == "dovecot":
        dovecot: DovecotServer = request.getfixturevalue("dovecot")
        account = dovecot.new_account("consult")
        yield Inbox(_settings(dovecot.host, dovecot.port, account.address, account.password))
        return
    mail = EmbeddedMail(
        maildirs=tmp_path / "mail", accounts=[Account(CONSULT, "pw")], smtp_host="127.0.0.1", smtp_port=0,
        imap_host="127.0.0.1", imap_port=0, max_message_bytes=50_000_000,
    )  # fmt: skip
    mail.start()
    yield Inbox(_settings("127.0.0.1", mail.imap_port, CONSULT, "pw"))
    mail.stop()


@pytest.fixture
def desk(ready_sqlite_url: str, inbox: Inbox) -> Iterator[Conversation]:
    """A service whose consult mailbox that is."""
    conversation = Conversation(ready_sqlite_url, imap=inbox.settings)
    yield conversation
    conversation.close()


def test_a_poll_stores_everything_and_then_moves_it(desk: Conversation, inbox: Inbox) -> None:
    sent = [RAW % (number, number) for number in range(3)]
    inbox.append(sent[0], r"\Seen")
    inbox.append(sent[1])
    inbox.append(sent[2], r"\Flagged")
    with Mailbox(inbox.settings) as mailbox:
        assert poll(desk.service, mailbox) == 3
        assert poll(desk.service, mailbox) == 0
    assert inbox.folder("INBOX") == []
    assert inbox.folder("Processed") == sent
    assert _stored(desk) == sent


def test_killed_between_storing_and_moving_nothing_is_stored_twice(desk: Conversation, inbox: Inbox) -> None:
    inbox.append(RAW % (1, 1))

    class Dying(Mailbox):
        def put_away(self, uids: object) -> None:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError), Dying(inbox.settings) as dying:
        poll(desk.service, dying)
    assert len(_stored(desk)) == 1
    with Mailbox(inbox.settings) as mailbox:
        assert poll(desk.service, mailbox) == 0
    assert inbox.folder("INBOX") == []
    assert len(_stored(desk)) == 1


def test_a_mail_that_another_client_takes_away_disturbs_nothing(desk: Conversation, inbox: Inbox) -> None:
    inbox.append(RAW % (1, 1))
    inbox.append(RAW % (2, 2))

    class Slow(Mailbox):
        def fetch(self, uids: object) -> list[tuple[int, bytes]]:
            with inbox._client() as other:
                other.select("INBOX")
                other.store("1", "+FLAGS", r"(\Deleted)")
                other.expunge()
            return super().fetch(uids)  # type: ignore[arg-type]

    with Slow(inbox.settings) as mailbox:
        assert poll(desk.service, mailbox) in (1, 2)  # a server may still show it to who has seen it
    assert RAW % (2, 2) in _stored(desk)
    assert inbox.folder("INBOX") == []


def test_a_thirty_megabyte_mail_is_kept_whole_and_its_sender_told(desk: Conversation, inbox: Inbox) -> None:
    big = (
        b"From: maria@clinic.example\r\nTo: consult@consult.example\r\nSubject: big\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n96423?\r\n"
        b"--b\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b"QUJD" * 19 * 400_000
        + b"\r\n--b--\r\n"
    )
    assert len(big) > 30_000_000
    big = as_received(big)
    inbox.append(big)
    with Mailbox(inbox.settings) as mailbox:
        poll(desk.service, mailbox)
    desk.settle()
    assert _stored(desk) == [big]
    assert desk.verdict(1) == ("quarantined", "too-large")
    assert "25 MB" in str(desk.letter_to("maria@clinic.example").get_body(("plain",)))


def test_mail_is_taken_in_within_a_second_of_arriving(desk: Conversation, inbox: Inbox) -> None:
    with polling(desk.service):
        until(lambda: _polled(desk))
        for number in range(5):
            inbox.append(RAW % (number, number))
            arrived = time.monotonic()
            until(lambda number=number: len(_stored(desk)) == number + 1)  # type: ignore[misc]
            assert time.monotonic() - arrived < 5  # an idle wake-up, not the poll of each minute


def test_trouble_is_written_down_and_the_poller_comes_back(ready_sqlite_url: str, dovecot: DovecotServer) -> None:
    account = dovecot.new_account("consult")
    wrong = _settings(dovecot.host, dovecot.port, account.address, "not the password")
    post = Conversation(ready_sqlite_url, imap=wrong)
    with polling(post.service):
        until(lambda: _failure(post))
    assert "LoginError" in str(_failure(post))
    assert "not the password" not in str(_failure(post))
    post.close()


def test_the_poller_survives_a_restart_of_the_server(ready_sqlite_url: str, dovecot: DovecotServer) -> None:
    account = dovecot.new_account("consult")
    inbox = Inbox(_settings(dovecot.host, dovecot.port, account.address, account.password))
    post = Conversation(ready_sqlite_url, imap=inbox.settings)
    with polling(post.service):
        until(lambda: _polled(post))
        dovecot.restart()
        inbox.append(RAW % (1, 1))
        until(lambda: _stored(post))
    post.close()


def _settings(host: str, port: int, username: str, password: str) -> ImapSettings:
    return ImapSettings(host=host, port=port, username=username, password=SecretStr(password), tls="none")


def _stored(post: Conversation) -> list[bytes]:
    with post.service.reading() as session:
        return list(session.scalars(select(Message.raw).order_by(Message.id)))


def _polled(post: Conversation) -> bool:
    with post.service.reading() as session:
        status = session.scalar(select(PollStatus))
        return status is not None and status.succeeded_at is not None


def _failure(post: Conversation) -> str | None:
    with post.service.reading() as session:
        status = session.scalar(select(PollStatus))
        return status.failure if status else None
