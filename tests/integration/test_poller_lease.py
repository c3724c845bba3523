"""One poller an account: the lease on a mailbox, between pollers that stop, die, hang and race."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from config.settings import ImapSettings
from consultant.db.messages import MailboxLease, Message, PollStatus
from consultant.intake.mailbox_lease import Lease, LeaseLost, end_leases
from consultant.intake.polling import poll
from consultant.mail.mailbox import Mailbox
from consultant.service import utc_now
from tests.conversation import Conversation
from tests.integration.pollers import polling, until
from tests.integration.test_polling import RAW, Inbox
from tests.services.dovecot_server import DovecotServer
from tests.services.imap_proxy import ImapProxy
from workers.poller import Bounds

MINUTE = timedelta(minutes=1)
QUICK = Bounds(lease=2, stand_by=0.05, first_wait=0.05, longest_wait=0.2)


@pytest.fixture
def inbox(dovecot: DovecotServer) -> Inbox:
    account = dovecot.new_account("consult")
    return Inbox(
        ImapSettings(
            host=dovecot.host, port=dovecot.port, username=account.address,
            password=SecretStr(account.password), tls="none",
        )
    )  # fmt: skip


@pytest.fixture
def desk(ready_database_url: str, inbox: Inbox) -> Iterator[Conversation]:
    """A service on each database, with a clock that runs."""
    conversation = Conversation(ready_database_url, imap=inbox.settings)
    yield conversation
    conversation.close()


def test_one_holds_the_lease_and_the_other_takes_over_when_it_runs_out(desk: Conversation) -> None:
    first, second = _leases(desk, 2)
    assert first.take()
    assert not second.take()
    desk.now += 0.9 * MINUTE
    first.renew()
    desk.now += 0.9 * MINUTE
    assert not second.take()
    desk.now += 0.1 * MINUTE
    assert second.take()
    with pytest.raises(LeaseLost):
        first.renew()
    assert not first.take()


def test_a_lease_that_ran_out_is_renewed_where_nobody_took_it(desk: Conversation) -> None:
    first, second = _leases(desk, 2)
    assert first.take()
    desk.now += 2 * MINUTE
    first.renew()
    assert not second.take()


def test_keeping_a_lease_writes_only_when_a_third_of_it_has_passed(desk: Conversation) -> None:
    (lease,) = _leases(desk, 1)
    assert lease.take()
    before = _lease(desk).held_until
    desk.now += 0.3 * MINUTE
    lease.keep()
    assert _lease(desk).held_until == before
    desk.now += 0.1 * MINUTE
    lease.keep()
    assert _lease(desk).held_until == desk.now + MINUTE


def test_a_lease_given_back_is_free_at_once_and_only_its_holder_gives_it_back(desk: Conversation) -> None:
    first, second = _leases(desk, 2)
    assert first.take()
    second.give_back()
    assert not second.take()
    first.give_back()
    assert second.take()


def test_at_the_start_of_the_only_process_every_lease_ends(desk: Conversation) -> None:
    first, second = _leases(desk, 2)
    assert first.take()
    with desk.service.work() as work:
        end_leases(work.session)
        work.commit()
    assert second.take()


def test_of_eight_that_try_at_once_one_gets_the_lease(desk: Conversation) -> None:
    for _ in range(5):
        leases = _leases(desk, 8)
        start = threading.Barrier(8)

        def race(lease: Lease, start: threading.Barrier = start) -> bool:
            start.wait()
            return lease.take()

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(race, leases)) == 1
        desk.now += 2 * MINUTE


def test_who_lost_the_lease_moves_nothing(desk: Conversation, inbox: Inbox) -> None:
    inbox.append(RAW % (1, 1))
    first, second = _leases(desk, 2)
    assert first.take()
    desk.now += 2 * MINUTE
    assert second.take()
    with pytest.raises(LeaseLost), Mailbox(inbox.settings) as mailbox:
        poll(desk.service, mailbox, before_moving=first.renew)
    assert inbox.folder("INBOX") == [RAW % (1, 1)]
    assert inbox.folder("Processed") == []
    with Mailbox(inbox.settings) as mailbox:
        poll(desk.service, mailbox, before_moving=second.renew)
    assert inbox.folder("INBOX") == []
    assert _stored(desk) == [RAW % (1, 1)]


def test_four_pollers_at_once_store_each_mail_once(desk: Conversation, inbox: Inbox) -> None:
    sent = [RAW % (number, number) for number in range(40)]
    with ExitStack() as pollers:
        for _ in range(4):
            pollers.enter_context(polling(desk.service, QUICK))
        for raw in sent:
            inbox.append(raw)
        until(lambda: len(_stored(desk)) >= len(sent) and not inbox.folder("INBOX"))
    assert sorted(_stored(desk)) == sorted(sent)
    assert sorted(inbox.folder("Processed")) == sorted(sent)


def test_after_a_clean_stop_the_other_takes_over_at_once(desk: Conversation, inbox: Inbox) -> None:
    with ExitStack() as second:
        with polling(desk.service, replace(QUICK, lease=60)):
            until(lambda: _leases_now(desk))
            holder = _lease(desk).holder
            second.enter_context(polling(desk.service, replace(QUICK, lease=60)))
        stopped = time.monotonic()
        until(lambda: _leases_now(desk) and _lease(desk).holder != holder)
        assert time.monotonic() - stopped < 1
        inbox.append(RAW % (1, 1))
        until(lambda: _stored(desk))


def test_when_the_holder_dies_the_other_takes_over_within_the_lease(desk: Conversation, inbox: Inbox) -> None:
    dead = Lease(replace(desk.service, clock=utc_now), inbox.settings.username, timedelta(seconds=2))
    assert dead.take()  # and never a word again
    died = time.monotonic()
    inbox.append(RAW % (1, 1))
    with polling(desk.service, QUICK):
        until(lambda: _stored(desk))
    taken = time.monotonic() - died
    print(f"taken over after {taken:.2f} s of a lease of 2 s")
    assert 1.5 < taken < 4


def test_who_cannot_reach_the_server_lets_the_other_try(desk: Conversation, inbox: Inbox) -> None:
    nowhere = desk.settings.model_copy(update={"imap": inbox.settings.model_copy(update={"port": 1})})
    cut_off = replace(desk.service, settings=nowhere, clock=utc_now)
    quick = replace(QUICK, lease=60, longest_wait=1)
    with polling(cut_off, quick), polling(desk.service, quick):
        inbox.append(RAW % (1, 1))
        until(lambda: _stored(desk))


def test_the_holder_that_hangs_is_replaced_and_does_not_come_in_between(
    desk: Conversation, inbox: Inbox, dovecot: DovecotServer
) -> None:
    with ImapProxy((dovecot.host, dovecot.port)) as proxy, ExitStack() as pollers:
        behind = desk.settings.model_copy(update={"imap": inbox.settings.model_copy(update={"port": proxy.port})})
        hanging = replace(desk.service, settings=behind)
        pollers.enter_context(polling(hanging, replace(QUICK, look=0.5, lease=1)))
        pollers.callback(proxy.drop)
        until(lambda: _polled(desk))
        holder = _lease(desk).holder
        proxy.fall_silent()  # its next command waits for an answer for the next half minute
        pollers.enter_context(polling(desk.service, replace(QUICK, lease=1)))
        until(lambda: any(each.holder != holder for each in _leases_now(desk)))
        inbox.append(RAW % (1, 1))
        until(lambda: _stored(desk) and not inbox.folder("INBOX"))
        assert _stored(desk) == [RAW % (1, 1)]


def _leases(desk: Conversation, count: int) -> list[Lease]:
    return [Lease(desk.service, desk.settings.imap.username, MINUTE) for _ in range(count)]


def _leases_now(desk: Conversation) -> list[MailboxLease]:
    with desk.service.reading() as session:
        return list(session.scalars(select(MailboxLease)))


def _lease(desk: Conversation) -> MailboxLease:
    with desk.service.reading() as session:
        return session.scalars(select(MailboxLease)).one()


def _polled(desk: Conversation) -> bool:
    with desk.service.reading() as session:
        return session.scalar(select(PollStatus.succeeded_at)) is not None


def _stored(desk: Conversation) -> list[bytes]:
    with desk.service.reading() as session:
        return list(session.scalars(select(Message.raw).order_by(Message.id)))
