"""The registry: each kind of file that can be loaded, with its format, its rows in the database, and its names.

A new kind is a format module, a table and an entry here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from consultant.db.reference import RefAddOnLink, RefMue
from consultant.db.reference_coverage import (
    RefArticle,
    RefArticleType,
    RefContractor,
    RefContractorJurisdiction,
    RefContractorType,
    RefCoverageCode,
    RefCoverageCodeGroup,
    RefCoverageDiagnosis,
    RefCoverageDiagnosisGroup,
    RefCoverageModifier,
    RefCoverageModifierGroup,
    RefDocumentContractor,
    RefDocumentUrl,
    RefFutureRetirement,
    RefLcd,
    RefNcd,
    RefRelatedDocument,
    RefRelatedNcd,
    RefState,
)
from consultant.db.reference_cpt import RefCptConcept, RefCptDescriptor, RefCptNotice
from consultant.db.reference_drg import RefMsDrg, RefMsDrgWeight
from consultant.db.reference_drugs import RefNdc, RefPaymentLimit
from consultant.db.reference_fees import RefPfsAnesthesia, RefPfsGpci, RefPfsLocality, RefPfsOppsCap, RefPfsValue
from consultant.db.reference_hcpcs import RefHcpcsCode, RefHcpcsModifier, RefPlaceOfService
from consultant.db.reference_icd10 import (
    RefGem,
    RefIcd10Change,
    RefIcd10Code,
    RefIcd10Node,
    RefIcd10Note,
    RefIcd10SeventhCharacter,
    RefIndexCode,
    RefIndexReference,
    RefIndexTerm,
)
from consultant.reference.formats import Format, Release, Source
from consultant.reference.formats.add_on_codes import AddOnCodes, AddOnRow
from consultant.reference.formats.anesthesia import AnesthesiaFactor, AnesthesiaFormat
from consultant.reference.formats.asp import AspFormat, PaymentLimit
from consultant.reference.formats.cpt import Cpt, CptConcept, CptDescriptor, CptNotice
from consultant.reference.formats.gems import GemRow, Gems
from consultant.reference.formats.gpci import Gpci, GpciFormat
from consultant.reference.formats.hcpcs import HcpcsCode, HcpcsFormat, HcpcsModifier
from consultant.reference.formats.icd10cm_addenda import AddendaRow, Icd10cmAddenda
from consultant.reference.formats.icd10cm_index import Icd10cmIndex, IndexCode, IndexReference, IndexTerm
from consultant.reference.formats.icd10cm_order import Icd10cmOrder
from consultant.reference.formats.icd10cm_tabular import Icd10cmTabular, SevenCharacter, TabularNode, TabularNote
from consultant.reference.formats.icd10pcs_order import Icd10pcsOrder
from consultant.reference.formats.localities import LocalitiesFormat, Locality
from consultant.reference.formats.mcd import Mcd
from consultant.reference.formats.mcd_rows import (
    Article,
    ArticleType,
    Contractor,
    ContractorJurisdiction,
    ContractorType,
    DocumentContractor,
    DocumentUrl,
    FutureRetirement,
    HcpcCode,
    HcpcCodeGroup,
    HcpcModifierGroup,
    Icd10Code,
    Icd10Group,
    Lcd,
    Ncd,
    RelatedDocument,
    RelatedNcd,
    State,
)
from consultant.reference.formats.mcd_rows import HcpcModifier as CoverageModifier
from consultant.reference.formats.msdrg import MsDrgTitle, MsDrgTitles, MsDrgWeight, MsDrgWeights
from consultant.reference.formats.mue import Mue, MueRow
from consultant.reference.formats.ncci_ptp import NcciPtp
from consultant.reference.formats.ndc_hcpcs import NdcCode, NdcHcpcsFormat
from consultant.reference.formats.opps_caps import OppsCap, OppsCapsFormat
from consultant.reference.formats.order_file import OrderRow
from consultant.reference.formats.pfs_pprrvu import NON_QPP, QPP, PprrvuFormat, RelativeValue
from consultant.reference.formats.pos import PlaceOfService, PosFormat
from consultant.reference.loading.due import Cycle
from consultant.reference.loading.ptp_rows import PtpRows
from consultant.reference.loading.row_stores import DatedTableRows, RowStore, SeveralTables, TableRows

WHOLE = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A kind of file: `stem` begins the data set's name in the database, the variant follows.

    `part` finds in a file's name which part of its release it is, where several files make one. `as_of_load`: what
    does not say of which day it is holds from the day of its load on. `cycle`: how often the agency publishes it.
    """

    format: Format
    store: RowStore
    stem: str
    title: str
    agency: str
    cycle: Cycle
    variants: Mapping[str, str] = field(default_factory=dict)
    part: re.Pattern[str] | None = None
    as_of_load: bool = False

    def name(self, release: Release) -> str:
        """The data set of a release: "ncci_ptp_practitioner"."""
        return f"{self.stem}_{release.variant}" if release.variant else self.stem

    def title_of(self, release: Release) -> str:
        """What a citation calls it."""
        variant = self.variants.get(release.variant, release.variant)
        return f"{self.title}, {variant}" if variant else self.title

    def part_of(self, source: Source) -> str:
        """Which part of its release a file is."""
        found = self.part.search(source.name) if self.part else None
        return found[1].lower() if found else WHOLE


