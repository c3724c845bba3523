"""ICD-10-CM and ICD-10-PCS by release: codes, changes, the tabular list, the indexes; ICD-9-CM equivalents."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.reference_rows import NumberedRow, ReleaseRow


class RefIcd10Code(ReleaseRow):
    """A code or header of an order file; which system, the release says."""

    __tablename__ = "ref_icd10_code"

    code: Mapped[str] = mapped_column(primary_key=True)
    order_number: Mapped[int]
    valid: Mapped[bool]
    short_description: Mapped[str]
    long_description: Mapped[str]


class RefIcd10Change(NumberedRow):
    """What a release did to a code."""

    __tablename__ = "ref_icd10_change"

    code: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str]
    valid: Mapped[bool]
    short_description: Mapped[str]
    long_description: Mapped[str]


class RefIcd10Node(ReleaseRow):
    """A chapter, section or code of the tabular list; `position` is its key."""

    __tablename__ = "ref_icd10_node"
    __table_args__ = (Index(None, "code"), {"sqlite_with_rowid": False})

    position: Mapped[int] = mapped_column(primary_key=True)
    parent: Mapped[int | None]
    level: Mapped[str]
    code: Mapped[str]
    desc: Mapped[str]
    placeholder: Mapped[bool]
    seven_chr_def: Mapped[str | None]


class RefIcd10Note(ReleaseRow):
    """A note on a node; it holds for all below."""

    __tablename__ = "ref_icd10_note"

    node: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    kind: Mapped[str]
    note: Mapped[str]


class RefIcd10SeventhCharacter(NumberedRow):
    """A 7th character that the codes below a node take."""

    __tablename__ = "ref_icd10_seventh_character"

    node: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    char: Mapped[str]
    meaning: Mapped[str]


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


class RefGem(NumberedRow):
    """A mapping from a code of one system to one of another."""

    __tablename__ = "ref_gem"

    source: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[str | None]
    approximate: Mapped[bool]
    no_map: Mapped[bool]
    combination: Mapped[bool]
    scenario: Mapped[int]
    choice_list: Mapped[int]
