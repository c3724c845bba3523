"""`consultant members`: who may ask, and their allowance."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from consultant.allowance import ledger, members
from consultant.cases.desk import at_desk
from consultant.cases.opening import resume_held
from consultant.cli.context import opened_service
from consultant.cli.errors import CommandError, NotFound, reported
from consultant.cli.printing import AsJson, print_facts, print_json, print_table
from consultant.db.cases import Case
from consultant.db.ledger import LedgerEntry
from consultant.db.people import Member, MemberAddress
from consultant.mail.addresses import normalise

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Members, their addresses and their allowance.")

Who = Annotated[str, typer.Argument(metavar="MEMBER", help="An address of the member, or the member's number.")]
Key = Annotated[str, typer.Option(help="Book this only once: the same key again changes nothing.")]
Note = Annotated[str, typer.Option(help="Why, for the ledger.")]
BY = "operator"


@app.command("list")
@reported
def list_members(as_json: AsJson = False) -> None:
    """List the members."""
    with opened_service() as service, service.reading() as session:
        wanted = select(Member).options(selectinload(Member.addresses), selectinload(Member.plan)).order_by(Member.id)
        rows = [_facts(member) for member in session.scalars(wanted)]
    if as_json:
        print_json(rows)
    else:
        print_table(("number", "name", "plan", "guest", "addresses"), (_cells(row) for row in rows))


@app.command()
@reported
def show(member: Who, as_json: AsJson = False) -> None:
    """Show a member: plan, addresses, balance, cases and ledger."""
    with opened_service() as service, service.reading() as session:
        facts = _everything(session, find(session, member), service.clock())
    if as_json:
        print_json(facts)
        return
    balance, cases, entries = facts.pop("balance"), facts.pop("cases"), facts.pop("ledger")
    print_facts(facts)
    print_table(tuple(balance), [tuple(balance.values())], title="Balance, in consults")
    print_table(("case", "state", "opened", "due"), (tuple(each.values()) for each in cases), title="Cases")
    print_table(
        ("at", "kind", "units", "case", "expires", "by", "note"),
        (tuple(each.values()) for each in entries),
        title="Ledger",
    )


@app.command()
@reported
def add(
    name: Annotated[str, typer.Argument(help="Name, as letters address it.")],
    address: Annotated[str, typer.Argument(help="Address that the member writes from.")],
    plan: Annotated[str, typer.Option(help="Plan; without it the one in the setting `member_plan`.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a member, with the first period's consults."""
    with opened_service() as service, service.work() as work:
        on_plan = members.plan_named(work.session, plan or service.settings.member_plan)
        member = members.enrol(work.session, name, usable(address), on_plan, now=service.clock())
        work.commit()
        _tell(_facts(member), as_json)


@app.command()
@reported
def grant(
    member: Who,
    units: Annotated[int, typer.Argument(min=1, help="How many consults.")],
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day (UTC) that they are good for.")
    ] = None,
    note: Note = "",
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Grant consults, and take up the cases that waited for them."""
    expires_at = expires.replace(tzinfo=UTC) + timedelta(days=1) if expires else None
    with opened_service() as service, at_desk(service) as desk:
        if expires_at is not None and expires_at <= desk.now:
            raise CommandError("that day is over: give a last day that is still to come")
        found = find(desk.session, member)
        granted = ledger.grant(
            desk.session,
            found.id,
            units,
            key=_key(found, "grant", key),
            now=desk.now,
            expires_at=expires_at,
            by=BY,
            note=note,
        )
        resumed = resume_held(desk, found.id)
        desk.work.commit()
        _tell(_balance(desk.session, found, desk.now, booked=granted, cases_resumed=resumed), as_json)


@app.command(context_settings={"ignore_unknown_options": True})
@reported
def adjust(
    member: Who,
    units: Annotated[int, typer.Argument(help="How many more, or fewer with a minus.")],
    note: Annotated[str, typer.Option(help="Why, for the ledger.")],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Correct a balance by hand."""
    if units == 0:
        raise CommandError("nothing to adjust: give a number other than 0")
    with opened_service() as service, at_desk(service) as desk:
        found = find(desk.session, member)
        booked = ledger.adjust(
            desk.session, found.id, units, key=_key(found, "adjust", key), now=desk.now, by=BY, note=note
        )
        resumed = resume_held(desk, found.id) if units > 0 else 0
        desk.work.commit()
        _tell(_balance(desk.session, found, desk.now, booked=booked, cases_resumed=resumed), as_json)


