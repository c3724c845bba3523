"""The poller against a misbehaving server: Dovecot, behind a proxy that breaks what a test tells it to break."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from config.settings import ImapSettings
from consultant.db.cases import Case
from consultant.db.messages import FolderCursor, Message, PollStatus
from consultant.intake.polling import poll
from consultant.mail.mailbox import MAILBOX_TROUBLE, Mailbox, Patience
from tests.conversation import QUESTION, Conversation
from tests.integration.pollers import polling, until
from tests.integration.test_polling import RAW, Inbox
from tests.services.dovecot_server import DovecotServer
from tests.services.imap_proxy import ImapProxy
from workers.poller import Bounds

PATIENCE = Patience(silence=1, command=2)
QUICK = Bounds(patience=PATIENCE, look=1, lease=30, first_wait=0.02, longest_wait=0.03)
ASKED = (
    b"From: maria@clinic.example\r\nTo: consult@consult.example\r\nSubject: Infusion\r\n"
    b"Message-ID: <one@clinic.example>\r\n\r\n" + QUESTION.encode() + b"\r\n"
)
NOTHING_BUT_THE_BASE = frozenset({"MOVE", "IDLE", "UIDPLUS", "CONDSTORE", "QRESYNC"})


@pytest.fixture
def inbox(dovecot: DovecotServer) -> Inbox:
    """The mailbox as an honest client sees it."""
    account = dovecot.new_account("consult")
    return Inbox(
        ImapSettings(
            host=dovecot.host, port=dovecot.port, username=account.address,
            password=SecretStr(account.password), tls="none",
        )
    )  # fmt: skip


@pytest.fixture
def proxy(dovecot: DovecotServer) -> Iterator[ImapProxy]:
    """What stands between the mailbox and the poller."""
    with ImapProxy((dovecot.host, dovecot.port)) as proxy:
        yield proxy


@pytest.fixture
def behind(inbox: Inbox, proxy: ImapProxy) -> ImapSettings:
    """The mailbox as the poller sees it."""
    return inbox.settings.model_copy(update={"port": proxy.port})


@pytest.fixture
def desk(ready_sqlite_url: str, behind: ImapSettings) -> Iterator[Conversation]:
    conversation = Conversation(ready_sqlite_url, imap=behind)
    yield conversation
    conversation.close()


@pytest.mark.parametrize("seed", range(4))
def test_dropped_again_and_again_wherever_it_stands_every_mail_is_stored_once(
    desk: Conversation, inbox: Inbox, proxy: ImapProxy, seed: int
) -> None:
    chance = random.Random(seed)
    proxy.cuts = iter([chance.randrange(3000) for _ in range(25)])
    sent = [_mail(number, chance.randrange(1500)) for number in range(12)]
    with polling(desk.service, QUICK):
        for raw in sent:
            inbox.append(raw)
        until(lambda: _all_put_away(desk, inbox, sent))
    assert proxy.connections > 5


def test_a_half_open_connection_is_noticed_in_time(desk: Conversation, inbox: Inbox, proxy: ImapProxy) -> None:
    with polling(desk.service, QUICK):
        until(lambda: _polled(desk))
        proxy.fall_silent()
        silent = time.monotonic()
        inbox.append(RAW % (1, 1))
        until(lambda: _all_put_away(desk, inbox, [RAW % (1, 1)]))
        took = time.monotonic() - silent
    print(f"half-open noticed, and the mail put away, after {took:.2f} s; allowed: {QUICK.look + PATIENCE.silence} s")
    assert took < QUICK.look + PATIENCE.silence + 1


def test_by_default_a_half_open_connection_is_noticed_within_ninety_seconds() -> None:
    bounds = Bounds()
    assert bounds.look + bounds.patience.silence <= 90
    assert bounds.look <= 60
    assert 1.5 * bounds.longest_wait <= 30


def test_a_server_that_dribbles_is_hung_up_on(behind: ImapSettings, inbox: Inbox, proxy: ImapProxy) -> None:
    inbox.append(_mail(1, 2000))
    mailbox = Mailbox(behind, PATIENCE)
    proxy.dribble = 0.05  # never silent for long: 100 s for this mail
    began = time.monotonic()
    with pytest.raises(MAILBOX_TROUBLE), mailbox:
        mailbox.fetch([1])
    took = time.monotonic() - began
    print(f"hung up on after {took:.2f} s; allowed: {PATIENCE.command} s")
    assert PATIENCE.command - 0.5 < took < PATIENCE.command + 1.5


def test_a_slow_server_is_waited_for(desk: Conversation, inbox: Inbox, proxy: ImapProxy) -> None:
    proxy.delay = 0.1
    inbox.append(RAW % (1, 1))
    with polling(desk.service, QUICK):
        until(lambda: _all_put_away(desk, inbox, [RAW % (1, 1)]))
        assert proxy.connections == 1


@pytest.mark.parametrize(
    "line",
    [
        b"* BYE shutting down",
        b"* BYE",
        b"garbage",
        b"* 1 FETCH (UID",
        b"* 99999999999999999999 EXISTS",
        b"* OK [UIDVALIDITY x]",
        b"A1 OK not yours",
        b"+ ",
        b"",
        b"\xff\xfe\x00\x00",
        b"* SEARCH one two",
    ],
)
def test_what_a_server_babbles_while_idling_ends_in_nothing_worse_than_a_new_connection(
    desk: Conversation, inbox: Inbox, proxy: ImapProxy, line: bytes
) -> None:
    with polling(desk.service, QUICK):
        until(lambda: _polled(desk))
        for _ in range(3):
            proxy.say(line)
        inbox.append(RAW % (1, 1))
        until(lambda: _all_put_away(desk, inbox, [RAW % (1, 1)]))


@pytest.mark.parametrize(
    "line",
    [
        b"* BYE",
        b"garbage",
        b"* 1 FETCH (UID",
        b"* 1 FETCH (UID x BODY[] NIL)",
        b"* SEARCH x",
        b"* 3 EXPUNGE",
        b"",
        b"* OK [UIDVALIDITY x]",
        b"* LIST x",
        b"* 1 FETCH 7",
        b"* 1 FETCH (UID 1 RFC822.SIZE)",
    ],
)
def test_a_server_that_babbles_before_every_line_raises_what_the_poller_expects(
    desk: Conversation, behind: ImapSettings, inbox: Inbox, proxy: ImapProxy, line: bytes
) -> None:
    sent = [RAW % (number, number) for number in range(3)]
    for raw in sent:
        inbox.append(raw)
    with polling(desk.service, QUICK):
        proxy.babble = line
        proxy.drop()
        until(lambda: proxy.connections > 4 or _all_put_away(desk, inbox, sent))
        proxy.babble = None
        proxy.drop()
        until(lambda: _all_put_away(desk, inbox, sent))


@pytest.mark.parametrize("missing", [1, 2, 40])
def test_a_mail_cut_short_by_a_wrong_literal_is_never_stored(
    desk: Conversation, inbox: Inbox, proxy: ImapProxy, missing: int
) -> None:
    sent = [_mail(number, 500) for number in range(5)]
    for raw in sent:
        inbox.append(raw)
    proxy.short_literals = missing
    with polling(desk.service, QUICK):
        until(lambda: proxy.connections > 1)
        assert _stored(desk) == []
        proxy.short_literals = 0
        until(lambda: _all_put_away(desk, inbox, sent))


def test_a_mail_that_is_cut_in_the_best_of_order_is_never_stored(
    desk: Conversation, inbox: Inbox, proxy: ImapProxy
) -> None:
    inbox.append(_mail(1, 500))
    proxy.cut_mails = 1
    with polling(desk.service, QUICK):
        until(lambda: _all_put_away(desk, inbox, [_mail(1, 500)]))
    assert proxy.connections == 2  # the first one was not believed


def test_a_literal_announced_too_long_is_never_stored(desk: Conversation, inbox: Inbox, proxy: ImapProxy) -> None:
    sent = [_mail(number, 500) for number in range(5)]
    for raw in sent:
        inbox.append(raw)
    proxy.long_literals = 7
    with polling(desk.service, QUICK):
        until(lambda: proxy.connections > 1)
        assert _stored(desk) == []
        proxy.long_literals = 0
        until(lambda: _all_put_away(desk, inbox, sent))


@pytest.mark.parametrize(
    "hidden",
    [frozenset({"IDLE"}), frozenset({"MOVE"}), frozenset({"MOVE", "UIDPLUS"}), NOTHING_BUT_THE_BASE],
    ids=lambda hidden: "without " + " ".join(sorted(hidden)),
)
def test_a_server_that_can_do_less_serves_as_well(
    desk: Conversation, inbox: Inbox, proxy: ImapProxy, hidden: frozenset[str]
) -> None:
    proxy.hidden = hidden
    sent = [RAW % (number, number) for number in range(3)]
    with polling(desk.service, QUICK):
        inbox.append(sent[0])
        until(lambda: inbox.folder("Processed") == sent[:1])
        inbox.append(sent[1])
        inbox.append(sent[2])
        until(lambda: sorted(inbox.folder("Processed")) == sent)
    assert _stored(desk) == sent
    left = inbox.folder("INBOX")
    assert left == (sent if hidden >= {"MOVE", "UIDPLUS"} else [])


@pytest.mark.parametrize("hidden", [frozenset({"MOVE"}), frozenset({"MOVE", "UIDPLUS"})], ids=["UIDPLUS", "base"])
def test_what_another_client_flagged_for_deletion_is_not_expunged(
    desk: Conversation, behind: ImapSettings, inbox: Inbox, proxy: ImapProxy, hidden: frozenset[str]
) -> None:
    proxy.hidden = hidden
    inbox.append(RAW % (1, 1))

    class Watched(Mailbox):
        def put_away(self, uids: object) -> None:
            inbox.append(RAW % (2, 2), r"\Deleted")  # by another client, after our look
            super().put_away(uids)  # type: ignore[arg-type]

    with Watched(behind) as mailbox:
        poll(desk.service, mailbox)
    assert RAW % (2, 2) in inbox.folder("INBOX")


def test_without_uidplus_what_was_put_away_is_copied_once(
    desk: Conversation, behind: ImapSettings, inbox: Inbox, proxy: ImapProxy
) -> None:
    proxy.hidden = NOTHING_BUT_THE_BASE
    inbox.append(RAW % (1, 1))
    for _ in range(3):
        with Mailbox(behind) as mailbox:
            poll(desk.service, mailbox)
    assert inbox.folder("Processed") == [RAW % (1, 1)]
    assert _stored(desk) == [RAW % (1, 1)]


def test_a_mailbox_numbered_anew_is_stored_again_without_a_second_case(
    desk: Conversation, behind: ImapSettings, inbox: Inbox
) -> None:
    class Dying(Mailbox):
        def put_away(self, uids: object) -> None:
            raise ConnectionResetError

    consult = behind.model_copy(update={"folders": ["Consult"]})
    service = replace(desk.service, settings=desk.settings.model_copy(update={"imap": consult}))
    _make_anew(inbox, ASKED)
    with pytest.raises(ConnectionResetError), Dying(consult) as dying:
        poll(service, dying)
    desk.settle()
    _make_anew(inbox, ASKED)
    with Mailbox(consult) as mailbox:
        assert poll(service, mailbox) == 1
        assert mailbox.uidvalidity != dying.uidvalidity
    desk.settle()
    with desk.service.reading() as session:
        assert len(list(session.scalars(select(Case)))) == 1
        assert session.scalars(select(FolderCursor.uidvalidity)).one() == mailbox.uidvalidity
    assert desk.verdict(2) == ("duplicate", "same-content")
    assert inbox.folder("Consult") == []


def test_a_folder_made_anew_under_a_connected_poller_is_noticed(
    desk: Conversation, behind: ImapSettings, inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    consult = behind.model_copy(update={"folders": ["Consult"]})
    desk.service = replace(desk.service, settings=desk.settings.model_copy(update={"imap": consult}))
    _make_anew(inbox, RAW % (1, 1))
    with polling(desk.service, QUICK):
        until(lambda: _stored(desk) == [RAW % (1, 1)] and _numbering(desk))
        _make_anew(inbox, RAW % (2, 2))
        until(lambda: _stored(desk) == [RAW % (1, 1), RAW % (2, 2)] and not inbox.folder("Consult"))
    assert "mailbox numbered anew" in capsys.readouterr().out


def test_a_server_that_only_estimates_sizes_is_believed_when_it_says_the_same_twice(inbox: Inbox) -> None:
    inbox.append(RAW % (1, 1))

    class Estimating(Mailbox):
        def _whole(self, uid: int, parts: dict[bytes, object]) -> bytes:
            return super()._whole(uid, {**parts, b"RFC822.SIZE": 17})

    with Estimating(inbox.settings) as mailbox:
        assert mailbox.fetch([1]) == [(1, RAW % (1, 1))]


def _numbering(post: Conversation) -> int | None:
    """The UIDVALIDITY that the last whole look at the inbox wrote down."""
    with post.service.reading() as session:
        return session.scalar(select(FolderCursor.uidvalidity))


def _make_anew(inbox: Inbox, raw: bytes) -> None:
    """The folder Consult, deleted and made anew, with one mail in it: its number is 1, as before."""
    with inbox._client() as client:
        client.delete("Consult")
        time.sleep(1.1)  # Dovecot numbers folders by the second
        assert client.create("Consult")[0] == "OK"
        assert client.append("Consult", "", "", raw)[0] == "OK"


def _mail(number: int, size: int) -> bytes:
    lines = b"".join(repeat(b"Would 96422 and 96423 do?\r\n", size // 27))
    return RAW % (number, number) + lines


def _all_put_away(desk: Conversation, inbox: Inbox, sent: list[bytes]) -> bool:
    """Whether each mail sent has become one row, and none is left in the inbox."""
    stored = _stored(desk)
    assert len(stored) <= len(sent)
    return sorted(stored) == sorted(sent) and inbox.folder("INBOX") == []


def _stored(desk: Conversation) -> list[bytes]:
    with desk.service.reading() as session:
        return list(session.scalars(select(Message.raw).order_by(Message.id)))


def _polled(desk: Conversation) -> bool:
    with desk.service.reading() as session:
        status = session.scalar(select(PollStatus))
        return status is not None and status.succeeded_at is not None
