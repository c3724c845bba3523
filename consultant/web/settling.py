"""What a person may say about a letter whose fate the service cannot find out. The caller commits."""

from __future__ import annotations

from typing import Protocol

from consultant.allowance import ledger
from consultant.cases import delivery
from consultant.cases.desk import Desk
from consultant.cases.review import ACTIONS
from consultant.cases.states import Action, Actor, move, note
from consultant.db.cases import Decision, DecisionKind
from consultant.db.letters import Letter, LetterState
from consultant.db.work import Step
from consultant.outbox import queue

# Which orders a letter takes, by its state.
ORDERS = {
    LetterState.UNCERTAIN: ("delivered", "not-delivered", "again"),
    LetterState.FAILED: ("again",),
}


class NotForAPerson(Exception):
    """The letter is not waiting for a person."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(f"Letter {letter.id} is {letter.state}: there is nothing to settle in this way.")


class Order(Protocol):
    """Something that a person says about a letter."""

    def __call__(self, desk: Desk, letter: Letter, *, by: Actor) -> None:
        """Carry it out. Raises NotForAPerson."""
        ...


def settle_delivered(desk: Desk, letter: Letter, *, by: Actor) -> None:
    """It arrived after all. Raises NotForAPerson."""
    _require(letter, "delivered")
    delivery.settle_sent(desk, letter, "settled by a person: delivered", by=by)


def settle_not_delivered(desk: Desk, letter: Letter, *, by: Actor) -> None:
    """It did not arrive. Raises NotForAPerson."""
    _require(letter, "not-delivered")
    delivery.settle_failed(desk, letter, by=by)


def deliver_again(desk: Desk, letter: Letter, *, by: Actor) -> None:
    """Send the same bytes once more. An answer needs its consult back first.

    Raises NotForAPerson, NoAllowance where that consult is spent meanwhile, and IllegalMove where the case
    has gone on since.
    """
    _require(letter, "again")
    if letter.decision is not None and letter.state == LetterState.FAILED:
        _stand_behind(desk, letter.decision, by)
    if letter.case_id is not None:
        note(desk.session, desk.case_by_id(letter.case_id), "letter_again", by=by, now=desk.now, letter=letter.id)
    queue.send_again(letter, now=desk.now)
    desk.work.wake(Step.DELIVER, letter.id)


def _stand_behind(desk: Desk, decision: Decision, by: Actor) -> None:
    """Put the case back to where the decision had brought it, unless another was taken since. Raises IllegalMove."""
    case = desk.case_by_id(decision.case_id)
    if decision.kind == DecisionKind.APPROVE:
        ledger.reserve(desk.session, case.member_id, case.id, now=desk.now, by=str(by))
        move(desk.session, case, Action.SEND_AGAIN, by=by, now=desk.now)
    else:
        move(desk.session, case, ACTIONS[DecisionKind(decision.kind)], by=by, now=desk.now)


def _require(letter: Letter, order: str) -> None:
    if order not in ORDERS.get(LetterState(letter.state), ()):
        raise NotForAPerson(letter)
