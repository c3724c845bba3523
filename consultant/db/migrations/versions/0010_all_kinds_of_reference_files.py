"""The other kinds of the agencies' files: fees, drugs, HCPCS, ICD-10, MS-DRGs, coverage, licensed CPT."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "ref_cpt_concept",
    "ref_cpt_descriptor",
    "ref_cpt_notice",
    "ref_gem",
    "ref_hcpcs_code",
    "ref_hcpcs_modifier",
    "ref_icd10_change",
    "ref_icd10_code",
    "ref_icd10_node",
    "ref_icd10_note",
    "ref_icd10_seventh_character",
    "ref_index_code",
    "ref_index_reference",
    "ref_index_term",
    "ref_mcd_article",
    "ref_mcd_article_type",
    "ref_mcd_contractor",
    "ref_mcd_contractor_jurisdiction",
    "ref_mcd_contractor_type",
    "ref_mcd_document_contractor",
    "ref_mcd_document_url",
    "ref_mcd_future_retirement",
    "ref_mcd_hcpc_code",
    "ref_mcd_hcpc_code_group",
    "ref_mcd_hcpc_modifier",
    "ref_mcd_hcpc_modifier_group",
    "ref_mcd_icd10_code",
    "ref_mcd_icd10_group",
    "ref_mcd_lcd",
    "ref_mcd_ncd",
    "ref_mcd_related_document",
    "ref_mcd_related_ncd",
    "ref_mcd_state",
    "ref_msdrg",
    "ref_msdrg_weight",
    "ref_ndc",
    "ref_payment_limit",
    "ref_pfs_anesthesia",
    "ref_pfs_gpci",
    "ref_pfs_locality",
    "ref_pfs_opps_cap",
    "ref_pfs_value",
    "ref_place_of_service",
)


def upgrade() -> None:
    """Names of parts get longer; and a table for each kind of row, its release first in the key."""
    with op.batch_alter_table("ref_file") as batch:
        batch.alter_column("part", existing_type=sa.String(20), type_=sa.String(60), existing_nullable=False)
    _create_cpt()
    _create_icd10()
    _create_hcpcs()
    _create_coverage()
    _create_drg()
    _create_drugs()
    _create_fees()


def _create_cpt() -> None:
    _create(
        "ref_cpt_concept",
        ("cpt_code", "number"),
        [
            sa.Column("cpt_code", sa.String(), nullable=False),
            sa.Column("concept_id", sa.String(), nullable=False),
            sa.Column("long", sa.String(), nullable=False),
            sa.Column("medium", sa.String(), nullable=False),
            sa.Column("short", sa.String(), nullable=False),
            sa.Column("consumer", sa.String(), nullable=False),
            sa.Column("current_descriptor_effective_date", sa.Date(), nullable=True),
            sa.Column("test_name", sa.String(), nullable=False),
            sa.Column("lab_name", sa.String(), nullable=False),
            sa.Column("manufacturer_name", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_cpt_descriptor",
        ("cpt_code",),
        [
            sa.Column("cpt_code", sa.String(), nullable=False),
            sa.Column("length", sa.String(), nullable=False),
            sa.Column("descriptor", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_cpt_notice",
        ("line",),
        [
            sa.Column("line", sa.Integer(), nullable=False),
            sa.Column("text", sa.String(), nullable=False),
        ],
    )


def _create_icd10() -> None:
    _create(
        "ref_gem",
        ("source", "number"),
        [
            sa.Column("source", sa.String(), nullable=False),
            sa.Column("target", sa.String(), nullable=True),
            sa.Column("approximate", sa.Boolean(), nullable=False),
            sa.Column("no_map", sa.Boolean(), nullable=False),
            sa.Column("combination", sa.Boolean(), nullable=False),
            sa.Column("scenario", sa.Integer(), nullable=False),
            sa.Column("choice_list", sa.Integer(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_icd10_change",
        ("code", "number"),
        [
            sa.Column("code", sa.String(), nullable=False),
            sa.Column("action", sa.String(), nullable=False),
            sa.Column("valid", sa.Boolean(), nullable=False),
            sa.Column("short_description", sa.String(), nullable=False),
            sa.Column("long_description", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_icd10_code",
        ("code",),
        [
            sa.Column("code", sa.String(), nullable=False),
            sa.Column("order_number", sa.Integer(), nullable=False),
            sa.Column("valid", sa.Boolean(), nullable=False),
            sa.Column("short_description", sa.String(), nullable=False),
            sa.Column("long_description", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_icd10_node",
        ("position",),
        [
            sa.Column("position", sa.Integer(), nullable=False),
            sa.Column("parent", sa.Integer(), nullable=True),
            sa.Column("level", sa.String(), nullable=False),
            sa.Column("code", sa.String(), nullable=False),
            sa.Column("desc", sa.String(), nullable=False),
            sa.Column("placeholder", sa.Boolean(), nullable=False),
            sa.Column("seven_chr_def", sa.String(), nullable=True),
        ],
    )
    op.create_index("ix_ref_icd10_node_code", "ref_icd10_node", ["code"])
    _create(
        "ref_icd10_note",
        ("node", "sequence"),
        [
            sa.Column("node", sa.Integer(), nullable=False),
            sa.Column("sequence", sa.Integer(), nullable=False),
            sa.Column("code", sa.String(), nullable=False),
            sa.Column("kind", sa.String(), nullable=False),
            sa.Column("note", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_icd10_seventh_character",
        ("node", "number"),
        [
            sa.Column("node", sa.Integer(), nullable=False),
            sa.Column("code", sa.String(), nullable=False),
            sa.Column("char", sa.String(), nullable=False),
            sa.Column("meaning", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_index_code",
        ("term", "number"),
        [
            sa.Column("term", sa.Integer(), nullable=False),
            sa.Column("kind", sa.String(), nullable=False),
            sa.Column("heading", sa.String(), nullable=False),
            sa.Column("code", sa.String(), nullable=True),
            sa.Column("more", sa.Boolean(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_index_reference",
        ("term", "number"),
        [
            sa.Column("term", sa.Integer(), nullable=False),
            sa.Column("kind", sa.String(), nullable=False),
            sa.Column("text", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_index_term",
        ("position",),
        [
            sa.Column("position", sa.Integer(), nullable=False),
            sa.Column("parent", sa.Integer(), nullable=True),
            sa.Column("level", sa.Integer(), nullable=False),
            sa.Column("title", sa.String(), nullable=False),
            sa.Column("nemod", sa.String(), nullable=False),
            sa.Column("path", sa.String(), nullable=False),
        ],
    )


def _create_hcpcs() -> None:
    _create(
        "ref_hcpcs_code",
        ("hcpc",),
        [
            sa.Column("hcpc", sa.String(), nullable=False),
            sa.Column("long_description", sa.String(), nullable=True),
            sa.Column("short_description", sa.String(), nullable=True),
            sa.Column("price", sa.String(), nullable=False),
            sa.Column("mult_pi", sa.String(), nullable=True),
            sa.Column("cim", sa.String(), nullable=False),
            sa.Column("mcm", sa.String(), nullable=False),
            sa.Column("statute", sa.String(), nullable=True),
            sa.Column("labcert", sa.String(), nullable=False),
            sa.Column("xref", sa.String(), nullable=False),
            sa.Column("cov", sa.String(), nullable=True),
            sa.Column("asc_grp", sa.String(), nullable=True),
            sa.Column("asc_dt", sa.Date(), nullable=True),
            sa.Column("opps", sa.String(), nullable=True),
            sa.Column("opps_pi", sa.String(), nullable=True),
            sa.Column("opps_dt", sa.Date(), nullable=True),
            sa.Column("procnote", sa.String(), nullable=True),
            sa.Column("betos", sa.String(), nullable=True),
            sa.Column("tos", sa.String(), nullable=False),
            sa.Column("anest_bu", sa.String(), nullable=True),
            sa.Column("add_dt", sa.Date(), nullable=False),
            sa.Column("act_eff_dt", sa.Date(), nullable=True),
            sa.Column("term_dt", sa.Date(), nullable=True),
            sa.Column("action_cd", sa.String(), nullable=True),
        ],
    )
    _create(
        "ref_hcpcs_modifier",
        ("modifier",),
        [
            sa.Column("modifier", sa.String(), nullable=False),
            sa.Column("long_description", sa.String(), nullable=True),
            sa.Column("short_description", sa.String(), nullable=True),
            sa.Column("cim", sa.String(), nullable=False),
            sa.Column("mcm", sa.String(), nullable=False),
            sa.Column("statute", sa.String(), nullable=True),
            sa.Column("xref", sa.String(), nullable=False),
            sa.Column("cov", sa.String(), nullable=True),
            sa.Column("procnote", sa.String(), nullable=True),
            sa.Column("add_dt", sa.Date(), nullable=False),
            sa.Column("act_eff_dt", sa.Date(), nullable=True),
            sa.Column("term_dt", sa.Date(), nullable=True),
            sa.Column("action_cd", sa.String(), nullable=True),
        ],
    )
    _create(
        "ref_place_of_service",
        ("pos_code",),
        [
            sa.Column("pos_code", sa.String(), nullable=False),
            sa.Column("name", sa.String(), nullable=False),
            sa.Column("description", sa.String(), nullable=True),
            sa.Column("pfs_setting", sa.String(), nullable=True),
        ],
    )


def _create_coverage() -> None:
    _create(
        "ref_mcd_article",
        ("article_id", "article_version"),
        [
            sa.Column("article_id", sa.Integer(), nullable=False),
            sa.Column("article_version", sa.Integer(), nullable=False),
            sa.Column("display_id", sa.String(), nullable=False),
            sa.Column("article_type", sa.String(), nullable=False),
            sa.Column("title", sa.String(), nullable=False),
            sa.Column("status", sa.String(), nullable=False),
            sa.Column("article_pub_date", sa.Date(), nullable=True),
            sa.Column("article_eff_date", sa.Date(), nullable=True),
            sa.Column("article_end_date", sa.Date(), nullable=True),
            sa.Column("article_rev_end_date", sa.Date(), nullable=True),
            sa.Column("date_retired", sa.Date(), nullable=True),
            sa.Column("last_updated", sa.Date(), nullable=True),
            sa.Column("url", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_article_type",
        ("article_type_id",),
        [
            sa.Column("article_type_id", sa.Integer(), nullable=False),
            sa.Column("description", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_contractor",
        ("contractor_id", "contractor_type_id", "contractor_version", "number"),
        [
            sa.Column("contractor_id", sa.Integer(), nullable=False),
            sa.Column("contractor_type_id", sa.Integer(), nullable=False),
            sa.Column("contractor_version", sa.Integer(), nullable=False),
            sa.Column("contractor_bus_name", sa.String(), nullable=False),
            sa.Column("contractor_number", sa.String(), nullable=False),
            sa.Column("status", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_contractor_jurisdiction",
        ("contractor_id", "contractor_type_id", "contractor_version", "state_id", "number"),
        [
            sa.Column("contractor_id", sa.Integer(), nullable=False),
            sa.Column("contractor_type_id", sa.Integer(), nullable=False),
            sa.Column("contractor_version", sa.Integer(), nullable=False),
            sa.Column("state_id", sa.Integer(), nullable=False),
            sa.Column("active_date", sa.Date(), nullable=True),
            sa.Column("term_date", sa.Date(), nullable=True),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_contractor_type",
        ("contractor_type_id",),
        [
            sa.Column("contractor_type_id", sa.Integer(), nullable=False),
            sa.Column("description", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_document_contractor",
        ("document", "document_id", "document_version", "number"),
        [
            sa.Column("document", sa.String(), nullable=False),
            sa.Column("document_id", sa.Integer(), nullable=False),
            sa.Column("document_version", sa.Integer(), nullable=False),
            sa.Column("contractor_id", sa.Integer(), nullable=False),
            sa.Column("contractor_type_id", sa.Integer(), nullable=False),
            sa.Column("contractor_version", sa.Integer(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_document_url",
        ("document", "document_id", "document_version", "number"),
        [
            sa.Column("document", sa.String(), nullable=False),
            sa.Column("document_id", sa.Integer(), nullable=False),
            sa.Column("document_version", sa.Integer(), nullable=False),
            sa.Column("url", sa.String(), nullable=False),
            sa.Column("url_name", sa.String(), nullable=False),
            sa.Column("url_description", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_future_retirement",
        ("document", "document_id", "number"),
        [
            sa.Column("document", sa.String(), nullable=False),
            sa.Column("document_id", sa.Integer(), nullable=False),
            sa.Column("retire_dt", sa.Date(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_hcpc_code",
        ("hcpc_code_id", "number"),
        [
            sa.Column("hcpc_code_id", sa.String(), nullable=False),
            sa.Column("document", sa.String(), nullable=False),
            sa.Column("document_id", sa.Integer(), nullable=False),
            sa.Column("document_version", sa.Integer(), nullable=False),
            sa.Column("hcpc_code_group", sa.Integer(), nullable=False),
            sa.Column("range", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_hcpc_code_group",
        ("document", "document_id", "document_version", "hcpc_code_group", "number"),
        [
            sa.Column("document", sa.String(), nullable=False),
            sa.Column("document_id", sa.Integer(), nullable=False),
            sa.Column("document_version", sa.Integer(), nullable=False),
            sa.Column("hcpc_code_group", sa.Integer(), nullable=False),
            sa.Column("paragraph", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_hcpc_modifier",
        ("article_id", "article_version", "number"),
        [
            sa.Column("article_id", sa.Integer(), nullable=False),
            sa.Column("article_version", sa.Integer(), nullable=False),
            sa.Column("hcpc_modifier_code_id", sa.String(), nullable=False),
            sa.Column("hcpc_modifier_group", sa.Integer(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_hcpc_modifier_group",
        ("article_id", "article_version", "hcpc_modifier_group", "number"),
        [
            sa.Column("article_id", sa.Integer(), nullable=False),
            sa.Column("article_version", sa.Integer(), nullable=False),
            sa.Column("hcpc_modifier_group", sa.Integer(), nullable=False),
            sa.Column("paragraph", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_icd10_code",
        ("icd10_code_id", "number"),
        [
            sa.Column("icd10_code_id", sa.String(), nullable=False),
            sa.Column("article_id", sa.Integer(), nullable=False),
            sa.Column("article_version", sa.Integer(), nullable=False),
            sa.Column("covered", sa.Boolean(), nullable=False),
            sa.Column("icd10_group", sa.Integer(), nullable=False),
            sa.Column("range", sa.String(), nullable=False),
            sa.Column("asterisk", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_icd10_group",
        ("article_id", "article_version", "covered", "icd10_group", "number"),
        [
            sa.Column("article_id", sa.Integer(), nullable=False),
            sa.Column("article_version", sa.Integer(), nullable=False),
            sa.Column("covered", sa.Boolean(), nullable=False),
            sa.Column("icd10_group", sa.Integer(), nullable=False),
            sa.Column("paragraph", sa.String(), nullable=False),
            sa.Column("asterisk", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_lcd",
        ("lcd_id", "lcd_version"),
        [
            sa.Column("lcd_id", sa.Integer(), nullable=False),
            sa.Column("lcd_version", sa.Integer(), nullable=False),
            sa.Column("display_id", sa.String(), nullable=False),
            sa.Column("determination_number", sa.String(), nullable=False),
            sa.Column("title", sa.String(), nullable=False),
            sa.Column("status", sa.String(), nullable=False),
            sa.Column("orig_det_eff_date", sa.Date(), nullable=True),
            sa.Column("ent_det_end_date", sa.Date(), nullable=True),
            sa.Column("rev_eff_date", sa.Date(), nullable=True),
            sa.Column("rev_end_date", sa.Date(), nullable=True),
            sa.Column("notice_start_dt", sa.Date(), nullable=True),
            sa.Column("notice_end_dt", sa.Date(), nullable=True),
            sa.Column("date_retired", sa.Date(), nullable=True),
            sa.Column("last_updated", sa.Date(), nullable=True),
            sa.Column("url", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_ncd",
        ("ncd_id", "ncd_vrsn_num"),
        [
            sa.Column("ncd_id", sa.Integer(), nullable=False),
            sa.Column("ncd_vrsn_num", sa.Integer(), nullable=False),
            sa.Column("natl_cvrg_type", sa.String(), nullable=False),
            sa.Column("cvrg_lvl_cd", sa.String(), nullable=False),
            sa.Column("ncd_mnl_sect", sa.String(), nullable=False),
            sa.Column("ncd_mnl_sect_title", sa.String(), nullable=False),
            sa.Column("ncd_efctv_dt", sa.Date(), nullable=True),
            sa.Column("ncd_impltn_dt", sa.Date(), nullable=True),
            sa.Column("ncd_trmntn_dt", sa.Date(), nullable=True),
            sa.Column("trnsmtl_num", sa.String(), nullable=False),
            sa.Column("trnsmtl_url", sa.String(), nullable=False),
            sa.Column("last_updt_tmstmp", sa.Date(), nullable=True),
            sa.Column("url", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_related_document",
        ("document", "document_id", "document_version", "number"),
        [
            sa.Column("document", sa.String(), nullable=False),
            sa.Column("document_id", sa.Integer(), nullable=False),
            sa.Column("document_version", sa.Integer(), nullable=False),
            sa.Column("r_article_id", sa.Integer(), nullable=True),
            sa.Column("r_article_version", sa.Integer(), nullable=True),
            sa.Column("r_lcd_id", sa.Integer(), nullable=True),
            sa.Column("r_lcd_version", sa.Integer(), nullable=True),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_related_ncd",
        ("document", "document_id", "document_version", "number"),
        [
            sa.Column("document", sa.String(), nullable=False),
            sa.Column("document_id", sa.Integer(), nullable=False),
            sa.Column("document_version", sa.Integer(), nullable=False),
            sa.Column("r_ncd_id", sa.Integer(), nullable=False),
            sa.Column("r_ncd_version", sa.Integer(), nullable=True),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_mcd_state",
        ("state_id",),
        [
            sa.Column("state_id", sa.Integer(), nullable=False),
            sa.Column("state_abbrev", sa.String(), nullable=False),
            sa.Column("description", sa.String(), nullable=False),
        ],
    )


def _create_drg() -> None:
    _create(
        "ref_msdrg",
        ("drg",),
        [
            sa.Column("drg", sa.String(), nullable=False),
            sa.Column("mdc", sa.String(), nullable=True),
            sa.Column("ms", sa.String(), nullable=True),
            sa.Column("description", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_msdrg_weight",
        ("ms_drg",),
        [
            sa.Column("ms_drg", sa.String(), nullable=False),
            sa.Column("post_acute_drg", sa.Boolean(), nullable=False),
            sa.Column("special_pay_drg", sa.Boolean(), nullable=False),
            sa.Column("mdc", sa.String(), nullable=True),
            sa.Column("type", sa.String(), nullable=True),
            sa.Column("ms_drg_title", sa.String(), nullable=False),
            sa.Column("weight_before_cap", sa.String(), nullable=True),
            sa.Column("weight_cap_applied", sa.String(), nullable=True),
            sa.Column("geometric_mean_los", sa.String(), nullable=True),
            sa.Column("arithmetic_mean_los", sa.String(), nullable=True),
        ],
    )


def _create_drugs() -> None:
    _create(
        "ref_ndc",
        ("hcpcs_code", "number"),
        [
            sa.Column("hcpcs_code", sa.String(), nullable=False),
            sa.Column("short_description", sa.String(), nullable=True),
            sa.Column("labeler_name", sa.String(), nullable=True),
            sa.Column("ndc", sa.String(), nullable=False),
            sa.Column("drug_name", sa.String(), nullable=True),
            sa.Column("hcpcs_dosage", sa.String(), nullable=True),
            sa.Column("pkg_size", sa.String(), nullable=True),
            sa.Column("pkg_qty", sa.String(), nullable=True),
            sa.Column("billunits", sa.String(), nullable=True),
            sa.Column("billunitspkg", sa.String(), nullable=True),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_payment_limit",
        ("hcpcs_code",),
        [
            sa.Column("hcpcs_code", sa.String(), nullable=False),
            sa.Column("short_description", sa.String(), nullable=True),
            sa.Column("hcpcs_code_dosage", sa.String(), nullable=True),
            sa.Column("payment_limit", sa.String(), nullable=True),
            sa.Column("co_insurance_percentage", sa.String(), nullable=True),
            sa.Column("vaccine_awp_percentage", sa.String(), nullable=True),
            sa.Column("vaccine_limit", sa.String(), nullable=True),
            sa.Column("infusion_awp_percentage", sa.String(), nullable=True),
            sa.Column("infusion_limit", sa.String(), nullable=True),
            sa.Column("blood_awp_percentage", sa.String(), nullable=True),
            sa.Column("blood_limit", sa.String(), nullable=True),
            sa.Column("clotting_factor", sa.String(), nullable=True),
            sa.Column("notes", sa.String(), nullable=True),
        ],
    )


def _create_fees() -> None:
    _create(
        "ref_pfs_anesthesia",
        ("contractor", "locality"),
        [
            sa.Column("contractor", sa.String(), nullable=False),
            sa.Column("locality", sa.String(), nullable=False),
            sa.Column("locality_name", sa.String(), nullable=False),
            sa.Column("conversion_factor", sa.String(), nullable=False),
            sa.Column("qualifying_apm_conversion_factor", sa.String(), nullable=True),
        ],
    )
    _create(
        "ref_pfs_gpci",
        ("medicare_administrative_contractor", "locality_number"),
        [
            sa.Column("medicare_administrative_contractor", sa.String(), nullable=False),
            sa.Column("locality_number", sa.String(), nullable=False),
            sa.Column("state", sa.String(), nullable=False),
            sa.Column("locality_name", sa.String(), nullable=False),
            sa.Column("pw_gpci", sa.String(), nullable=False),
            sa.Column("pw_gpci_without_floor", sa.String(), nullable=True),
            sa.Column("pe_gpci", sa.String(), nullable=False),
            sa.Column("mp_gpci", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_pfs_locality",
        ("medicare_administrative_contractor", "locality_number", "number"),
        [
            sa.Column("medicare_administrative_contractor", sa.String(), nullable=False),
            sa.Column("locality_number", sa.String(), nullable=False),
            sa.Column("state", sa.String(), nullable=True),
            sa.Column("fee_schedule_area", sa.String(), nullable=False),
            sa.Column("counties", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
    )
    _create(
        "ref_pfs_opps_cap",
        ("hcpcs", "mod", "carrier", "locality"),
        [
            sa.Column("hcpcs", sa.String(), nullable=False),
            sa.Column("mod", sa.String(), nullable=False),
            sa.Column("carrier", sa.String(), nullable=False),
            sa.Column("locality", sa.String(), nullable=False),
            sa.Column("procstat", sa.String(), nullable=False),
            sa.Column("facility_price", sa.String(), nullable=False),
            sa.Column("non_facility_price", sa.String(), nullable=False),
        ],
    )
    _create(
        "ref_pfs_value",
        ("hcpcs", "mod"),
        [
            sa.Column("hcpcs", sa.String(), nullable=False),
            sa.Column("mod", sa.String(), nullable=False),
            sa.Column("description", sa.String(), nullable=True),
            sa.Column("status_code", sa.String(), nullable=False),
            sa.Column("not_used_for_medicare_payment", sa.Boolean(), nullable=False),
            sa.Column("work_rvu", sa.String(), nullable=False),
            sa.Column("non_fac_pe_rvu", sa.String(), nullable=False),
            sa.Column("non_fac_na_indicator", sa.Boolean(), nullable=False),
            sa.Column("facility_pe_rvu", sa.String(), nullable=False),
            sa.Column("facility_na_indicator", sa.Boolean(), nullable=False),
            sa.Column("mp_rvu", sa.String(), nullable=False),
            sa.Column("non_facility_total", sa.String(), nullable=False),
            sa.Column("facility_total", sa.String(), nullable=False),
            sa.Column("pctc_ind", sa.String(), nullable=False),
            sa.Column("glob_days", sa.String(), nullable=False),
            sa.Column("pre_op", sa.String(), nullable=False),
            sa.Column("intra_op", sa.String(), nullable=False),
            sa.Column("post_op", sa.String(), nullable=False),
            sa.Column("mult_proc", sa.String(), nullable=False),
            sa.Column("bilat_surg", sa.String(), nullable=False),
            sa.Column("asst_surg", sa.String(), nullable=False),
            sa.Column("co_surg", sa.String(), nullable=False),
            sa.Column("team_surg", sa.String(), nullable=False),
            sa.Column("pric_ind", sa.String(), nullable=True),
            sa.Column("endo_base", sa.String(), nullable=True),
            sa.Column("conv_factor", sa.String(), nullable=False),
            sa.Column("physician_supervision", sa.String(), nullable=False),
            sa.Column("calculation_flag", sa.String(), nullable=False),
            sa.Column("diagnostic_imaging_family", sa.String(), nullable=False),
            sa.Column("non_facility_pe_used_for_opps", sa.String(), nullable=False),
            sa.Column("facility_pe_used_for_opps", sa.String(), nullable=False),
            sa.Column("mp_used_for_opps", sa.String(), nullable=False),
        ],
    )


def _create(name: str, key: tuple[str, ...], columns: list[sa.Column[object]]) -> None:
    op.create_table(
        name,
        sa.Column("release_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["release_id"], ["ref_release.id"], name=op.f(f"fk_{name}_release_id_ref_release")),
        sa.PrimaryKeyConstraint("release_id", *key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Rows of these kinds go; load their files again afterwards."""
    for name in reversed(TABLES):
        op.drop_table(name)
    loaded = "FROM ref_release WHERE origin = 'loaded' AND dataset NOT LIKE 'ncci_%'"
    op.execute(f"DELETE FROM ref_file WHERE release_id IN (SELECT id {loaded})")  # noqa: S608 - words of our own
    op.execute(f"DELETE {loaded}")
    with op.batch_alter_table("ref_file") as batch:
        batch.alter_column("part", existing_type=sa.String(60), type_=sa.String(20), existing_nullable=False)
