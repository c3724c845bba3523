"""The files that a member sent with a case's mails, as far as they were read when the mails were taken in."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from consultant.db.attachments import AttachmentText
from consultant.questions import enclosure
from consultant.questions.model import Enclosure


def enclosed(session: Session, message_ids: Iterable[int]) -> tuple[Enclosure, ...]:
    """The files of these mails, oldest first."""
    found = select(AttachmentText).where(AttachmentText.message_id.in_(list(message_ids)))
    rows = session.scalars(found.order_by(AttachmentText.message_id, AttachmentText.position))
    return tuple(enclosure(row.name, row.text, cut=row.cut, problem=row.problem) for row in rows)
