"""Every question that the lists of the console ask the database, each by a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from consultant.cases.discretion import Discretion
from consultant.cases.drafts import request_of
from consultant.cases.opening import HELD_IN_DOUBT
from consultant.db.attachments import AttachmentText
from consultant.db.cases import Case, CaseState, Draft
from consultant.db.letters import Letter, LetterState
from consultant.db.messages import Message, MessageState
from consultant.db.people import Member, MemberAddress
from consultant.drafting.placeholders import unresolved
from consultant.mail.reading import IncomingMail, read_mail
from consultant.web.listing import Listing, listed

S, L, M = CaseState, LetterState, MessageState
NEEDS_REVIEW = (S.DRAFTED, S.IN_REVIEW)
OPEN = (S.RECEIVED, *NEEDS_REVIEW, S.APPROVED, S.HELD, S.AWAITING_MEMBER, S.UNDELIVERABLE)
FINISHED = (S.ANSWERED, S.CLOSED, S.DECLINED)
HEAD_OF_MAIL = 64 * 1024  # octets that are read for a sender and a subject
CODE = re.compile(r"(?=.*\d)[A-Z0-9]{2,5}(?:\.[A-Z0-9]{1,4})?")


@dataclass(frozen=True, slots=True)
class Filter:
    """One view of a list: its label and the states that it shows; of held cases perhaps those with one reason only."""

    label: str
    states: tuple[str, ...]
    held_reason: str = ""


CASE_FILTERS = {
    "open": Filter("Open", OPEN),
    "review": Filter("Needs review", NEEDS_REVIEW),
    "drafting": Filter("Being drafted", (S.RECEIVED,)),
    "held": Filter("Held", (S.HELD,)),
    "verify": Filter("Verify sender", (S.HELD,), HELD_IN_DOUBT),
    "awaiting": Filter("Awaiting member", (S.AWAITING_MEMBER,)),
    "sending": Filter("On its way", (S.APPROVED,)),
    "undeliverable": Filter("Undeliverable", (S.UNDELIVERABLE,)),
    "answered": Filter("Answered", (S.ANSWERED, S.CLOSED)),
    "declined": Filter("Declined", (S.DECLINED,)),
    "all": Filter("All", tuple(S)),
}
MAIL_FILTERS = {
    "all": Filter("All", tuple(M)),
    "set-aside": Filter("Set aside", (M.QUARANTINED,)),
    "waiting": Filter("Waiting to be read", (M.STORED,)),
    "discarded": Filter("Discarded", (M.DISCARDED,)),
}
LETTER_FILTERS = {
    "all": Filter("All", tuple(L)),
    "trouble": Filter("Need a person", (L.FAILED, L.UNCERTAIN)),
    "waiting": Filter("Waiting", (L.PENDING, L.SENDING, L.TRANSMITTING)),
    "sent": Filter("Sent", (L.SENT,)),
    "bounced": Filter("Bounced", (L.BOUNCED,)),
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in the queue, with the codes it is about and how much is still to be judged."""

    case: Case
    codes: tuple[str, ...]
    to_judge: int
    asks: bool  # the draft asks the member instead of answering


def queue(session: Session, view: Filter, wanted: str, page: int) -> Listing[QueueRow]:
    """The cases of a view that match what is searched: open ones by deadline, finished ones newest first."""
    statement = select(Case).join(Case.member).options(contains_eager(Case.member))
    statement = statement.where(Case.state.in_(view.states))
    if view.held_reason:
        statement = statement.where(Case.held_reason == view.held_reason)
    if wanted:
        statement = statement.where(_about(wanted))
    newest_first = not set(view.states) & set(OPEN)
    order = (Case.id.desc(),) if newest_first else (Case.state.in_(FINISHED), Case.due_at, Case.id)
    found = listed(session, statement.order_by(*order), page)
    cases = [row[0] for row in found.rows]
    drafts = _newest_drafts(session, [case.id for case in cases])
    return Listing(tuple(_queue_row(case, drafts.get(case.id)) for case in cases), found.page, found.total)


def case_counts(session: Session) -> dict[str, int]:
    """How many cases each view shows."""
    counts = _counts(session, Case.state, CASE_FILTERS)
    for name, view in CASE_FILTERS.items():
        if view.held_reason:
            held = select(func.count()).select_from(Case).where(Case.held_reason == view.held_reason)
            counts[name] = session.scalars(held).one()
    return counts


