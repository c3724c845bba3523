"""Rates: what one sender, one domain or all together write above them waits its turn, in order, and is never lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consultant.db.messages import MessageState
from consultant.intake.storing import Arrival, store
from tests.conversation import CONSULT, MARIA, QUESTION, Conversation, as_received


@pytest.fixture
def limited(ready_database_url: str) -> Callable[..., Conversation]:
    """A service with these rates."""
    return lambda **rates: Conversation(
        ready_database_url,
        rates={"per_sender": 0, "per_domain": 0, "in_all": 0, **rates},
        plans=[
            {"name": "guest", "consults": 100, "period_days": 30, "answer_hours": 24},
            {"name": "standard", "consults": 100, "period_days": 30, "answer_hours": 24},
        ],
    )


def test_what_a_sender_writes_above_the_rate_waits_and_comes_in_order(limited: Callable[..., Conversation]) -> None:
    post = limited(per_sender=2)
    for number in range(5):
        _writes(post, MARIA, number)
    _writes(post, "other@clinic.example", 9)
    assert _subjects(post) == ["q0", "q1", "q9"]
    post.passes(minutes=44)
    assert len(post.cases()) == 3
    post.passes(minutes=17)
    assert _subjects(post)[3:] == ["q2", "q3"]
    post.passes(minutes=61)
    assert _subjects(post)[5:] == ["q4"]
    post.close()


def test_a_flood_in_one_batch_waits_as_well(limited: Callable[..., Conversation]) -> None:
    post = limited(per_sender=3)
    store(post.service, [Arrival(as_received(_mail(MARIA, number))) for number in range(10)])
    post.settle()
    taken_in = [3]
    for _ in range(3):
        post.passes(minutes=61)
        taken_in.append(len(post.cases()))
    assert taken_in == [3, 6, 9, 10]
    assert _subjects(post) == [f"q{number}" for number in range(10)]
    post.close()


def test_a_newcomer_does_not_pass_those_who_wait(limited: Callable[..., Conversation]) -> None:
    post = limited(per_sender=1)
    _writes(post, MARIA, 0)
    _writes(post, MARIA, 1)
    post.now = post.now.replace(hour=10, minute=1)
    store(post.service, [Arrival(as_received(_mail(MARIA, 2)))])
    post.passes()
    assert _subjects(post) == ["q0", "q1"]
    post.passes(minutes=62)
    assert _subjects(post) == ["q0", "q1", "q2"]
    post.close()


def test_a_domain_and_all_together_have_rates(limited: Callable[..., Conversation]) -> None:
    post = limited(per_domain=2, in_all=3)
    for number in range(3):
        _writes(post, f"guest{number}@flood.example", number)
    assert _subjects(post) == ["q0", "q1"]
    _writes(post, MARIA, 3)
    _writes(post, MARIA, 4)
    assert _subjects(post) == ["q0", "q1", "q3"]
    post.close()


def test_a_mail_that_waits_has_used_no_try_and_is_no_stuck_work(limited: Callable[..., Conversation]) -> None:
    post = limited(per_sender=1)
    _writes(post, MARIA, 0)
    second = _writes(post, MARIA, 1)
    row = post.message(second)
    assert (row.state, row.attempts, row.lease_until) == (MessageState.STORED, 0, None)
    assert row.wait_until is not None
    post.close()


def _writes(post: Conversation, sender: str, number: int) -> int:
    return post.arrives(_mail(sender, number))


def _mail(sender: str, number: int) -> bytes:
    head = f"From: {sender}\r\nTo: {CONSULT}\r\nSubject: q{number}\r\nMessage-ID: <{number}.{sender}>\r\n\r\n"
    return (head + QUESTION + f"\r\n{number}\r\n").encode()


def _subjects(post: Conversation) -> list[str]:
    return [case.subject for case in post.cases()]
