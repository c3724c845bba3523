"""The Medicare Coverage Database by export: documents, their codes and diagnoses, their contractors and states.

Tables are named as the rows of consultant.reference.formats.mcd_rows, which say what each is.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.reference_rows import NumberedRow, ReleaseRow


class RefArticle(ReleaseRow):
    """An article."""

    __tablename__ = "ref_mcd_article"

    article_id: Mapped[int] = mapped_column(primary_key=True)
    article_version: Mapped[int] = mapped_column(primary_key=True)
    display_id: Mapped[str]
    article_type: Mapped[str]
    title: Mapped[str]
    status: Mapped[str]
    article_pub_date: Mapped[date | None]
    article_eff_date: Mapped[date | None]
    article_end_date: Mapped[date | None]
    article_rev_end_date: Mapped[date | None]
    date_retired: Mapped[date | None]
    last_updated: Mapped[date | None]
    url: Mapped[str]


class RefArticleType(ReleaseRow):
    """What an article is for."""

    __tablename__ = "ref_mcd_article_type"

    article_type_id: Mapped[int] = mapped_column(primary_key=True)
    description: Mapped[str]


class RefContractor(NumberedRow):
    """A contractor."""

    __tablename__ = "ref_mcd_contractor"

    contractor_id: Mapped[int] = mapped_column(primary_key=True)
    contractor_type_id: Mapped[int] = mapped_column(primary_key=True)
    contractor_version: Mapped[int] = mapped_column(primary_key=True)
    contractor_bus_name: Mapped[str]
    contractor_number: Mapped[str]
    status: Mapped[str]


class RefContractorJurisdiction(NumberedRow):
    """A state of a contractor."""

    __tablename__ = "ref_mcd_contractor_jurisdiction"

    contractor_id: Mapped[int] = mapped_column(primary_key=True)
    contractor_type_id: Mapped[int] = mapped_column(primary_key=True)
    contractor_version: Mapped[int] = mapped_column(primary_key=True)
    state_id: Mapped[int] = mapped_column(primary_key=True)
    active_date: Mapped[date | None]
    term_date: Mapped[date | None]


class RefContractorType(ReleaseRow):
    """What a contractor is for."""

    __tablename__ = "ref_mcd_contractor_type"

    contractor_type_id: Mapped[int] = mapped_column(primary_key=True)
    description: Mapped[str]


class RefDocumentContractor(NumberedRow):
    """Whose document it is."""

    __tablename__ = "ref_mcd_document_contractor"

    document: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    document_version: Mapped[int] = mapped_column(primary_key=True)
    contractor_id: Mapped[int]
    contractor_type_id: Mapped[int]
    contractor_version: Mapped[int]


class RefDocumentUrl(NumberedRow):
    """An address that a document names."""

    __tablename__ = "ref_mcd_document_url"

    document: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    document_version: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    url_name: Mapped[str]
    url_description: Mapped[str]


class RefFutureRetirement(NumberedRow):
    """The day on which a document will retire."""

    __tablename__ = "ref_mcd_future_retirement"

    document: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    retire_dt: Mapped[date]


class RefCoverageCode(NumberedRow):
    """A code in a group of a document."""

    __tablename__ = "ref_mcd_hcpc_code"

    hcpc_code_id: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[str]
    document_id: Mapped[int]
    document_version: Mapped[int]
    hcpc_code_group: Mapped[int]
    range: Mapped[str]


class RefCoverageCodeGroup(NumberedRow):
    """What a group of codes is for."""

    __tablename__ = "ref_mcd_hcpc_code_group"

    document: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    document_version: Mapped[int] = mapped_column(primary_key=True)
    hcpc_code_group: Mapped[int] = mapped_column(primary_key=True)
    paragraph: Mapped[str]


class RefCoverageModifier(NumberedRow):
    """A modifier in a group of an article."""

    __tablename__ = "ref_mcd_hcpc_modifier"

    article_id: Mapped[int] = mapped_column(primary_key=True)
    article_version: Mapped[int] = mapped_column(primary_key=True)
    hcpc_modifier_code_id: Mapped[str]
    hcpc_modifier_group: Mapped[int]


class RefCoverageModifierGroup(NumberedRow):
    """What a group of modifiers is for."""

    __tablename__ = "ref_mcd_hcpc_modifier_group"

    article_id: Mapped[int] = mapped_column(primary_key=True)
    article_version: Mapped[int] = mapped_column(primary_key=True)
    hcpc_modifier_group: Mapped[int] = mapped_column(primary_key=True)
    paragraph: Mapped[str]


class RefCoverageDiagnosis(NumberedRow):
    """A diagnosis in a group of an article."""

    __tablename__ = "ref_mcd_icd10_code"

    icd10_code_id: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int]
    article_version: Mapped[int]
    covered: Mapped[bool]
    icd10_group: Mapped[int]
    range: Mapped[str]
    asterisk: Mapped[str]


class RefCoverageDiagnosisGroup(NumberedRow):
    """What a group of diagnoses is for."""

    __tablename__ = "ref_mcd_icd10_group"

    article_id: Mapped[int] = mapped_column(primary_key=True)
    article_version: Mapped[int] = mapped_column(primary_key=True)
    covered: Mapped[bool] = mapped_column(primary_key=True)
    icd10_group: Mapped[int] = mapped_column(primary_key=True)
    paragraph: Mapped[str]
    asterisk: Mapped[str]


class RefLcd(ReleaseRow):
    """A local coverage determination."""

    __tablename__ = "ref_mcd_lcd"

    lcd_id: Mapped[int] = mapped_column(primary_key=True)
    lcd_version: Mapped[int] = mapped_column(primary_key=True)
    display_id: Mapped[str]
    determination_number: Mapped[str]
    title: Mapped[str]
    status: Mapped[str]
    orig_det_eff_date: Mapped[date | None]
    ent_det_end_date: Mapped[date | None]
    rev_eff_date: Mapped[date | None]
    rev_end_date: Mapped[date | None]
    notice_start_dt: Mapped[date | None]
    notice_end_dt: Mapped[date | None]
    date_retired: Mapped[date | None]
    last_updated: Mapped[date | None]
    url: Mapped[str]


class RefNcd(ReleaseRow):
    """A national coverage determination."""

    __tablename__ = "ref_mcd_ncd"

    ncd_id: Mapped[int] = mapped_column(primary_key=True)
    ncd_vrsn_num: Mapped[int] = mapped_column(primary_key=True)
    natl_cvrg_type: Mapped[str]
    cvrg_lvl_cd: Mapped[str]
    ncd_mnl_sect: Mapped[str]
    ncd_mnl_sect_title: Mapped[str]
    ncd_efctv_dt: Mapped[date | None]
    ncd_impltn_dt: Mapped[date | None]
    ncd_trmntn_dt: Mapped[date | None]
    trnsmtl_num: Mapped[str]
    trnsmtl_url: Mapped[str]
    last_updt_tmstmp: Mapped[date | None]
    url: Mapped[str]


class RefRelatedDocument(NumberedRow):
    """A document that belongs with another."""

    __tablename__ = "ref_mcd_related_document"

    document: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    document_version: Mapped[int] = mapped_column(primary_key=True)
    r_article_id: Mapped[int | None]
    r_article_version: Mapped[int | None]
    r_lcd_id: Mapped[int | None]
    r_lcd_version: Mapped[int | None]


class RefRelatedNcd(NumberedRow):
    """An NCD that a document belongs with."""

    __tablename__ = "ref_mcd_related_ncd"

    document: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    document_version: Mapped[int] = mapped_column(primary_key=True)
    r_ncd_id: Mapped[int]
    r_ncd_version: Mapped[int | None]


class RefState(ReleaseRow):
    """A state, or a part of one."""

    __tablename__ = "ref_mcd_state"

    state_id: Mapped[int] = mapped_column(primary_key=True)
    state_abbrev: Mapped[str]
    description: Mapped[str]
