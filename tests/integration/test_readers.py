"""Mails looked at in processes of their own: what one mail does to its reader is no matter to the next."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from consultant.db.messages import Message, MessageState
from consultant.intake.looking import Seen, Unread, Unreadable, look_here
from consultant.intake.readers import Readers
from consultant.intake.reading_process import MEMORY_BYTES
from consultant.intake.storing import Arrival, store
from tests.conversation import CONSULT, MARIA, QUESTION, Conversation

TODAY = date(2026, 3, 2)
ASKED = (
    f"From: {MARIA}\r\nTo: {CONSULT}\r\nSubject: Infusion %d\r\nMessage-ID: <%d@clinic.example>\r\n\r\n{QUESTION}\r\n"
)


@pytest.fixture
def readers() -> Iterator[Readers]:
    """One reader."""
    readers = Readers(1)
    yield readers
    readers.close()


def test_a_reader_sees_what_is_seen_here(readers: Readers) -> None:
    mails = [Unread(_asked(1)), Unread(b"\x00\xff garbage", "bounce@x.example", ("a@b.example",)), Unread(b"")]
    assert list(readers.look(mails, TODAY)) == list(look_here(mails, TODAY))


def test_a_mail_of_the_greatest_size_is_read_within_the_memory(readers: Readers) -> None:
    attached = (b"QUJD" * 18 + b"\r\n") * 330_000
    mail = (
        b"From: maria@clinic.example\r\nTo: consult@consult.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n96423?\r\n--b\r\n"
        b"Content-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + attached
        + b"--b--\r\n"
    )
    assert 24_000_000 < len(mail) < MEMORY_BYTES
    [seen] = readers.look([Unread(mail)], TODAY)
    assert isinstance(seen, Seen)
    assert seen.mail.attachments[0].name == "x.pdf"


def test_a_mail_that_needs_too_much_memory_is_told_apart_and_the_next_is_read(readers: Readers) -> None:
    far_too_large = b"From: maria@clinic.example\r\n\r\n" + b"x" * (MEMORY_BYTES // 2)
    found = readers.look([Unread(far_too_large), Unread(_asked(1))], TODAY)
    assert isinstance(found[0], Unreadable)
    assert isinstance(found[1], Seen)


def test_a_mail_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    readers = Readers(1, seconds=1)
    readers.look([Unread(_asked(1))], TODAY)
    _signal(readers, signal.SIGSTOP)
    found = readers.look([Unread(_asked(2)), Unread(_asked(3))], TODAY)
    assert found[0] == Unreadable("takes-too-long")
    assert isinstance(found[1], Seen)
    readers.close()


def test_a_reader_that_dies_is_replaced(readers: Readers) -> None:
    readers.look([Unread(_asked(1))], TODAY)
    _signal(readers, signal.SIGKILL)
    found = readers.look([Unread(_asked(2)), Unread(_asked(3))], TODAY)
    assert found[0] == Unreadable("ends-its-reader")
    assert isinstance(found[1], Seen)


def test_several_threads_share_the_readers() -> None:
    readers = Readers(2)
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda n=n: found.extend(readers.look([Unread(_asked(n))] * 5, TODAY)))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    readers.close()
    assert len(found) == 30
    assert all(isinstance(each, Seen) for each in found)


def test_an_unreadable_mail_is_quarantined_after_three_tries_and_disturbs_no_other(post: Conversation) -> None:
    bad = _asked(2)

    def look(mails: object, on: date) -> list[Seen | Unreadable]:
        seen = look_here(mails, on)  # type: ignore[arg-type]
        return [
            Unreadable("takes-too-long") if mail.raw == bad else each
            for mail, each in zip(mails, seen, strict=True)  # type: ignore[call-overload]
        ]

    post.service = replace(post.service, look=look)
    store(post.service, [Arrival(_asked(1)), Arrival(bad), Arrival(_asked(3))])
    post.settle()
    assert len(post.cases()) == 2
    for _ in range(2):
        assert post.message(2).state == MessageState.STORED
        post.passes(minutes=3)
    assert post.verdict(2) == ("quarantined", "takes-too-long")
    with post.service.reading() as session:
        assert session.scalar(select(Message.raw).where(Message.id == 2)) == bad


def _asked(number: int) -> bytes:
    return (ASKED % (number, number)).encode()


def _signal(readers: Readers, number: int) -> None:
    process = readers._readers[0]._process
    assert process is not None
    os.kill(process.pid, number)
    if number == signal.SIGKILL:
        process.wait()