def next_to_review(session: Session, after: Case) -> Case | None:
    """The case that is due first among the others that need review."""
    others = select(Case).where(Case.state.in_(NEEDS_REVIEW), Case.id != after.id)
    return session.scalar(others.order_by(Case.due_at, Case.id).limit(1))


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail in the list, with the number of its case and what its first octets say about it."""

    message: Message
    case_reference: str | None
    mail: IncomingMail


def mails(session: Session, view: Filter, page: int, discreet: Discretion) -> Listing[MailRow]:
    """The mails of a view, newest first."""
    head = func.substr(Message.raw, 1, HEAD_OF_MAIL, type_=LargeBinary)
    statement = select(Message, Case.reference, head).outerjoin(Case, Message.case_id == Case.id)
    statement = statement.where(Message.state.in_(view.states)).order_by(Message.id.desc())
    found = listed(session, statement, page)
    rows = tuple(_mail_row(message, reference, raw, discreet) for message, reference, raw in found.rows)
    return Listing(rows, found.page, found.total)


def _mail_row(message: Message, reference: str | None, raw: bytes, discreet: Discretion) -> MailRow:
    mail = read_mail(raw)
    return MailRow(message, reference, replace(mail, subject=discreet.text(mail.subject)))


def attachment_texts(session: Session, message_id: int) -> dict[int, AttachmentText]:
    """What was read of a mail's attachments, by their position."""
    found = select(AttachmentText).where(AttachmentText.message_id == message_id)
    return {each.position: each for each in session.scalars(found)}


def mail_counts(session: Session) -> dict[str, int]:
    """How many mails each view shows."""
    return _counts(session, Message.state, MAIL_FILTERS)


def letters(session: Session, view: Filter, page: int) -> Listing[Letter]:
    """The letters of a view with their cases, newest first."""
    statement = select(Letter).options(selectinload(Letter.case)).where(Letter.state.in_(view.states))
    found = listed(session, statement.order_by(Letter.id.desc()), page)
    return Listing(tuple(row[0] for row in found.rows), found.page, found.total)


def letter_counts(session: Session) -> dict[str, int]:
    """How many letters each view shows."""
    return _counts(session, Letter.state, LETTER_FILTERS)


def members(session: Session, wanted: str, page: int) -> Listing[Member]:
    """The members that match what is searched, by name."""
    statement = select(Member).options(selectinload(Member.addresses), selectinload(Member.plan))
    if wanted:
        statement = statement.where(_member_called(wanted))
    found = listed(session, statement.order_by(func.lower(Member.name), Member.id), page)
    return Listing(tuple(row[0] for row in found.rows), found.page, found.total)


def _about(wanted: str) -> ColumnElement[bool]:
    """A case of that number, of such a member, or about that code."""
    matches = [Case.reference.icontains(wanted, autoescape=True), _member_called(wanted)]
    if CODE.fullmatch(wanted.upper()):
        named = cast(Draft.facts, Text).contains(f'"code": "{wanted.upper()}"', autoescape=True)
        matches.append(exists(select(Draft.id).where(Draft.case_id == Case.id, named)))
    return or_(*matches)


def _member_called(wanted: str) -> ColumnElement[bool]:
    address = MemberAddress.address.icontains(wanted, autoescape=True)
    return or_(
        Member.name.icontains(wanted, autoescape=True),
        exists(select(MemberAddress.id).where(MemberAddress.member_id == Member.id, address)),
    )


def _newest_drafts(session: Session, case_ids: Sequence[int]) -> dict[int, Draft]:
    newest = (
        select(Draft.case_id, func.max(Draft.version).label("version"))
        .where(Draft.case_id.in_(case_ids))
        .group_by(Draft.case_id)
        .subquery()
    )
    found = select(Draft).join(newest, (Draft.case_id == newest.c.case_id) & (Draft.version == newest.c.version))
    return {draft.case_id: draft for draft in session.scalars(found)}


def _queue_row(case: Case, draft: Draft | None) -> QueueRow:
    if draft is None:
        return QueueRow(case, (), 0, asks=False)
    named = (each.get("as_written") for each in draft.facts.get("codes", ()))
    codes = tuple(dict.fromkeys(each for each in named if each))
    return QueueRow(case, codes, len(unresolved(draft.markdown)), asks=bool(request_of(draft)))


def _counts(session: Session, state: Any, views: dict[str, Filter]) -> dict[str, int]:
    found = session.execute(select(state, func.count()).group_by(state)).all()
    by_state: dict[str, int] = {row[0]: row[1] for row in found}
    return {name: sum(by_state.get(each, 0) for each in view.states) for name, view in views.items()}
