"""Taking a stored mail in: judged once, and everything that follows from the verdict in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consultant.allowance import members
from consultant.cases import by_mail, delivery, opening
from consultant.cases.desk import Desk, at_desk
from consultant.cases.opening import Asked
from consultant.cases.states import SYSTEM, note
from consultant.db.cases import Invitation
from consultant.db.letters import Letter, LetterState
from consultant.db.messages import Message, MessageState
from consultant.db.people import Member
from consultant.intake.judging import Judge, Outcome, Seen, Verdict
from consultant.intake.lookups import DatabaseLookups
from consultant.letters.kinds import TooLarge
from consultant.mail.reading import IncomingMail, read_mail
from consultant.outbox.post import chain
from consultant.questions import read_question, understood
from consultant.service import Service

LEASE = timedelta(minutes=2)
MOST_INTERRUPTIONS = 10  # a mail that was under way at so many ends of the process may well be what ends it
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Claimed:
    """What is needed of a stored mail to look at it, and its tries, this one counted."""

    raw: bytes
    envelope_from: str | None
    envelope_to: str | None
    attempts: int
    interruptions: int


def take_in(service: Service, message_id: int) -> None:
    """Take a stored mail in. Safe to call twice or at once; after too many tries the mail is quarantined."""
    message = _claim(service, message_id)
    if message is None:
        return
    if message.attempts > service.settings.max_attempts or message.interruptions > MOST_INTERRUPTIONS:
        _quarantine_exhausted(service, message_id)
        return
    mail = read_mail(message.raw)
    judge = Judge(service.settings, service.reply_addresses)
    seen = judge.look(mail, message.raw, message.envelope_from, tuple((message.envelope_to or "").split()))
    with at_desk(service) as desk:
        row = desk.session.get_one(Message, message_id, with_for_update=True)
        if row.state != MessageState.STORED:
            return
        verdict = _verdict(desk, judge, seen, row)
        desk.work.commit()
    log.info("mail taken in", message=message_id, outcome=verdict.outcome, reason=verdict.reason, step=verdict.step)


def _claim(service: Service, message_id: int) -> _Claimed | None:
    """Count a try and hold the mail for a while, so that a mail that kills its worker is not tried for ever."""
    now = service.clock()
    with service.work() as work:
        row = work.session.execute(
            update(Message)
            .where(
                Message.id == message_id,
                Message.state == MessageState.STORED,
                Message.lease_until.is_(None) | (Message.lease_until <= now),
            )
            .values(attempts=Message.attempts + 1, lease_until=now + LEASE)
            .returning(Message.raw, Message.envelope_from, Message.envelope_to, Message.attempts, Message.interruptions)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        work.commit()
    return _Claimed(*row) if row else None


def end_leases(session: Session) -> None:
    """At the start of the only process there is: what is held was interrupted, which says little against the mail."""
    session.execute(
        update(Message)
        .where(Message.lease_until.is_not(None))
        .values(lease_until=None, attempts=Message.attempts - 1, interruptions=Message.interruptions + 1)
    )


def _quarantine_exhausted(service: Service, message_id: int) -> None:
    with at_desk(service) as desk:
        row = desk.session.get_one(Message, message_id, with_for_update=True)
        if row.state == MessageState.STORED:
            write_down(desk, row, Verdict(Outcome.QUARANTINED, "too-many-tries", step="take_in"))
            desk.work.commit()
            log.error("mail quarantined after too many tries", message=message_id)


def _verdict(desk: Desk, judge: Judge, seen: Seen, row: Message) -> Verdict:
    if _is_first(desk, row, seen.mail):
        verdict = judge.judge(seen, DatabaseLookups(desk.session))
    else:
        verdict = Verdict(Outcome.DUPLICATE, "same-content", step="take_in")
    followed = FOLLOW[verdict.outcome](Intake(desk, seen, row, verdict))
    write_down(desk, row, followed)
    return followed


def _is_first(desk: Desk, row: Message, mail: IncomingMail) -> bool:
    """Whether this arrival of the mail is the one that counts: the database lets only one hold the key."""
    message_id = (mail.message_id or "")[:1000] or None
    try:
        with desk.session.begin_nested():
            row.intake_key, row.message_id = mail.content_key, message_id
    except IntegrityError:
        desk.session.refresh(row)
        row.intake_key, row.message_id = None, message_id
        row.duplicate_of_id = desk.session.scalar(select(Message.id).where(Message.intake_key == mail.content_key))
        return False
    return True


def write_down(desk: Desk, row: Message, verdict: Verdict) -> None:
    """Record the verdict on the mail."""
    quarantined = verdict.outcome is Outcome.QUARANTINED
    row.state = MessageState.QUARANTINED if quarantined else MessageState.TAKEN_IN
    row.verdict_outcome, row.verdict_reason, row.verdict_step = verdict.outcome, verdict.reason, verdict.step
    row.decided_at, row.lease_until = desk.now, None


@dataclass(frozen=True, slots=True)
class Intake:
    """A judged mail on its way to what follows."""

    desk: Desk
    seen: Seen
    row: Message
    verdict: Verdict

    @property
    def mail(self) -> IncomingMail:
        """The mail itself."""
        return self.seen.mail

    @property
    def sender(self) -> str:
        """The address that the mail claims to come from; the steps made sure that there is one."""
        if self.mail.from_address is None:
            raise ValueError(f"message {self.row.id} has no sender")
        return self.mail.from_address

    def asked(self) -> Asked:
        """The mail as a case needs it."""
        question = read_question(self.mail.reply_text, subject=self.mail.subject, sent_on=self.desk.now.date())
        return Asked(self.row, self.sender, self.mail.subject, self.mail.references, understood(question))


def open_case(intake: Intake) -> Verdict:
    """A question of a member, or of a guest by the guest plan's rules."""
    desk = intake.desk
    member = members.member_with(desk.session, intake.sender)
    if member is None:
        member = _new_guest(desk, intake)
        if not desk.settings.accept_guests:
            opening.open_held(desk, member, intake.asked(), opening.HELD_UNKNOWN_SENDER)
            return intake.verdict
    members.grant_period(desk.session, member, now=desk.now)
    opening.open_case(desk, member, intake.asked())
    return intake.verdict


