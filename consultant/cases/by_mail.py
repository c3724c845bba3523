"""A consultant's decision by mail: reading the answer to a review mail, and carrying it out.

The address that the mail was sent to carries the signed invitation: one draft version, one consultant.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from consultant.allowance.ledger import AllowanceError
from consultant.cases import review
from consultant.cases.desk import Desk
from consultant.cases.drafts import gather, send_review
from consultant.cases.review import ReviewError
from consultant.cases.states import Actor, IllegalMove, Who, note
from consultant.db.cases import Case, Draft, Invitation
from consultant.db.messages import Message
from consultant.drafting.placeholders import unresolved
from consultant.letters.kinds import DecisionRefused
from consultant.letters.markers import between_markers, holds_marker, same_text
from consultant.mail.reading import IncomingMail
from consultant.outbox.post import chain


class Verb(enum.StrEnum):
    """What a consultant's mail says."""

    APPROVE = "approve"
    DECLINE = "decline"
    ASK = "ask"
    EDIT = "edit"  # edited text between the markers: approves that text
    CONFIRM = "confirm"  # APPROVE above text that was changed: which of the two is meant?
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Command:
    """A decision as it was read. `words` is the reason, the question or the edited text."""

    verb: Verb
    words: str = ""


class Unclear(ReviewError):
    """No decision could be read."""

    what_to_do = (
        "Answer the review mail with APPROVE, or DECLINE and the reason, or ASK and the question, as the first "
        "line; or edit the text between the two marker lines and send it back."
    )

    def __init__(self) -> None:
        super().__init__("Your mail holds no decision that could be read.")


class UsedInvitation(ReviewError):
    """One review mail is good for one decision."""

    what_to_do = "Nothing is needed if that was what you meant; else open the case in the console."

    def __init__(self) -> None:
        super().__init__("This review mail was already used for a decision.")


VERB = re.compile(r"\s*(APPROVED?|DECLINED?|ASK)\b[ \t:,.!–-]*(.*)", re.IGNORECASE | re.DOTALL)


def read_command(mail: IncomingMail, markdown: str) -> Command:
    """What the answer to a review of `markdown` decides."""
    edited = between_markers(mail.text)
    changed = edited is not None and not same_text(edited, markdown)
    said = VERB.match(mail.reply_text)
    if said is None:
        return Command(Verb.EDIT, edited or "") if changed else Command(Verb.UNCLEAR)
    verb, words = said[1].upper(), said[2].strip()
    if verb.startswith("APPROVE"):
        if edited is None and holds_marker(mail.text):
            return Command(Verb.UNCLEAR)  # a marker was damaged: what stands between them may have been changed
        return Command(Verb.CONFIRM, edited or "") if changed else Command(Verb.APPROVE)
    return Command(Verb.DECLINE if verb.startswith("DECLINE") else Verb.ASK, _own_words(words))


def carry_out(desk: Desk, invitation: Invitation, mail: IncomingMail, message: Message) -> str:
    """Do what the mail decides; what is refused is explained to the consultant by mail. A reason code."""
    case = desk.case_by_id(invitation.draft.case_id)
    desk.session.refresh(invitation, with_for_update=True)
    message.case_id = case.id
    try:
        with desk.session.begin_nested():
            if invitation.used_at is not None:
                raise UsedInvitation()
            verb = _decide(desk, case, invitation, read_command(mail, invitation.draft.markdown))
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
            review.ask(desk, case, version, command.words, by, via="mail")
        case Verb.EDIT:
            _approve_edited(desk, case, invitation, command.words)
        case Verb.CONFIRM:
            _invite_again(desk, case, review.edit(desk, case, version, command.words, by), invitation)
        case Verb.UNCLEAR:
            raise Unclear()
    return command.verb


def _approve_edited(desk: Desk, case: Case, invitation: Invitation, text: str) -> None:
    """The edited text becomes a version; it is approved, or comes back where it still asks something."""
    by = invitation.consultant
    draft = review.edit(desk, case, invitation.draft.version, text, by)
    if unresolved(draft.markdown):
        _invite_again(desk, case, draft, invitation)
    else:
        review.approve(desk, case, draft.version, by, via="mail")


def _invite_again(desk: Desk, case: Case, draft: Draft, used: Invitation) -> None:
    invitation = Invitation(draft=draft, consultant_id=used.consultant_id, created_at=desk.now)
    desk.session.add(invitation)
    desk.session.flush()
    send_review(desk, invitation, draft, used.consultant, gather(desk.session, case))


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


def _own_words(words: str) -> str:
    """A reason or question without the review mail that a client put below it unmarked."""
    return words.split("-----", 1)[0].strip()


def _code(refusal: Exception) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(refusal).__name__).lower()
