"""Drafting a case: the question is worked out, a version is added, and each consultant is invited to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, undefer

from config.logs import place_of
from consultant.cases.desk import Desk, at_desk
from consultant.cases.discretion import discretion_of
from consultant.cases.enclosed import enclosed
from consultant.cases.mails import WITH_PATIENT_DATA, members_mails
from consultant.cases.states import SYSTEM, Action, may_move, move
from consultant.cases.understanding import suggested, understanding
from consultant.db.cases import Case, CaseState, Decision, DecisionKind, Draft, Invitation
from consultant.db.messages import Message
from consultant.db.people import Consultant
from consultant.drafting.confidence import MEANING, Confidence
from consultant.drafting.placeholders import unresolved
from consultant.drafting.working import Working, work_out
from consultant.letters.kinds import Review
from consultant.mail.reading import read_mail
from consultant.outbox.post import LetterRequest
from consultant.questions import read_thread, understood
from consultant.questions.gist import gist
from consultant.questions.model import Enclosure, Question
from consultant.service import Service

HELD_NO_DRAFT = "no_draft"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Material:
    """What a draft is made from: the member's words and files. `newest` is the id of the last mail.

    `texts` are those of the mails, oldest first: the later ones may correct the first.
    """

    subject: str
    texts: tuple[str, ...]
    sent_on: date
    newest: int
    is_reply: bool  # each of its mails: else an older mail in it was put there to be read
    enclosures: tuple[Enclosure, ...]

    @property
    def text(self) -> str:
        """All of it; consultant.questions reads the mails into one text in the same way."""
        return "\n\n".join(self.texts)


def draft_case(service: Service, case_id: int) -> None:
    """Add a draft by template to a case that waits for one. Safe to call twice, or while the member writes on."""
    with service.reading() as session:
        case = session.get(Case, case_id)
        if case is None or case.state != CaseState.RECEIVED:
            return
        material = gather(session, case)
    try:
        working = _work_out(service, material)
    except SQLAlchemyError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, a person must see the case instead of a try each sweep
        log.error("case cannot be drafted", case=case_id, error=type(error).__name__, place=place_of(error))
        _hold(service, case_id)
        return
    with at_desk(service) as desk:
        case = desk.case_by_id(case_id)
        if may_move(case, Action.DRAFT) and _newest_mail(desk.session, case) == material.newest:
            draft = _add_version(desk, case, working)
            invite(desk, draft, material)
            desk.work.commit()
            log.info("case drafted", case=case.number, version=draft.version, findings=len(working.findings))


def _newest_mail(session: Session, case: Case) -> int | None:
    """The id of the member's newest mail."""
    return session.scalar(members_mails(case.id).with_only_columns(func.max(Message.id)).order_by(None))


def _work_out(service: Service, material: Material) -> Working:
    first, *replies = material.texts
    return work_out(
        first,
        subject=material.subject,
        sent_on=material.sent_on,
        reference=service.remembered.refreshed(),
        templates=service.settings.template_folders,
        is_reply=material.is_reply,
        enclosures=material.enclosures,
        replies=replies,
        by_edition=service.settings.service_dates == "edition",
    )


def _hold(service: Service, case_id: int) -> None:
    with at_desk(service) as desk:
        case = desk.case_by_id(case_id)
        if case.state == CaseState.RECEIVED:
            move(desk.session, case, Action.HOLD, by=SYSTEM, now=desk.now, reason=HELD_NO_DRAFT)
            desk.work.commit()


def gather(session: Session, case: Case) -> Material:
    """What the member wrote since the last answer; with all before it, where that alone names no code. A mail that
    was set aside for its patient data counts only while there is no other."""
    every = session.scalars(members_mails(case.id).options(undefer(Message.raw))).all()
    mails = [each for each in every if each.verdict_reason != WITH_PATIENT_DATA] or every
    answered_at = session.scalar(
        select(func.max(Decision.at)).where(Decision.case_id == case.id, Decision.kind == DecisionKind.APPROVE)
    )
    new = [mail for mail in mails if answered_at is None or (mail.decided_at or mail.arrived_at) > answered_at]
    subject = read_mail(mails[0].raw).subject
    material = _material(session, subject, new or mails)
    # Without the subject, which stays the same whatever the member writes on.
    if len(new) < len(mails) and not _read(material, subject="").codes:
        return _material(session, subject, mails)
    return material


def understood_with(session: Session, case: Case, reply: str, *, is_reply: bool) -> tuple[str, ...]:
    """What is understood of an open case once its member's new mail, which is not filed with it yet, is taken as a
    correction."""
    material = gather(session, case)
    together = replace(material, texts=(*material.texts, reply), is_reply=material.is_reply and is_reply)
    return understood(_read(together, subject=material.subject))


