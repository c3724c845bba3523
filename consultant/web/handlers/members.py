"""Members and their allowance, to look at; they are changed by the command line."""

from __future__ import annotations

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from consultant.allowance import ledger
from consultant.db.cases import Case
from consultant.db.ledger import LedgerEntry
from consultant.db.people import Member
from consultant.web import queries
from consultant.web.listing import listed
from consultant.web.visits import Visit


def show_list(visit: Visit) -> Response:
    """The members with their balances."""
    wanted = visit.asked("q")
    with visit.service.reading() as session:
        listing = queries.members(session, wanted, visit.page_number)
        balances = {each.id: ledger.balance(session, each.id, now=visit.service.clock()) for each in listing.rows}
        return visit.show("member_list.html", listing=listing, balances=balances, wanted=wanted)


def show_member(visit: Visit) -> Response:
    """A member: the newest cases, and every movement of the allowance."""
    with visit.service.reading() as session:
        member = session.get(Member, visit.row_id)
        if member is None:
            raise HTTPException(404)
        of_member = select(Case).where(Case.member_id == member.id).order_by(Case.id.desc())
        entries = select(LedgerEntry, Case.reference).outerjoin(Case, LedgerEntry.case_id == Case.id)
        entries = entries.where(LedgerEntry.member_id == member.id).order_by(LedgerEntry.id.desc())
        return visit.show(
            "member.html",
            member=member,
            balance=ledger.balance(session, member.id, now=visit.service.clock()),
            cases=session.scalars(of_member.limit(50)).all(),
            entries=listed(session, entries, visit.page_number),
        )
