"""ICD-10-CM and ICD-10-PCS by release: codes, changes, the tabular list, the indexes; ICD-9-CM equivalents."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.reference_rows import AgencyRow, NumberedRow, ReleaseRow, numbered_table, release_table


class RefIcd10Code(AgencyRow):
    """A code or header of an order file; which system, the release says."""

    __table__ = release_table(
        "ref_icd10_code",
        Column("code", String, primary_key=True),
        Column("order_number", Integer, nullable=False),
        Column("valid", Boolean, nullable=False),
        Column("short_description", String, nullable=False),
        Column("long_description", String, nullable=False),
    )


class RefIcd10Change(AgencyRow):
    """What a release did to a code."""

    __table__ = numbered_table(
        "ref_icd10_change",
        Column("code", String, primary_key=True),
        Column("action", String, nullable=False),
        Column("valid", Boolean, nullable=False),
        Column("short_description", String, nullable=False),
        Column("long_description", String, nullable=False),
    )


class RefIcd10Node(AgencyRow):
    """A chapter, section or code of the tabular list; `position` is its key."""

    __table__ = release_table(
        "ref_icd10_node",
        Column("position", Integer, primary_key=True),
        Column("parent", Integer),
        Column("level", String, nullable=False),
        Column("code", String, nullable=False),
        Column("desc", String, nullable=False),
        Column("placeholder", Boolean, nullable=False),
        Column("seven_chr_def", String),
        Index(None, "code"),
    )


class RefIcd10Note(AgencyRow):
    """A note on a node; it holds for all below."""

    __table__ = release_table(
        "ref_icd10_note",
        Column("node", Integer, primary_key=True),
        Column("sequence", Integer, primary_key=True),
        Column("code", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("note", String, nullable=False),
    )


class RefIcd10SeventhCharacter(AgencyRow):
    """A 7th character that the codes below a node take."""

    __table__ = numbered_table(
        "ref_icd10_seventh_character",
        Column("node", Integer, primary_key=True),
        Column("code", String, nullable=False),
        Column("char", String, nullable=False),
        Column("meaning", String, nullable=False),
    )


class RefIndexTerm(ReleaseRow):
    """A term of an index; `position` is its key."""

    __tablename__ = "ref_index_term"

    position: Mapped[int] = mapped_column(primary_key=True)
    parent: Mapped[int | None]
    level: Mapped[int]
    title: Mapped[str]
    nemod: Mapped[str]
    path: Mapped[str]


class RefIndexCode(NumberedRow):
    """A code given at a term."""

    __tablename__ = "ref_index_code"

    term: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    heading: Mapped[str]
    code: Mapped[str | None]
    more: Mapped[bool]


class RefIndexReference(NumberedRow):
    """Where a term points."""

    __tablename__ = "ref_index_reference"

    term: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]


class RefGem(AgencyRow):
    """A mapping from a code of one system to one of another."""

    __table__ = numbered_table(
        "ref_gem",
        Column("source", String, primary_key=True),
        Column("target", String),
        Column("approximate", Boolean, nullable=False),
        Column("no_map", Boolean, nullable=False),
        Column("combination", Boolean, nullable=False),
        Column("scenario", Integer, nullable=False),
        Column("choice_list", Integer, nullable=False),
    )
