"""A question becomes a case, or joins the one that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Update, insert, select, update

from consultant.allowance import ledger, members
from consultant.allowance.ledger import NoAllowance
from consultant.cases.desk import Desk
from consultant.cases.mails import TAKEN_ALL_THE_SAME, WITH_PATIENT_DATA
from consultant.cases.states import OPERATOR, SYSTEM, Action, Actor, Who, may_move, move, note, trace
from consultant.db.cases import AuditEvent, Case, CaseState
from consultant.db.messages import Message
from consultant.db.new_ids import new_ids
from consultant.db.people import Member
from consultant.db.work import Step
from consultant.letters.kinds import NoAllowance as NoAllowanceLetter
from consultant.letters.kinds import PatientData, Receipt
from consultant.outbox.post import LetterRequest, Thread, chain
from consultant.questions.model import Identifier

HELD_NO_ALLOWANCE = "no_allowance"
HELD_UNKNOWN_SENDER = "unknown_sender"
HELD_IN_DOUBT = "sender_in_doubt"
HELD_PATIENT_DATA = "patient_data"
FINISHED = {CaseState.CLOSED, CaseState.DECLINED}
GOES_ON = set(CaseState) - FINISHED - {CaseState.HELD}  # a mail that joins is acknowledged


@dataclass(frozen=True, slots=True)
class Asked:
    """One mail of a member, as far as a case needs to know it."""

    message: Message
    message_id: str | None
    address: str
    subject: str
    references: tuple[str, ...]
    understood: tuple[str, ...]
    identifiers: tuple[Identifier, ...] = ()  # for which it has to wait

    @property
    def thread(self) -> Thread:
        """Where an answer to this mail hangs."""
        return chain(self.message_id, self.references)


def open_case(desk: Desk, member: Member, asked: Asked, *, previous: Case | None = None) -> Case:
    """Open a case, reserve one consult for it and send the receipt; without allowance, hold it and say so."""
    [case] = open_cases(desk, [(member, asked)], previous=previous)
    return case


def open_cases(desk: Desk, questions: Sequence[tuple[Member, Asked]], *, previous: Case | None = None) -> list[Case]:
    """Open a case for each question, as `open_case`; the consults are reserved in order."""
    if not questions:
        return []
    cases = _new_cases(desk, questions, previous)
    available = ledger.reserve_each(
        desk.session, [(case.member_id, case.id) for case in cases], now=desk.now, by=str(SYSTEM)
    )
    desk.session.execute(
        insert(AuditEvent),
        [
            trace(case, "open", by=Actor(Who.MEMBER, member.id), now=desk.now, message=asked.message.id)
            for case, (member, asked) in zip(cases, questions, strict=True)
        ],
    )
    letters = []
    for case, (_, asked) in zip(cases, questions, strict=True):
        if case.id in available:
            letters.append(_receipt(desk, case, asked, available[case.id], follow_up=False))
            desk.work.wake(Step.DRAFT, case.id)
        else:
            move(desk.session, case, Action.HOLD, by=SYSTEM, now=desk.now, reason=HELD_NO_ALLOWANCE)
            letters.append(_no_allowance(desk, case, asked))
    desk.answer_all(letters)
    _join(cases, questions)
    return cases


def open_held(desk: Desk, member: Member, asked: Asked, reason: str) -> Case:
    """Open a case that waits for a person: nothing is reserved and nobody is written to."""
    [case] = _new_cases(desk, [(member, asked)], None)
    move(desk.session, case, Action.HOLD, by=SYSTEM, now=desk.now, reason=reason)
    _join([case], [(member, asked)])
    return case


def open_with_patient_data(desk: Desk, member: Member, asked: Asked, *, previous: Case | None = None) -> Case:
    """Open a case that waits because of its patient data: nothing is reserved, and the member is told why."""
    [case] = _new_cases(desk, [(member, asked)], previous)
    found = ", ".join(_kinds(asked))
    move(desk.session, case, Action.HOLD, by=SYSTEM, now=desk.now, reason=HELD_PATIENT_DATA, found=found)
    asked.message.case_id = case.id
    desk.answer_all([_patient_data(desk, case, asked)])
    return case


def join_case(desk: Desk, case: Case, asked: Asked) -> Case:
    """Add a member's mail to a case. One that is finished, or was answered too long ago, leads to a new case."""
    if case.state in FINISHED or _too_late(desk, case):
        anew = open_with_patient_data if asked.identifiers else open_case
        return anew(desk, case.member, asked, previous=case)
    asked.message.case_id = case.id
    by = Actor(Who.MEMBER, case.member_id)
    note(desk.session, case, "follow_up", by=by, now=desk.now, message=asked.message.id)
    if not asked.identifiers and _waits_for_clean_words(desk, case):
        release(desk, case, asked)
        return case
    if may_move(case, Action.WRITE):
        move(desk.session, case, Action.WRITE, by=by, now=desk.now)
        if case.answered_at is not None:
            case.due_at = desk.now + timedelta(hours=case.member.plan.answer_hours)
            case.answered_at = None
        desk.work.wake(Step.DRAFT, case.id)
    if asked.identifiers:
        _hold_for_patient_data(desk, case, asked)
    elif case.state in GOES_ON:
        available = ledger.available(desk.session, case.member_id, now=desk.now)
        desk.answer_all([_receipt(desk, case, asked, available, follow_up=True)])
    return case


