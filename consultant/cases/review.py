"""What a consultant does with a draft: edit, approve, decline, ask. A decision and its letter are one transaction.

Each function holds the case's row, so of two decisions at once the second is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from consultant.allowance import ledger
from consultant.cases.desk import Desk
from consultant.cases.earlier import keep_terms
from consultant.cases.mails import members_mails
from consultant.cases.states import Action, Actor, Who, move
from consultant.db.cases import Case, Decision, DecisionKind, Draft
from consultant.db.people import Consultant
from consultant.drafting.placeholders import unresolved
from consultant.letters.kinds import Answer, Ask, Declined, LetterContent
from consultant.outbox.post import Thread


class ReviewError(Exception):
    """A decision that is refused. `what_to_do` is for the consultant."""

    what_to_do = "Open the case in the console and decide there."


class StaleDraft(ReviewError):
    """The text has changed since."""

    what_to_do = "Read the newest version and decide on that one."

    def __init__(self, decided: int, newest: int) -> None:
        super().__init__(f"You decided on version {decided}, but version {newest} is the newest by now.")


class UnresolvedPlaceholders(ReviewError):
    """The text still asks the consultant something."""

    what_to_do = "Replace each of them by your judgement, then approve."

    def __init__(self, placeholders: Sequence[str]) -> None:
        self.placeholders = tuple(placeholders)
        named = "; ".join(f"[[ {each} ]]" for each in placeholders)
        super().__init__(f"The draft still has {len(placeholders)} open placeholder(s): {named}")


class EmptyText(ReviewError):
    """Nothing would be sent."""

    what_to_do = "Write the text and send it again."

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} is empty.")


def newest_draft(desk: Desk, case: Case) -> Draft:
    """The version to decide on. Raises ReviewError while there is none."""
    draft = desk.session.scalar(select(Draft).where(Draft.case_id == case.id).order_by(Draft.version.desc()).limit(1))
    if draft is None:
        raise ReviewError(f"{case.number} has no draft yet.")
    return draft


def edit(desk: Desk, case: Case, version: int, markdown: str, by: Consultant) -> Draft:
    """Add a version with this text; the same text again adds none. Raises StaleDraft, EmptyText, IllegalMove."""
    current = _current(desk, case, version)
    text = _clean(markdown, "answer")
    if text == current.markdown:
        return current
    draft = _add_version(desk, current, text, by)
    move(desk.session, case, Action.EDIT, by=_actor(by), now=desk.now, version=draft.version)
    return draft


def approve(desk: Desk, case: Case, version: int, by: Consultant, *, via: str) -> Decision:
    """Approve exactly the text of that version and queue it as the answer.

    Raises StaleDraft, UnresolvedPlaceholders, IllegalMove, and NoAllowance where a consult that was given
    back cannot be reserved again.
    """
    draft = _current(desk, case, version)
    open_questions = unresolved(draft.markdown)
    if open_questions:
        raise UnresolvedPlaceholders(open_questions)
    ledger.reserve(desk.session, case.member_id, case.id, now=desk.now, by=str(_actor(by)))
    decision = _decide(desk, case, draft, DecisionKind.APPROVE, draft.markdown, by, via)
    keep_terms(desk.session, decision)
    left = ledger.balance(desk.session, case.member_id, now=desk.now).available
    _send(
        desk,
        decision,
        Answer(
            case_reference=case.number,
            member_name=case.member.name,
            markdown=draft.markdown,
            reviewed_by=by.signature,
            available=left,
            subject_of_question=case.subject,
        ),
    )
    return decision


def decline(desk: Desk, case: Case, version: int, reason: str, by: Consultant, *, via: str) -> Decision:
    """Decline the question for that reason, which the member reads; the consult is given back.

    Raises StaleDraft, EmptyText, IllegalMove.
    """
    decision = _decide(
        desk, case, _current(desk, case, version), DecisionKind.DECLINE, _clean(reason, "reason"), by, via
    )
    given_back = ledger.release(desk.session, case.member_id, case.id, now=desk.now, by=str(_actor(by)))
    left = ledger.balance(desk.session, case.member_id, now=desk.now).available
    _send(
        desk,
        decision,
        Declined(
            case_reference=case.number,
            member_name=case.member.name,
            reason=decision.text,
            reviewed_by=by.signature,
            available=left,
            subject_of_question=case.subject,
            given_back=given_back,
        ),
    )
    return decision


def ask(desk: Desk, case: Case, version: int, question: str, by: Consultant, *, via: str) -> Decision:
    """Ask the member for what is missing; the deadline waits. Raises StaleDraft, EmptyText, IllegalMove."""
    decision = _decide(
        desk, case, _current(desk, case, version), DecisionKind.ASK, _clean(question, "question"), by, via
    )
    _send(
        desk,
        decision,
        Ask(
            case_reference=case.number,
            member_name=case.member.name,
            question=decision.text,
            reviewed_by=by.signature,
            subject_of_question=case.subject,
        ),
    )
    return decision


def _current(desk: Desk, case: Case, version: int) -> Draft:
    draft = newest_draft(desk, case)
    if draft.version != version:
        raise StaleDraft(version, draft.version)
    return draft


def _clean(text: str, what: str) -> str:
    cleaned = text.replace("\r\n", "\n").strip()
    if not cleaned:
        raise EmptyText(what)
    return cleaned


def _actor(by: Consultant) -> Actor:
    return Actor(Who.CONSULTANT, by.id)


ACTIONS = {
    DecisionKind.APPROVE: Action.APPROVE,
    DecisionKind.DECLINE: Action.DECLINE,
    DecisionKind.ASK: Action.ASK,
}


def _decide(desk: Desk, case: Case, draft: Draft, kind: DecisionKind, text: str, by: Consultant, via: str) -> Decision:
    draft = _undecided(desk, draft, by)
    move(desk.session, case, ACTIONS[kind], by=_actor(by), now=desk.now, version=draft.version, via=via)
    decision = Decision(
        case=case, draft=draft, kind=kind, consultant=by, via=via, text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(), at=desk.now,
    )  # fmt: skip
    desk.session.add(decision)
    desk.session.flush()
    return decision


def _undecided(desk: Desk, draft: Draft, by: Consultant) -> Draft:
    """The draft, or where its decision could not be delivered, the same text as a version to decide on anew."""
    if desk.session.scalar(select(Decision.id).where(Decision.draft_id == draft.id)) is None:
        return draft
    return _add_version(desk, draft, draft.markdown, by)


def _add_version(desk: Desk, current: Draft, text: str, by: Consultant) -> Draft:
    draft = Draft(
        case_id=current.case_id,
        version=current.version + 1,
        author_id=by.id,
        markdown=text,
        facts=current.facts,
        created_at=desk.now,
    )
    desk.session.add(draft)
    desk.session.flush()
    return draft


def _send(desk: Desk, decision: Decision, content: LetterContent) -> None:
    case = decision.case
    desk.post.write(
        content,
        key=f"decision:{decision.id}",
        to=case.reply_to_address,
        reply_to=desk.post.reply_addresses.for_case(case.id),
        thread=_thread(desk, case),
        case_id=case.id,
        case_reference=case.number,
        decision_id=decision.id,
    )


def _thread(desk: Desk, case: Case) -> Thread:
    """Under the member's newest mail, with the earlier ones behind it."""
    ids = [mail.message_id for mail in desk.session.scalars(members_mails(case.id)) if mail.message_id]
    return Thread(ids[-1], tuple(ids)) if ids else Thread()
