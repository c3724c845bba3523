"""How many mails of one sender, of one domain and in all are taken in an hour. What comes above that waits its turn.

Only what opens or joins a case counts, unless its sender is in doubt: a forger must not use up what is another's.
Nothing is dropped, and nobody is told: a flood is answered by no flood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import RateSettings
from consultant.db.messages import Message, MessageState
from consultant.intake.judging import IN_DOUBT

HOUR = timedelta(hours=1)
TURN = timedelta(minutes=15)  # from one look at a mail that waits to the next
COUNTED = ("question", "follow_up")


class Rates:
    """The rates at one moment, for mails of these senders; what is let in counts from then on."""

    def __init__(self, session: Session, limits: RateSettings, senders: Iterable[str], now: datetime) -> None:
        senders = set(senders)
        self._limits = limits
        self._now = now
        self._let_in = _let_in(session, limits, senders, now)
        self._waiting = _waiting(session, limits, senders, now)

    def wait(self, sender: str, *, has_waited: bool) -> datetime | None:
        """When it is the turn of a mail of this sender; None where that is now.

        A newcomer comes behind its own sender's mails that wait, but never behind those of others: a flood is the
        flooder's trouble.
        """
        if sender in self._waiting and not has_waited:
            return self._waiting[sender]
        limits = {
            ("sender", sender): self._limits.per_sender,
            ("domain", domain_of(sender)): self._limits.per_domain,
            ("all", ""): self._limits.in_all,
        }
        if any(limit and self._let_in[key] >= limit for key, limit in limits.items()):
            self._waiting[sender] = self._now + TURN
            return self._waiting[sender]
        self._let_in.update(limits.keys())
        return None


def domain_of(address: str) -> str:
    """The part of an address behind the @."""
    return address.rpartition("@")[2]


def _let_in(session: Session, limits: RateSettings, senders: set[str], now: datetime) -> Counter[tuple[str, str]]:
    """How many mails were let in within the last hour, by sender, by domain and in all, as far as there are limits."""
    counted = (Message.decided_at > now - HOUR) & Message.verdict_outcome.in_(COUNTED)
    counted &= Message.verdict_reason != IN_DOUBT
    counts: Counter[tuple[str, str]] = Counter()
    for kind, limit, column, values in (
        ("sender", limits.per_sender, Message.sender, senders),
        ("domain", limits.per_domain, Message.sender_domain, set(map(domain_of, senders))),
    ):
        if limit and values:
            found = session.execute(select(column, func.count()).where(counted, column.in_(values)).group_by(column))
            counts.update({(kind, key): count for key, count in found if key is not None})
    if limits.in_all:
        counts["all", ""] = session.scalars(select(func.count()).select_from(Message).where(counted)).one()
    return counts


def _waiting(session: Session, limits: RateSettings, senders: set[str], now: datetime) -> dict[str, datetime]:
    """Until when the last mail of each sender waits, of those that have any waiting."""
    if not senders or not (limits.per_sender or limits.per_domain or limits.in_all):
        return {}
    waits = (Message.state == MessageState.STORED) & (Message.wait_until > now) & Message.sender.in_(senders)
    found = session.execute(select(Message.sender, func.max(Message.wait_until)).where(waits).group_by(Message.sender))
    return {sender: until for sender, until in found if sender is not None and until is not None}
