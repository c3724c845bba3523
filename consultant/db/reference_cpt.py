"""CPT as the AMA licensed it to the operator. The notice goes wherever a descriptor goes."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.reference_rows import NumberedRow, ReleaseRow


class RefCptNotice(ReleaseRow):
    """A line of the notice."""

    __tablename__ = "ref_cpt_notice"

    line: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class RefCptDescriptor(ReleaseRow):
    """A code and its descriptor."""

    __tablename__ = "ref_cpt_descriptor"

    cpt_code: Mapped[str] = mapped_column(primary_key=True)
    length: Mapped[str]
    descriptor: Mapped[str]


class RefCptConcept(NumberedRow):
    """A row of the consolidated code list."""

    __tablename__ = "ref_cpt_concept"

    cpt_code: Mapped[str] = mapped_column(primary_key=True)
    concept_id: Mapped[str]
    long: Mapped[str]
    medium: Mapped[str]
    short: Mapped[str]
    consumer: Mapped[str]
    current_descriptor_effective_date: Mapped[date | None]
    test_name: Mapped[str]
    lab_name: Mapped[str]
    manufacturer_name: Mapped[str]
