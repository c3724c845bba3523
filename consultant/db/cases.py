"""Cases, the versions of their drafts, the decisions on them, and what was done by whom."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consultant.db.base import Base, UtcDateTime
from consultant.db.people import Consultant, Member


class CaseState(enum.StrEnum):
    """Where a case stands; the moves between states are in consultant.cases.states."""

    RECEIVED = "received"
    DRAFTED = "drafted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ANSWERED = "answered"
    CLOSED = "closed"
    HELD = "held"
    AWAITING_MEMBER = "awaiting_member"
    DECLINED = "declined"
    UNDELIVERABLE = "undeliverable"


class DecisionKind(enum.StrEnum):
    """What a consultant decided on a draft."""

    APPROVE = "approve"
    DECLINE = "decline"
    ASK = "ask"


class Case(Base):
    """One question and all that follows from it. `subject` is the member's own: shown, never logged."""

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in CaseState)})", name="state"),
        CheckConstraint("(state = 'held') = (held_reason IS NOT NULL)", name="held_with_reason"),
        Index("ix_case_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str | None] = mapped_column(String(20), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    reply_to_address: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default=CaseState.RECEIVED)
    held_reason: Mapped[str | None] = mapped_column(String(40))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    clock_stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    previous_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))

    member: Mapped[Member] = relationship()

    @property
    def number(self) -> str:
        """The case number that people see, such as C-2026-000123."""
        return self.reference or f"case {self.id}"


class Draft(Base):
    """One version of an answer. Versions are added, never changed; the newest is the one to decide on.

    `author_id` is None for a draft made by template. `facts` holds what the console shows beside it.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    version: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("consultant.id"))
    markdown: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    author: Mapped[Consultant | None] = relationship()


class Decision(Base):
    """A consultant's decision on exactly one text. A draft is decided once."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("draft_id"),
        CheckConstraint("kind IN ('approve','decline','ask')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    kind: Mapped[str] = mapped_column(String(10))
    consultant_id: Mapped[int] = mapped_column(ForeignKey("consultant.id"))
    via: Mapped[str] = mapped_column(String(10))  # web or mail
    text: Mapped[str] = mapped_column(Text)  # what goes out: the approved answer, the reason or the question
    text_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    draft: Mapped[Draft] = relationship()
    consultant: Mapped[Consultant] = relationship()


class Invitation(Base):
    """A draft mailed to a consultant to decide on. Its id, signed, is the reply address: good for one use."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("draft_id", "consultant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    consultant_id: Mapped[int] = mapped_column(ForeignKey("consultant.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    draft: Mapped[Draft] = relationship()
    consultant: Mapped[Consultant] = relationship()


class AuditEvent(Base):
    """Who did what to a case, and when. `detail` holds codes and ids, never a member's words."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
