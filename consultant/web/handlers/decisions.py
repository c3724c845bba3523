"""A consultant's orders on a case: each is one transaction, and its answer says where to look next.

An order sent twice is carried out once: the second finds that it is done and says the same.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.responses import Response

from consultant.allowance.ledger import AllowanceError
from consultant.cases import opening, review
from consultant.cases.desk import Desk, at_desk
from consultant.cases.review import EmptyText, ReviewError, StaleDraft, UnresolvedPlaceholders
from consultant.cases.states import Action, Actor, IllegalMove, Who, move
from consultant.db.cases import Case, CaseState, DecisionKind
from consultant.db.people import Consultant
from consultant.web.handlers.cases import Refused, case_page
from consultant.web.repeats import decided_so, saved_so
from consultant.web.visits import Visit, see_other
from consultant.web.words import HOLD_REASONS

Order = Callable[[Desk, Case, Consultant], object]
Check = Callable[[Desk, Case, Consultant], bool]

WHAT_TO_DO = {
    IllegalMove: "See below where the case stands; it may have been decided meanwhile, here or by mail.",
    AllowanceError: "The member needs another consult first; then repeat this.",
}


def save(visit: Visit) -> Response:
    """Keep the text as a new version."""
    version, text = visit.number("version"), visit.written("markdown")
    return _order(
        visit,
        "saved",
        text,
        lambda desk, case, by: review.edit(desk, case, version, text, by),
        lambda desk, case, by: saved_so(desk.session, case, by, text),
    )


def approve(visit: Visit) -> Response:
    """Approve the text as it stands in the form: a changed one becomes a version first."""
    version, text = visit.number("version"), visit.written("markdown")

    def edit_and_approve(desk: Desk, case: Case, by: Consultant) -> None:
        draft = review.edit(desk, case, version, text, by)
        review.approve(desk, case, draft.version, by, via="web")

    return _order(visit, "approved", text, edit_and_approve, _decided(DecisionKind.APPROVE, text))


def decline(visit: Visit) -> Response:
    """Decline the question, for a reason that the member reads."""
    version, text = visit.number("version"), visit.written("words")

    def order(desk: Desk, case: Case, by: Consultant) -> None:
        review.decline(desk, case, version, text, by, via="web")

    return _order(visit, "declined", text, order, _decided(DecisionKind.DECLINE, text))


def ask(visit: Visit) -> Response:
    """Ask the member for what is missing."""
    version, text = visit.number("version"), visit.written("words")

    def order(desk: Desk, case: Case, by: Consultant) -> None:
        review.ask(desk, case, version, text, by, via="web")

    return _order(visit, "asked", text, order, _decided(DecisionKind.ASK, text))


def hold(visit: Visit) -> Response:
    """Hold the case. The reason is one of a list: it stands in the trail, where no words of a member may."""
    reason = visit.written("reason")
    if reason not in HOLD_REASONS:
        raise HTTPException(400, "Choose one of the reasons to hold the case.")
    return _order(
        visit,
        "held",
        "",
        lambda desk, case, by: move(desk.session, case, Action.HOLD, by=_actor(by), now=desk.now, reason=reason),
        lambda _desk, case, _by: case.held_reason == reason,
    )


def resume(visit: Visit) -> Response:
    """Take a held case up again."""
    return _order(
        visit,
        "resumed",
        "",
        lambda desk, case, by: opening.resume(desk, case, by=_actor(by)),
        lambda _desk, case, _by: case.state in {CaseState.RECEIVED, CaseState.DRAFTED},
    )


def _order(visit: Visit, done: str, text: str, order: Order, is_done: Check) -> Response:
    reference = visit.request.path_params["reference"]
    try:
        with at_desk(visit.service) as desk:
            case = desk.case(reference)
            by = desk.session.get_one(Consultant, visit.consultant.id)
            if not is_done(desk, case, by):
                order(desk, case, by)
                desk.work.commit()
    except (ReviewError, IllegalMove, AllowanceError) as refusal:
        return case_page(visit, refused=_refused(visit, done, text, refusal))
    return see_other(f"/cases/{reference}?done={done}")


def _refused(visit: Visit, order: str, text: str, refusal: Exception) -> Refused:
    what_to_do = next(
        (words for kind, words in WHAT_TO_DO.items() if isinstance(refusal, kind)),
        getattr(refusal, "what_to_do", ReviewError.what_to_do),
    )
    return Refused(
        reason=str(refusal),
        what_to_do=what_to_do,
        status=422 if isinstance(refusal, EmptyText | UnresolvedPlaceholders) else 409,
        order=order,
        version=visit.number("version") if "version" in visit.form else None,
        text=text,
        stale=isinstance(refusal, StaleDraft),
    )


def _decided(kind: DecisionKind, text: str) -> Check:
    return lambda desk, case, by: decided_so(desk.session, case, by, kind, text)


def _actor(by: Consultant) -> Actor:
    return Actor(Who.CONSULTANT, by.id)
