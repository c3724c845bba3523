"""Every mail that came in, with its verdict; and what a person can do with one that was set aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer
from starlette.exceptions import HTTPException
from starlette.responses import Response

from consultant.cases.discretion import Discretion, discretion_of
from consultant.db.cases import Case
from consultant.db.messages import Message
from consultant.intake import confirming, quarantine
from consultant.intake.quarantine import QuarantineError, UnknownMessage
from consultant.mail.reading import IncomingMail, read_mail
from consultant.service import Service
from consultant.web import queries
from consultant.web.visits import Visit, see_other

WORDED = {"subject", "thread-topic", "comments", "keywords", "content-description"}
DONE = {
    "retry": "It is being taken in anew.",
    "accept": "Taken as a question.",
    "confirmation": "The sender is being asked. Their answer takes the mail further by itself.",
    "discard": "Put out of sight. The mail itself is kept.",
}


def show_list(visit: Visit) -> Response:
    """The mails of a view."""
    name = visit.asked("show")
    view = name if name in queries.MAIL_FILTERS else "all"
    with visit.service.reading() as session:
        return visit.show(
            "mail_list.html",
            listing=queries.mails(session, queries.MAIL_FILTERS[view], visit.page_number, _discreet(visit)),
            views=queries.MAIL_FILTERS,
            counts=queries.mail_counts(session),
            view=view,
        )


def show_mail(visit: Visit) -> Response:
    """One mail: its verdict, its text and its headers. Its HTML is never shown as such."""
    return _mail_page(visit, done=DONE.get(visit.asked("done")))


def download(visit: Visit) -> Response:
    """The mail's bytes as they came, as a file of plain text."""
    with visit.service.reading() as session:
        message = _message(visit, session)
        name = f'attachment; filename="mail-{message.id}.txt"'
        return Response(message.raw, media_type="text/plain", headers={"Content-Disposition": name})


def retry(visit: Visit) -> Response:
    """Take the mail in anew."""
    return _order(visit, "retry", quarantine.retry)


def accept(visit: Visit) -> Response:
    """Take it as a question."""
    return _order(visit, "accept", quarantine.accept)


def ask_sender(visit: Visit) -> Response:
    """Ask the claimed address whether the mail is theirs."""
    return _order(visit, "confirmation", quarantine.ask_sender)


def discard(visit: Visit) -> Response:
    """Put it out of sight."""
    return _order(visit, "discard", quarantine.discard)


def _order(visit: Visit, done: str, order: Callable[[Service, int], None]) -> Response:
    message_id = visit.row_id
    try:
        order(visit.service, message_id)
    except UnknownMessage as error:
        raise HTTPException(404) from error
    except QuarantineError as refusal:
        return _mail_page(visit, refusal=str(refusal))
    return see_other(f"/mail/{message_id}?done={done}")


def _mail_page(visit: Visit, *, done: str | None = None, refusal: str | None = None) -> Response:
    with visit.service.reading() as session:
        message = _message(visit, session)
        mail, discreet = read_mail(message.raw), _discreet(visit)
        names = dict(mail.headers.fields)
        return visit.show(
            "mail.html",
            409 if refusal else 200,
            message=message,
            mail=discreet.mail(mail),
            texts=queries.attachment_texts(session, message.id),
            headers=[(name, _values(mail, name, discreet)) for name in names],
            case=session.get(Case, message.case_id) if message.case_id else None,
            in_doubt=confirming.waits_in_doubt(session, message),
            can_order=quarantine.may_be_taken_in(message),
            done=done,
            refusal=refusal,
        )


def _values(mail: IncomingMail, name: str, discreet: Discretion) -> Sequence[str]:
    """Addresses and servers are nobody's patient; the subject may name one."""
    values = mail.all_headers(name)
    return discreet.texts(values) if name.lower() in WORDED else values


def _discreet(visit: Visit) -> Discretion:
    return discretion_of(visit.service.settings)


def _message(visit: Visit, session: Session) -> Message:
    wanted = select(Message).where(Message.id == visit.row_id)
    found = session.scalar(wanted.options(undefer(Message.raw)))
    if found is None:
        raise HTTPException(404)
    return found
