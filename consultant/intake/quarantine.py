"""What a person can do with a mail that was set aside: try it again, take it as a question, ask its sender whether it
is theirs, or discard it.

The raw bytes stay in each case.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from consultant.cases.desk import at_desk
from consultant.db.messages import Message, MessageState
from consultant.db.work import Step
from consultant.intake import confirming
from consultant.intake.following import Intake, follow
from consultant.intake.judging import Outcome, Verdict
from consultant.intake.looking import Unread, look
from consultant.mail.composing import is_writable
from consultant.service import Service


class QuarantineError(Exception):
    """The mail cannot be handled in this way."""


class UnknownMessage(QuarantineError):
    """No mail has that number."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"there is no mail {message_id}")


class NotSetAside(QuarantineError):
    """The mail has led to something already."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"mail {message_id} was taken in: what it led to stands, see its case")


class NobodyToAnswer(QuarantineError):
    """The mail has no usable sender."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"mail {message_id} has no usable sender: discard it, or write to the person yourself")


class CameTwice(QuarantineError):
    """The same mail came in another way too, and led to something there."""

    def __init__(self, message_id: int, other_id: int) -> None:
        super().__init__(f"mail {message_id} is the same as mail {other_id}, which was taken in: see that one")


class NothingToConfirm(QuarantineError):
    """The mail does not wait for a proof of its sender."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"mail {message_id} does not wait for its sender to be proven")


class AskedAlready(QuarantineError):
    """One letter a mail, and one a day to an address: more would be a way to pester somebody through us."""

    def __init__(self, message_id: int) -> None:
        super().__init__(
            f"the sender of mail {message_id} was asked already, for this mail or within the last 24 hours: "
            "wait for the answer, or ask again tomorrow"
        )


SET_ASIDE = {Outcome.QUARANTINED, Outcome.MACHINE}


def may_be_taken_in(row: Message) -> bool:
    """Whether the mail has led to nothing, so that a person may still make something of it."""
    return row.verdict_outcome in SET_ASIDE and row.case_id is None


def is_set_aside(row: Message) -> bool:
    """As `may_be_taken_in`, and nobody has discarded it."""
    return may_be_taken_in(row) and row.state != MessageState.DISCARDED


def retry(service: Service, message_id: int) -> None:
    """Take the mail in anew, as if it had just come."""
    with service.work() as work:
        row = _set_aside(work.session.get(Message, message_id, with_for_update=True), message_id)
        row.state, row.attempts, row.interruptions, row.lease_until = MessageState.STORED, 0, 0, None
        work.wake(Step.TAKE_IN, row.id)
        work.commit()


def discard(service: Service, message_id: int) -> None:
    """Put the mail out of sight; it is kept."""
    with service.work() as work:
        row = _set_aside(work.session.get(Message, message_id, with_for_update=True), message_id)
        row.state = MessageState.DISCARDED
        work.commit()


def accept(service: Service, message_id: int) -> None:
    """Take the mail as a question, whatever was thought of it. Raises QuarantineError where that cannot be."""
    with at_desk(service) as desk:
        found = desk.session.scalar(
            select(Message).where(Message.id == message_id).options(undefer(Message.raw)).with_for_update()
        )
        row = _set_aside(found, message_id)
        seen = look(Unread(row.raw, row.envelope_from), desk.now.date())
        if seen.mail.from_address is None or not is_writable(seen.mail.from_address):
            raise NobodyToAnswer(message_id)
        _enter_content(desk.session, row, seen.mail.content_key)
        verdict = Verdict(Outcome.QUESTION, "accepted-by-a-person", step="accept")
        follow([Intake(desk, seen, row, verdict)])
        desk.work.commit()


def ask_sender(service: Service, message_id: int) -> None:
    """Ask the address that a mail claims to come from whether that is so. Raises UnknownMessage, NothingToConfirm,
    AskedAlready."""
    with at_desk(service) as desk:
        row = desk.session.get(Message, message_id, with_for_update=True)
        if row is None:
            raise UnknownMessage(message_id)
        if not confirming.waits_in_doubt(desk.session, row):
            raise NothingToConfirm(message_id)
        if not confirming.ask_sender(desk, row):
            raise AskedAlready(message_id)
        desk.work.commit()


def _enter_content(session: Session, row: Message, content_key: str) -> None:
    """From now on another copy is a duplicate. Raises CameTwice where one came before."""
    holder = session.scalar(select(Message.id).where(Message.intake_key == content_key, Message.id != row.id))
    if holder is not None:
        raise CameTwice(row.id, holder)
    row.intake_key = content_key


def _set_aside(row: Message | None, message_id: int) -> Message:
    if row is None:
        raise UnknownMessage(message_id)
    if not may_be_taken_in(row):
        raise NotSetAside(message_id)
    return row
