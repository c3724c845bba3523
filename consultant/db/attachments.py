"""The text in the files of a mail, read once, when the mail is taken in."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.base import Base


class AttachmentText(Base):
    """What was read of one file. `position` is its place among the mail's attachments, from 0.

    `problem` says why there is no text, or less than the file holds; `cut` that there is more of it than was read.
    """

    __tablename__ = "attachment_text"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    cut: Mapped[bool]
    problem: Mapped[str | None] = mapped_column(String(200))