def resume(desk: Desk, case: Case, *, by: Actor = OPERATOR) -> None:
    """Take up a held case: reserve its consult, if it has none, and go on. A person takes it with its patient data.
    Raises NoAllowance, IllegalMove."""
    if case.held_reason == HELD_PATIENT_DATA and by.who is not Who.SYSTEM:
        desk.session.execute(_set_aside(case).values(verdict_reason=TAKEN_ALL_THE_SAME))
    ledger.reserve(desk.session, case.member_id, case.id, now=desk.now, by=str(by))
    move(desk.session, case, Action.RESUME, by=by, now=desk.now)
    case.due_at = max(case.due_at, desk.now + timedelta(hours=case.member.plan.answer_hours))
    desk.work.wake(Step.DRAFT, case.id)


def release(desk: Desk, case: Case, asked: Asked) -> None:
    """Go on with a case that waited for its sender to be proven, as if it had just been opened: only now is anything
    reserved, and anybody told."""
    if asked.identifiers:
        asked.message.verdict_reason = WITH_PATIENT_DATA
        _hold_further(desk, case, HELD_PATIENT_DATA)
        desk.answer_all([_patient_data(desk, case, asked)])
        return
    members.grant_periods(desk.session, [case.member], now=desk.now)
    if case.member.is_guest and not desk.settings.accept_guests:
        _hold_further(desk, case, HELD_UNKNOWN_SENDER)
        return
    try:
        resume(desk, case, by=SYSTEM)
    except NoAllowance:
        _hold_further(desk, case, HELD_NO_ALLOWANCE)
        desk.answer_all([_no_allowance(desk, case, asked)])
        return
    available = ledger.available(desk.session, case.member_id, now=desk.now)
    desk.answer_all([_receipt(desk, case, asked, available, follow_up=False)])


def _hold_for_patient_data(desk: Desk, case: Case, asked: Asked) -> None:
    """Whatever stage it is at, so far as it can be held; the consult is given back until there is something to do."""
    if may_move(case, Action.HOLD):
        found = ", ".join(_kinds(asked))
        move(desk.session, case, Action.HOLD, by=SYSTEM, now=desk.now, reason=HELD_PATIENT_DATA, found=found)
        ledger.release(desk.session, case.member_id, case.id, now=desk.now, by=str(SYSTEM))
    desk.answer_all([_patient_data(desk, case, asked)])


def _kinds(asked: Asked) -> list[str]:
    return [kind.value for kind in asked.identifiers]


