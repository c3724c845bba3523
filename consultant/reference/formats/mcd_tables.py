"""Which files of the Medicare Coverage Database exports are read, by which columns each is known, and its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from consultant.reference.formats.mcd_cells import Cells
from consultant.reference.formats.mcd_rows import (
    Article,
    ArticleType,
    Contractor,
    ContractorJurisdiction,
    ContractorType,
    Document,
    DocumentContractor,
    DocumentUrl,
    FutureRetirement,
    HcpcCode,
    HcpcCodeGroup,
    HcpcModifier,
    HcpcModifierGroup,
    Icd10Code,
    Icd10Group,
    Lcd,
    McdRow,
    Ncd,
    RelatedDocument,
    RelatedNcd,
    State,
)

VIEW = "https://www.cms.gov/medicare-coverage-database/view"


@dataclass(frozen=True, slots=True)
class Table:
    """A file of an export: its name there, the columns that it cannot do without, and what a record becomes."""

    file: str
    columns: frozenset[str]
    row: Callable[[Cells], McdRow]


def _article(cells: Cells) -> Article:
    number, version = cells.number("article_id"), cells.number("article_version")
    return Article(
        article_id=number,
        article_version=version,
        display_id=cells.text("display_id") or f"A{number}",
        article_type=cells.text("article_type"),
        title=cells.text("title"),
        status=cells.text("status"),
        article_pub_date=cells.maybe_day("article_pub_date"),
        article_eff_date=cells.maybe_day("article_eff_date"),
        article_end_date=cells.maybe_day("article_end_date"),
        article_rev_end_date=cells.maybe_day("article_rev_end_date"),
        date_retired=cells.maybe_day("date_retired"),
        last_updated=cells.maybe_day("last_updated"),
        url=f"{VIEW}/article.aspx?articleid={number}&ver={version}",
    )


def _lcd(cells: Cells) -> Lcd:
    number, version = cells.number("lcd_id"), cells.number("lcd_version")
    return Lcd(
        lcd_id=number,
        lcd_version=version,
        display_id=cells.text("display_id") or f"L{number}",
        determination_number=cells.text("determination_number"),
        title=cells.text("title"),
        status=cells.text("status"),
        orig_det_eff_date=cells.maybe_day("orig_det_eff_date"),
        ent_det_end_date=cells.maybe_day("ent_det_end_date"),
        rev_eff_date=cells.maybe_day("rev_eff_date"),
        rev_end_date=cells.maybe_day("rev_end_date"),
        notice_start_dt=cells.maybe_day("notice_start_dt"),
        notice_end_dt=cells.maybe_day("notice_end_dt"),
        date_retired=cells.maybe_day("date_retired"),
        last_updated=cells.maybe_day("last_updated"),
        url=f"{VIEW}/lcd.aspx?lcdid={number}&ver={version}",
    )


def _ncd(cells: Cells) -> Ncd:
    number, version = cells.number("ncd_id"), cells.number("ncd_vrsn_num")
    return Ncd(
        ncd_id=number,
        ncd_vrsn_num=version,
        natl_cvrg_type=cells.text("natl_cvrg_type"),
        cvrg_lvl_cd=cells.text("cvrg_lvl_cd"),
        ncd_mnl_sect=cells.text("ncd_mnl_sect"),
        ncd_mnl_sect_title=cells.text("ncd_mnl_sect_title"),
        ncd_efctv_dt=cells.maybe_day("ncd_efctv_dt"),
        ncd_impltn_dt=cells.maybe_day("ncd_impltn_dt"),
        ncd_trmntn_dt=cells.maybe_day("ncd_trmntn_dt"),
        trnsmtl_num=cells.text("trnsmtl_num"),
        trnsmtl_url=cells.text("trnsmtl_url"),
        last_updt_tmstmp=cells.maybe_day("last_updt_tmstmp"),
        url=f"{VIEW}/ncd.aspx?ncdid={number}&ncdver={version}",
    )


def _versioned(document: Document, cells: Cells) -> tuple[Document, int, int]:
    return document, cells.number(f"{document}_id"), cells.number(f"{document}_version")


def _document_contractor(document: Document, cells: Cells) -> DocumentContractor:
    return DocumentContractor(*_versioned(document, cells), *_contractor_key(cells))


def _hcpc_code(document: Document, cells: Cells) -> HcpcCode:
    return HcpcCode(
        *_versioned(document, cells), cells.hcpcs("hcpc_code_id"), cells.number("hcpc_code_group"), cells.text("range")
    )


def _hcpc_code_group(document: Document, cells: Cells) -> HcpcCodeGroup:
    return HcpcCodeGroup(*_versioned(document, cells), cells.number("hcpc_code_group"), cells.text("paragraph"))


def _hcpc_modifier(cells: Cells) -> HcpcModifier:
    return HcpcModifier(
        *_versioned("article", cells)[1:], cells.text("hcpc_modifier_code_id"), cells.number("hcpc_modifier_group")
    )


def _hcpc_modifier_group(cells: Cells) -> HcpcModifierGroup:
    return HcpcModifierGroup(
        *_versioned("article", cells)[1:], cells.number("hcpc_modifier_group"), cells.text("paragraph")
    )


def _icd10_code(group: str, cells: Cells) -> Icd10Code:
    return Icd10Code(
        *_versioned("article", cells)[1:],
        covered=group == "icd10_covered_group",
        icd10_group=cells.number(group),
        icd10_code_id=cells.icd10("icd10_code_id"),
        range=cells.text("range"),
        asterisk=cells.text("asterisk"),
    )


def _icd10_group(group: str, cells: Cells) -> Icd10Group:
    return Icd10Group(
        *_versioned("article", cells)[1:],
        covered=group == "icd10_covered_group",
        icd10_group=cells.number(group),
        paragraph=cells.text("paragraph"),
        asterisk=cells.text("icd10_covered_ast"),
    )


def _document_url(document: Document, cells: Cells) -> DocumentUrl:
    return DocumentUrl(
        *_versioned(document, cells), cells.text("url"), cells.text("url_name"), cells.text("url_description")
    )


def _related_document(document: Document, cells: Cells) -> RelatedDocument:
    return RelatedDocument(
        *_versioned(document, cells),
        r_article_id=cells.maybe_number("r_article_id"),
        r_article_version=cells.maybe_number("r_article_version"),
        r_lcd_id=cells.maybe_number("r_lcd_id"),
        r_lcd_version=cells.maybe_number("r_lcd_version"),
    )


def _related_ncd(document: Document, cells: Cells) -> RelatedNcd:
    return RelatedNcd(*_versioned(document, cells), cells.number("r_ncd_id"), cells.maybe_number("r_ncd_version"))


def _future_retirement(document: Document, cells: Cells) -> FutureRetirement:
    return FutureRetirement(document, cells.number(f"{document}_id"), cells.day("retire_dt"))


def _contractor_key(cells: Cells) -> tuple[int, int, int]:
    return cells.number("contractor_id"), cells.number("contractor_type_id"), cells.number("contractor_version")


def _contractor(cells: Cells) -> Contractor:
    return Contractor(
        *_contractor_key(cells),
        contractor_bus_name=cells.text("contractor_bus_name"),
        contractor_number=cells.text("contractor_number"),
        status=cells.text("status"),
    )


def _contractor_jurisdiction(cells: Cells) -> ContractorJurisdiction:
    return ContractorJurisdiction(
        *_contractor_key(cells), cells.number("state_id"), cells.maybe_day("active_date"), cells.maybe_day("term_date")
    )


def _contractor_type(cells: Cells) -> ContractorType:
    return ContractorType(cells.number("contractor_type_id"), cells.text("description"))


def _article_type(cells: Cells) -> ArticleType:
    return ArticleType(cells.number("article_type_id"), cells.text("description"))


def _state(cells: Cells) -> State:
    return State(cells.number("state_id"), cells.text("state_abbrev"), cells.text("description"))


def _table(file: str, columns: str, row: Callable[[Cells], McdRow]) -> Table:
    return Table(file, frozenset(columns.split()), row)


def _tables_of(document: Document) -> tuple[Table, ...]:
    """The files that articles and LCDs have in the same form."""
    of = f"{document}_id {document}_version"
    return (
        _table(
            f"{document}_x_contractor.csv",
            f"{of} contractor_id contractor_type_id contractor_version",
            partial(_document_contractor, document),
        ),
        _table(
            f"{document}_x_hcpc_code.csv", f"{of} hcpc_code_id hcpc_code_group range", partial(_hcpc_code, document)
        ),
        _table(
            f"{document}_x_hcpc_code_group.csv",
            f"{of} hcpc_code_group paragraph",
            partial(_hcpc_code_group, document),
        ),
        _table(f"{document}_x_urls.csv", f"{of} url url_name url_description", partial(_document_url, document)),
        _table(
            f"{document}_related_documents.csv",
            f"{of} r_article_id r_article_version r_lcd_id r_lcd_version",
            partial(_related_document, document),
        ),
        _table(
            f"{document}_related_ncd_documents.csv", f"{of} r_ncd_id r_ncd_version", partial(_related_ncd, document)
        ),
        _table(f"{document}_future_retire.csv", f"{document}_id retire_dt", partial(_future_retirement, document)),
    )


def _icd10_tables(group: str, file: str) -> tuple[Table, ...]:
    of = "article_id article_version"
    return (
        _table(f"{file}.csv", f"{of} icd10_code_id {group} range", partial(_icd10_code, group)),
        _table(f"{file}_group.csv", f"{of} {group} paragraph", partial(_icd10_group, group)),
    )


TABLES = (
    _table(
        "article.csv",
        "article_id article_version article_type title status display_id article_pub_date article_eff_date"
        " article_end_date article_rev_end_date date_retired",
        _article,
    ),
    _table(
        "lcd.csv",
        "lcd_id lcd_version title status display_id determination_number orig_det_eff_date ent_det_end_date"
        " rev_eff_date rev_end_date date_retired",
        _lcd,
    ),
    _table(
        "ncd_trkg.csv",
        "ncd_id ncd_vrsn_num cvrg_lvl_cd ncd_mnl_sect ncd_mnl_sect_title ncd_efctv_dt ncd_impltn_dt ncd_trmntn_dt",
        _ncd,
    ),
    *_tables_of("article"),
    *_tables_of("lcd"),
    *_icd10_tables("icd10_covered_group", "article_x_icd10_covered"),
    *_icd10_tables("icd10_noncovered_group", "article_x_icd10_noncovered"),
    _table(
        "article_x_hcpc_modifier.csv",
        "article_id article_version hcpc_modifier_code_id hcpc_modifier_group",
        _hcpc_modifier,
    ),
    _table(
        "article_x_hcpc_modifier_group.csv",
        "article_id article_version hcpc_modifier_group paragraph",
        _hcpc_modifier_group,
    ),
    _table(
        "contractor.csv",
        "contractor_id contractor_type_id contractor_version contractor_bus_name contractor_number",
        _contractor,
    ),
    _table(
        "contractor_jurisdiction.csv",
        "contractor_id contractor_type_id contractor_version state_id active_date term_date",
        _contractor_jurisdiction,
    ),
    _table("contractor_type_lookup.csv", "contractor_type_id description", _contractor_type),
    _table("article_type_lookup.csv", "article_type_id description", _article_type),
    _table("state_lookup.csv", "state_id state_abbrev description", _state),
)

NOT_READ = {
    "coding of other kinds": "article_x_bill_code article_x_revenue_code article_x_code_table article_x_icd10_pcs_code"
    " article_x_icd10_pcs_code_group article_x_other_coding_group article_related_source_icd9 lcd_related_source_icd9",
    "prose and correspondence": "article_x_response_to_comment article_x_revision_history article_x_sticky_note"
    " draft_contact_lookup lcd_x_advisory_committee lcd_x_requestor_letters lcd_x_revision_history lcd_x_sticky_note",
    "reasons of changes": "lcd_x_reason_change lcd_x_synopsis_changes_fields reason_change_lookup"
    " synopsis_changes_fields_lookup",
    "areas that no look-up asks for": "article_x_primary_jurisdiction contractor_oversight dmerc_region_lookup"
    " lcd_x_primary_jurisdiction region_lookup state_x_region",
    "look-ups of what is not read": "article_url_type_lookup contractor_subtype_lookup lcd_url_type_lookup"
    " ncd_bnft_ctgry_ref ncd_pblctn_ref ncd_trkg_bnft_xref update_period",
}


def why_not_read(file: str) -> str | None:
    """Why nothing is taken from a file of an export, by its name; None for a name that is not of those files."""
    name = file.rsplit("/", 1)[-1].lower().removesuffix(".csv")
    return next((reason for reason, files in NOT_READ.items() if name in files.split()), None)


def table_of(columns: frozenset[str]) -> Table | None:
    """The table with these columns (in small letters), or None for a file that is not read."""
    fitting = [table for table in TABLES if table.columns <= columns]
    return max(fitting, key=lambda table: len(table.columns), default=None)
