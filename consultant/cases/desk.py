"""What a step on a case works with: one transaction, the post, the time and the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from consultant.cases.states import SYSTEM, note
from consultant.db.cases import Case
from consultant.db.work import UnitOfWork
from consultant.letters.kinds import LetterContent
from consultant.outbox.post import Details, LetterRequest, Post
from consultant.outbox.restraint import too_soon
from consultant.service import Service


class UnknownCase(Exception):
    """No case has that number."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"there is no case {reference}: see `consultant cases list`")


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction's worth of working on cases."""

    work: UnitOfWork
    post: Post
    settings: Settings
    now: datetime

    @property
    def session(self) -> Session:
        """The session of the transaction."""
        return self.work.session

    def answer_all(self, letters: Sequence[LetterRequest]) -> int:
        """Write automatic answers to mail, but none that comes too soon after another: the case notes that.

        How many were not too soon.
        """
        held_back = too_soon(self.session, letters, now=self.now)
        for each in held_back:
            if each.case_id is not None:
                case = self.session.get_one(Case, each.case_id)
                note(self.session, case, "not_told_again", by=SYSTEM, now=self.now, kind=each.content.template)
        self.post.write_all([each for each in letters if each not in held_back])
        return len(letters) - len(held_back)

    def answer(self, content: LetterContent, *, key: str, to: str, **details: Unpack[Details]) -> bool:
        """Write one automatic answer; whether it was not too soon for that."""
        return bool(self.answer_all([LetterRequest(content, key, to, **details)]))

    def case(self, reference: str) -> Case:
        """The case of that number, its row held until the end of the transaction. Raises UnknownCase."""
        case = self.session.scalar(select(Case).where(Case.reference == reference).with_for_update(of=Case))
        if case is None:
            raise UnknownCase(reference)
        return case

    def case_by_id(self, case_id: int) -> Case:
        """The case of that id, its row held until the end of the transaction."""
        return self.session.scalars(
            select(Case).where(Case.id == case_id).with_for_update(of=Case).execution_options(populate_existing=True)
        ).one()


@contextmanager
def at_desk(service: Service) -> Iterator[Desk]:
    """Open a transaction to work on cases; `desk.work.commit()` keeps what was done."""
    with service.work() as work:
        now = service.clock()
        post = Post(work, service.settings, service.letters, service.reply_addresses, now)
        yield Desk(work, post, service.settings, now)
