"""Members, their addresses and plans, and the grant that each period of a plan brings. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    """Make the plans (name, consults, period_days, answer_hours) that are not there yet; change none."""
    known = set(session.scalars(select(Plan.name)))
    for name, consults, period_days, answer_hours in plans:
        if name not in known:
            session.add(Plan(name=name, consults=consults, period_days=period_days, answer_hours=answer_hours))
    session.flush()


def plan_named(session: Session, name: str) -> Plan:
    """The plan of that name. Raises UnknownPlan."""
    plan = session.scalar(select(Plan).where(Plan.name == name))
    if plan is None:
        raise UnknownPlan(name)
    return plan


def member_with(session: Session, address: str) -> Member | None:
    """The member whose address this is (normalised)."""
    return session.scalar(select(Member).join(MemberAddress).where(MemberAddress.address == address))


def enrol(session: Session, name: str, address: str, plan: Plan, *, now: datetime, guest: bool = False) -> Member:
    """A new member with the first period's grant. Raises AddressTaken."""
    if member_with(session, address) is not None:
        raise AddressTaken()
    member = Member(name=name, plan=plan, is_guest=guest, created_at=now, addresses=[MemberAddress(address=address)])
    session.add(member)
    session.flush()
    grant_period(session, member, now=now)
    return member


def add_address(session: Session, member: Member, address: str) -> None:
    """One more address of the member. Raises AddressTaken."""
    owner = member_with(session, address)
    if owner is not None and owner.id != member.id:
        raise AddressTaken()
    if owner is None:
        member.addresses.append(MemberAddress(address=address))
        session.flush()


def grant_period(session: Session, member: Member, *, now: datetime) -> bool:
    """Grant the plan's consults for the period that `now` lies in, once. What is left expires at its end."""
    period = timedelta(days=member.plan.period_days)
    number = max(0, (now - member.created_at) // period)
    if member.plan.consults == 0:
        return False
    return ledger.grant(
        session,
        member.id,
        member.plan.consults,
        key=f"member:{member.id}:period:{number}",
        now=now,
        expires_at=member.created_at + (number + 1) * period,
        by="system",
        note=f"plan {member.plan.name}",
    )
