"""Delivering one letter, and what its outcome means to the case that it is about."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Protocol

import structlog
from sqlalchemy import select

from consultant.allowance import ledger
from consultant.cases.desk import Desk, at_desk
from consultant.cases.mails import members_mails
from consultant.cases.states import SYSTEM, Action, Actor, Who, may_move, move, note
from consultant.db.cases import Case, CaseState, Decision, DecisionKind
from consultant.db.letters import Letter, LetterState
from consultant.db.messages import Message
from consultant.db.work import Step
from consultant.mail.outcome import Accepted, Outcome, Parcel, Refused, TryLater, Uncertain
from consultant.outbox import queue
from consultant.service import Service

log = structlog.get_logger(__name__)

IN_FLIGHT = {LetterState.SENDING, LetterState.TRANSMITTING, LetterState.UNCERTAIN}


class Carrier(Protocol):
    """Sends a parcel, calling `before_data` right before the content leaves."""

    def send(self, parcel: Parcel, *, before_data: Callable[[], None]) -> Outcome:
        """Send it once and say what came of it."""
        ...


def deliver(service: Service, carrier: Carrier, letter_id: int) -> None:
    """Send a due letter once. Safe to call twice or at once: only one call can claim it."""
    with service.work() as work:
        letter = queue.claim(work.session, letter_id, now=service.clock())
        if letter is None:
            return
        parcel, attempt = _parcel(service, letter), letter.attempts
        work.commit()

    def before_data() -> None:
        with service.work() as work:
            queue.begin_transmission(work.session, letter_id, attempt)
            work.commit()

    outcome = carrier.send(parcel, before_data=before_data)
    with at_desk(service) as desk:
        record(desk, letter_id, outcome)
        desk.work.commit()
    # The outcome's own words may name the recipient: they stay in the database.
    log.info("letter tried", letter=letter_id, attempt=attempt, outcome=type(outcome).__name__)


def record(desk: Desk, letter_id: int, outcome: Outcome) -> None:
    """Write down what came of a letter. A letter that is settled already stays as it is."""
    letter = desk.session.get(Letter, letter_id, with_for_update=True)
    if letter is None or letter.state not in IN_FLIGHT:
        return
    match outcome:
        case Accepted(response):
            settle_sent(desk, letter, response, by=SYSTEM)
        case Refused(text=text):
            queue.failed(letter, text)
            _refused(desk, letter, by=SYSTEM)
        case TryLater(text=text):
            if not queue.put_off(letter, text, now=desk.now):
                _refused(desk, letter, by=SYSTEM)
        case Uncertain(text):
            queue.uncertain(letter, text)
            if letter.case_id is not None:
                note(
                    desk.session,
                    desk.case_by_id(letter.case_id),
                    "uncertain",
                    by=SYSTEM,
                    now=desk.now,
                    letter=letter.id,
                )


def settle_sent(desk: Desk, letter: Letter, response: str, *, by: Actor) -> None:
    """The letter was taken. An answer that was taken counts the consult, exactly once."""
    queue.sent(letter, response, now=desk.now)
    decision = letter.decision
    if decision is None or decision.kind != DecisionKind.APPROVE or letter.case_id is None:
        return
    case = desk.case_by_id(letter.case_id)
    if may_move(case, Action.DELIVERED):
        with contextlib.suppress(ledger.NoAllowance):  # given back meanwhile, and spent: the answer is out all the same
            ledger.reserve(desk.session, case.member_id, case.id, now=desk.now, by=str(by))
        ledger.consume(desk.session, case.member_id, case.id, now=desk.now, by=str(by))
        move(desk.session, case, Action.DELIVERED, by=by, now=desk.now, letter=letter.id)
        case.answered_at = desk.now
        _reopen_if_written_meanwhile(desk, case, decision)


def settle_failed(desk: Desk, letter: Letter, *, by: Actor) -> None:
    """By a person: the letter did not arrive."""
    queue.failed(letter, "settled by a person: not delivered")
    _refused(desk, letter, by=by)


def bounced(desk: Desk, letter: Letter) -> None:
    """A bounce says that a letter did not arrive after all: the consult that it counted is given back."""
    letter.state = LetterState.BOUNCED
    desk.session.flush()
    if _superseded(desk, letter):
        note(
            desk.session, desk.case_by_id(letter.case_id or 0), "late_bounce", by=SYSTEM, now=desk.now, letter=letter.id
        )
        return
    if letter.case_id is not None and not _answered_otherwise(desk, letter.case_id):
        case = desk.case_by_id(letter.case_id)
        ledger.refund(desk.session, case.member_id, case.id, now=desk.now, by=str(SYSTEM))
    _refused(desk, letter, by=SYSTEM)


def _superseded(desk: Desk, letter: Letter) -> bool:
    """Whether the case was decided anew since this letter: what became of it moves the case no more."""
    newest = select(Decision.id).where(Decision.case_id == letter.case_id).order_by(Decision.id.desc()).limit(1)
    return letter.decision_id is not None and desk.session.scalar(newest) != letter.decision_id


def _answered_otherwise(desk: Desk, case_id: int) -> bool:
    """Whether another answer on the case did arrive: then its consult was rightly counted."""
    arrived = select(Letter.id).join(Decision, Letter.decision_id == Decision.id)
    arrived = arrived.where(
        Letter.case_id == case_id, Letter.state == LetterState.SENT, Decision.kind == DecisionKind.APPROVE
    )
    return desk.session.scalar(arrived.limit(1)) is not None


def _refused(desk: Desk, letter: Letter, *, by: Actor) -> None:
    """A decision that cannot reach the member: the consult is given back and a person sees the case."""
    if letter.case_id is None:
        return
    case = desk.case_by_id(letter.case_id)
    note(desk.session, case, "not_delivered", by=by, now=desk.now, letter=letter.id, kind=letter.kind)
    if letter.decision_id is not None and may_move(case, Action.REFUSED):
        ledger.release(desk.session, case.member_id, case.id, now=desk.now, by=str(by))
        move(desk.session, case, Action.REFUSED, by=by, now=desk.now, letter=letter.id)
        case.answered_at = None


def _reopen_if_written_meanwhile(desk: Desk, case: Case, decision: Decision) -> None:
    """What the member wrote between the approval and its delivery is a follow-up."""
    written = desk.session.scalar(members_mails(case.id).where(Message.decided_at > decision.at).limit(1))
    if written is not None and case.state == CaseState.ANSWERED:
        move(desk.session, case, Action.WRITE, by=Actor(Who.MEMBER, case.member_id), now=desk.now)
        desk.work.wake(Step.DRAFT, case.id)


def _parcel(service: Service, letter: Letter) -> Parcel:
    copies = (service.settings.consult_address,) if letter.decision_id and service.settings.smtp.keep_copy else ()
    return Parcel(letter.raw, letter.envelope_from, (letter.to_address, *copies))
