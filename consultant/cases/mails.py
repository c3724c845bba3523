"""The member's own mails on a case: not the decisions, bounces and copies that are filed with it."""

from __future__ import annotations

from sqlalchemy import Select, select

from consultant.db.messages import Message

BY_THE_MEMBER = ("question", "follow_up")
WITH_PATIENT_DATA = "patient-data"  # the verdict's reason on a mail that was set aside for what it says of a patient
TAKEN_ALL_THE_SAME = "patient-data-taken"  # a person has looked at it since, and took it


def members_mails(case_id: int) -> Select[Message]:
    """What the member wrote on the case, oldest first."""
    return (
        select(Message)
        .where(Message.case_id == case_id, Message.verdict_outcome.in_(BY_THE_MEMBER))
        .order_by(Message.id)
    )