SETTINGS = {
    "practitioner": "practitioner services",
    "outpatient_hospital": "outpatient hospital services",
    "dme": "DME supplier services",
}
PARTICIPANTS = {QPP: "qualifying APM participants", NON_QPP: "all but qualifying APM participants"}

NCCI = (
    Dataset(
        NcciPtp(),
        PtpRows(),
        stem="ncci_ptp",
        title="NCCI procedure-to-procedure edits",
        agency="CMS",
        cycle="quarter",
        variants=SETTINGS,
        part=re.compile(r"-(f\d)\b", re.IGNORECASE),
    ),
    Dataset(
        Mue(),
        DatedTableRows(MueRow, RefMue),
        stem="ncci_mue",
        title="NCCI medically unlikely edits",
        agency="CMS",
        cycle="quarter",
        variants=SETTINGS,
    ),
    Dataset(
        AddOnCodes(),
        TableRows(
            AddOnRow,
            RefAddOnLink,
            columns=(
                "add_on", "primary_code", "edit_type", "effective", "deletion", "add_on_deletion",
                "primary_deletion", "note",
            ),
        ),
        stem="ncci_aoc",
        title="NCCI add-on code edits",
        agency="CMS",
        cycle="quarter",
    ),
)  # fmt: skip

FEES = (
    Dataset(
        PprrvuFormat(),
        TableRows(RelativeValue, RefPfsValue),
        stem="pfs_rvu",
        title="Physician Fee Schedule relative value file",
        agency="CMS",
        cycle="quarter",
        variants=PARTICIPANTS,
    ),
    Dataset(
        GpciFormat(),
        TableRows(Gpci, RefPfsGpci),
        stem="pfs_gpci",
        title="Physician Fee Schedule geographic practice cost indices",
        agency="CMS",
        cycle="quarter",
    ),
    Dataset(
        LocalitiesFormat(),
        TableRows(Locality, RefPfsLocality),
        stem="pfs_localities",
        title="Physician Fee Schedule counties by locality",
        agency="CMS",
        cycle="quarter",
    ),
    Dataset(
        AnesthesiaFormat(),
        TableRows(AnesthesiaFactor, RefPfsAnesthesia),
        stem="pfs_anesthesia",
        title="Anesthesia conversion factors by locality",
        agency="CMS",
        cycle="quarter",
    ),
    Dataset(
        OppsCapsFormat(),
        TableRows(OppsCap, RefPfsOppsCap),
        stem="pfs_opps_caps",
        title="Physician Fee Schedule OPPS caps",
        agency="CMS",
        cycle="quarter",
    ),
    Dataset(
        AspFormat(),
        TableRows(PaymentLimit, RefPaymentLimit),
        stem="asp",
        title="Medicare Part B drug payment limits",
        agency="CMS",
        cycle="quarter",
    ),
    Dataset(
        NdcHcpcsFormat(),
        TableRows(NdcCode, RefNdc),
        stem="ndc_hcpcs",
        title="NDC-HCPCS crosswalk",
        agency="CMS",
        cycle="quarter",
    ),
)

