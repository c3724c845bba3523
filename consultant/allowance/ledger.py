"""The ledger of consults: reserve when a case opens, consume when the answer is accepted, release otherwise.

Every function locks the member's row first, so movements of one member happen one after the other and no
balance goes below zero. Each movement has a key and happens once. The caller commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from consultant.db.ledger import EntryKind, LedgerEntry
from consultant.db.people import Member

EFFECT_ON_AVAILABLE = {
    EntryKind.GRANT: 1,
    EntryKind.RESERVE: -1,
    EntryKind.CONSUME: 0,
    EntryKind.RELEASE: 1,
    EntryKind.EXPIRE: -1,
    EntryKind.ADJUST: 1,
}


_GRANT_ID = func.coalesce(LedgerEntry.grant_id, LedgerEntry.id)  # of a grant itself: its own
_SUMS = select(
    LedgerEntry.member_id, _GRANT_ID, LedgerEntry.kind,
    func.sum(LedgerEntry.units), func.count(), func.max(LedgerEntry.expires_at),
).group_by(LedgerEntry.member_id, _GRANT_ID, LedgerEntry.kind)  # fmt: skip


# Of one kind of entry of a grant: the grant's id, the kind, the units, how many entries, and the expiry.
_Sum = tuple[int, str, int, int, datetime | None]


class AllowanceError(Exception):
    """A movement that the ledger refuses."""


class NoAllowance(AllowanceError):
    """The member has no consult left."""

    def __init__(self, member_id: int) -> None:
        super().__init__(f"member {member_id} has no consult left: grant some with `consultant members grant`")


@dataclass(frozen=True, slots=True)
class Balance:
    """Consults of a member, in units. available = granted + adjusted - reserved - consumed - expired."""

    granted: int
    adjusted: int
    reserved: int
    consumed: int
    expired: int
    available: int


def grant(
    session: Session,
    member_id: int,
    units: int,
    *,
    key: str,
    now: datetime,
    expires_at: datetime | None,
    by: str,
    note: str = "",
) -> bool:
    """Add `units` consults, good until `expires_at`. False when this key was granted before."""
    if _exists(session, key):  # nothing is ever taken back, so this needs no lock
        return False
    _lock(session, member_id)
    if _exists(session, key):
        return False
    _append(session, member_id, EntryKind.GRANT, units, key=key, now=now, by=by, note=note, expires_at=expires_at)
    return True


def reserve(session: Session, member_id: int, case_id: int, *, now: datetime, by: str) -> bool:
    """Set one consult aside for a case, of the grant that expires first.

    False when the case holds one already or has used one. Raises NoAllowance.
    """
    _lock(session, member_id)
    history = _of_case(session, case_id)
    if _open(history) or _used(history):
        return False
    grants = _grants(session, [member_id])[member_id]
    _expire(session, member_id, grants, now=now)
    first = _first_usable(grants, now)
    if first is None:
        raise NoAllowance(member_id)
    key = f"case:{case_id}:reserve:{_count(history, EntryKind.RESERVE) + 1}"
    _append(session, member_id, EntryKind.RESERVE, 1, key=key, now=now, by=by, grant_id=first.id, case_id=case_id)
    return True


def reserve_each(session: Session, new_cases: Sequence[tuple[int, int]], *, now: datetime, by: str) -> dict[int, int]:
    """Set one consult aside for each new case, given as (member, case), in this order, as `reserve` does.

    For each case that got one, how many its member has left then; the others are missing.
    """
    members = sorted({member_id for member_id, _ in new_cases})
    _lock(session, *members)
    grants = _grants(session, members)
    for member_id in members:
        _expire(session, member_id, grants[member_id], now=now)
    left: dict[int, int] = {}
    entries: list[dict[str, object]] = []
    for member_id, case_id in new_cases:
        first = _first_usable(grants[member_id], now)
        if first is not None:
            first.left -= 1
            left[case_id] = _left(grants[member_id], now)
            entries.append({
                "member_id": member_id, "kind": EntryKind.RESERVE, "units": 1, "grant_id": first.id,
                "case_id": case_id, "key": f"case:{case_id}:reserve:1", "at": now, "by": by, "note": "",
            })  # fmt: skip
    if entries:
        session.execute(insert(LedgerEntry), entries)
    return left


def consume(session: Session, member_id: int, case_id: int, *, now: datetime, by: str) -> bool:
    """Count the consult that the case holds. False when it holds none: it was counted, or released, before."""
    _lock(session, member_id)
    history = _of_case(session, case_id)
    if not _open(history):
        return False
    _settle(session, EntryKind.CONSUME, history, now=now, by=by)
    return True


def release(session: Session, member_id: int, case_id: int, *, now: datetime, by: str) -> bool:
    """Give back the consult that the case holds. False when it holds none."""
    _lock(session, member_id)
    history = _of_case(session, case_id)
    if not _open(history):
        return False
    _settle(session, EntryKind.RELEASE, history, now=now, by=by)
    return True


def refund(session: Session, member_id: int, case_id: int, *, now: datetime, by: str) -> bool:
    """Give back the consult that the case has used. False when it has used none."""
    _lock(session, member_id)
    history = _of_case(session, case_id)
    if not _used(history):
        return False
    _settle(session, EntryKind.RELEASE, history, now=now, by=by)
    return True


def adjust(session: Session, member_id: int, units: int, *, key: str, now: datetime, by: str, note: str) -> bool:
    """Correct the balance by hand: `units` (more or fewer) on the newest grant that can bear it.

    False when this key was booked before. Raises NoAllowance when no grant has that many left.
    """
    _lock(session, member_id)
    if _exists(session, key):
        return False
    grants = _grants(session, [member_id])[member_id]
    _expire(session, member_id, grants, now=now)
    bearable = [each for each in grants if each.left + units >= 0 and not each.over(now)]
    if not bearable:
        raise NoAllowance(member_id)
    _append(
        session,
        member_id,
        EntryKind.ADJUST,
        units,
        key=key,
        now=now,
        by=by,
        note=note,
        grant_id=bearable[-1].id,
    )
    return True


def expire_due(session: Session, member_id: int, *, now: datetime) -> int:
    """Book out what is left of grants past their date; what is released later goes the same way. Units expired."""
    _lock(session, member_id)
    return _expire(session, member_id, _grants(session, [member_id])[member_id], now=now)


def available(session: Session, member_id: int, *, now: datetime) -> int:
    """How many consults the member has left at `now`: what `balance` says too, without looking at each entry."""
    return _left(_grants(session, [member_id])[member_id], now)


def balance(session: Session, member_id: int, *, now: datetime) -> Balance:
    """The balance at `now`: a grant past its date counts as expired, booked or not."""
    entries = _of_member(session, member_id)
    sums = _sums(entries)
    grants = _grants_in((each.grant_id or each.id, each.kind, each.units, 1, each.expires_at) for each in entries)
    cases = _by_case(entries)
    return Balance(
        granted=sums[EntryKind.GRANT],
        adjusted=sums[EntryKind.ADJUST],
        reserved=sum(_open(history) for history in cases),
        consumed=sum(_used(history) for history in cases),
        expired=sums[EntryKind.EXPIRE] + sum(each.left for each in grants if each.over(now)),
        available=_left(grants, now),
    )


def booked(session: Session, keys: Iterable[str]) -> set[str]:
    """Which of these movements were made."""
    return set(session.scalars(select(LedgerEntry.key).where(LedgerEntry.key.in_(list(keys)))))


@dataclass(slots=True)
class _Grant:
    id: int
    expires_at: datetime | None
    left: int
    expiries: int

    def over(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


def _lock(session: Session, *member_ids: int) -> None:
    """Hold the members' rows until the end of the transaction; always in the same order, so that none deadlock."""
    session.execute(select(Member.id).where(Member.id.in_(member_ids)).order_by(Member.id).with_for_update())


