"""The rows that are read from the exports of the Medicare Coverage Database, under the names of its columns.

A document is known by (id, version): an article, an LCD or an NCD. Both days of a period are in force; where the
database gives none, the field is None. No descriptor of any code is here, nor the prose of the documents, which
quotes them: `url` leads to the document itself. ICD-10 codes have no dot.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Document = Literal["article", "lcd"]


class Article(NamedTuple):
    """An article; since 2019 the codes of an LCD are in its billing and coding article."""

    article_id: int
    article_version: int
    display_id: str
    article_type: str
    title: str
    status: str
    article_pub_date: date | None
    article_eff_date: date | None
    article_end_date: date | None
    article_rev_end_date: date | None
    date_retired: date | None
    last_updated: date | None
    url: str


class Lcd(NamedTuple):
    """A local coverage determination; it binds in the area of its contractors only."""

    lcd_id: int
    lcd_version: int
    display_id: str
    determination_number: str
    title: str
    status: str
    orig_det_eff_date: date | None
    ent_det_end_date: date | None
    rev_eff_date: date | None
    rev_end_date: date | None
    notice_start_dt: date | None
    notice_end_dt: date | None
    date_retired: date | None
    last_updated: date | None
    url: str


class Ncd(NamedTuple):
    """A national coverage determination. `cvrg_lvl_cd`: 1 full, 2 restricted, 3 none; 4 occurs without a meaning.

    A termination date may precede the effective date, and a retired one may have none: the title says "RETIRED".
    """

    ncd_id: int
    ncd_vrsn_num: int
    natl_cvrg_type: str
    cvrg_lvl_cd: str
    ncd_mnl_sect: str
    ncd_mnl_sect_title: str
    ncd_efctv_dt: date | None
    ncd_impltn_dt: date | None
    ncd_trmntn_dt: date | None
    trnsmtl_num: str
    trnsmtl_url: str
    last_updt_tmstmp: date | None
    url: str


class DocumentContractor(NamedTuple):
    """Whose document it is. A contractor is known by id, type and version together."""

    document: Document
    document_id: int
    document_version: int
    contractor_id: int
    contractor_type_id: int
    contractor_version: int


class HcpcCode(NamedTuple):
    """A CPT or HCPCS code in a group. `range` is B, M or E where the document gives a range, already spelled out."""

    document: Document
    document_id: int
    document_version: int
    hcpc_code_id: str
    hcpc_code_group: int
    range: str


class HcpcCodeGroup(NamedTuple):
    """The paragraph (HTML) that says what a group of codes is for. Its number is not that of a diagnosis group."""

    document: Document
    document_id: int
    document_version: int
    hcpc_code_group: int
    paragraph: str


class HcpcModifier(NamedTuple):
    """A modifier in a group of an article."""

    article_id: int
    article_version: int
    hcpc_modifier_code_id: str
    hcpc_modifier_group: int


class HcpcModifierGroup(NamedTuple):
    """The paragraph (HTML) of a group of modifiers."""

    article_id: int
    article_version: int
    hcpc_modifier_group: int
    paragraph: str


class Icd10Code(NamedTuple):
    """A diagnosis that supports necessity (`covered`) or does not; one that is in neither list is left open."""

    article_id: int
    article_version: int
    covered: bool
    icd10_group: int
    icd10_code_id: str
    range: str
    asterisk: str


class Icd10Group(NamedTuple):
    """The paragraph (HTML) of a group of diagnoses: which procedures it is for, primary or secondary, pairs.

    `asterisk` (HTML) is what a code's asterisk means in this group.
    """

    article_id: int
    article_version: int
    covered: bool
    icd10_group: int
    paragraph: str
    asterisk: str


class DocumentUrl(NamedTuple):
    """An address that a document names."""

    document: Document
    document_id: int
    document_version: int
    url: str
    url_name: str
    url_description: str


class RelatedDocument(NamedTuple):
    """Another article or LCD that a document belongs with."""

    document: Document
    document_id: int
    document_version: int
    r_article_id: int | None
    r_article_version: int | None
    r_lcd_id: int | None
    r_lcd_version: int | None


class RelatedNcd(NamedTuple):
    """An NCD that a document belongs with."""

    document: Document
    document_id: int
    document_version: int
    r_ncd_id: int
    r_ncd_version: int | None


class FutureRetirement(NamedTuple):
    """The day on which a document will retire."""

    document: Document
    document_id: int
    retire_dt: date


class Contractor(NamedTuple):
    """A Medicare contractor."""

    contractor_id: int
    contractor_type_id: int
    contractor_version: int
    contractor_bus_name: str
    contractor_number: str
    status: str


class ContractorJurisdiction(NamedTuple):
    """A state, or a part of one, that a contractor has; no longer so from `term_date` on."""

    contractor_id: int
    contractor_type_id: int
    contractor_version: int
    state_id: int
    active_date: date | None
    term_date: date | None


class ContractorType(NamedTuple):
    """What a contractor is for ("MAC - Part B")."""

    contractor_type_id: int
    description: str


class ArticleType(NamedTuple):
    """What an article is for ("Billing and Coding")."""

    article_type_id: int
    description: str


class State(NamedTuple):
    """A state, or a part of one (DN, QN, UN of New York; EM, WM of Missouri; NF, SF of California)."""

    state_id: int
    state_abbrev: str
    description: str


McdRow = (
    Article
    | ArticleType
    | Contractor
    | ContractorJurisdiction
    | ContractorType
    | DocumentContractor
    | DocumentUrl
    | FutureRetirement
    | HcpcCode
    | HcpcCodeGroup
    | HcpcModifier
    | HcpcModifierGroup
    | Icd10Code
    | Icd10Group
    | Lcd
    | Ncd
    | RelatedDocument
    | RelatedNcd
    | State
)
