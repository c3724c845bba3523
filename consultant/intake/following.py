"""What follows from a verdict on a mail, within the transaction that writes the verdict down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from consultant.allowance import members
from consultant.cases import by_mail, delivery, drafts, opening
from consultant.cases.desk import Desk
from consultant.cases.discretion import discretion_of
from consultant.cases.mails import WITH_PATIENT_DATA
from consultant.cases.opening import Asked
from consultant.cases.states import SYSTEM, note
from consultant.db.cases import Case, Invitation
from consultant.db.letters import Letter, LetterState
from consultant.db.messages import Message, MessageState
from consultant.db.people import Member
from consultant.intake import attached, confirming
from consultant.intake.judging import IN_DOUBT, Outcome, Verdict
from consultant.intake.looking import Seen
from consultant.letters.kinds import SetAside, TooLarge
from consultant.mail.reading import IncomingMail
from consultant.outbox.post import chain


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
        discreet, seen = discretion_of(self.desk.settings), self.seen
        waits_for = seen.identifiers if self.verdict.reason == WITH_PATIENT_DATA else ()
        subject, lines = discreet.text(self.mail.subject), discreet.lines(seen.understood)
        return Asked(self.row, self.mail.message_id, self.sender, subject, self.mail.references, lines, waits_for)


def follow(intakes: Sequence[Intake]) -> None:
    """Do what follows from each verdict, and write the verdict down on the mail."""
    open_cases([each for each in intakes if each.verdict.outcome is Outcome.QUESTION])
    if intakes:
        desk = intakes[0].desk
        discreet = discretion_of(desk.settings)
        attached.keep(desk.session, {each.row.id: discreet.files(each.seen.files) for each in intakes})
    for each in intakes:
        write_down(each.desk, each.row, FOLLOW[each.verdict.outcome](each))


def write_down(desk: Desk, row: Message, verdict: Verdict) -> None:
    """Record the verdict on the mail; the operator is told, once a mail, of what waits for a person."""
    quarantined = verdict.outcome is Outcome.QUARANTINED
    if quarantined and desk.settings.operator_address:
        _alarm(desk, row, verdict)
    row.state = MessageState.QUARANTINED if quarantined else MessageState.TAKEN_IN
    row.verdict_outcome, row.verdict_reason, row.verdict_step = verdict.outcome, verdict.reason, verdict.step
    row.decided_at, row.lease_until = desk.now, None


def open_cases(intakes: Sequence[Intake]) -> None:
    """Questions of members, or of guests by the guest plan's rules; all of one desk."""
    if not intakes:
        return
    desk = intakes[0].desk
    known = members.members_with(desk.session, {each.sender for each in intakes})
    _hold_members(desk, {member.id for member in known.values()})
    members.grant_periods(desk.session, known.values(), now=desk.now)
    newcomers = {each.sender: each for each in reversed(intakes) if each.sender not in known}
    for address in sorted(newcomers):  # always in the same order, for the sake of other workers
        first = newcomers[address]  # nothing is learnt of a sender in doubt, the name neither
        known[address] = _new_guest(desk, address, "" if first.verdict.reason == IN_DOUBT else first.mail.from_name)
    taken: list[tuple[Member, Asked]] = []
    for each in intakes:
        member = known[each.sender]
        if each.verdict.reason == IN_DOUBT:
            opening.open_held(desk, member, each.asked(), opening.HELD_IN_DOUBT)
        elif member.is_guest and not desk.settings.accept_guests:
            opening.open_held(desk, member, each.asked(), opening.HELD_UNKNOWN_SENDER)
        elif each.verdict.reason == WITH_PATIENT_DATA:
            opening.open_with_patient_data(desk, member, each.asked())
        else:
            taken.append((member, each.asked()))
    opening.open_cases(desk, taken)


