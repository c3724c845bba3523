"""The outbox: each letter is written once, with its bytes, and then sent by them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from consultant.db.base import Base, UtcDateTime
from consultant.db.cases import Case, Decision


class LetterState(enum.StrEnum):
    """How far a letter has come. Between TRANSMITTING and a reply nobody can know whether it was taken."""

    PENDING = "pending"
    SENDING = "sending"  # claimed; nothing of the content has left
    TRANSMITTING = "transmitting"  # the content may be leaving
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # never sent again blindly: evidence or a person settles it
    BOUNCED = "bounced"


class Letter(Base):
    """A mail of ours. What is not automatic needs a decision: the database refuses it otherwise."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("automatic OR decision_id IS NOT NULL", name="decided"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in LetterState)})", name="state"),
        Index("ix_letter_state_next_attempt_at", "state", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120), unique=True)  # what the letter is for: written once
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    automatic: Mapped[bool]
    envelope_from: Mapped[str] = mapped_column(String(320))
    to_address: Mapped[str] = mapped_column(String(320))
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    raw: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)

    state: Mapped[str] = mapped_column(String(20), default=LetterState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_response: Mapped[str | None] = mapped_column(Text)

    case: Mapped[Case | None] = relationship()
    decision: Mapped[Decision | None] = relationship()
