"""The outbox: every letter and how far it came, the settling of those that nobody could settle, and samples."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer
from starlette.exceptions import HTTPException
from starlette.responses import Response

from consultant.allowance.ledger import AllowanceError
from consultant.cases.desk import at_desk
from consultant.cases.states import Actor, IllegalMove, Who
from consultant.db.letters import Letter, LetterState
from consultant.drafting.checking import drafted
from consultant.drafting.samples import SAMPLES as QUESTIONS
from consultant.letters import SignIn
from consultant.letters.samples import SAMPLES
from consultant.mail.reading import read_mail
from consultant.web import queries
from consultant.web.protection import CONTENT_SECURITY_POLICY
from consultant.web.settling import ORDERS, NotForAPerson, deliver_again, settle_delivered, settle_not_delivered
from consultant.web.settling import Order as Settle
from consultant.web.visits import Visit, see_other

DONE = {
    "delivered": "Noted as delivered.",
    "not-delivered": "Noted as not delivered. An answer that did not arrive gives its consult back.",
    "again": "It is being sent again.",
}
# The HTML of a letter is styled in its elements; it is shown in a frame that may run nothing.
SAMPLES_POLICY = CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


def show_list(visit: Visit) -> Response:
    """The letters of a view."""
    name = visit.asked("show")
    view = name if name in queries.LETTER_FILTERS else "all"
    with visit.service.reading() as session:
        return visit.show(
            "letter_list.html",
            listing=queries.letters(session, queries.LETTER_FILTERS[view], visit.page_number),
            views=queries.LETTER_FILTERS,
            counts=queries.letter_counts(session),
            view=view,
        )


def show_letter(visit: Visit) -> Response:
    """One letter: how far it came, and its text."""
    return _letter_page(visit, done=DONE.get(visit.asked("done")))


def show_samples(visit: Visit) -> Response:
    """Each kind of letter with made-up facts, as text and as HTML, and drafts of made-up questions from the data."""
    service = visit.service
    folders, reference = service.settings.template_folders, service.remembered.refreshed()
    drafts = [(name, each, drafted(each, reference, folders).draft) for name, each in QUESTIONS.items()]
    rendered = [(name, visit.service.letters.render(content)) for name, content in SAMPLES.items()]
    response = visit.show("letter_samples.html", samples=rendered, drafts=drafts)
    response.headers["Content-Security-Policy"] = SAMPLES_POLICY
    return response


def delivered(visit: Visit) -> Response:
    """A person says that it arrived."""
    return _order(visit, "delivered", settle_delivered)


def not_delivered(visit: Visit) -> Response:
    """A person says that it did not."""
    return _order(visit, "not-delivered", settle_not_delivered)


def again(visit: Visit) -> Response:
    """A person wants it sent again."""
    return _order(visit, "again", deliver_again)


def _order(visit: Visit, done: str, settle: Settle) -> Response:
    letter_id = visit.row_id
    try:
        with at_desk(visit.service) as desk:
            letter = desk.session.get(Letter, letter_id, with_for_update=True)
            if letter is None:
                raise HTTPException(404)
            settle(desk, letter, by=Actor(Who.CONSULTANT, visit.consultant.id))
            desk.work.commit()
    except (NotForAPerson, AllowanceError, IllegalMove) as refusal:
        return _letter_page(visit, refusal=str(refusal))
    return see_other(f"/letters/{letter_id}?done={done}")


def _letter_page(visit: Visit, *, done: str | None = None, refusal: str | None = None) -> Response:
    with visit.service.reading() as session:
        letter = _letter(visit, session)
        mail = read_mail(letter.raw)
        return visit.show(
            "letter.html",
            409 if refusal else 200,
            letter=letter,
            subject=mail.subject,
            # A sign-in link is for its owner's eyes only.
            text=None if letter.kind == SignIn.template else mail.text,
            orders=ORDERS.get(LetterState(letter.state), ()),
            done=done,
            refusal=refusal,
        )


def _letter(visit: Visit, session: Session) -> Letter:
    wanted = select(Letter).where(Letter.id == visit.row_id)
    letter = session.scalar(wanted.options(undefer(Letter.raw), joinedload(Letter.case)))
    if letter is None:
        raise HTTPException(404)
    return letter
