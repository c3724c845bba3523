"""Ids of rows that are still to be written.

Who knows them beforehand can write many rows by one statement, and rows of other tables that point to them. A
database that has to tell the ids in the order of the rows takes the rows one by one instead.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consultant.db.base import Base


def new_ids(session: Session, table: type[Base], count: int) -> list[int]:
    """So many ids that no row of the table has or will get, in rising order. The transaction must be one that writes:
    on SQLite there is only one such at a time, and its next id is the highest one and one more."""
    if count == 0:
        return []
    bind, column = session.get_bind(), table.__table__.c["id"]
    if bind.dialect.name == "sqlite":
        highest = session.scalar(select(func.max(column))) or 0
        return list(range(highest + 1, highest + 1 + count))
    name = bind.dialect.identifier_preparer.quote(table.__tablename__)
    number = func.nextval(func.pg_get_serial_sequence(name, "id"))
    return sorted(session.scalars(select(number).select_from(func.generate_series(1, count))))
