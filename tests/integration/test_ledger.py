"""The ledger: whatever happens in whatever order, no balance goes below zero and each thing is booked once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from consultant.allowance import ledger
from consultant.allowance.ledger import NoAllowance
from consultant.allowance.members import enrol, grant_period, plan_named
from consultant.db.cases import Case
from consultant.db.people import Member
from tests.conversation import MARIA, MONDAY, Conversation

CASES = 4
MOVES = st.one_of(
    st.tuples(st.sampled_from(["reserve", "consume", "release", "refund"]), st.integers(0, CASES - 1)),
    st.tuples(st.just("grant"), st.integers(1, 3)),
    st.tuples(st.just("adjust"), st.sampled_from([-2, -1, 1, 2])),
    st.tuples(st.just("wait"), st.integers(1, 40)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=25))
def test_any_order_of_movements_keeps_the_books_right(shared_post: Conversation, moves: list[tuple[str, int]]) -> None:
    """Against the plainest model there is: counters of what each case holds."""
    with shared_post.service.work() as work:  # never committed: each example starts afresh
        session, now = work.session, MONDAY
        member = enrol(session, "Model", f"model{id(moves)}@x.example", plan_named(session, "standard"), now=now)
        cases = [_case(session, member) for _ in range(CASES)]
        held: dict[int, str] = {}
        for number, (move, value) in enumerate(moves):
            now += timedelta(days=value) if move == "wait" else timedelta(seconds=1)
            before = ledger.balance(session, member.id, now=now).available
            if move in ("grant", "adjust"):
                _grant_or_adjust(session, member, move, value, number, now)
            elif move != "wait":
                _move_case(session, member, cases[value], move, held, before, now)
            balance = ledger.balance(session, member.id, now=now)
            assert balance.available >= 0
            assert ledger.available(session, member.id, now=now) == balance.available
            assert balance.reserved == sum(each == "reserved" for each in held.values())
            assert balance.consumed == sum(each == "consumed" for each in held.values())
            assert balance.available == (
                balance.granted + balance.adjusted - balance.reserved - balance.consumed - balance.expired
            )


def _grant_or_adjust(session: Session, member: Member, move: str, value: int, number: int, now) -> None:  # type: ignore[no-untyped-def]
    if move == "grant":
        ledger.grant(
            session,
            member.id,
            value,
            key=f"{member.id}:g:{number}",
            now=now,
            expires_at=now + timedelta(days=20),
            by="t",
        )
        return
    try:
        ledger.adjust(session, member.id, value, key=f"{member.id}:a:{number}", now=now, by="t", note="model")
    except NoAllowance:
        assert value < 0 or ledger.balance(session, member.id, now=now).available == 0


def _move_case(session: Session, member: Member, case: Case, move: str, held: dict[int, str], before: int, now) -> None:  # type: ignore[no-untyped-def]
    allowed = {
        "reserve": held.get(case.id) is None,
        "consume": held.get(case.id) == "reserved",
        "release": held.get(case.id) == "reserved",
        "refund": held.get(case.id) == "consumed",
    }[move]
    try:
        done = getattr(ledger, move)(session, member.id, case.id, now=now, by="t")
    except NoAllowance:
        assert move == "reserve"
        assert before == 0
        return
    assert done == allowed
    if done:
        held.pop(case.id, None)
        if move in ("reserve", "consume"):
            held[case.id] = f"{move}d"


def test_the_grant_that_expires_first_is_used_first(post: Conversation) -> None:
    with post.service.work() as work:
        session, now = work.session, MONDAY
        member_id = post.member_id(session, MARIA)
        ledger.grant(session, member_id, 1, key="soon", now=now, expires_at=now + timedelta(days=1), by="t")
        case = _case(session, session.get_one(Member, member_id))
        ledger.reserve(session, member_id, case.id, now=now, by="t")
        later = now + timedelta(days=2)
        assert ledger.expire_due(session, member_id, now=later) == 0
        assert ledger.balance(session, member_id, now=later).available == 10


def test_a_period_is_granted_once_and_what_is_left_expires_with_it(post: Conversation) -> None:
    with post.service.work() as work:
        session = work.session
        member = session.get_one(Member, post.member_id(session, MARIA))
        assert not grant_period(session, member, now=MONDAY + timedelta(days=29))
        later = MONDAY + timedelta(days=30)
        assert grant_period(session, member, now=later)
        assert ledger.balance(session, member.id, now=later).available == 10
        assert ledger.balance(session, member.id, now=later).expired == 10


def test_many_at_once_never_reserve_more_than_there_is(post: Conversation) -> None:
    with post.service.work() as work:
        member_id = post.member_id(work.session, MARIA)
        member = work.session.get_one(Member, member_id)
        case_ids = [_case(work.session, member).id for _ in range(16)]
        work.commit()
    outcomes: list[bool] = []

    def reserve(case_id: int) -> None:
        with post.service.work() as work:
            try:
                ledger.reserve(work.session, member_id, case_id, now=MONDAY, by="t")
            except NoAllowance:
                outcomes.append(False)
                return
            work.commit()
            outcomes.append(True)

    _all_at_once([lambda each=each: reserve(each) for each in case_ids])  # type: ignore[misc]
    assert outcomes.count(True) == 10
    assert outcomes.count(False) == 6
    assert post.balance().available == 0


@pytest.mark.parametrize("table", ["ledger_entry", "decision", "draft", "audit_event"])
def test_the_database_refuses_to_change_what_was_booked(post: Conversation, table: str) -> None:
    post.writes(MARIA, "Modifier", "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?")
    post.answers("ana@consult.example", post.review_for("ana@consult.example"), "APPROVE")
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with post.service.work() as work, pytest.raises(DBAPIError, match="append-only"):
            work.session.execute(text(statement))


def _case(session: Session, member: Member) -> Case:
    case = Case(member=member, reply_to_address=MARIA, subject="", opened_at=MONDAY, due_at=MONDAY, state="received")
    session.add(case)
    session.flush()
    return case


def _all_at_once(calls: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
