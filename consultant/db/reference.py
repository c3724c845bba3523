"""Reference data by release: codes, NCCI edits, MUEs and add-on links.

Every row names its release and the days on which it holds, first and last included. Whoever loads a newer
release of a data set ends the rows that it replaces. Must not know what a look-up means; see
consultant.reference.store.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from consultant.db.base import Base, UtcDateTime


class RefRelease(Base):
    """One published issue of a data set, loaded once.

    `effective_from` and `effective_to` are the days for which the agency published it. `origin` says what
    loaded it, `sha256` is of the content loaded, `note` is what a reader must know about these rows.
    `rows` and `checksum` are those of the load, for telling later whether all is still there; the starter has none.
    """

    __tablename__ = "ref_release"
    __table_args__ = (
        UniqueConstraint("dataset", "release"),
        CheckConstraint("effective_to IS NULL OR effective_from <= effective_to", name="effective"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset: Mapped[str] = mapped_column(String(40))
    release: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    agency: Mapped[str] = mapped_column(String(80))
    released: Mapped[date | None]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)
    licensed_notice: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rows: Mapped[int | None]
    checksum: Mapped[str | None] = mapped_column(String(16))


class RefCode(Base):
    """A code as one release shows it, on the days from `effective` to `last_day`.

    `added` and `ended` are the first and last day of the code itself, where the data says so.
    """

    __tablename__ = "ref_code"
    __table_args__ = (UniqueConstraint("code", "system", "release_id", "effective"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("ref_release.id"), index=True)
    system: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(8))
    description: Mapped[str] = mapped_column(Text)
    billable: Mapped[bool]
    effective: Mapped[date]
    last_day: Mapped[date | None]
    added: Mapped[date | None]
    ended: Mapped[date | None]
    status: Mapped[str | None] = mapped_column(String(20))
    global_days: Mapped[str | None] = mapped_column(String(3))
    billing_unit: Mapped[str | None] = mapped_column(String(20))
    locator: Mapped[str] = mapped_column(Text)

    release: Mapped[RefRelease] = relationship()


class RefFile(Base):
    """A file that rows of a release came from; `part` tells apart the files that only together make the release."""

    __tablename__ = "ref_file"

    release_id: Mapped[int] = mapped_column(ForeignKey("ref_release.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))


class RefPtpTerm(Base):
    """Everything about an edit but its two codes. Millions of edits share some thousand of these."""

    __tablename__ = "ref_ptp_term"
    __table_args__ = (CheckConstraint("modifier_indicator IN ('0', '1', '9')", name="modifier_indicator"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("ref_release.id"), index=True)
    prior_to_1996: Mapped[bool] = mapped_column(default=False)
    effective: Mapped[date]
    deletion: Mapped[date | None]
    modifier_indicator: Mapped[str] = mapped_column(String(1))
    rationale: Mapped[str] = mapped_column(String(120))

    release: Mapped[RefRelease] = relationship()


class RefPtpEdit(Base):
    """An NCCI procedure-to-procedure edit. The key is the index that look-ups use.

    It begins with the release: a load appends, in the order of CMS's file, however many releases are there.
    Without foreign keys, because checking them for two and a half million rows takes longer than the load;
    `consultant reference verify` looks for edits without a term. On PostgreSQL there is a table for each release, with
    an index in the place of the key: see consultant.db.ptp_partitions.
    """

    __tablename__ = "ref_ptp_edit"
    __table_args__ = ({"sqlite_with_rowid": False},)

    release_id: Mapped[int] = mapped_column(primary_key=True)
    column_one: Mapped[str] = mapped_column(String(5), primary_key=True)
    column_two: Mapped[str] = mapped_column(String(5), primary_key=True)
    term_id: Mapped[int] = mapped_column(primary_key=True)

    release: Mapped[RefRelease] = relationship(primaryjoin=lambda: foreign(RefPtpEdit.release_id) == RefRelease.id)
    term: Mapped[RefPtpTerm] = relationship(primaryjoin=lambda: foreign(RefPtpEdit.term_id) == RefPtpTerm.id)


@event.listens_for(RefPtpEdit.__table__, "before_create")
def _partition(table: Table, connection: Connection, **_: Any) -> None:
    """Said here and not above, where it would have every start import SQLAlchemy's part for PostgreSQL."""
    if connection.dialect.name == "postgresql":
        table.dialect_options["postgresql"]["partition_by"] = "LIST (release_id)"


class RefMue(Base):
    """A medically unlikely edit: the most units, and how they are counted."""

    __tablename__ = "ref_mue"
    __table_args__ = (
        CheckConstraint("mai IN ('1', '2', '3')", name="mai"),
        CheckConstraint("value >= 0", name="value"),
    )

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("ref_release.id"), primary_key=True, index=True)
    effective: Mapped[date]
    last_day: Mapped[date | None]
    value: Mapped[int]
    mai: Mapped[str] = mapped_column(String(1))
    rationale: Mapped[str] = mapped_column(String(120))

    release: Mapped[RefRelease] = relationship()


class RefAddOnLink(Base):
    """An add-on code and one primary code that it goes with; "CCCCC" where the contractor decides."""

    __tablename__ = "ref_add_on_link"
    __table_args__ = (
        CheckConstraint("edit_type IN ('1', '2', '3')", name="edit_type"),
        Index(None, "primary_code", "effective"),
    )

    add_on: Mapped[str] = mapped_column(String(5), primary_key=True)
    primary_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("ref_release.id"), primary_key=True, index=True)
    edit_type: Mapped[str] = mapped_column(String(1), primary_key=True)
    effective: Mapped[date] = mapped_column(primary_key=True)
    deletion: Mapped[date | None]
    add_on_deletion: Mapped[date | None]
    primary_deletion: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text)

    release: Mapped[RefRelease] = relationship()
