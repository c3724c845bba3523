"""Mail that arrived: the raw bytes, where they were found, and what was decided about them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from consultant.db.base import Base, UtcDateTime


class MessageState(enum.StrEnum):
    """How far a mail has come. The raw bytes stay in each state."""

    STORED = "stored"
    TAKEN_IN = "taken_in"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"


class Message(Base):
    """One arrival of a mail.

    (account, folder, uidvalidity, uid) names the place in a mailbox, once; it is empty for mail that came
    through the SMTP/LMTP door. `intake_key` is the key of the content: only the first arrival of the same
    mail holds it, so the database lets it become a case once; later ones point to it by `duplicate_of_id`.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("account", "folder", "uidvalidity", "uid"),
        UniqueConstraint("intake_key"),
        CheckConstraint("state IN ('stored','taken_in','quarantined','discarded')", name="state"),
        CheckConstraint("state = 'stored' OR verdict_outcome IS NOT NULL", name="verdict_once_decided"),
        Index("ix_message_state_lease_until", "state", "lease_until"),
        Index("ix_message_sender_decided_at", "sender", "decided_at"),
        Index("ix_message_sender_domain_decided_at", "sender_domain", "decided_at"),
        Index("ix_message_decided_at", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str | None] = mapped_column(String(320))
    folder: Mapped[str | None] = mapped_column(String(255))
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)  # 32 bits without a sign, as `uid` (RFC 3501)
    uid: Mapped[int | None] = mapped_column(BigInteger)
    envelope_from: Mapped[str | None] = mapped_column(String(1000))
    envelope_to: Mapped[str | None] = mapped_column(Text)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    raw: Mapped[bytes] = deferred(mapped_column(LargeBinary))

    state: Mapped[str] = mapped_column(String(20), default=MessageState.STORED)
    attempts: Mapped[int] = mapped_column(default=0)  # that failed
    interruptions: Mapped[int] = mapped_column(default=0)  # tries that ended with their process, or are under way
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str | None] = mapped_column(String(200))  # what went wrong at the last try: an error and its place
    wait_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its turn, where its sender wrote too much

    sender: Mapped[str | None] = mapped_column(String(320))  # as it claims, once it was looked at
    sender_domain: Mapped[str | None] = mapped_column(String(320))
    proof: Mapped[str | None] = mapped_column(String(10))  # of that claim: pass, fail, none or unknown
    proof_method: Mapped[str | None] = mapped_column(String(10))
    proof_why: Mapped[str | None] = mapped_column(String(60))
    vouched_by: Mapped[str | None] = mapped_column(String(10))  # who says that the claim is true: operator or sender
    intake_key: Mapped[str | None] = mapped_column(String(64))
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    verdict_outcome: Mapped[str | None] = mapped_column(String(40))
    verdict_reason: Mapped[str | None] = mapped_column(String(80))
    verdict_step: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(1000), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)


class PollStatus(Base):
    """When an account's mailbox was last polled well, and what went wrong since."""

    __tablename__ = "poll_status"

    account: Mapped[str] = mapped_column(String(320), primary_key=True)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(Text)


class FolderCursor(Base):
    """How far a folder has been stored: every mail with that UID or a lower one, as long as `uidvalidity` holds."""

    __tablename__ = "folder_cursor"

    account: Mapped[str] = mapped_column(String(320), primary_key=True)
    folder: Mapped[str] = mapped_column(String(255), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)  # 32 bits without a sign, as `uid` (RFC 3501)
    uid: Mapped[int] = mapped_column(BigInteger)


class MailboxLease(Base):
    """Who may poll an account's mailbox, and until when. No row: nobody does."""

    __tablename__ = "mailbox_lease"

    account: Mapped[str] = mapped_column(String(320), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    held_until: Mapped[datetime] = mapped_column(UtcDateTime)
