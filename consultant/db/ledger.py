"""The allowance ledger: entries are added, never changed (a trigger of the database refuses it)."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.base import Base, UtcDateTime


class EntryKind(enum.StrEnum):
    """What an entry does to the balance."""

    GRANT = "grant"  # + available
    RESERVE = "reserve"  # available -> reserved
    CONSUME = "consume"  # reserved -> consumed
    RELEASE = "release"  # reserved or consumed -> available
    EXPIRE = "expire"  # - available
    ADJUST = "adjust"  # +/- available, by an operator


class LedgerEntry(Base):
    """One movement of consults, of exactly one grant. `key` makes each movement happen once."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('grant','reserve','consume','release','expire','adjust')", name="kind"),
        CheckConstraint("units > 0 OR (kind = 'adjust' AND units <> 0)", name="units"),
        CheckConstraint("(kind = 'grant') = (grant_id IS NULL)", name="of_a_grant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    units: Mapped[int]
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a grant; None = never
    key: Mapped[str] = mapped_column(String(120), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(300), default="")
