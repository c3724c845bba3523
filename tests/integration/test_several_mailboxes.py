"""Several accounts and folders: each watched by itself, each folder with a cursor, nothing fetched twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import select

from config.settings import ImapSettings, Settings
from consultant.db.messages import FolderCursor, Message, PollStatus
from consultant.intake.polling import poll
from consultant.mail.mailbox import Mailbox
from tests.conversation import Conversation
from tests.integration.pollers import polling, until
from tests.integration.test_polling import RAW, Inbox
from tests.services.dovecot_server import DovecotServer
from workers.poller import Bounds

QUICK = Bounds(look=0.5, first_wait=0.05, longest_wait=0.2)


@pytest.fixture
def inbox(dovecot: DovecotServer) -> Inbox:
    """The main mailbox, with a folder for what the server takes for spam."""
    inbox = _mailbox(dovecot, "consult", folders=["INBOX", "Junk"])
    with inbox._client() as client:
        assert client.create("Junk")[0] == "OK"
    return inbox


@pytest.fixture
def desk(ready_database_url: str, inbox: Inbox) -> Iterator[Conversation]:
    """A service on each database."""
    conversation = Conversation(ready_database_url, imap=inbox.settings)
    yield conversation
    conversation.close()


def test_mail_that_the_server_took_for_spam_is_read_too(desk: Conversation, inbox: Inbox) -> None:
    with polling(desk.service, QUICK):
        _append(inbox, "Junk", RAW % (1, 1))
        inbox.append(RAW % (2, 2))
        until(lambda: _stored(desk) == [("INBOX", RAW % (2, 2)), ("Junk", RAW % (1, 1))])
        until(lambda: sorted(inbox.folder("Processed")) == [RAW % (1, 1), RAW % (2, 2)])


def test_one_account_that_fails_disturbs_no_other(
    ready_database_url: str, dovecot: DovecotServer, inbox: Inbox
) -> None:
    second = _mailbox(dovecot, "billing")
    broken = second.settings.model_copy(update={"username": "broken@consult.example", "password": SecretStr("no")})
    desk = Conversation(ready_database_url, imap=broken, more_imap=[inbox.settings, second.settings])
    with ExitStack() as pollers:
        for each in desk.settings.mailboxes:
            pollers.enter_context(polling(desk.service, QUICK, mailbox=each))
        inbox.append(RAW % (1, 1))
        second.append(RAW % (2, 2))
        until(lambda: len(_stored(desk)) == 2)
        until(lambda: _status(desk, broken) and _status(desk, broken).failure)
    assert _status(desk, broken).succeeded_at is None
    for well in (inbox, second):
        assert _status(desk, well.settings).succeeded_at is not None
        assert _status(desk, well.settings).failure is None
    desk.close()


def test_the_same_mail_in_two_accounts_opens_one_case(
    ready_database_url: str, dovecot: DovecotServer, inbox: Inbox
) -> None:
    second = _mailbox(dovecot, "billing")
    desk = Conversation(ready_database_url, imap=inbox.settings, more_imap=[second.settings])
    for each in (inbox, second):
        each.append(b"Received: from a by b\r\n" + RAW % (1, 1))
        with Mailbox(each.settings) as mailbox:
            poll(desk.service, mailbox)
    desk.settle()
    assert len(desk.cases()) == 1
    assert desk.verdict(2) == ("duplicate", "same-content")
    desk.close()


def test_a_mailbox_is_named_once() -> None:
    one = ImapSettings(host="imap.example", username="consult")
    with pytest.raises(ValidationError, match="name each once"):
        Settings(imap=one, more_imap=[one])
    with pytest.raises(ValidationError, match="each folder is named once"):
        ImapSettings(host="imap.example", folders=["INBOX", "Processed"])


def test_mail_may_stay_where_it_is_and_only_what_is_new_is_fetched(desk: Conversation, inbox: Inbox) -> None:
    stays = inbox.settings.model_copy(update={"processed": "", "folders": ["INBOX"]})

    class Counting(Mailbox):
        asked: list[int] = []  # noqa: RUF012 - of this one class, in this one test

        def fetch(self, uids: object) -> list[tuple[int, bytes]]:
            self.asked.extend(uids)  # type: ignore[arg-type]
            return super().fetch(uids)  # type: ignore[arg-type]

    inbox.append(RAW % (1, 1))
    inbox.append(RAW % (2, 2))
    with Counting(stays) as mailbox:
        assert poll(desk.service, mailbox) == 2
        inbox.append(RAW % (3, 3))
        assert poll(desk.service, mailbox, whole=False) == 1
        assert poll(desk.service, mailbox) == 0
    assert Counting.asked == [1, 2, 3]
    assert len(inbox.folder("INBOX")) == 3
    assert _cursor(desk) == 3


def test_the_cursor_waits_before_a_mail_that_the_server_did_not_give(desk: Conversation, inbox: Inbox) -> None:
    stays = inbox.settings.model_copy(update={"processed": "", "folders": ["INBOX"]})
    for number in (1, 2, 3):
        inbox.append(RAW % (number, number))

    class Withholding(Mailbox):
        def batches(self, above: int = 0) -> Iterator[list[int]]:
            return iter([uid] for uid in self.uids(above))

        def fetch(self, uids: object) -> list[tuple[int, bytes]]:
            return [(uid, raw) for uid, raw in super().fetch(uids) if uid != 2]  # type: ignore[arg-type]

    with Withholding(stays) as mailbox:
        assert poll(desk.service, mailbox) == 2
    assert _cursor(desk) == 1
    with Mailbox(stays) as honest:
        assert poll(desk.service, honest, whole=False) == 1
    assert _cursor(desk) == 3


def _mailbox(dovecot: DovecotServer, name: str, **settings: object) -> Inbox:
    account = dovecot.new_account(name)
    return Inbox(
        ImapSettings(
            host=dovecot.host, port=dovecot.port, username=account.address,
            password=SecretStr(account.password), tls="none", **settings,
        )
    )  # fmt: skip


def _append(inbox: Inbox, folder: str, raw: bytes) -> None:
    with inbox._client() as client:
        assert client.append(folder, "", "", raw)[0] == "OK"


def _stored(desk: Conversation) -> list[tuple[str | None, bytes]]:
    with desk.service.reading() as session:
        return sorted((each.folder, each.raw) for each in session.scalars(select(Message)))


def _status(desk: Conversation, imap: ImapSettings) -> PollStatus:
    with desk.service.reading() as session:
        return session.get(PollStatus, imap.account)  # type: ignore[return-value]


def _cursor(desk: Conversation) -> int:
    with desk.service.reading() as session:
        return session.scalars(select(FolderCursor.uid).where(FolderCursor.folder == "INBOX")).one()