def _waits_for_clean_words(desk: Desk, case: Case) -> bool:
    """Whether the service itself holds it for patient data; what a person holds waits for a person."""
    if case.state != CaseState.HELD or case.held_reason != HELD_PATIENT_DATA:
        return False
    found = select(Message.id).where(Message.case_id == case.id, Message.verdict_reason == WITH_PATIENT_DATA)
    return desk.session.scalar(found.limit(1)) is not None


def _set_aside(case: Case) -> Update:
    return update(Message).where(Message.case_id == case.id, Message.verdict_reason == WITH_PATIENT_DATA)


def _hold_further(desk: Desk, case: Case, reason: str) -> None:
    case.held_reason = reason
    note(desk.session, case, Action.HOLD, by=SYSTEM, now=desk.now, reason=reason)


def resume_held(desk: Desk, member_id: int) -> int:
    """After a grant: take up the member's cases that wait for allowance, oldest first. How many."""
    waiting = desk.session.scalars(
        select(Case.id)
        .where(Case.member_id == member_id, Case.state == CaseState.HELD, Case.held_reason == HELD_NO_ALLOWANCE)
        .order_by(Case.id)
    )
    resumed = 0
    for case_id in list(waiting):
        try:
            resume(desk, desk.case_by_id(case_id), by=SYSTEM)
        except NoAllowance:
            break
        resumed += 1
    return resumed


def _new_cases(desk: Desk, questions: Sequence[tuple[Member, Asked]], previous: Case | None) -> list[Case]:
    ids = new_ids(desk.session, Case, len(questions))
    cases = [
        Case(
            id=case_id,
            reference=f"C-{desk.now.year}-{case_id:06d}",
            member=member,
            reply_to_address=asked.address,
            subject=asked.subject,
            state=CaseState.RECEIVED,
            opened_at=desk.now,
            due_at=desk.now + timedelta(hours=member.plan.answer_hours),
            previous_case_id=previous.id if previous else None,
        )
        for case_id, (member, asked) in zip(ids, questions, strict=True)
    ]
    desk.session.add_all(cases)
    desk.session.flush()
    return cases


def _join(cases: Sequence[Case], questions: Sequence[tuple[Member, Asked]]) -> None:
    """Lead each mail to its case; last of all, so that a mail's row is written once."""
    for case, (_, asked) in zip(cases, questions, strict=True):
        asked.message.case_id = case.id


def _too_late(desk: Desk, case: Case) -> bool:
    limit = timedelta(days=desk.settings.follow_up_days)
    return case.answered_at is not None and desk.now > case.answered_at + limit


def _receipt(desk: Desk, case: Case, asked: Asked, available: int, *, follow_up: bool) -> LetterRequest:
    content = Receipt(
        case_reference=case.number,
        member_name=case.member.name,
        understood=asked.understood,
        available=available,
        due_at=case.due_at,
        follow_up=follow_up,
    )
    return LetterRequest(
        content,
        key=f"message:{asked.message.id}:receipt",
        to=asked.address,
        reply_to=desk.post.reply_addresses.for_case(case.id),
        thread=asked.thread,
        case_id=case.id,
        case_reference=case.number,
    )


def _no_allowance(desk: Desk, case: Case, asked: Asked) -> LetterRequest:
    content = NoAllowanceLetter(
        case_reference=case.number,
        member_name=case.member.name,
        plan_name=case.member.plan.name,
        contact=desk.settings.contact_address,
    )
    return LetterRequest(
        content,
        key=f"case:{case.id}:no-allowance",
        to=asked.address,
        reply_to=desk.post.reply_addresses.for_case(case.id),
        thread=asked.thread,
        case_id=case.id,
        case_reference=case.number,
    )


def _patient_data(desk: Desk, case: Case, asked: Asked) -> LetterRequest:
    content = PatientData(
        case_reference=case.number,
        member_name=case.member.name,
        kinds=tuple(_kinds(asked)),
    )
    return LetterRequest(
        content,
        key=f"message:{asked.message.id}:patient-data",
        to=asked.address,
        reply_to=desk.post.reply_addresses.for_case(case.id),
        thread=asked.thread,
        case_id=case.id,
        case_reference=case.number,
    )