def _exists(session: Session, key: str) -> bool:
    return session.scalar(select(LedgerEntry.id).where(LedgerEntry.key == key)) is not None


def _of_member(session: Session, member_id: int) -> list[LedgerEntry]:
    return list(session.scalars(select(LedgerEntry).where(LedgerEntry.member_id == member_id).order_by(LedgerEntry.id)))


def _of_case(session: Session, case_id: int) -> list[LedgerEntry]:
    return list(session.scalars(select(LedgerEntry).where(LedgerEntry.case_id == case_id).order_by(LedgerEntry.id)))


def _by_case(entries: Iterable[LedgerEntry]) -> list[list[LedgerEntry]]:
    cases: dict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        if entry.case_id is not None:
            cases[entry.case_id].append(entry)
    return list(cases.values())


def _grants(session: Session, member_ids: Sequence[int]) -> dict[int, list[_Grant]]:
    """The grants of each member, from sums by the database: a member's entries grow without end."""
    sums: dict[int, list[_Sum]] = {member_id: [] for member_id in member_ids}
    found = session.execute(_SUMS.where(LedgerEntry.member_id.in_(member_ids)))
    for member_id, grant_id, kind, units, count, expires_at in found:
        sums[member_id].append((grant_id, kind, units, count, expires_at))
    return {member_id: _grants_in(each) for member_id, each in sums.items()}


