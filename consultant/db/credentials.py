"""The tokens that mailboxes are signed in to with, encrypted, and who is renewing them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.base import Base, UtcDateTime


class MailboxCredential(Base):
    """The tokens of one account. No row: nobody has connected the mailbox yet.

    `version` grows with every change of the tokens; whoever stores new ones names the version that they follow, so
    that of two only one is stored. `renewal_until` keeps others from spending the same refresh token meanwhile.
    """

    __tablename__ = "mailbox_credential"

    account: Mapped[str] = mapped_column(String(320), primary_key=True)
    version: Mapped[int]
    refresh_token: Mapped[bytes] = mapped_column(LargeBinary)  # encrypted, as the next
    access_token: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)  # of the access token
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    renewal_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refusal: Mapped[str | None] = mapped_column(Text)  # what the issuer said; empty again once it gives tokens
    grant_gone: Mapped[bool] = mapped_column(default=False)  # a person must connect the mailbox again
