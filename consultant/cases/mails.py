"""The member's own mails on a case: not the decisions, bounces and copies that are filed with it."""

from __future__ import annotations

from sqlalchemy import Select, select

from consultant.db.messages import Message

BY_THE_MEMBER = ("question", "follow_up")


def members_mails(case_id: int) -> Select[Message]:
    """What the member wrote on the case, oldest first."""
    return (
        select(Message)
        .where(Message.case_id == case_id, Message.verdict_outcome.in_(BY_THE_MEMBER))
        .order_by(Message.id)
    )