CODE_SETS = (
    Dataset(
        HcpcsFormat(),
        SeveralTables(TableRows(HcpcsCode, RefHcpcsCode), TableRows(HcpcsModifier, RefHcpcsModifier)),
        stem="hcpcs_level_ii",
        title="HCPCS Level II alpha-numeric file",
        agency="CMS",
        cycle="quarter",
    ),
    Dataset(
        PosFormat(),
        TableRows(PlaceOfService, RefPlaceOfService),
        stem="pos",
        title="Place of service codes",
        agency="CMS",
        cycle="irregular",
    ),
    Dataset(
        Icd10cmOrder(),
        TableRows(
            OrderRow, RefIcd10Code, told_by=("code",), telling=("valid", "short_description", "long_description")
        ),
        stem="icd10cm_order",
        title="ICD-10-CM order file",
        agency="CDC/NCHS and CMS",
        cycle="fiscal_year",
    ),
    Dataset(
        Icd10cmAddenda(),
        TableRows(AddendaRow, RefIcd10Change),
        stem="icd10cm_addenda",
        title="ICD-10-CM order addenda",
        agency="CDC/NCHS and CMS",
        cycle="fiscal_year",
    ),
    Dataset(
        Icd10cmTabular(),
        SeveralTables(
            TableRows(
                TabularNode,
                RefIcd10Node,
                told_by=("code", "level"),
                telling=("desc", "placeholder", "seven_chr_def"),
            ),
            TableRows(TabularNote, RefIcd10Note, told_by=("code", "kind", "note")),
            TableRows(SevenCharacter, RefIcd10SeventhCharacter, told_by=("code", "char"), telling=("meaning",)),
        ),
        stem="icd10cm_tabular",
        title="ICD-10-CM tabular list",
        agency="CDC/NCHS",
        cycle="fiscal_year",
    ),
    Dataset(
        Icd10cmIndex(),
        SeveralTables(
            TableRows(IndexTerm, RefIndexTerm, told_by=("path", "nemod")),
            TableRows(IndexCode, RefIndexCode, told_by=("kind", "heading"), telling=("code", "more")),
            TableRows(IndexReference, RefIndexReference, told_by=("kind", "text")),
        ),
        stem="icd10cm_index",
        title="ICD-10-CM index",
        agency="CDC/NCHS",
        cycle="fiscal_year",
    ),
    Dataset(
        Icd10pcsOrder(),
        TableRows(
            OrderRow, RefIcd10Code, told_by=("code",), telling=("valid", "short_description", "long_description")
        ),
        stem="icd10pcs_order",
        title="ICD-10-PCS order file",
        agency="CMS",
        cycle="fiscal_year",
    ),
    Dataset(
        Gems(),
        TableRows(GemRow, RefGem),
        stem="gem",
        title="General equivalence mappings",
        agency="CMS",
        cycle="irregular",
    ),
    Dataset(
        MsDrgTitles(),
        TableRows(MsDrgTitle, RefMsDrg),
        stem="msdrg_titles",
        title="MS-DRG definitions",
        agency="CMS",
        cycle="fiscal_year",
    ),
    Dataset(
        MsDrgWeights(),
        TableRows(MsDrgWeight, RefMsDrgWeight),
        stem="msdrg_weights",
        title="MS-DRG weights, IPPS Table 5",
        agency="CMS",
        cycle="fiscal_year",
    ),
    Dataset(
        Cpt(),
        SeveralTables(
            TableRows(CptNotice, RefCptNotice),
            TableRows(CptDescriptor, RefCptDescriptor),
            TableRows(CptConcept, RefCptConcept),
        ),
        stem="cpt",
        title="CPT as licensed",
        agency="American Medical Association",
        cycle="year",
    ),
)

COVERAGE = (
    Dataset(
        Mcd(),
        SeveralTables(
            TableRows(Article, RefArticle),
            TableRows(ArticleType, RefArticleType),
            TableRows(Contractor, RefContractor),
            TableRows(ContractorJurisdiction, RefContractorJurisdiction),
            TableRows(ContractorType, RefContractorType),
            TableRows(DocumentContractor, RefDocumentContractor),
            TableRows(DocumentUrl, RefDocumentUrl),
            TableRows(FutureRetirement, RefFutureRetirement),
            TableRows(HcpcCode, RefCoverageCode),
            TableRows(HcpcCodeGroup, RefCoverageCodeGroup),
            TableRows(CoverageModifier, RefCoverageModifier),
            TableRows(HcpcModifierGroup, RefCoverageModifierGroup),
            TableRows(Icd10Code, RefCoverageDiagnosis),
            TableRows(Icd10Group, RefCoverageDiagnosisGroup),
            TableRows(Lcd, RefLcd),
            TableRows(Ncd, RefNcd),
            TableRows(RelatedDocument, RefRelatedDocument),
            TableRows(RelatedNcd, RefRelatedNcd),
            TableRows(State, RefState),
        ),
        stem="mcd",
        title="Medicare Coverage Database",
        agency="CMS",
        cycle="week",
        part=re.compile(r"(\w+)\.csv$", re.IGNORECASE),
        as_of_load=True,
    ),
)

DATASETS: tuple[Dataset, ...] = (*NCCI, *FEES, *CODE_SETS, *COVERAGE)


def dataset_named(name: str) -> Dataset | None:
    """The kind that a data set in the database is of; None for those that only the starter pack has."""
    known = [each for each in DATASETS if name == each.stem or name.startswith(f"{each.stem}_")]
    return max(known, key=lambda each: len(each.stem), default=None)
