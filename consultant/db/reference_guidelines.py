"""The guidelines library as it was read from its folders: ours, and those of the operator.

Codes and ranges stand as the note writes them; consultant.reference.library knows what they mean. There are some
hundreds of notes, so whoever asks reads them all.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consultant.db.base import Base, UtcDateTime


class RefGuidelineFolder(Base):
    """A folder of notes. `name` is empty for the library that comes with the program.

    Where two folders have a note of one name, the one with the higher `place` wins.
    """

    __tablename__ = "ref_guideline_folder"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    place: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RefGuideline(Base):
    """A rule in the words of the folder's author, on the days from `effective` to `last_day`, both included.

    `sources` has for each document its name, edition, days and the section, the most important first.
    """

    __tablename__ = "ref_guideline"

    folder_id: Mapped[int] = mapped_column(ForeignKey("ref_guideline_folder.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    effective: Mapped[date]
    last_day: Mapped[date | None]
    payer: Mapped[str | None] = mapped_column(String(40))
    codes: Mapped[list[str]] = mapped_column(JSON)
    topics: Mapped[list[str]] = mapped_column(JSON)
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    folder: Mapped[RefGuidelineFolder] = relationship()