@app.command()
@reported
def address(
    member: Who,
    address: Annotated[str, typer.Argument(help="The address.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take it away instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add an address to a member, or take one away."""
    with opened_service() as service, service.work() as work:
        found = find(work.session, member)
        if remove:
            _remove_address(work.session, found, usable(address))
        else:
            members.add_address(work.session, found, usable(address))
        work.commit()
        _tell(_facts(found), as_json)


def find(session: Session, who: str) -> Member:
    """The member of that number or address. Raises NotFound."""
    numbered = session.get(Member, int(who)) if who.isdecimal() else None
    member = numbered or members.member_with(session, normalise(who) or who)
    if member is None:
        raise NotFound("there is no such member: see `consultant members list`")
    return member


def usable(written: str) -> str:
    """The address as addresses are compared. Raises BadParameter for what is none."""
    normal = normalise(written)
    if normal is None:
        raise typer.BadParameter("that is no mail address: write name@host.example")
    return normal


def _remove_address(session: Session, member: Member, address: str) -> None:
    row = session.scalar(
        select(MemberAddress).where(MemberAddress.member_id == member.id, MemberAddress.address == address)
    )
    if row is None:
        raise NotFound("the member has no such address: see `consultant members show`")
    if len(member.addresses) == 1:
        raise CommandError("that is the member's only address: add another one first")
    session.delete(row)
    session.flush()
    session.expire(member, ["addresses"])


def _key(member: Member, kind: str, given: str) -> str:
    return f"member:{member.id}:{kind}:{given or secrets.token_hex(8)}"


def _facts(member: Member) -> dict[str, Any]:
    return {
        "id": member.id,
        "name": member.name,
        "plan": member.plan.name,
        "guest": member.is_guest,
        "addresses": [each.address for each in member.addresses],
    }


def _everything(session: Session, member: Member, now: datetime) -> dict[str, Any]:
    cases = session.scalars(select(Case).where(Case.member_id == member.id).order_by(Case.id))
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.member_id == member.id).order_by(LedgerEntry.id))
    numbers = {each.id: each for each in cases}
    return {
        **_facts(member),
        "since": member.created_at,
        "balance": _balance(session, member, now),
        "cases": [
            {"case": each.number, "state": each.state, "opened_at": each.opened_at, "due_at": each.due_at}
            for each in numbers.values()
        ],
        "ledger": [_entry(each, numbers) for each in entries],
    }


def _entry(entry: LedgerEntry, cases: dict[int, Case]) -> dict[str, Any]:
    return {
        "at": entry.at,
        "kind": entry.kind,
        "units": entry.units,
        "case": cases[entry.case_id].number if entry.case_id in cases else None,
        "expires_at": entry.expires_at,
        "by": entry.by,
        "note": entry.note,
    }


def _balance(session: Session, member: Member, now: datetime, **more: Any) -> dict[str, Any]:
    balance = ledger.balance(session, member.id, now=now)
    return {
        "granted": balance.granted,
        "adjusted": balance.adjusted,
        "reserved": balance.reserved,
        "consumed": balance.consumed,
        "expired": balance.expired,
        "available": balance.available,
        **more,
    }


def _cells(row: dict[str, Any]) -> tuple[object, ...]:
    return tuple(row.values())


def _tell(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)
