"""The same mail by every way at once: To and Cc, a list, an alias, both doors, two mailboxes. One case, one receipt."""

from __future__ import annotations

import smtplib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from config.settings import DoorSettings, ImapSettings
from consultant.db.ledger import EntryKind, LedgerEntry
from consultant.db.letters import Letter
from consultant.db.messages import Message, MessageState
from consultant.intake import quarantine
from consultant.intake.quarantine import CameTwice
from consultant.intake.storing import Arrival, store
from consultant.intake.taking_in import take_in_waiting
from consultant.mail.door import Door
from tests.conversation import BELIEVING, CONSULT, MARIA, QUESTION, Conversation
from tests.integration.pollers import polling, until
from tests.integration.test_polling import Inbox
from tests.services.dovecot_server import DovecotServer
from workers.poller import Bounds
from workers.running import make_door

QUICK = Bounds(lease=2, stand_by=0.05, first_wait=0.05, longest_wait=0.2)
QUESTIONS = 8  # fewer than the member's plan has consults
TAKERS = 4
LIST = "List-Id: Front desks <desks.lists.example>\nList-Post: <mailto:desks@lists.example>\nPrecedence: list\n"
COPIES = {
    "to": "Return-Path: <maria@clinic.example>\nReceived: from a.example by mx1.consult.example; Mon, 2 Mar 2026\n",
    "cc": "Return-Path: <maria+bounce@clinic.example>\nDelivered-To: consult@consult.example\nX-Spam-Score: 0.1\n",
    "alias": "Delivered-To: codes@consult.example\nX-Original-To: codes@consult.example\nARC-Seal: i=1; a=rsa-sha256\n",
    "list": "Return-Path: <desks-bounces@lists.example>\nDKIM-Signature: v=1; d=lists.example; b=bGlzdA==\n" + LIST,
    "smtp": "DKIM-Signature: v=1; a=rsa-sha256; d=clinic.example; b=c210cA==\nAuthentication-Results: mx.example\n",
    "lmtp": "Received: from mx2.consult.example by lmtp.consult.example with LMTP id 7\n",
}
BY_MAILBOX = {"to": 0, "cc": 0, "alias": 1, "list": 1}


@pytest.fixture
def inboxes(dovecot: DovecotServer) -> list[Inbox]:
    """The consult mailbox, and the one that the alias and the list lead to."""
    accounts = [dovecot.new_account(name) for name in ("consult", "codes")]
    return [
        Inbox(
            ImapSettings(
                host=dovecot.host, port=dovecot.port, username=account.address,
                password=SecretStr(account.password), tls="none",
            )
        )
        for account in accounts
    ]  # fmt: skip


@pytest.fixture
def desk(ready_database_url: str, inboxes: list[Inbox]) -> Iterator[Conversation]:
    """A service on each database that watches both mailboxes."""
    conversation = Conversation(
        ready_database_url,
        imap=inboxes[0].settings,
        more_imap=[each.settings for each in inboxes[1:]],
        trust=BELIEVING,
    )
    yield conversation
    conversation.close()


def test_by_every_way_at_once_a_mail_is_one_case(desk: Conversation, inboxes: list[Inbox]) -> None:
    with ExitStack() as running:
        doors = {name: running.enter_context(_door(desk, lmtp=name == "lmtp")) for name in ("smtp", "lmtp")}
        for inbox in inboxes * 2:
            running.enter_context(polling(desk.service, QUICK, mailbox=inbox.settings))
        running.enter_context(_taking_in(desk))
        ways = [_way(copy, doors, inboxes) for copy in COPIES]
        with ThreadPoolExecutor(len(ways)) as senders:
            list(senders.map(lambda way: way(), ways))
        until(lambda: _states(desk) == {MessageState.TAKEN_IN: QUESTIONS * len(COPIES)})
    outcomes = _outcomes(desk)
    assert outcomes["question"] == len(desk.cases()) == QUESTIONS
    assert outcomes["machine"] <= QUESTIONS  # list copies that came before the others
    assert set(outcomes) <= {"question", "duplicate", "machine"}
    assert desk.balance().reserved == QUESTIONS
    with desk.service.reading() as session:
        reserved = session.scalars(select(LedgerEntry.case_id).where(LedgerEntry.kind == EntryKind.RESERVE)).all()
        receipts = session.scalars(select(Letter.case_id).where(Letter.key.like("%:receipt"))).all()
    assert sorted(map(str, reserved)) == sorted(map(str, receipts)) == sorted(str(case.id) for case in desk.cases())


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
def test_a_copy_by_a_list_that_comes_first_does_not_hide_the_question(desk: Conversation, together: bool) -> None:
    copies = [_copy("list", 1), _copy("to", 1), _copy("list", 1)]
    for arrivals in [copies] if together else [[each] for each in copies]:
        store(desk.service, [Arrival(raw) for raw in arrivals])
        desk.settle()
    assert [desk.verdict(number)[0] for number in (1, 2, 3)] == ["machine", "question", "duplicate"]
    assert len(desk.cases()) == 1
    with pytest.raises(CameTwice):
        quarantine.accept(desk.service, 1)


