"""Keeping what was read of the mails' files, so that no file is opened a second time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from consultant.db.attachments import AttachmentText
from consultant.mail.attachments.texts import FileText


def keep(session: Session, files: Mapping[int, Sequence[FileText]]) -> None:
    """Write the texts of each mail down, by its number, in place of those of an earlier look at it."""
    rows = [
        {
            "message_id": message_id,
            "position": each.position,
            "name": each.name,
            "text": each.text,
            "cut": each.cut,
            "problem": each.problem[:200] if each.problem else None,
        }
        for message_id, texts in files.items()
        for each in texts
    ]
    if rows:
        read = {message_id for message_id, texts in files.items() if texts}
        session.execute(delete(AttachmentText).where(AttachmentText.message_id.in_(read)))
        session.execute(insert(AttachmentText), rows)
