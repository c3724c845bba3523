"""A page of a list. Knows nothing of what is listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

PAGE_SIZE = 25
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """The rows of one page, which page it is (from 1), and how many rows there are in all."""

    rows: tuple[Row, ...]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def listed(session: Session, statement: Select[*tuple[Any, ...]], page: int) -> Listing[Any]:
    """The page of what the ordered statement selects; past the end, the last page."""
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    total = session.scalars(counted).one()
    page = min(page, max(1, -(-total // PAGE_SIZE)))
    rows = session.execute(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return Listing(tuple(rows), page, total)
