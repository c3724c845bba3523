"""CPT as the AMA licensed it to the operator. The notice goes wherever a descriptor goes."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, String

from consultant.db.reference_rows import AgencyRow, numbered_table, release_table


class RefCptNotice(AgencyRow):
    """A line of the notice."""

    __table__ = release_table(
        "ref_cpt_notice",
        Column("line", Integer, primary_key=True),
        Column("text", String, nullable=False),
    )


class RefCptDescriptor(AgencyRow):
    """A code and its descriptor."""

    __table__ = release_table(
        "ref_cpt_descriptor",
        Column("cpt_code", String, primary_key=True),
        Column("length", String, nullable=False),
        Column("descriptor", String, nullable=False),
    )


class RefCptConcept(AgencyRow):
    """A row of the consolidated code list."""

    __table__ = numbered_table(
        "ref_cpt_concept",
        Column("cpt_code", String, primary_key=True),
        Column("concept_id", String, nullable=False),
        Column("long", String, nullable=False),
        Column("medium", String, nullable=False),
        Column("short", String, nullable=False),
        Column("consumer", String, nullable=False),
        Column("current_descriptor_effective_date", Date),
        Column("test_name", String, nullable=False),
        Column("lab_name", String, nullable=False),
        Column("manufacturer_name", String, nullable=False),
    )