def _first_usable(grants: Iterable[_Grant], now: datetime) -> _Grant | None:
    """Of the grants that have any left, the one that expires first."""
    usable = [each for each in grants if each.left > 0 and not each.over(now)]
    return min(usable, key=lambda each: (each.expires_at is None, each.expires_at or now, each.id), default=None)


def _grants_in(sums: Iterable[_Sum]) -> list[_Grant]:
    """The grants, oldest first: of each kind of entry of a grant its units, their number and the expiry."""
    expires_at: dict[int, datetime | None] = {}
    left: dict[int, int] = defaultdict(int)
    expiries: dict[int, int] = defaultdict(int)
    for grant_id, kind, units, count, expiry in sums:
        left[grant_id] += EFFECT_ON_AVAILABLE[EntryKind(kind)] * units
        if kind == EntryKind.GRANT:
            expires_at[grant_id] = expiry
        elif kind == EntryKind.EXPIRE:
            expiries[grant_id] += count
    return [_Grant(each, expires_at[each], left[each], expiries[each]) for each in sorted(left)]


def _expire(session: Session, member_id: int, grants: Iterable[_Grant], *, now: datetime) -> int:
    overdue = [each for each in grants if each.left > 0 and each.over(now)]
    for each in overdue:
        key = f"grant:{each.id}:expire:{each.expiries + 1}"
        _append(session, member_id, EntryKind.EXPIRE, each.left, key=key, now=now, by="system", grant_id=each.id)
    return sum(each.left for each in overdue)


def _left(grants: Iterable[_Grant], now: datetime) -> int:
    return sum(each.left for each in grants if not each.over(now))


def _sums(entries: Iterable[LedgerEntry]) -> dict[EntryKind, int]:
    sums: dict[EntryKind, int] = defaultdict(int)
    for entry in entries:
        sums[EntryKind(entry.kind)] += entry.units
    return sums


def _count(entries: Iterable[LedgerEntry], kind: EntryKind) -> int:
    return sum(entry.kind == kind for entry in entries)


def _open(history: list[LedgerEntry]) -> bool:
    """A case holds a consult when the last thing that happened to it is a reservation."""
    return bool(history) and history[-1].kind == EntryKind.RESERVE


def _used(history: list[LedgerEntry]) -> bool:
    """A case has used a consult when it was counted and not given back."""
    return bool(history) and history[-1].kind == EntryKind.CONSUME


def _settle(session: Session, kind: EntryKind, history: list[LedgerEntry], *, now: datetime, by: str) -> None:
    last = history[-1]
    key = f"case:{last.case_id}:{kind}:{_count(history, kind) + 1}"
    _append(
        session,
        last.member_id,
        kind,
        last.units,
        key=key,
        now=now,
        by=by,
        grant_id=last.grant_id,
        case_id=last.case_id,
    )


def _append(
    session: Session,
    member_id: int,
    kind: EntryKind,
    units: int,
    *,
    key: str,
    now: datetime,
    by: str,
    note: str = "",
    grant_id: int | None = None,
    case_id: int | None = None,
    expires_at: datetime | None = None,
) -> None:
    session.add(
        LedgerEntry(
            member_id=member_id, kind=kind, units=units, grant_id=grant_id, case_id=case_id,
            expires_at=expires_at, key=key, at=now, by=by, note=note,
        )
    )  # fmt: skip
    session.flush()
