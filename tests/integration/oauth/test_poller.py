"""The poller with a mailbox that tokens open: it renews them, says what is wrong, and goes on once that is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from imapclient import IMAPClient
from sqlalchemy import select

from config.settings import ImapSettings
from consultant.db.messages import Message, PollStatus
from consultant.intake.credentials import keep, refusals
from consultant.mail.mailbox import Patience
from consultant.mail.trust import tls_context
from consultant.service import utc_now
from tests.conversation import Conversation
from tests.integration.oauth.conftest import grant_of
from tests.integration.pollers import polling, until
from tests.services.certificates import Authority
from tests.services.dovecot_server import DovecotServer, MailAccount
from tests.services.issuer import TokenIssuer
from workers.poller import Bounds

RAW = b"From: maria@clinic.example\r\nTo: consult@consult.example\r\nSubject: Number %d\r\n\r\nMay 96423 be billed?\r\n"
QUICK = Bounds(patience=Patience(silence=5, command=10), look=0.5, first_wait=0.02, longest_wait=0.05)


@pytest.fixture
def account(secure_dovecot: DovecotServer) -> MailAccount:
    return secure_dovecot.new_account("consult")


@pytest.fixture
def desk(
    ready_sqlite_url: str, secure_dovecot: DovecotServer, account: MailAccount, authority: Authority,
    oauth: dict[str, Any],
) -> Iterator[Conversation]:  # fmt: skip
    """A service that polls that mailbox, by the wall clock."""
    imap = {
        "host": "localhost", "port": secure_dovecot.tls_port, "username": account.address, "auth": "oauthbearer",
        "oauth": oauth, "ca_file": authority.file,
    }  # fmt: skip
    conversation = Conversation(ready_sqlite_url, imap=ImapSettings.model_validate(imap))
    conversation.service = replace(conversation.service, clock=utc_now)
    yield conversation
    conversation.close()


def test_mail_comes_in_while_tokens_end_and_after_access_was_given_back(
    desk: Conversation, account: MailAccount, issuer: TokenIssuer, secure_dovecot: DovecotServer, authority: Authority
) -> None:
    def append(number: int) -> None:
        with IMAPClient("localhost", secure_dovecot.tls_port, ssl_context=tls_context(authority.file)) as client:
            client.login(account.address, account.password)
            client.append("INBOX", RAW % number)

    def connect() -> None:
        keep(desk.service, desk.settings.imap, grant_of(issuer.consented(account.address)), asked_at=utc_now())

    with polling(desk.service, QUICK):
        until(lambda: "not connected yet" in failure(desk))
        issuer.lifetime = 60  # always due for renewal
        connect()
        append(1)
        until(lambda: stored(desk) == 1)
        until(lambda: issuer.refreshed >= 2)
        issuer.revoke(account.address)
        until(lambda: refused(desk))
        append(2)
        until(lambda: stored(desk) == 2)  # over the connection that stands
        secure_dovecot.restart()
        append(3)
        until(lambda: "invalid_grant" in failure(desk))
        assert "consultant mailbox connect" in failure(desk)
        connect()
        until(lambda: stored(desk) == 3)


def test_a_token_that_was_withdrawn_early_is_renewed(
    desk: Conversation, account: MailAccount, issuer: TokenIssuer
) -> None:
    a_while_ago = utc_now() - timedelta(minutes=20)
    before = replace(desk.service, clock=lambda: a_while_ago)
    keep(before, desk.settings.imap, grant_of(issuer.consented(account.address)), asked_at=a_while_ago)
    issuer._access.clear()
    with polling(desk.service, QUICK):
        until(lambda: succeeded(desk))
    assert "refuses our access token" in failure(desk)
    assert issuer.refreshed == 1


def failure(desk: Conversation) -> str:
    with desk.service.reading() as session:
        return session.scalar(select(PollStatus.failure)) or ""


def succeeded(desk: Conversation) -> bool:
    with desk.service.reading() as session:
        return session.scalar(select(PollStatus.succeeded_at)) is not None


def refused(desk: Conversation) -> bool:
    with desk.service.reading() as session:
        return bool(refusals(session, [desk.settings.imap.username]))


def stored(desk: Conversation) -> int:
    with desk.service.reading() as session:
        return len(list(session.scalars(select(Message.id))))
