"""Carrying out a consultant's decision by mail, as consultant.cases.commands has read it.

The address that the mail was sent to carries the signed invitation: one draft version, one consultant.
"""

from __future__ import annotations

import re

from consultant.allowance.ledger import AllowanceError
from consultant.cases import review
from consultant.cases.commands import Command, Verb, read_command
from consultant.cases.desk import Desk
from consultant.cases.drafts import gather, request_of, send_review
from consultant.cases.review import ReviewError
from consultant.cases.states import Actor, IllegalMove, Who, note
from consultant.db.cases import Case, Draft, Invitation
from consultant.db.messages import Message
from consultant.drafting.placeholders import unresolved
from consultant.letters.kinds import DecisionRefused
from consultant.mail.reading import IncomingMail
from consultant.outbox.post import chain


class Unclear(ReviewError):
    """No decision could be read."""

    what_to_do = (
        "Answer the review mail with nothing but APPROVE; or with DECLINE and the reason, or ASK and the question, in "
        "capitals as the first line; or edit the text between the two marker lines and send it back."
    )

    def __init__(self) -> None:
        super().__init__("Your mail holds no decision that could be read.")


class UsedInvitation(ReviewError):
    """One review mail is good for one decision."""

    what_to_do = "Nothing is needed if that was what you meant; else open the case in the console."

    def __init__(self) -> None:
        super().__init__("This review mail was already used for a decision.")


NOT_CLEAR = (
    "Your mail held changed text and other words beside it, so nothing was sent. This is your changed text: "
    "APPROVE sends exactly this."
)
STILL_OPEN = "Your text was kept as a new version, but it still leaves questions open, so nothing was sent."


def carry_out(desk: Desk, invitation: Invitation, mail: IncomingMail, message: Message) -> str:
    """Do what the mail decides; what is refused is explained to the consultant by mail. A reason code."""
    case = desk.case_by_id(invitation.draft.case_id)
    desk.session.refresh(invitation, with_for_update=True)
    message.case_id = case.id
    try:
        with desk.session.begin_nested():
            if invitation.used_at is not None:
                raise UsedInvitation()
            verb = _decide(
                desk, case, invitation, read_command(mail, invitation.draft.markdown, invitation.consultant.name)
            )
            invitation.used_at = desk.now
    except (ReviewError, IllegalMove, AllowanceError) as refusal:
        _explain(desk, case, invitation, mail, message, refusal)
        return f"refused-{_code(refusal)}"
    return verb


def _decide(desk: Desk, case: Case, invitation: Invitation, command: Command) -> Verb:
    by, version = invitation.consultant, invitation.draft.version
    match command.verb:
        case Verb.APPROVE:
            review.approve(desk, case, version, by, via="mail")
        case Verb.DECLINE:
            review.decline(desk, case, version, command.words, by, via="mail")
        case Verb.ASK:
            review.ask(desk, case, version, command.words or request_of(invitation.draft), by, via="mail")
        case Verb.EDIT:
            _approve_edited(desk, case, invitation, command.words)
        case Verb.CONFIRM:
            draft = review.edit(desk, case, version, command.words, by)
            _invite_again(desk, case, draft, invitation, NOT_CLEAR)
        case Verb.UNCLEAR:
            raise Unclear()
    return command.verb


def _approve_edited(desk: Desk, case: Case, invitation: Invitation, text: str) -> None:
    """The edited text becomes a version; it is approved, or comes back where it still asks something."""
    by = invitation.consultant
    draft = review.edit(desk, case, invitation.draft.version, text, by)
    if unresolved(draft.markdown):
        _invite_again(desk, case, draft, invitation, STILL_OPEN)
    else:
        review.approve(desk, case, draft.version, by, via="mail")


def _invite_again(desk: Desk, case: Case, draft: Draft, used: Invitation, note: str) -> None:
    invitation = Invitation(draft=draft, consultant_id=used.consultant_id, created_at=desk.now)
    desk.session.add(invitation)
    desk.session.flush()
    send_review(desk, invitation, draft, used.consultant, gather(desk.session, case), note=note)


def _explain(
    desk: Desk, case: Case, invitation: Invitation, mail: IncomingMail, message: Message, refusal: Exception
) -> None:
    by = Actor(Who.CONSULTANT, invitation.consultant_id)
    note(desk.session, case, "decision_refused", by=by, now=desk.now, message=message.id, why=_code(refusal))
    content = DecisionRefused(
        case_reference=case.number,
        consultant_name=invitation.consultant.name,
        reason=str(refusal),
        what_to_do=getattr(refusal, "what_to_do", ReviewError.what_to_do),
        case_url=f"{desk.settings.public_url}/cases/{case.number}",
    )
    desk.post.write(
        content,
        key=f"message:{message.id}:refused",
        to=invitation.consultant.address,
        thread=chain(mail.message_id, mail.references),
        case_id=case.id,
        case_reference=case.number,
    )


def _code(refusal: Exception) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(refusal).__name__).lower()
