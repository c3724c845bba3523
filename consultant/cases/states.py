"""The one table of moves that a case can make: from where, by whom, to where."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consultant.db.cases import AuditEvent, Case, CaseState

S = CaseState


class Action(enum.StrEnum):
    """What moves a case."""

    DRAFT = "draft"
    EDIT = "edit"
    APPROVE = "approve"
    DECLINE = "decline"
    ASK = "ask"
    HOLD = "hold"
    RESUME = "resume"
    SEND_AGAIN = "send_again"
    DELIVERED = "delivered"
    REFUSED = "refused"
    WRITE = "write"  # the member writes again
    CLOSE = "close"


class Who(enum.StrEnum):
    """Kinds of actor."""

    SYSTEM = "system"
    CONSULTANT = "consultant"
    MEMBER = "member"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a kind and, for people, the id of their row."""

    who: Who
    id: int | None = None

    def __str__(self) -> str:
        return self.who if self.id is None else f"{self.who}:{self.id}"


SYSTEM = Actor(Who.SYSTEM)
OPERATOR = Actor(Who.OPERATOR)


@dataclass(frozen=True, slots=True)
class Move:
    """One kind of move."""

    come_from: frozenset[CaseState]
    go_to: CaseState
    may: frozenset[Who]


def _move(come_from: set[CaseState], go_to: CaseState, *may: Who) -> Move:
    return Move(frozenset(come_from), go_to, frozenset(may))


UNDER_REVIEW = {S.DRAFTED, S.IN_REVIEW, S.UNDELIVERABLE}
PEOPLE = (Who.CONSULTANT, Who.OPERATOR)

TRANSITIONS: dict[Action, Move] = {
    Action.DRAFT: _move({S.RECEIVED}, S.DRAFTED, Who.SYSTEM),
    Action.EDIT: _move({S.DRAFTED, S.IN_REVIEW, S.UNDELIVERABLE}, S.IN_REVIEW, Who.CONSULTANT),
    Action.APPROVE: _move(UNDER_REVIEW, S.APPROVED, Who.CONSULTANT),
    Action.DECLINE: _move(UNDER_REVIEW, S.DECLINED, Who.CONSULTANT),
    Action.ASK: _move(UNDER_REVIEW, S.AWAITING_MEMBER, Who.CONSULTANT),
    Action.HOLD: _move({S.RECEIVED, *UNDER_REVIEW, S.AWAITING_MEMBER}, S.HELD, Who.SYSTEM, *PEOPLE),
    Action.RESUME: _move({S.HELD}, S.RECEIVED, Who.SYSTEM, *PEOPLE),
    Action.SEND_AGAIN: _move({S.UNDELIVERABLE}, S.APPROVED, *PEOPLE),
    Action.DELIVERED: _move({S.APPROVED, S.UNDELIVERABLE}, S.ANSWERED, Who.SYSTEM, *PEOPLE),
    Action.REFUSED: _move(
        {S.APPROVED, S.ANSWERED, S.CLOSED, S.DECLINED, S.AWAITING_MEMBER}, S.UNDELIVERABLE, Who.SYSTEM, *PEOPLE
    ),
    Action.WRITE: _move(
        {S.DRAFTED, S.IN_REVIEW, S.AWAITING_MEMBER, S.ANSWERED, S.UNDELIVERABLE}, S.RECEIVED, Who.MEMBER
    ),
    Action.CLOSE: _move({S.ANSWERED}, S.CLOSED, Who.SYSTEM, *PEOPLE),
}


class IllegalMove(Exception):
    """The case cannot make this move now."""

    def __init__(self, case: Case, action: Action) -> None:
        state, wish = case.state.replace("_", " "), action.replace("_", " ")
        super().__init__(f"{case.number} is {state} now: it is not possible to {wish}")


def may_move(case: Case, action: Action) -> bool:
    """Whether the case stands where this action can be taken."""
    return case.state in TRANSITIONS[action].come_from


def move(session: Session, case: Case, action: Action, *, by: Actor, now: datetime, **detail: Any) -> None:
    """Make the move and leave who, when and what. Raises IllegalMove. The caller holds the case's row."""
    rule = TRANSITIONS[action]
    if case.state not in rule.come_from or by.who not in rule.may:
        raise IllegalMove(case, action)
    case.held_reason = detail["reason"] if action is Action.HOLD else None
    _mind_the_clock(case, rule.go_to, now)
    came_from, case.state = case.state, rule.go_to.value
    note(session, case, action, by=by, now=now, **{"from": came_from, "to": case.state}, **detail)


def note(session: Session, case: Case, action: str, *, by: Actor, now: datetime, **detail: Any) -> None:
    """Leave a trace on the case without moving it. `detail` takes ids and codes, never a member's words."""
    session.add(AuditEvent(**trace(case, action, by=by, now=now, **detail)))


def trace(case: Case, action: str, *, by: Actor, now: datetime, **detail: Any) -> dict[str, Any]:
    """The same as a row, for whoever writes many at once."""
    return {"case_id": case.id, "at": now, "actor": str(by), "action": str(action), "detail": detail}


def _mind_the_clock(case: Case, go_to: CaseState, now: datetime) -> None:
    """While the member is asked, the deadline waits."""
    if go_to is S.AWAITING_MEMBER:
        case.clock_stopped_at = now
    elif case.clock_stopped_at is not None:
        case.due_at += now - case.clock_stopped_at
        case.clock_stopped_at = None
