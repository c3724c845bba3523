"""Keeping what was read of a mail's files, so that no file is opened a second time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from consultant.db.attachments import AttachmentText
from consultant.mail.attachments.texts import FileText


def keep(session: Session, message_id: int, files: Sequence[FileText]) -> None:
    """Write the texts of a mail down, in place of those of an earlier look at it."""
    if not files:
        return
    session.execute(delete(AttachmentText).where(AttachmentText.message_id == message_id))
    session.add_all(
        AttachmentText(
            message_id=message_id,
            position=each.position,
            name=each.name,
            text=each.text,
            cut=each.cut,
            problem=each.problem[:200] if each.problem else None,
        )
        for each in files
    )
