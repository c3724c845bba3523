"""Taking stored mail through intake again: what led to nothing yet is taken in anew, what led to something is only
judged again. Nothing leads to a second case.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import undefer

from consultant.db.messages import Message, MessageState
from consultant.intake import quarantine
from consultant.intake.claiming import trust_of
from consultant.intake.judging import Judge
from consultant.intake.looking import Unread, Unreadable
from consultant.intake.lookups import DatabaseLookups
from consultant.intake.quarantine import UnknownMessage
from consultant.intake.taking_in import take_in
from consultant.service import Service

Known = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What is recorded of a mail and what is thought of it now, each as outcome and reason."""

    mail: int
    recorded: Known
    now: Known
    taken_in: bool  # anew; else what the mail led to stands

    @property
    def differs(self) -> bool:
        """Whether the mail would be something else today. The reason may have been made finer by what followed."""
        return self.recorded[0] != self.now[0]


def replay(service: Service, message_id: int) -> Replayed:
    """Take one mail through intake again. Raises UnknownMessage."""
    recorded = _row(service, message_id)
    if recorded.state == MessageState.STORED:
        take_in(service, message_id)
    elif quarantine.is_set_aside(recorded):
        quarantine.retry(service, message_id)
        take_in(service, message_id)
    else:
        return Replayed(message_id, _verdict_of(recorded), _judged_now(service, recorded), taken_in=False)
    return Replayed(message_id, _verdict_of(recorded), _verdict_of(_row(service, message_id)), taken_in=True)


def _judged_now(service: Service, row: Message) -> Known:
    """What the mail would be taken for, were it the first of its content."""
    on = row.arrived_at.date()
    to, trust = tuple((row.envelope_to or "").split()), trust_of(service.settings)
    unread = Unread(row.raw, row.envelope_from, to, trust=trust, vouched_by=row.vouched_by or "")
    [seen] = service.look([unread], on)
    if isinstance(seen, Unreadable):
        return "quarantined", seen.reason
    if row.duplicate_of_id is not None:
        return _verdict_of(row)
    with service.reading() as session:
        judge = Judge(service.settings, service.reply_addresses)
        verdict = judge.judge(seen, DatabaseLookups(session, [seen]))
    return verdict.outcome.value, verdict.reason


def _row(service: Service, message_id: int) -> Message:
    with service.reading() as session:
        row = session.scalar(select(Message).where(Message.id == message_id).options(undefer(Message.raw)))
    if row is None:
        raise UnknownMessage(message_id)
    return row


def _verdict_of(row: Message) -> Known:
    return row.verdict_outcome, row.verdict_reason