def test_a_copy_that_a_person_took_as_a_question_makes_the_next_one_a_duplicate(desk: Conversation) -> None:
    listed = desk.arrives(_copy("list", 1))
    quarantine.accept(desk.service, listed)
    assert desk.verdict(desk.arrives(_copy("to", 1))) == ("duplicate", "same-content")
    assert len(desk.cases()) == 1


def test_the_same_message_id_with_other_content_is_two_mails(desk: Conversation) -> None:
    store(desk.service, [Arrival(_copy("to", 1)), Arrival(_copy("cc", 1).replace(b"96423", b"96425"))])
    desk.settle()
    desk.arrives(_copy("alias", 1).replace(b"Subject: Question 1", b"Subject: Another question"))
    assert [desk.verdict(number)[0] for number in (1, 2, 3)] == ["question"] * 3
    assert len(desk.cases()) == 3
    assert desk.balance().reserved == 3


def test_the_database_itself_lets_one_mail_hold_a_content(desk: Conversation) -> None:
    store(desk.service, [Arrival(_copy("to", 1)), Arrival(_copy("cc", 2))])
    desk.settle()
    with desk.service.work() as work, pytest.raises(IntegrityError):
        work.session.execute(text("UPDATE message SET intake_key = 'the same'"))


def _copy(name: str, number: int) -> bytes:
    """The mail as it looks when it came that way."""
    mail = (
        f"From: Maria Lopez <{MARIA}>\nTo: {CONSULT}\nCc: codes@consult.example, desks@lists.example\n"
        f"Subject: Question {number}\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n"
        f"Message-ID: <question.{number}@clinic.example>\n\n{QUESTION}\n"
    )
    return (COPIES[name] + mail).replace("\n", "\r\n").encode()


def _way(copy: str, doors: dict[str, Door], inboxes: list[Inbox]) -> Callable[[], None]:
    """Sends every question by one way."""

    def lay_down() -> None:
        for each in range(QUESTIONS):
            inboxes[BY_MAILBOX[copy]].append(_copy(copy, each))

    def hand_over() -> None:
        kind = smtplib.LMTP if copy == "lmtp" else smtplib.SMTP
        with kind("127.0.0.1", doors[copy].port) as client:
            for each in range(QUESTIONS):
                client.sendmail(MARIA, [CONSULT], _copy(copy, each))

    return lay_down if copy in BY_MAILBOX else hand_over


@contextmanager
def _door(desk: Conversation, *, lmtp: bool) -> Iterator[Door]:
    settings = desk.settings.model_copy(update={"door": DoorSettings(enabled=True, port=0, lmtp=lmtp)})
    door = make_door(replace(desk.service, settings=settings))
    door.start()
    try:
        yield door
    finally:
        door.stop()


@contextmanager
def _taking_in(desk: Conversation) -> Iterator[None]:
    """Workers that take in whatever waits, all the time."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.005):
            take_in_waiting(desk.service)

    with ThreadPoolExecutor(TAKERS) as workers:
        working = [workers.submit(work) for _ in range(TAKERS)]
        try:
            yield
        finally:
            stop.set()
        for each in working:
            each.result()


def _states(desk: Conversation) -> dict[str, int]:
    with desk.service.reading() as session:
        return dict(Counter(session.scalars(select(Message.state))))


def _outcomes(desk: Conversation) -> Counter[str | None]:
    with desk.service.reading() as session:
        return Counter(session.scalars(select(Message.verdict_outcome)))
