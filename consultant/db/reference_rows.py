"""What every table of an agency's rows has in common: the release first in its key.

A load appends, taking a release away is one range, and a look-up, which has chosen its release before, seeks.
The tables have the columns of the rows that the formats read, under the same names. Must not know their meaning.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.schema import SchemaItem

from consultant.db.base import Base


class AgencyRow(Base):
    """A row that is loaded and looked up by the million, never as an object: it has its `__table__`, and is not mapped.

    Mapping all of them would take longer than a look-up in a shell.
    """

    __abstract__ = True

    def __init_subclass__(cls) -> None:
        """Nothing, where the base of all tables would map the class."""


class ReleaseRow(Base):
    """A mapped row that its release has once, under its key."""

    __abstract__ = True
    __table_args__: Any = ({"sqlite_with_rowid": False},)

    release_id: Mapped[int] = mapped_column(ForeignKey("ref_release.id"), primary_key=True, sort_order=-1)


class NumberedRow(ReleaseRow):
    """A mapped row whose key may stand several times in a release; `number` counts the rows of the table in it."""

    __abstract__ = True

    number: Mapped[int] = mapped_column(primary_key=True, sort_order=1)


def release_table(name: str, *items: SchemaItem) -> Table:
    """The table of rows that their release has once, under their key."""
    release = Column[int]("release_id", ForeignKey("ref_release.id"), primary_key=True)
    return Table(name, Base.metadata, release, *items, sqlite_with_rowid=False)


def numbered_table(name: str, *items: SchemaItem) -> Table:
    """The table of rows whose key may stand several times in a release; `number` counts the rows of the table in it."""
    return release_table(name, *items, Column("number", Integer, primary_key=True))
