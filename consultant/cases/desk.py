"""What a step on a case works with: one transaction, the post, the time and the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from consultant.db.cases import Case
from consultant.db.work import UnitOfWork
from consultant.outbox.post import Post
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
