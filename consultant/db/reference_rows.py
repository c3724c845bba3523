"""What every table of an agency's rows has in common: the release first in its key.

A load appends, taking a release away is one range, and a look-up, which has chosen its release before, seeks.
The tables have the columns of the rows that the formats read, under the same names. Must not know their meaning.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.base import Base


class ReleaseRow(Base):
    """A row that its release has once, under its key."""

    __abstract__ = True
    __table_args__: Any = ({"sqlite_with_rowid": False},)

    release_id: Mapped[int] = mapped_column(ForeignKey("ref_release.id"), primary_key=True, sort_order=-1)


class NumberedRow(ReleaseRow):
    """A row whose key may stand several times in a release; `number` counts the rows of the table in it."""

    __abstract__ = True

    number: Mapped[int] = mapped_column(primary_key=True, sort_order=1)
