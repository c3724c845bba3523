"""Late bounces, declined follow-ups, held questions, senders whom no letter reaches: nobody loses count or waits."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from consultant.cases import review
from consultant.db.letters import Letter
from consultant.db.messages import Message
from consultant.intake import quarantine
from consultant.intake.storing import Arrival, store
from consultant.web.condition import condition
from tests.conversation import CONSULT, MARIA, QUESTION, Conversation, text_of

MEMBER = f"Maria Lopez <{MARIA}>"


def approve(post: Conversation, *, settle: bool = True) -> None:
    with post.desk() as desk:
        case = desk.case(post.cases()[-1].number)
        draft = review.newest_draft(desk, case)
        new = review.edit(desk, case, draft.version, post.resolved(), post.consultant(desk))
        review.approve(desk, case, new.version, post.consultant(desk), via="web")
        desk.work.commit()
    if settle:
        post.settle()


def decline(post: Conversation) -> None:
    with post.desk() as desk:
        case = desk.case(post.cases()[-1].number)
        review.decline(desk, case, review.newest_draft(desk, case).version, "no", post.consultant(desk), via="web")
        desk.work.commit()
    post.settle()


def bounce_of(post: Conversation, to: str, number: int = -1) -> bytes:
    """A delivery report about a parcel, as its server sends it to the envelope sender."""
    parcel = [each for each in post.postman.parcels if each.envelope_to[0] == to and each.envelope_from][number]
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {parcel.envelope_from}\r\nSubject: Undelivered {number}\r\n"
        "Return-Path: <>\r\n"
        f"Message-ID: <b{number}{len(post.postman.parcels)}@mx.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nno\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()


def test_a_late_bounce_of_an_earlier_answer_does_not_make_the_next_one_free(post: Conversation) -> None:
    """Answer 1 is counted; its bounce comes while answer 2 waits to leave; answer 2 arrives: one consult is used."""
    post.writes(MEMBER, "Infusion", QUESTION)
    approve(post)
    post.answers(MARIA, post.letter_to(MARIA), "And what about 96425?")
    approve(post, settle=False)
    late = bounce_of(post, MARIA)
    waiting = list(post.due)
    post.due.clear()
    post.arrives(late)
    post.due.extend(waiting)
    post.settle()
    assert post.case().state == "answered"
    assert post.balance().consumed == 1


def test_a_second_report_about_a_letter_that_was_replaced_changes_nothing(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    approve(post)
    post.arrives(bounce_of(post, MARIA, 0))
    assert post.case().state == "undeliverable"
    approve(post)  # the same text, by a second letter that arrives
    assert post.case().state == "answered"
    post.arrives(bounce_of(post, MARIA, 0))  # another server reports on the first letter
    assert post.case().state == "answered"


def test_a_decline_that_bounces_is_seen_by_somebody(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    decline(post)
    post.arrives(bounce_of(post, MARIA))
    with post.service.reading() as session:
        assert post.case().state == "undeliverable" or condition(session, post.service).failed == 1


def test_declining_a_follow_up_does_not_claim_that_the_question_was_not_counted(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    approve(post)
    post.answers(MARIA, post.letter_to(MARIA), "And what about 96425?")
    decline(post)
    assert post.balance().consumed == 1
    assert "not counted" not in text_of(post.letter_to(MARIA))


def test_a_held_question_goes_on_when_a_consult_comes_back(post: Conversation) -> None:
    """The guest has one consult: the second question is held; the first is declined, which gives the consult back."""
    guest = "guest@elsewhere.example"
    post.writes(guest, "One", QUESTION)
    first = post.cases()[0].number
    post.writes(guest, "Two", QUESTION + " second")
    assert post.cases()[1].state == "held"
    with post.desk() as desk:
        case = desk.case(first)
        review.decline(desk, case, 1, "no", post.consultant(desk), via="web")
        desk.work.commit()
    post.settle()
    post.passes(hours=1)
    assert post.cases()[1].state != "held"


SENDERS = ["jürgen@clinic.example", '"a b"@clinic.example', "x@[192.0.2.1]", "a" * 300 + "@clinic.example"]


def _from(sender: str) -> bytes:
    return (
        f"From: {sender}\r\nTo: {CONSULT}\r\nSubject: q\r\nMessage-ID: <s@x.example>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{QUESTION}\r\n"
    ).encode()


@pytest.mark.parametrize("sender", SENDERS, ids=["smtputf8", "blank", "literal", "long"])
def test_a_sender_whom_nothing_can_be_sent_to_is_set_aside_at_once(post: Conversation, sender: str) -> None:
    """No exception from the step, no endless tries: quarantined with a reason that says so."""
    message = post.arrives(_from(sender))
    assert post.verdict(message)[0] == "quarantined"
    with post.service.reading() as session:
        assert not session.scalars(select(Letter).where(Letter.to_address == sender)).all()


@pytest.mark.parametrize("sender", SENDERS[:1])
def test_accepting_such_a_mail_says_why_it_cannot_be(post: Conversation, sender: str) -> None:
    [message] = store(post.service, [Arrival(_from(sender))])
    with post.service.work() as work:
        row = work.session.get_one(Message, message)
        row.state, row.verdict_outcome, row.verdict_reason = "quarantined", "quarantined", "too-many-tries"
        work.commit()
    with pytest.raises(quarantine.QuarantineError):
        quarantine.accept(post.service, message)
