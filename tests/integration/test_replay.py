"""Stored mail through intake again: what was set aside is taken in anew, what led to something stands."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from consultant.db.messages import Message
from consultant.intake import quarantine
from consultant.intake.quarantine import UnknownMessage
from consultant.intake.replaying import replay
from consultant.intake.storing import Arrival, store
from tests.conversation import MARIA, QUESTION, Conversation, as_received


def test_a_question_that_opened_a_case_opens_no_second_one(post: Conversation) -> None:
    arrived = post.writes(MARIA, "Infusion", QUESTION)
    before = post.case(), post.balance(), len(post.postman.delivered)
    for _ in range(3):
        replayed = replay(post.service, arrived)
        post.settle()
    assert (replayed.taken_in, replayed.differs) == (False, False)
    assert replayed.now == ("question", "new-question")
    assert (post.case().state, post.balance(), len(post.postman.delivered)) == (before[0].state, *before[1:])


def test_what_was_set_aside_is_taken_in_anew(post: Conversation) -> None:
    arrived = post.writes(MARIA, "Infusion", QUESTION)
    with post.service.work() as work:  # as an older version, that knew less, would have left it
        work.session.execute(
            update(Message).values(
                state="quarantined", verdict_outcome="quarantined", verdict_reason="odd", case_id=None
            )
        )
        work.commit()
    replayed = replay(post.service, arrived)
    assert (replayed.recorded, replayed.now) == (("quarantined", "odd"), ("question", "new-question"))
    assert replayed.taken_in


def test_a_mail_that_waits_is_taken_in_and_one_that_was_discarded_stays_so(post: Conversation) -> None:
    [waiting] = store(post.service, [Arrival(as_received(b"From: maria@clinic.example\r\n\r\n96423?\r\n"))])
    post.due.clear()
    assert replay(post.service, waiting).now == ("question", "new-question")
    empty = post.writes(MARIA, "", "")
    quarantine.discard(post.service, empty)
    replayed = replay(post.service, empty)
    assert (replayed.taken_in, replayed.differs) == (False, False)
    assert post.message(empty).state == "discarded"


def test_replies_decisions_copies_and_duplicates_stand(post: Conversation) -> None:
    first = post.writes(MARIA, "Infusion", QUESTION)
    with post.service.reading() as session:
        raw = session.get_one(Message, first).raw
    post.arrives(raw)
    post.answers(MARIA, post.letter_to(MARIA), "It was 5 hours.")
    before = len(post.cases()), post.balance(), len(post.postman.delivered)
    for number in (1, 2, 3):
        replayed = replay(post.service, number)
        assert not replayed.taken_in
        assert not replayed.differs
    post.settle()
    assert (len(post.cases()), post.balance(), len(post.postman.delivered)) == before


def test_a_number_that_no_mail_has(post: Conversation) -> None:
    with pytest.raises(UnknownMessage):
        replay(post.service, 99)
