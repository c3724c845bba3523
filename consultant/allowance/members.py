"""Members, their addresses and plans, and the grant that each period of a plan brings. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consultant.allowance import ledger
from consultant.db.people import Member, MemberAddress, Plan


class MemberError(Exception):
    """A change to members that cannot be made."""


class UnknownPlan(MemberError):
    """No plan of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no plan {name!r}: name it in the setting `plans` and run `consultant migrate`")


class AddressTaken(MemberError):
    """The address belongs to another member."""

    def __init__(self) -> None:
        super().__init__("that address belongs to another member: remove it there first")


def ensure_plans(session: Session, plans: Sequence[tuple[str, int, int, int]]) -> None:
    """Make the plans (name, consults, period_days, answer_hours) as the settings have them, or alter them to that."""
    known = {plan.name: plan for plan in session.scalars(select(Plan))}
    for name, consults, period_days, answer_hours in plans:
        plan = known.get(name) or Plan(name=name)
        plan.consults, plan.period_days, plan.answer_hours = consults, period_days, answer_hours
        session.add(plan)
    session.flush()


def plan_named(session: Session, name: str) -> Plan:
    """The plan of that name. Raises UnknownPlan."""
    plan = session.scalar(select(Plan).where(Plan.name == name))
    if plan is None:
        raise UnknownPlan(name)
    return plan


def member_with(session: Session, address: str) -> Member | None:
    """The member whose address this is (normalised)."""
    return members_with(session, [address]).get(address)


def members_with(session: Session, addresses: Iterable[str]) -> dict[str, Member]:
    """The members whose addresses these are (normalised), by address."""
    wanted = select(MemberAddress.address, Member).join(Member).where(MemberAddress.address.in_(set(addresses)))
    found = session.execute(wanted.options(joinedload(Member.plan)))
    return {row.address: row.Member for row in found}


def enrol(session: Session, name: str, address: str, plan: Plan, *, now: datetime, guest: bool = False) -> Member:
    """A new member, or a guest who becomes one, with the first period's grant. Raises AddressTaken.

    With `guest`, whoever has the address stays what they are: another worker may just have entered the same guest.
    """
    known = member_with(session, address)
    if known is not None and guest:
        return known
    if known is not None:
        return _promote(session, known, name, plan, now=now)
    member = Member(name=name, plan=plan, is_guest=guest, created_at=now, addresses=[MemberAddress(address=address)])
    session.add(member)
    session.flush()
    grant_period(session, member, now=now)
    return member


def _promote(session: Session, guest: Member, name: str, plan: Plan, *, now: datetime) -> Member:
    if not guest.is_guest:
        raise AddressTaken()
    guest.name, guest.plan, guest.is_guest = name, plan, False
    grant_period(session, guest, now=now)
    return guest


def add_address(session: Session, member: Member, address: str) -> None:
    """One more address of the member. Raises AddressTaken."""
    owner = member_with(session, address)
    if owner is not None and owner.id != member.id:
        raise AddressTaken()
    if owner is None:
        member.addresses.append(MemberAddress(address=address))
        session.flush()


def grant_period(session: Session, member: Member, *, now: datetime) -> bool:
    """Grant the plan's consults for the period that `now` lies in, once a plan. What is left expires at its end."""
    period = timedelta(days=member.plan.period_days)
    number = _period(member, now)
    if member.plan.consults == 0:
        return False
    return ledger.grant(
        session,
        member.id,
        member.plan.consults,
        key=_period_key(member, number),
        now=now,
        expires_at=member.created_at + (number + 1) * period,
        by="system",
        note=f"plan {member.plan.name}",
    )


def grant_periods(session: Session, members: Iterable[Member], *, now: datetime) -> None:
    """As `grant_period` for each of the members."""
    keys = {_period_key(member, _period(member, now)): member for member in members}
    granted = ledger.booked(session, keys)
    for key, member in keys.items():
        if key not in granted:
            grant_period(session, member, now=now)


def _period(member: Member, now: datetime) -> int:
    """The number of the period that `now` lies in, since the member came."""
    return max(0, (now - member.created_at) // timedelta(days=member.plan.period_days))


def _period_key(member: Member, number: int) -> str:
    return f"member:{member.id}:plan:{member.plan.id}:period:{number}"
