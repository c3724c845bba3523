"""How often we answer by ourselves: a robot that answers our answers must not be answered for ever (RFC 3834).

An address gets one automatic answer about a case in 24 hours, and one a day of those that every mail of its would
call forth. Mail to consultants about their drafts and orders is work of theirs, no answer to a stranger's mail, and
not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from consultant.db.letters import Letter
from consultant.letters.kinds import ConfirmSender, NoAllowance, PatientData, Receipt, TooLarge
from consultant.outbox.post import LetterRequest

DAY = timedelta(hours=24)
ANSWERS = tuple(kind.template for kind in (Receipt, NoAllowance, PatientData, TooLarge, ConfirmSender))
WHATEVER_THE_CASE = tuple(kind.template for kind in (NoAllowance, TooLarge, ConfirmSender))

Said = tuple[str, int | str]  # an address, and the case it was told about or the kind of letter that it got


def too_soon(session: Session, wanted: Sequence[LetterRequest], *, now: datetime) -> list[LetterRequest]:
    """Those of the letters that must not be written now, in order."""
    said = {each for row in _recent(session, wanted, now) for each in _said(*row)}
    held_back = []
    for each in wanted:
        says = set(_said(each.to, each.case_id, each.content.template))
        if says & said:
            held_back.append(each)
        else:
            said |= says
    return held_back


def _recent(session: Session, wanted: Sequence[LetterRequest], now: datetime) -> Iterable[Row[str, int | None, str]]:
    """Of the letters of the last day those that say something about the same cases, or whatever the case."""
    addresses, keys = {each.to for each in wanted}, {each.key for each in wanted}
    cases = {each.case_id for each in wanted if each.case_id is not None}
    kinds = {each.content.template for each in wanted}.intersection(WHATEVER_THE_CASE)
    recent = select(Letter.to_address, Letter.case_id, Letter.kind).where(
        Letter.to_address.in_(addresses), Letter.written_at > now - DAY, Letter.key.not_in(keys)
    )
    if cases:
        yield from session.execute(recent.where(Letter.case_id.in_(cases), Letter.kind.in_(ANSWERS)))
    if kinds:
        yield from session.execute(recent.where(Letter.kind.in_(kinds)))


def _said(address: str, case_id: int | None, kind: str) -> Iterable[Said]:
    if case_id is not None:
        yield address, case_id
    if kind in WHATEVER_THE_CASE:
        yield address, kind
