"""How the service is: what waits too long, and what needs a person. For the banner and for /health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consultant.db.cases import AuditEvent, Case, CaseState
from consultant.db.letters import Letter, LetterState
from consultant.db.messages import Message, MessageState, PollStatus
from consultant.intake.credentials import refusals, token_mailboxes
from consultant.service import Service

POLLS_MISSED = 3
STUCK = timedelta(minutes=15)  # work that has been due for longer is not being done


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known at one moment. Holds counts and times only."""

    mailbox_read_at: datetime | None
    late_mailboxes: tuple[str, ...]
    oldest_due_work: datetime | None
    work_stuck: bool
    quarantined: int
    uncertain: int
    failed: int
    access_refused: int  # mailboxes


def condition(session: Session, service: Service) -> Condition:
    """Look how the service is now."""
    now = service.clock()
    read_at, late = _mailboxes(session, service, now)
    oldest = _oldest_due(session, now)
    return Condition(
        mailbox_read_at=read_at,
        late_mailboxes=late,
        oldest_due_work=oldest,
        work_stuck=oldest is not None and now - oldest > STUCK,
        quarantined=_count(session, Message, MessageState.QUARANTINED),
        uncertain=_count(session, Letter, LetterState.UNCERTAIN),
        failed=_count(session, Letter, LetterState.FAILED),
        access_refused=len(refusals(session, token_mailboxes(service.settings))),
    )


def _mailboxes(session: Session, service: Service, now: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    """When all mailboxes had been read, and those not read for too long. One that nobody has tried yet is not late."""
    read_at: list[datetime] = []
    late: list[str] = []
    for imap in service.settings.mailboxes:
        status = session.get(PollStatus, imap.account)
        if status is None:
            continue
        limit = timedelta(seconds=POLLS_MISSED * imap.poll_seconds)
        if status.succeeded_at is not None:
            read_at.append(status.succeeded_at)
        if status.succeeded_at is None or now - status.succeeded_at > limit:
            late.append(imap.account)
    return min(read_at, default=None), tuple(late)


def _oldest_due(session: Session, now: datetime) -> datetime | None:
    """Since when the longest waiting work of the workers has been due."""
    moved_at = select(func.max(AuditEvent.at)).where(AuditEvent.case_id == Case.id).scalar_subquery()
    waiting = (
        session.scalar(
            select(func.min(func.coalesce(Message.wait_until, Message.arrived_at))).where(
                Message.state == MessageState.STORED, func.coalesce(Message.wait_until, now) <= now
            )
        ),
        session.scalar(select(func.min(moved_at)).where(Case.state == CaseState.RECEIVED)),
        session.scalar(
            select(func.min(Letter.next_attempt_at)).where(
                Letter.state == LetterState.PENDING, Letter.next_attempt_at <= now
            )
        ),
    )
    return min((each for each in waiting if each is not None), default=None)


def _count(session: Session, table: type[Message] | type[Letter], state: str) -> int:
    return session.scalars(select(func.count()).select_from(table).where(table.state == state)).one()
