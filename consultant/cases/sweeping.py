"""The sweep: finds every row that is due and wakes its step again. The guarantee behind every wake-up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from consultant.allowance import members
from consultant.cases.desk import Desk, at_desk
from consultant.cases.opening import HELD_NO_ALLOWANCE, resume_held
from consultant.cases.states import SYSTEM, Action, move
from consultant.db.cases import Case, CaseState
from consultant.db.letters import Letter, LetterState
from consultant.db.messages import Message, MessageState
from consultant.db.people import Member
from consultant.db.work import Step
from consultant.outbox import queue
from consultant.service import Service

AT_MOST = 500  # rows of a kind a sweep, so that one sweep stays short


def sweep(service: Service) -> int:
    """Do what time brings due, then wake whatever nobody was woken for. How many wake-ups."""
    with at_desk(service) as desk:
        queue.recover(desk.session, now=desk.now)
        _close_answered(desk)
        _resume_renewed(desk)
        desk.work.commit()
    due = _due(service)
    for step, row_id in due:
        service.wake(step, row_id)
    return len(due)


def _due(service: Service) -> list[tuple[Step, int]]:
    now = service.clock()
    free = Message.lease_until.is_(None) | (Message.lease_until <= now)
    turn = Message.wait_until.is_(None) | (Message.wait_until <= now)
    wanted: tuple[tuple[Step, InstrumentedAttribute[int], ColumnElement[bool]], ...] = (
        (Step.TAKE_IN, Message.id, (Message.state == MessageState.STORED) & free & turn),
        (Step.DRAFT, Case.id, Case.state == CaseState.RECEIVED),
        (Step.DELIVER, Letter.id, (Letter.state == LetterState.PENDING) & (Letter.next_attempt_at <= now)),
    )
    with service.reading() as session:
        return [
            (step, row_id)
            for step, column, condition in wanted
            for row_id in session.scalars(select(column).where(condition).order_by(column).limit(AT_MOST))
        ]


def _close_answered(desk: Desk) -> None:
    limit = desk.now - timedelta(days=desk.settings.follow_up_days)
    answered = select(Case.id).where(Case.state == CaseState.ANSWERED, Case.answered_at <= limit).limit(AT_MOST)
    for case_id in list(desk.session.scalars(answered)):
        case = desk.case_by_id(case_id)
        if case.state == CaseState.ANSWERED:
            move(desk.session, case, Action.CLOSE, by=SYSTEM, now=desk.now)


def _resume_renewed(desk: Desk) -> None:
    """A new period of a plan may pay for the cases that were held for want of allowance."""
    waiting = select(Case.member_id).where(Case.state == CaseState.HELD, Case.held_reason == HELD_NO_ALLOWANCE)
    for member_id in list(desk.session.scalars(waiting.distinct().limit(AT_MOST))):
        member = desk.session.get_one(Member, member_id)
        members.grant_period(desk.session, member, now=desk.now)
        resume_held(desk, member_id)
