"""The Medicare Coverage Database by export: documents, their codes and diagnoses, their contractors and states.

Tables are named as the rows of consultant.reference.formats.mcd_rows, which say what each is.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, String

from consultant.db.reference_rows import AgencyRow, numbered_table, release_table


class RefArticle(AgencyRow):
    """An article."""

    __table__ = release_table(
        "ref_mcd_article",
        Column("article_id", Integer, primary_key=True),
        Column("article_version", Integer, primary_key=True),
        Column("display_id", String, nullable=False),
        Column("article_type", String, nullable=False),
        Column("title", String, nullable=False),
        Column("status", String, nullable=False),
        Column("article_pub_date", Date),
        Column("article_eff_date", Date),
        Column("article_end_date", Date),
        Column("article_rev_end_date", Date),
        Column("date_retired", Date),
        Column("last_updated", Date),
        Column("url", String, nullable=False),
    )


class RefArticleType(AgencyRow):
    """What an article is for."""

    __table__ = release_table(
        "ref_mcd_article_type",
        Column("article_type_id", Integer, primary_key=True),
        Column("description", String, nullable=False),
    )


class RefContractor(AgencyRow):
    """A contractor."""

    __table__ = numbered_table(
        "ref_mcd_contractor",
        Column("contractor_id", Integer, primary_key=True),
        Column("contractor_type_id", Integer, primary_key=True),
        Column("contractor_version", Integer, primary_key=True),
        Column("contractor_bus_name", String, nullable=False),
        Column("contractor_number", String, nullable=False),
        Column("status", String, nullable=False),
    )


class RefContractorJurisdiction(AgencyRow):
    """A state of a contractor."""

    __table__ = numbered_table(
        "ref_mcd_contractor_jurisdiction",
        Column("contractor_id", Integer, primary_key=True),
        Column("contractor_type_id", Integer, primary_key=True),
        Column("contractor_version", Integer, primary_key=True),
        Column("state_id", Integer, primary_key=True),
        Column("active_date", Date),
        Column("term_date", Date),
    )


class RefContractorType(AgencyRow):
    """What a contractor is for."""

    __table__ = release_table(
        "ref_mcd_contractor_type",
        Column("contractor_type_id", Integer, primary_key=True),
        Column("description", String, nullable=False),
    )


class RefDocumentContractor(AgencyRow):
    """Whose document it is."""

    __table__ = numbered_table(
        "ref_mcd_document_contractor",
        Column("document", String, primary_key=True),
        Column("document_id", Integer, primary_key=True),
        Column("document_version", Integer, primary_key=True),
        Column("contractor_id", Integer, nullable=False),
        Column("contractor_type_id", Integer, nullable=False),
        Column("contractor_version", Integer, nullable=False),
    )


class RefDocumentUrl(AgencyRow):
    """An address that a document names."""

    __table__ = numbered_table(
        "ref_mcd_document_url",
        Column("document", String, primary_key=True),
        Column("document_id", Integer, primary_key=True),
        Column("document_version", Integer, primary_key=True),
        Column("url", String, nullable=False),
        Column("url_name", String, nullable=False),
        Column("url_description", String, nullable=False),
    )


class RefFutureRetirement(AgencyRow):
    """The day on which a document will retire."""

    __table__ = numbered_table(
        "ref_mcd_future_retirement",
        Column("document", String, primary_key=True),
        Column("document_id", Integer, primary_key=True),
        Column("retire_dt", Date, nullable=False),
    )


class RefCoverageCode(AgencyRow):
    """A code in a group of a document."""

    __table__ = numbered_table(
        "ref_mcd_hcpc_code",
        Column("hcpc_code_id", String, primary_key=True),
        Column("document", String, nullable=False),
        Column("document_id", Integer, nullable=False),
        Column("document_version", Integer, nullable=False),
        Column("hcpc_code_group", Integer, nullable=False),
        Column("range", String, nullable=False),
    )


class RefCoverageCodeGroup(AgencyRow):
    """What a group of codes is for."""

    __table__ = numbered_table(
        "ref_mcd_hcpc_code_group",
        Column("document", String, primary_key=True),
        Column("document_id", Integer, primary_key=True),
        Column("document_version", Integer, primary_key=True),
        Column("hcpc_code_group", Integer, primary_key=True),
        Column("paragraph", String, nullable=False),
    )


class RefCoverageModifier(AgencyRow):
    """A modifier in a group of an article."""

    __table__ = numbered_table(
        "ref_mcd_hcpc_modifier",
        Column("article_id", Integer, primary_key=True),
        Column("article_version", Integer, primary_key=True),
        Column("hcpc_modifier_code_id", String, nullable=False),
        Column("hcpc_modifier_group", Integer, nullable=False),
    )


class RefCoverageModifierGroup(AgencyRow):
    """What a group of modifiers is for."""

    __table__ = numbered_table(
        "ref_mcd_hcpc_modifier_group",
        Column("article_id", Integer, primary_key=True),
        Column("article_version", Integer, primary_key=True),
        Column("hcpc_modifier_group", Integer, primary_key=True),
        Column("paragraph", String, nullable=False),
    )


class RefCoverageDiagnosis(AgencyRow):
    """A diagnosis in a group of an article."""

    __table__ = numbered_table(
        "ref_mcd_icd10_code",
        Column("icd10_code_id", String, primary_key=True),
        Column("article_id", Integer, nullable=False),
        Column("article_version", Integer, nullable=False),
        Column("covered", Boolean, nullable=False),
        Column("icd10_group", Integer, nullable=False),
        Column("range", String, nullable=False),
        Column("asterisk", String, nullable=False),
    )


class RefCoverageDiagnosisGroup(AgencyRow):
    """What a group of diagnoses is for."""

    __table__ = numbered_table(
        "ref_mcd_icd10_group",
        Column("article_id", Integer, primary_key=True),
        Column("article_version", Integer, primary_key=True),
        Column("covered", Boolean, primary_key=True),
        Column("icd10_group", Integer, primary_key=True),
        Column("paragraph", String, nullable=False),
        Column("asterisk", String, nullable=False),
    )


class RefLcd(AgencyRow):
    """A local coverage determination."""

    __table__ = release_table(
        "ref_mcd_lcd",
        Column("lcd_id", Integer, primary_key=True),
        Column("lcd_version", Integer, primary_key=True),
        Column("display_id", String, nullable=False),
        Column("determination_number", String, nullable=False),
        Column("title", String, nullable=False),
        Column("status", String, nullable=False),
        Column("orig_det_eff_date", Date),
        Column("ent_det_end_date", Date),
        Column("rev_eff_date", Date),
        Column("rev_end_date", Date),
        Column("notice_start_dt", Date),
        Column("notice_end_dt", Date),
        Column("date_retired", Date),
        Column("last_updated", Date),
        Column("url", String, nullable=False),
    )


class RefNcd(AgencyRow):
    """A national coverage determination."""

    __table__ = release_table(
        "ref_mcd_ncd",
        Column("ncd_id", Integer, primary_key=True),
        Column("ncd_vrsn_num", Integer, primary_key=True),
        Column("natl_cvrg_type", String, nullable=False),
        Column("cvrg_lvl_cd", String, nullable=False),
        Column("ncd_mnl_sect", String, nullable=False),
        Column("ncd_mnl_sect_title", String, nullable=False),
        Column("ncd_efctv_dt", Date),
        Column("ncd_impltn_dt", Date),
        Column("ncd_trmntn_dt", Date),
        Column("trnsmtl_num", String, nullable=False),
        Column("trnsmtl_url", String, nullable=False),
        Column("last_updt_tmstmp", Date),
        Column("url", String, nullable=False),
    )


class RefRelatedDocument(AgencyRow):
    """A document that belongs with another."""

    __table__ = numbered_table(
        "ref_mcd_related_document",
        Column("document", String, primary_key=True),
        Column("document_id", Integer, primary_key=True),
        Column("document_version", Integer, primary_key=True),
        Column("r_article_id", Integer),
        Column("r_article_version", Integer),
        Column("r_lcd_id", Integer),
        Column("r_lcd_version", Integer),
    )


class RefRelatedNcd(AgencyRow):
    """An NCD that a document belongs with."""

    __table__ = numbered_table(
        "ref_mcd_related_ncd",
        Column("document", String, primary_key=True),
        Column("document_id", Integer, primary_key=True),
        Column("document_version", Integer, primary_key=True),
        Column("r_ncd_id", Integer, nullable=False),
        Column("r_ncd_version", Integer),
    )


class RefState(AgencyRow):
    """A state, or a part of one."""

    __table__ = release_table(
        "ref_mcd_state",
        Column("state_id", Integer, primary_key=True),
        Column("state_abbrev", String, nullable=False),
        Column("description", String, nullable=False),
    )
