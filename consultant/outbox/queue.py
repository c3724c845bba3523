"""Claiming a letter, and writing down each step before it is taken, so that a crash can only be polite.

pending -> sending (claimed) -> transmitting (content may be leaving) -> sent, failed, uncertain, or pending again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from consultant.db.letters import Letter, LetterState

LEASE = timedelta(minutes=10)
# Waiting times after each temporary failure: about five days in all (RFC 5321 section 4.5.4.1).
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440))


class LostClaim(Exception):
    """The letter was taken back meanwhile; nothing may be sent."""


def claim(session: Session, letter_id: int, *, now: datetime) -> Letter | None:
    """Take a due letter for this worker alone. None when it is not due, gone, or in other hands."""
    claimed = session.execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state == LetterState.PENDING, Letter.next_attempt_at <= now)
        .values(state=LetterState.SENDING, attempts=Letter.attempts + 1, lease_until=now + LEASE)
        .returning(Letter.id)
    ).scalar()
    return None if claimed is None else session.get(Letter, claimed, populate_existing=True)


def begin_transmission(session: Session, letter_id: int, attempt: int) -> None:
    """Note that the content may leave from now on. Raises LostClaim when this attempt no longer holds."""
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Letter)
        .where(Letter.id == letter_id, Letter.state == LetterState.SENDING, Letter.attempts == attempt)
        .values(state=LetterState.TRANSMITTING)
    )
    if result.rowcount != 1:
        raise LostClaim(f"letter {letter_id} is no longer claimed by attempt {attempt}")


def sent(letter: Letter, response: str, *, now: datetime) -> None:
    """The server took it, or other evidence says that it did."""
    letter.state, letter.sent_at, letter.lease_until, letter.last_response = (
        LetterState.SENT,
        now,
        None,
        response,
    )


def put_off(letter: Letter, response: str, *, now: datetime) -> bool:
    """Try again later. False when that was the last try: then the letter has failed."""
    if letter.attempts > len(WAITS):
        failed(letter, response)
        return False
    letter.state, letter.lease_until, letter.last_response = LetterState.PENDING, None, response
    letter.next_attempt_at = now + WAITS[letter.attempts - 1]
    return True


def failed(letter: Letter, response: str) -> None:
    """Refused for good."""
    letter.state, letter.lease_until, letter.last_response = LetterState.FAILED, None, response


def uncertain(letter: Letter, response: str) -> None:
    """It may or may not have been taken: wait for evidence or a person."""
    letter.state, letter.lease_until, letter.last_response = LetterState.UNCERTAIN, None, response


def send_again(letter: Letter, *, now: datetime) -> None:
    """By a person's decision: due at once, with the same bytes and Message-ID."""
    letter.state, letter.next_attempt_at, letter.attempts = LetterState.PENDING, now, 0


def recover(session: Session, *, now: datetime) -> None:
    """Give back what a killed worker held: unsent content is due again, content that may have left is uncertain."""
    expired = Letter.lease_until <= now
    session.execute(
        update(Letter)
        .where(Letter.state == LetterState.SENDING, expired)
        .values(state=LetterState.PENDING, lease_until=None, next_attempt_at=now)
    )
    session.execute(
        update(Letter)
        .where(Letter.state == LetterState.TRANSMITTING, expired)
        .values(
            state=LetterState.UNCERTAIN,
            lease_until=None,
            last_response="the sender stopped while the mail was leaving",
        )
    )


def end_leases(session: Session, *, now: datetime) -> None:
    """At the start of the only process there is: nobody else can hold a letter."""
    session.execute(update(Letter).where(Letter.lease_until.is_not(None)).values(lease_until=now))