def join_case(intake: Intake) -> Verdict:
    """A member writes on. While there is no answer, what they write corrects the question: the receipt shows the
    whole."""
    case = intake.desk.case_by_id(intake.verdict.case_id or 0)
    _hold_members(intake.desk, {case.member_id})
    asked = intake.asked()
    if case.answered_at is None and case.state in opening.GOES_ON and not asked.identifiers:
        mail = intake.mail
        whole = drafts.understood_with(intake.desk.session, case, mail.reply_text, is_reply=mail.is_reply)
        asked = replace(asked, understood=discretion_of(intake.desk.settings).lines(whole))
    opening.join_case(intake.desk, case, asked)
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


def confirm(intake: Intake) -> Verdict:
    """The true address says that a mail in its name is its own."""
    reason = confirming.carry_out(intake.desk, intake.verdict.confirms_id or 0, intake.mail)
    return replace(intake.verdict, reason=reason)


def quarantine(intake: Intake) -> Verdict:
    """A person must look. Only who sent too much is told, since nothing else tells them."""
    desk = intake.desk
    case = _case_spoken_of(desk, intake.verdict)
    if case is not None:
        action = intake.verdict.reason.replace("-", "_")
        note(desk.session, case, action, by=SYSTEM, now=desk.now, message=intake.row.id)
    if intake.verdict.reason == "too-large":
        _send_too_large(intake)
    return intake.verdict


def _case_spoken_of(desk: Desk, verdict: Verdict) -> Case | None:
    """The case that a mail which was set aside points to: it shows that there was one, and nothing else happens."""
    case_id = verdict.case_id
    if verdict.invitation_id is not None:
        case_id = desk.session.get_one(Invitation, verdict.invitation_id).draft.case_id
    elif verdict.letter_id is not None:
        case_id = desk.session.get_one(Letter, verdict.letter_id).case_id
    return None if case_id is None else desk.case_by_id(case_id)


def file_thanks(intake: Intake) -> Verdict:
    """The case shows it; nobody is called back to a case that is answered."""
    case = intake.desk.case_by_id(intake.verdict.case_id or 0)
    intake.row.case_id = case.id
    note(intake.desk.session, case, "thanked", by=SYSTEM, now=intake.desk.now, message=intake.row.id)
    return intake.verdict


def file_away(intake: Intake) -> Verdict:
    """Nothing follows, or it is done already: the mail and its verdict are kept."""
    return intake.verdict


FOLLOW: dict[Outcome, Callable[[Intake], Verdict]] = {
    Outcome.QUESTION: file_away,  # open_cases has opened it, with those of the other mails
    Outcome.FOLLOW_UP: join_case,
    Outcome.THANKS: file_thanks,
    Outcome.DECISION: decide,
    Outcome.CONFIRMATION: confirm,
    Outcome.BOUNCE: file_bounce,
    Outcome.OWN_LETTER: settle_own_letter,
    Outcome.MACHINE: file_away,
    Outcome.DUPLICATE: file_away,
    Outcome.QUARANTINED: quarantine,
}


def _hold_members(desk: Desk, member_ids: set[int]) -> None:
    """Hold the members' rows, always in the same order: a new case holds its member's row a little, and two workers
    that each hold it so would wait for each other when it comes to the ledger, which holds it wholly.
    """
    desk.session.execute(select(Member.id).where(Member.id.in_(member_ids)).order_by(Member.id).with_for_update())


def _new_guest(desk: Desk, address: str, name: str) -> Member:
    plan = members.plan_named(desk.session, desk.settings.guest_plan)
    return members.enrol(desk.session, (name or address)[:200], address, plan, now=desk.now, guest=True)


def _alarm(desk: Desk, row: Message, verdict: Verdict) -> None:
    url = f"{desk.settings.public_url}/mail/{row.id}"
    content = SetAside(mail_number=row.id, reason=verdict.reason.replace("-", " "), mail_url=url)
    desk.post.write(content, key=f"message:{row.id}:set-aside", to=desk.settings.operator_address)


def _send_too_large(intake: Intake) -> None:
    desk = intake.desk
    content = TooLarge(limit_megabytes=desk.settings.max_message_bytes // (1024 * 1024))
    thread = chain(intake.mail.message_id, intake.mail.references)
    desk.answer(content, key=f"message:{intake.row.id}:too-large", to=intake.sender, thread=thread)
