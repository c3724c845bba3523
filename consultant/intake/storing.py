"""The first thing that happens to any mail: its raw bytes are committed, before anybody is told that we have it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from consultant.db.messages import Message
from consultant.db.work import Step
from consultant.intake.claiming import ids_to_wake
from consultant.service import Service


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox holds a mail (RFC 3501 section 2.3.1.1)."""

    account: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as it arrived: by a mailbox (`place`) or by the door (an envelope). `vouched_by` says who handed it to us
    and knows whose it is; from outside nobody does."""

    raw: bytes
    place: Place | None = None
    envelope_from: str | None = None
    envelope_to: tuple[str, ...] = ()
    vouched_by: str = ""


def store(
    service: Service, arrivals: Iterable[Arrival], *, and_also: Callable[[Session], object] = lambda _: None
) -> list[int]:
    """Commit the arrivals in one transaction, with what `and_also` writes, and wake the next step. Ids of the new rows.

    A place that is stored already is passed over, so a poll may be repeated at any point, and by several at once.
    """
    now = service.clock()
    rows = [_row(each, now) for each in arrivals]
    with service.work() as work:
        new = _insert(work.session, rows) if rows else []
        and_also(work.session)
        for row_id in ids_to_wake(new):
            work.wake(Step.TAKE_IN, row_id)
        work.commit()
    return new


def stored_uids(service: Service, account: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> set[int]:
    """Which of these mails of a folder are stored already."""
    stored = select(Message.uid).where(
        Message.account == account,
        Message.folder == folder,
        Message.uidvalidity == uidvalidity,
        Message.uid.in_(uids),
    )
    with service.reading() as session:
        return {uid for uid in session.scalars(stored) if uid is not None}


def _insert(session: Session, rows: list[dict[str, Any]]) -> list[int]:
    """The database itself passes over a place that it knows; the ids of the others, in order."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return sorted(session.scalars(insert(Message).on_conflict_do_nothing().returning(Message.id), rows))


def _row(arrival: Arrival, now: datetime) -> dict[str, Any]:
    place = arrival.place
    return {
        "account": place.account if place else None,
        "folder": place.folder if place else None,
        "uidvalidity": place.uidvalidity if place else None,
        "uid": place.uid if place else None,
        "arrived_at": now,
        "envelope_from": arrival.envelope_from,
        "envelope_to": " ".join(arrival.envelope_to) or None,
        "vouched_by": arrival.vouched_by or None,
        "sha256": hashlib.sha256(arrival.raw).hexdigest(),
        "size": len(arrival.raw),
        "raw": arrival.raw,
    }
