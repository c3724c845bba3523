"""The first thing that happens to any mail: its raw bytes are committed, before anybody is told that we have it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consultant.db.messages import Message
from consultant.db.work import Step
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
    """A mail as it arrived: by a mailbox (`place`) or by the door (an envelope)."""

    raw: bytes
    place: Place | None = None
    envelope_from: str | None = None
    envelope_to: tuple[str, ...] = ()


def store(service: Service, arrivals: Iterable[Arrival]) -> list[int]:
    """Commit the arrivals in one transaction and wake the next step; the ids of the new rows.

    A place that is stored already is passed over, so a poll may be repeated at any point.
    """
    arrivals, now = list(arrivals), service.clock()
    with service.work() as work:
        known = _known(work.session, [each.place for each in arrivals if each.place is not None])
        rows = [_row(each, now) for each in arrivals if each.place not in known]
        work.session.add_all(rows)
        work.session.flush()
        for row in rows:
            work.wake(Step.TAKE_IN, row.id)
        work.commit()
    return [row.id for row in rows]


def stored_uids(service: Service, account: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> set[int]:
    """Which of these mails of a folder are stored already."""
    with service.reading() as session:
        return {each.uid for each in _known(session, [Place(account, folder, uidvalidity, uid) for uid in uids])}


def _known(session: Session, places: Sequence[Place]) -> set[Place]:
    """Which of these places are stored already, by one query a folder."""
    uids_in: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for each in places:
        uids_in[each.account, each.folder, each.uidvalidity].append(each.uid)
    known: set[Place] = set()
    for (account, folder, uidvalidity), uids in uids_in.items():
        stored = select(Message.uid).where(
            Message.account == account,
            Message.folder == folder,
            Message.uidvalidity == uidvalidity,
            Message.uid.in_(uids),
        )
        known |= {Place(account, folder, uidvalidity, uid) for uid in session.scalars(stored) if uid is not None}
    return known


def _row(arrival: Arrival, now: datetime) -> Message:
    place = arrival.place
    return Message(
        account=place.account if place else None,
        folder=place.folder if place else None,
        uidvalidity=place.uidvalidity if place else None,
        uid=place.uid if place else None,
        arrived_at=now,
        envelope_from=arrival.envelope_from,
        envelope_to=" ".join(arrival.envelope_to) or None,
        sha256=hashlib.sha256(arrival.raw).hexdigest(),
        size=len(arrival.raw),
        raw=arrival.raw,
    )
