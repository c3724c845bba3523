"""The unit of work: one transaction, and the wake-ups that go out only after it is committed."""

from __future__ import annotations

import enum
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from consultant.db.engine import writing


class Step(enum.StrEnum):
    """A step of the work that can be woken with the id of a row."""

    TAKE_IN = "take_in"
    DRAFT = "draft"
    DELIVER = "deliver"


Wake = Callable[[Step, int], None]


class UnitOfWork:
    """`with units() as work:` … `work.commit()`. Leaving without commit() undoes everything.

    A wake-up is a hint and may be lost: the sweep finds what is due in the database.
    """

    def __init__(self, engine: Engine, wake: Wake) -> None:
        self.session = Session(writing(engine), expire_on_commit=False)
        self._wake = wake
        self._due: list[tuple[Step, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def wake(self, step: Step, row_id: int) -> None:
        """Wake `step` for the row once this work is committed."""
        self._due.append((step, row_id))

    def commit(self) -> None:
        """Make it so, then send the wake-ups."""
        self.session.commit()
        due, self._due = self._due, []
        for step, row_id in due:
            self._wake(step, row_id)
