"""What approved answers were about, so that a question like an earlier one finds its answer."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.base import Base


class AnsweredTerm(Base):
    """A term of the question that an approved answer is to; see consultant.questions.gist."""

    __tablename__ = "answered_term"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term: Mapped[str] = mapped_column(String(40), primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True, index=True)
