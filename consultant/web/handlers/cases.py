"""The queue, and the one page of a case."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from consultant.cases.desk import at_desk
from consultant.cases.discretion import discretion_of
from consultant.cases.states import Actor, Who, note
from consultant.db.cases import AuditEvent
from consultant.web import queries
from consultant.web.case_file import read_case
from consultant.web.condition import condition
from consultant.web.visits import Visit
from consultant.web.words import HOLD_REASONS

DONE = {
    "saved": "Saved as a new version.",
    "approved": "Approved. The answer is on its way.",
    "declined": "Declined. The member is told why.",
    "asked": "Asked. The deadline waits for the member's reply.",
    "held": "Held. Nothing happens until it is resumed.",
    "resumed": "Resumed. A new draft is being made.",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """An order that was refused, with what the consultant had written: nothing typed is lost."""

    reason: str
    what_to_do: str
    status: int
    order: str
    version: int | None = None
    text: str = ""
    stale: bool = False


def show_queue(visit: Visit) -> Response:
    """The cases of a view, what is searched in them, and what needs a person beside them."""
    name = visit.asked("show")
    view = name if name in queries.CASE_FILTERS else "open"
    wanted = visit.asked("q")
    with visit.service.reading() as session:
        return visit.show(
            "queue.html",
            listing=queries.queue(session, queries.CASE_FILTERS[view], wanted, visit.page_number),
            views=queries.CASE_FILTERS,
            counts=queries.case_counts(session),
            view=view,
            wanted=wanted,
            condition=condition(session, visit.service),
        )


def show_case(visit: Visit) -> Response:
    """The case, and a line in its trail about who saw it."""
    _note_visit(visit, visit.request.path_params["reference"])
    return case_page(visit, done=DONE.get(visit.asked("done")))


def case_page(visit: Visit, *, done: str | None = None, refused: Refused | None = None) -> Response:
    """The page of the case, with what just came of an order."""
    with visit.service.reading() as session:
        service = visit.service
        number, discreet = visit.request.path_params["reference"], discretion_of(service.settings)
        file = read_case(session, number, service.clock(), service.reference, discreet)
        if file is None:
            raise HTTPException(404)
        return visit.show(
            "case.html",
            refused.status if refused else 200,
            file=file,
            done=done,
            refused=refused,
            hold_reasons=HOLD_REASONS,
        )


def _note_visit(visit: Visit, reference: str) -> None:
    """Who saw a case stands in its trail; looking again at once adds no line."""
    by = Actor(Who.CONSULTANT, visit.consultant.id)
    with at_desk(visit.service) as desk:
        case = desk.case(reference)
        last = desk.session.scalar(
            select(AuditEvent).where(AuditEvent.case_id == case.id).order_by(AuditEvent.id.desc()).limit(1)
        )
        if last is None or (last.action, last.actor) != ("view", str(by)):
            note(desk.session, case, "view", by=by, now=desk.now)
            desk.work.commit()
