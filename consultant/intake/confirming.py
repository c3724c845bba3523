"""Asking the true address whether it wrote a mail that claims to be its own, and going on once it says so.

The letter repeats nothing of the mail: whoever forged it must not speak through us. What proves the answer is the
signed address that only the true address was sent; it is good once, for a while, and must hold the word, so that
neither a link scanner nor a robot confirms anything.
"""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from consultant.cases import opening
from consultant.cases.desk import Desk
from consultant.cases.discretion import discretion_of
from consultant.cases.opening import HELD_IN_DOUBT, Asked
from consultant.db.cases import Case, CaseState
from consultant.db.letters import Letter
from consultant.db.messages import Message, MessageState
from consultant.db.work import Step
from consultant.intake.looking import Unread, look
from consultant.intake.lookups import confirmation_key
from consultant.letters.kinds import ConfirmSender
from consultant.mail.composing import is_writable
from consultant.mail.reading import IncomingMail

DAYS = 14
SENDER = "sender"
_SET_ASIDE_IN_DOUBT = {
    "decision-in-doubt", "follow-up-in-doubt", "sender-disproved", "too-large-in-doubt", "too-many-in-doubt",
}  # fmt: skip
_CONFIRM = re.compile(r"\W*confirm\b", re.IGNORECASE)


def waits_in_doubt(session: Session, row: Message) -> bool:
    """Whether the mail waits because nothing proves its sender."""
    if row.case_id is not None:
        case = session.get_one(Case, row.case_id)
        return case.state == CaseState.HELD and case.held_reason == HELD_IN_DOUBT
    writable = row.sender is not None and is_writable(row.sender)
    return writable and row.state == MessageState.QUARANTINED and row.verdict_reason in _SET_ASIDE_IN_DOUBT


def ask_sender(desk: Desk, row: Message) -> bool:
    """Write to the claimed address, where it was asked neither about this mail before nor about any in the last 24
    hours. Whether that was so."""
    if desk.session.scalar(select(Letter.id).where(Letter.key == confirmation_key(row.id))) is not None:
        return False
    reply_to = desk.post.reply_addresses.for_confirmation(row.id)
    content = ConfirmSender(arrived_at=row.arrived_at, confirm_address=reply_to, days=DAYS)
    return desk.answer(content, key=confirmation_key(row.id), to=row.sender or "", reply_to=reply_to)


def carry_out(desk: Desk, message_id: int, answer: IncomingMail) -> str:
    """Go on with the mail that is confirmed, as if its sender had been proven from the first. A reason code."""
    row = desk.session.get_one(Message, message_id, with_for_update=True, options=[undefer(Message.raw)])
    letter = desk.session.scalars(select(Letter).where(Letter.key == confirmation_key(message_id))).one()
    if not _CONFIRM.match(answer.reply_text):
        return "refused-no-word"
    if desk.now > letter.written_at + timedelta(days=DAYS):
        return "refused-too-late"
    if not waits_in_doubt(desk.session, row):
        return "refused-nothing-waits"
    row.vouched_by = SENDER
    if row.case_id is None:
        row.state, row.attempts, row.interruptions, row.lease_until = MessageState.STORED, 0, 0, None
        desk.work.wake(Step.TAKE_IN, row.id)
    else:
        opening.release(desk, desk.case_by_id(row.case_id), _asked(desk, row))
    return "confirmed"


def _asked(desk: Desk, row: Message) -> Asked:
    seen, discreet = look(Unread(row.raw, row.envelope_from), row.arrived_at.date()), discretion_of(desk.settings)
    subject, lines = discreet.text(seen.mail.subject), discreet.lines(seen.understood)
    waits_for = seen.identifiers if desk.settings.patient_data == "hold" else ()
    return Asked(row, row.message_id, row.sender or "", subject, seen.mail.references, lines, waits_for)