def _material(session: Session, subject: str, messages: Sequence[Message]) -> Material:
    mails = [read_mail(message.raw) for message in messages]
    return Material(
        subject=subject,
        texts=tuple(mail.reply_text for mail in mails),
        sent_on=messages[-1].arrived_at.date(),
        newest=messages[-1].id,
        is_reply=all(mail.is_reply for mail in mails),
        enclosures=enclosed(session, [message.id for message in messages]),
    )


def _read(material: Material, *, subject: str) -> Question:
    return read_thread(
        material.texts,
        subject=subject,
        sent_on=material.sent_on,
        is_reply=material.is_reply,
        enclosures=material.enclosures,
    )


def invite(desk: Desk, draft: Draft, material: Material) -> None:
    """Mail the version to every active consultant, each with an address of their own to decide by."""
    found = desk.session.scalars(select(Consultant).where(Consultant.active).order_by(Consultant.id))
    consultants = {each.id: each for each in found}
    invitations = [Invitation(draft_id=draft.id, consultant_id=each, created_at=desk.now) for each in consultants]
    desk.session.add_all(invitations)
    desk.session.flush()
    reviews = [_review(desk, each, draft, consultants[each.consultant_id], material) for each in invitations]
    desk.post.write_all(reviews)


def send_review(
    desk: Desk, invitation: Invitation, draft: Draft, consultant: Consultant, material: Material, *, note: str = ""
) -> None:
    """The mail by which a consultant can decide on exactly this version; `note` says why it comes again."""
    desk.post.write_all([_review(desk, invitation, draft, consultant, material, note=note)])


def _review(
    desk: Desk, invitation: Invitation, draft: Draft, consultant: Consultant, material: Material, *, note: str = ""
) -> LetterRequest:
    case = desk.session.get_one(Case, draft.case_id)
    content = Review(
        case_reference=case.number,
        consultant_name=consultant.name,
        due_at=case.due_at,
        placeholders=unresolved(draft.markdown),
        version=draft.version,
        markdown=draft.markdown,
        member_name=case.member.name,
        question_text=discretion_of(desk.settings).text(material.text),
        suggestions=_suggestions(draft),
        case_url=f"{desk.settings.public_url}/cases/{case.number}",
        note=note,
        confidence=meaning_of(draft),
        request=bool(request_of(draft)),
    )
    return LetterRequest(
        content,
        key=f"invitation:{invitation.id}",
        to=consultant.address,
        reply_to=desk.post.reply_addresses.for_draft(invitation.id),
        case_id=case.id,
        case_reference=case.number,
    )


def _suggestions(draft: Draft) -> tuple[str, ...]:
    found = draft.facts.get("suggestions", ())
    return tuple(f"{each['code']}: {each['description'] or each['matched']}" for each in found)


def _add_version(desk: Desk, case: Case, working: Working) -> Draft:
    newest = desk.session.scalar(select(func.max(Draft.version)).where(Draft.case_id == case.id)) or 0
    draft = Draft(
        case_id=case.id, version=newest + 1, author_id=None, markdown=working.draft.markdown,
        facts=facts_of(working), created_at=desk.now,
    )  # fmt: skip
    desk.session.add(draft)
    move(desk.session, case, Action.DRAFT, by=SYSTEM, now=desk.now, version=draft.version)
    desk.session.flush()
    return draft


def meaning_of(draft: Draft) -> str:
    """How far the data decides it, in a sentence; empty for a text that a person wrote."""
    made = draft.facts.get("confidence") if draft.author_id is None else None
    return MEANING[Confidence(made)] if made else ""


def request_of(draft: Draft) -> str:
    """What the draft asks the member, where it asks instead of answering; empty for a text that a person wrote."""
    return str(draft.facts.get("request", "")) if draft.author_id is None else ""


def facts_of(working: Working) -> dict[str, Any]:
    """What was understood and found, as it is kept beside the draft and printed by `explain`."""
    return {
        "confidence": working.draft.confidence.value,
        "request": working.draft.request,
        "on": working.on.isoformat(),
        "gist": list(gist(working.question)),
        **understanding(working.question),
        "suggestions": [suggested(each) for each in working.suggestions],
        "findings": [
            {
                "kind": each.kind, "codes": list(each.codes), "statement": each.statement,
                "severity": each.severity.value,
                "sources": [
                    {"name": s.name, "release": s.release, "effective": s.effective, "locator": s.locator}
                    for s in each.sources
                ],
            }
            for each in working.findings
        ],
    }  # fmt: skip
