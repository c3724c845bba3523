"""How many mails of one sender, of one domain and in all are taken in an hour. What comes above that waits its turn.

Only what opens or joins a case counts. Nothing is dropped, and nobody is told: a flood is answered by no flood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from config.settings import RateSettings
from consultant.db.messages import Message, MessageState

HOUR = timedelta(hours=1)
COUNTED = ("question", "follow_up")


class Rates:
    """The rates at one moment, for mails of these senders; what is let in, or told to wait, counts from then on."""

    def __init__(self, session: Session, limits: RateSettings, senders: Iterable[str], now: datetime) -> None:
        self._limits = limits
        self._now = now
        senders = set(senders)
        let_in = (Message.decided_at > now - HOUR) & Message.verdict_outcome.in_(COUNTED)
        waits = (Message.state == MessageState.STORED) & (Message.wait_until > now)
        self._let_in = self._count(session, let_in, senders)
        self._waiting = self._count(session, waits, senders)

    def wait(self, sender: str, *, has_waited: bool) -> datetime | None:
        """When it is the turn of a mail of this sender; None where that is now.

        A newcomer comes behind all who wait, so that mails stay in order; who has waited is not put behind them again.
        """
        limits = {
            ("sender", sender): self._limits.per_sender,
            ("domain", domain_of(sender)): self._limits.per_domain,
            ("all", ""): self._limits.in_all,
        }
        ahead = {key: self._let_in[key] + (0 if has_waited else self._waiting[key]) for key in limits}
        hours = max((ahead[key] // limit for key, limit in limits.items() if limit), default=0)
        (self._waiting if hours else self._let_in).update(limits.keys())
        return self._now + hours * HOUR if hours else None

    def _count(self, session: Session, counted: ColumnElement[bool], senders: set[str]) -> Counter[tuple[str, str]]:
        """How many of these mails there are of each sender, of each domain and in all, as far as there are limits."""
        counts: Counter[tuple[str, str]] = Counter()
        for kind, limit, column, values in (
            ("sender", self._limits.per_sender, Message.sender, senders),
            ("domain", self._limits.per_domain, Message.sender_domain, set(map(domain_of, senders))),
        ):
            if limit and values:
                found = select(column, func.count()).where(counted, column.in_(values)).group_by(column)
                counts.update({(kind, key): count for key, count in session.execute(found) if key is not None})
        if self._limits.in_all:
            counts["all", ""] = session.scalars(select(func.count()).select_from(Message).where(counted)).one()
        return counts


def domain_of(address: str) -> str:
    """The part of an address behind the @."""
    return address.rpartition("@")[2]
