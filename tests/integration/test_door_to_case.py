"""The second way in, with the service behind it: an MTA hands mail over, and it becomes a case."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from config.settings import DoorSettings
from consultant.mail.door import Door
from tests.conversation import ANA, CONSULT, MARIA, Conversation, as_received, text_of
from tests.integration.test_attached_files import mail
from workers.running import make_door

QUESTION = (
    f"From: Maria Lopez <{MARIA}>\r\nTo: {CONSULT}\r\nSubject: Infusion\r\nMessage-ID: <d@clinic.example>\r\n\r\n"
    "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?\r\n"
)


@pytest.fixture(params=[False, True], ids=["smtp", "lmtp"])
def desk(request: pytest.FixtureRequest, ready_sqlite_url: str) -> Iterator[Conversation]:
    """A service with its door."""
    conversation = Conversation(ready_sqlite_url, door=DoorSettings(enabled=True, port=0, lmtp=request.param))
    yield conversation
    conversation.close()


@pytest.fixture
def door(desk: Conversation) -> Iterator[Door]:
    """The door, open."""
    door = make_door(desk.service)
    door.start()
    yield door
    door.stop()


def test_a_question_and_its_approval_come_by_the_door(desk: Conversation, door: Door) -> None:
    with _client(desk, door) as client:
        client.sendmail(MARIA, [CONSULT], _from_our_mta(QUESTION))
    desk.settle()
    review = desk.review_for(ANA)
    approval = f"From: {ANA}\r\nTo: somebody@else.example\r\nSubject: Re: draft\r\n\r\nAPPROVE\r\n"
    with _client(desk, door) as client:
        client.sendmail(
            ANA, [str(review["Reply-To"])], _from_our_mta(approval)
        )  # the envelope counts, not the To field
    desk.settle()
    assert desk.case().state == "answered"
    assert "Ana Reyes, CPC" in text_of(desk.letter_to(MARIA))


def test_the_same_mail_to_two_of_our_addresses_is_one_case(desk: Conversation, door: Door) -> None:
    with _client(desk, door) as client:
        for recipient in (CONSULT, CONSULT.upper(), desk.service.reply_addresses.for_case(99)):
            client.sendmail(MARIA, [recipient], _from_our_mta(QUESTION))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail(MARIA, ["nobody@consult.example"], QUESTION)
    desk.settle()
    assert len(desk.cases()) == 1
    assert desk.balance().available == 9


def test_what_cannot_be_stored_is_told_to_come_again_later(desk: Conversation, door: Door) -> None:
    with desk.service.work() as work:
        work.session.execute(text("ALTER TABLE message RENAME TO away"))
        work.commit()
    with _client(desk, door) as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail(MARIA, [CONSULT], _from_our_mta(QUESTION))
    assert refused.value.smtp_code == 451
    assert b"message" not in refused.value.smtp_error
    with desk.service.work() as work:
        work.session.execute(text("ALTER TABLE away RENAME TO message"))
        work.commit()
    with _client(desk, door) as client:
        client.sendmail(MARIA, [CONSULT], _from_our_mta(QUESTION))
    desk.settle()
    assert desk.case().state == "drafted"


def _from_our_mta(mail: str) -> bytes:
    return as_received(mail.encode())


def _client(desk: Conversation, door: Door) -> smtplib.SMTP:
    kind = smtplib.LMTP if desk.settings.door.lmtp else smtplib.SMTP
    return kind("127.0.0.1", door.port)


def test_a_file_that_comes_by_the_door_is_read(desk: Conversation, door: Door) -> None:
    with _client(desk, door) as client:
        claim = ("claim.csv", "text/csv", b"code,units\n96413,1\n")
        client.sendmail(MARIA, [CONSULT], mail("Please see the file.", claim))
    desk.settle()
    assert "Codes in claim.csv: 96413" in text_of(desk.letter_to(MARIA))