def join_case(intake: Intake) -> Verdict:
    """A member writes on."""
    case = intake.desk.case_by_id(intake.verdict.case_id or 0)
    opening.join_case(intake.desk, case, intake.asked())
    return intake.verdict


def decide(intake: Intake) -> Verdict:
    """A consultant decides by mail."""
    invitation = intake.desk.session.get_one(Invitation, intake.verdict.invitation_id)
    reason = by_mail.carry_out(intake.desk, invitation, intake.mail, intake.row)
    return Verdict(Outcome.DECISION, reason, step=intake.verdict.step)


def file_bounce(intake: Intake) -> Verdict:
    """A letter did not arrive. A soft bounce is only noted; so is one that no letter of ours can be tied to."""
    desk, letter_id = intake.desk, intake.verdict.letter_id
    letter = desk.session.get(Letter, letter_id, with_for_update=True) if letter_id else None
    if letter is None:
        return intake.verdict
    intake.row.case_id = letter.case_id
    bounce = intake.seen.machine.bounce
    if bounce is not None and bounce.severity == "hard":
        delivery.bounced(desk, letter)
    elif letter.case_id is not None:
        case = desk.case_by_id(letter.case_id)
        note(desk.session, case, "soft_bounce", by=SYSTEM, now=desk.now, letter=letter.id)
    return intake.verdict


def settle_own_letter(intake: Intake) -> Verdict:
    """The copy of a letter is evidence that the server took it."""
    letter = intake.desk.session.get_one(Letter, intake.verdict.letter_id, with_for_update=True)
    intake.row.case_id = letter.case_id
    if letter.state in (LetterState.TRANSMITTING, LetterState.UNCERTAIN):
        delivery.settle_sent(intake.desk, letter, "its copy arrived", by=SYSTEM)
    return intake.verdict


def quarantine(intake: Intake) -> Verdict:
    """A person must look. Only who sent too much is told, since nothing else tells them."""
    invitation_id = intake.verdict.invitation_id
    if invitation_id is not None:
        invitation = intake.desk.session.get_one(Invitation, invitation_id)
        case = intake.desk.case_by_id(invitation.draft.case_id)
        note(
            intake.desk.session,
            case,
            "decision_by_another",
            by=SYSTEM,
            now=intake.desk.now,
            message=intake.row.id,
        )
    if intake.verdict.reason == "too-large":
        _send_too_large(intake)
    return intake.verdict


def file_away(intake: Intake) -> Verdict:
    """Nothing follows: the mail and its verdict are kept."""
    return intake.verdict


FOLLOW: dict[Outcome, Callable[[Intake], Verdict]] = {
    Outcome.QUESTION: open_case,
    Outcome.FOLLOW_UP: join_case,
    Outcome.DECISION: decide,
    Outcome.BOUNCE: file_bounce,
    Outcome.OWN_LETTER: settle_own_letter,
    Outcome.MACHINE: file_away,
    Outcome.DUPLICATE: file_away,
    Outcome.QUARANTINED: quarantine,
}


def _new_guest(desk: Desk, intake: Intake) -> Member:
    plan = members.plan_named(desk.session, desk.settings.guest_plan)
    name = intake.mail.from_name or intake.sender
    return members.enrol(desk.session, name[:200], intake.sender, plan, now=desk.now, guest=True)


def _send_too_large(intake: Intake) -> None:
    desk = intake.desk
    content = TooLarge(limit_megabytes=desk.settings.max_message_bytes // (1024 * 1024))
    thread = chain(intake.mail.message_id, intake.mail.references)
    desk.post.write(content, key=f"message:{intake.row.id}:too-large", to=intake.sender, thread=thread)
