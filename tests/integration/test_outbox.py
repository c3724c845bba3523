"""A letter leaves once: claimed by one, each attempt written down first, and never sent again blindly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consultant.cases.delivery import deliver, settle_failed, settle_sent
from consultant.cases.states import OPERATOR
from consultant.cases.sweeping import sweep
from consultant.db.letters import Letter, LetterState
from consultant.db.work import Step
from consultant.mail.outcome import Accepted, Outcome, Parcel, TryLater, Uncertain
from consultant.outbox import queue
from tests.conversation import ANA, MARIA, Conversation, as_received

SHORT = "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?"


class Killed(BaseException):
    """The worker is killed here."""


class DyingCarrier:
    """A sender that is killed before or while the content leaves."""

    def __init__(self, *, before: bool) -> None:
        self._before = before

    def send(self, parcel: Parcel, *, before_data: Callable[[], None]) -> Outcome:
        if not self._before:
            before_data()
        raise Killed


def test_a_lost_wake_up_is_made_good_by_the_sweep(post: Conversation) -> None:
    post.writes(MARIA, "Infusion", SHORT)
    post.answers(ANA, post.review_for(ANA), "APPROVE")
    before = len(post.postman.delivered)
    post.writes(MARIA, "Another", "Is 96425 right for a pump?")
    count = len(post.postman.delivered)
    assert count > before

    message_id = _store_only(post)
    post.due.clear()  # the broker is flushed
    assert post.message(message_id).state == "stored"
    post.passes(seconds=20)
    assert post.message(message_id).state == "taken_in"
    assert len(post.cases()) == 3


def test_every_wake_up_lost_and_the_answer_still_arrives(post: Conversation) -> None:
    _store_only(post)
    for _ in range(5):
        post.due.clear()
        post.passes(minutes=1)
    post.due.clear()
    assert post.case().state == "drafted"
    assert post.letters_to(ANA)


def test_a_letter_that_two_workers_hold_at_once_leaves_once(post: Conversation) -> None:
    letter_id = _answer_pending(post)
    threads = [threading.Thread(target=deliver, args=(post.service, post.postman, letter_id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_to_maria(post)) == 1
    assert post.balance().consumed == 1


def test_killed_before_the_content_left_it_is_sent_after_the_lease(post: Conversation) -> None:
    letter_id = _answer_pending(post)
    with pytest.raises(Killed):
        deliver(post.service, DyingCarrier(before=True), letter_id)
    assert _letter(post, letter_id).state == LetterState.SENDING
    post.passes(minutes=1)
    assert _to_maria(post) == []
    post.passes(minutes=11)
    assert len(_to_maria(post)) == 1
    assert post.balance().consumed == 1


def test_killed_while_the_content_left_it_is_uncertain_and_never_sent_again(post: Conversation) -> None:
    letter_id = _answer_pending(post)
    with pytest.raises(Killed):
        deliver(post.service, DyingCarrier(before=False), letter_id)
    post.passes(minutes=11)
    post.passes(days=3)
    assert _letter(post, letter_id).state == LetterState.UNCERTAIN
    assert _to_maria(post) == []
    assert post.case().state == "approved"


def test_an_uncertain_letter_is_settled_by_the_copy_that_comes_back(post: Conversation) -> None:
    post.postman.outcomes[MARIA] = Uncertain("the line broke")
    letter_id = _answer_pending(post)
    post.do(Step.DELIVER, letter_id)
    assert _letter(post, letter_id).state == LetterState.UNCERTAIN
    assert post.postman.parcels[-1].envelope_to == (MARIA, "consult@consult.example")

    copy = post.arrives(b"Received: from relay.example\r\n" + _letter_raw(post, letter_id))
    assert post.verdict(copy) == ("own_letter", "own-message-id")
    assert _letter(post, letter_id).state == LetterState.SENT
    assert post.case().state == "answered"
    assert post.balance().consumed == 1


def test_the_copy_of_a_letter_that_was_sent_changes_nothing(post: Conversation) -> None:
    letter_id = _answer_pending(post)
    post.do(Step.DELIVER, letter_id)
    delivered = len(post.postman.delivered)
    post.arrives(_letter_raw(post, letter_id))
    assert len(post.postman.delivered) == delivered
    assert post.balance().consumed == 1


@pytest.mark.parametrize("arrived", [True, False])
def test_a_person_settles_what_is_uncertain(post: Conversation, arrived: bool) -> None:
    post.postman.outcomes[MARIA] = Uncertain("the line broke")
    letter_id = _answer_pending(post)
    post.do(Step.DELIVER, letter_id)
    with post.desk() as desk:
        letter = desk.session.get_one(Letter, letter_id)
        if arrived:
            settle_sent(desk, letter, "a person knows", by=OPERATOR)
        else:
            settle_failed(desk, letter, by=OPERATOR)
        desk.work.commit()
    assert post.case().state == ("answered" if arrived else "undeliverable")
    assert post.balance().available == (9 if arrived else 10)


def test_after_the_last_try_the_letter_has_failed_and_the_case_is_shown(post: Conversation) -> None:
    post.postman.outcomes[MARIA] = TryLater(451, "busy")
    letter_id = _answer_pending(post)
    for _ in range(len(queue.WAITS) + 2):
        post.passes(days=2)
    assert _letter(post, letter_id).state == LetterState.FAILED
    assert post.case().state == "undeliverable"


def test_an_attempt_that_lost_its_claim_sends_nothing(post: Conversation) -> None:
    letter_id = _answer_pending(post)

    class Slow:
        def send(self, parcel: Parcel, *, before_data: Callable[[], None]) -> Outcome:
            post.now += timedelta(minutes=11)
            sweep(post.service)
            before_data()
            return Accepted("250 never reached")

    with pytest.raises(queue.LostClaim):
        deliver(post.service, Slow(), letter_id)
    assert _letter(post, letter_id).state == LetterState.PENDING


def test_the_database_refuses_a_letter_without_a_decision(post: Conversation) -> None:
    _answer_pending(post)
    with post.service.work() as work, pytest.raises(DBAPIError, match="ck_letter_decided"):
        work.session.execute(text("UPDATE letter SET automatic = false, decision_id = NULL"))


def _store_only(post: Conversation) -> int:
    """A mail that was stored by a process that died right after."""
    from consultant.intake.storing import Arrival, store

    raw = f"From: {MARIA}\r\nTo: consult@consult.example\r\nSubject: Lost?\r\n\r\n{SHORT}\r\n".encode()
    return store(post.service, [Arrival(as_received(raw))])[0]


def _answer_pending(post: Conversation) -> int:
    """An approved answer whose wake-up was lost."""
    post.writes(MARIA, "Infusion", SHORT)
    post.letters_to(MARIA).clear()
    post.postman.delivered[:] = [each for each in post.postman.delivered if each[0] != MARIA]
    post.due.clear()
    outcomes, post.postman.outcomes = post.postman.outcomes, {MARIA: TryLater(451, "not yet")}
    post.answers(ANA, post.review_for(ANA), "APPROVE")
    post.postman.outcomes = outcomes
    with post.service.work() as work:
        letter = work.session.scalars(select(Letter).where(Letter.decision_id.is_not(None))).one()
        queue.send_again(letter, now=post.now)
        work.commit()
    return letter.id


def _letter(post: Conversation, letter_id: int) -> Letter:
    with post.service.reading() as session:
        return session.get_one(Letter, letter_id)


def _letter_raw(post: Conversation, letter_id: int) -> bytes:
    with post.service.reading() as session:
        return session.get_one(Letter, letter_id).raw


def _to_maria(post: Conversation) -> list[object]:
    return [letter for to, letter in post.postman.delivered if to == MARIA]
