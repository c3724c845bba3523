"""PPRRVU: the National Physician Fee Schedule Relative Value File, as .csv, .xlsx and fixed-width .txt.

Column names are CMS's, layout and meaning after "National Physician Fee Schedule Relative Value File" (the PDF in
each RVU bundle). From 2026 there are two files a release: for practitioners who are qualifying APM participants
("QPP", only codes that can be paid) and for all others ("nonQPP"); they differ in the conversion factor.
Descriptions of CPT and CDT codes are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple

from consultant.reference.formats import Release, Source
from consultant.reference.formats.lines import Line
from consultant.reference.formats.pfs_releases import letter_of, pfs_release
from consultant.reference.formats.records import (
    Record,
    is_workbook,
    opening_lines,
    opening_records,
)
from consultant.reference.formats.tables import Columns, FixedText, Rows, head_of, read_rows

QPP, NON_QPP = "QPP", "nonQPP"
VARIANTS = {"1": QPP, "9": NON_QPP}  # PRIC IND: 1 = the QPP factor applies, 9 = it does not

TITLE = re.compile(r"(\d{4}) National Physician Fee Schedule Relative Value File (\w+)", re.IGNORECASE)
NAME = re.compile(r"PPRRVU(?:20)?(\d{2})_?([A-Z]{3})?", re.IGNORECASE)


class RelativeValue(NamedTuple):
    """One code, or one part of it (`mod` "26" professional, "TC" technical, "53" discontinued, else "").

    RVUs count for payment only under status A, R or T. `*_na_indicator` means that the service is rarely or never
    performed in that setting. `description` is None for every CPT and CDT code.
    """

    hcpcs: str
    mod: str
    description: str | None
    status_code: str
    not_used_for_medicare_payment: bool
    work_rvu: Decimal
    non_fac_pe_rvu: Decimal
    non_fac_na_indicator: bool
    facility_pe_rvu: Decimal
    facility_na_indicator: bool
    mp_rvu: Decimal
    non_facility_total: Decimal
    facility_total: Decimal
    pctc_ind: str
    glob_days: str
    pre_op: Decimal
    intra_op: Decimal
    post_op: Decimal
    mult_proc: str
    bilat_surg: str
    asst_surg: str
    co_surg: str
    team_surg: str
    pric_ind: str | None
    endo_base: str | None
    conv_factor: Decimal
    physician_supervision: str
    calculation_flag: str
    diagnostic_imaging_family: str
    non_facility_pe_used_for_opps: Decimal
    facility_pe_used_for_opps: Decimal
    mp_used_for_opps: Decimal


COLUMNS = Columns(
    names={
        "hcpcs": "HCPCS",
        "mod": "MOD",
        "description": ".*DESCRIPTION",
        "status_code": "STATUSCODE",
        "not_used_for_medicare_payment": "NOTUSEDFORMEDICAREPAYMENT",
        "work_rvu": "WORKRVU",
        "non_fac_pe_rvu": "NONFAC(ILITY)?PERVU",
        "non_fac_na_indicator": "NONFAC(ILITY)?NAINDICATOR",
        "facility_pe_rvu": "FACILITYPERVU",
        "facility_na_indicator": "FACILITYNAINDICATOR",
        "mp_rvu": "MPRVU",
        "non_facility_total": "NONFACILITYTOTAL",
        "facility_total": "FACILITYTOTAL",
        "pctc_ind": "PCTCIND",
        "glob_days": "GLOBDAYS",
        "pre_op": "PREOP",
        "intra_op": "INTRAOP",
        "post_op": "POSTOP",
        "mult_proc": "MULTPROC",
        "bilat_surg": "BILATSURG",
        "asst_surg": "ASSTSURG",
        "co_surg": "COSURG",
        "team_surg": "TEAMSURG",
        "pric_ind": "PRICIND",
        "endo_base": "ENDOBASE",
        "conv_factor": "CONVFACTOR",
        "physician_supervision": "PHYSICIANSUPERVISIONOFDIAGNOSTICPROCEDURES",
        "calculation_flag": "CALCULATIONFLAG",
        "diagnostic_imaging_family": "DIAGNOSTICIMAGINGFAMILYINDICATOR",
        "non_facility_pe_used_for_opps": "NONFACILITYPEUSEDFOROPPSPAYMENTAMOUNT",
        "facility_pe_used_for_opps": "FACILITYPEUSEDFOROPPSPAYMENTAMOUNT",
        "mp_used_for_opps": "MPUSEDFOROPPSPAYMENTAMOUNT",
    },
    key=re.compile(r"\w{1,5}"),
    optional=frozenset({"pric_ind"}),
    stacked=5,
)

FIXED = FixedText(
    layout={
        "hcpcs": (1, 5),
        "mod": (6, 7),
        "description": (8, 57),
        "status_code": (58, 58),
        "not_used_for_medicare_payment": (59, 59),
        "work_rvu": (60, 65),
        "non_fac_pe_rvu": (67, 72),
        "non_fac_na_indicator": (73, 74),
        "facility_pe_rvu": (76, 81),
        "facility_na_indicator": (82, 83),
        "mp_rvu": (85, 89),
        "non_facility_total": (91, 96),
        "facility_total": (97, 102),
        "pctc_ind": (103, 103),
        "glob_days": (104, 106),
        "pre_op": (107, 109),
        "intra_op": (110, 112),
        "post_op": (113, 115),
        "mult_proc": (116, 116),
        "bilat_surg": (117, 117),
        "asst_surg": (118, 118),
        "co_surg": (119, 119),
        "team_surg": (120, 120),
        "pric_ind": (121, 121),  # filler before 2026
        "endo_base": (128, 132),
        "conv_factor": (133, 140),
        "physician_supervision": (142, 143),
        "calculation_flag": (144, 144),
        "diagnostic_imaging_family": (146, 147),
        "non_facility_pe_used_for_opps": (152, 157),
        "facility_pe_used_for_opps": (159, 164),
        "mp_used_for_opps": (166, 171),
    },
    line=re.compile(r"[A-Z0-9]{5}.{52}[A-Z].{4}\.\d\d.{68}\d\d\.\d{4}"),
    shortest=171,
    is_note=lambda text: text.startswith("HDR "),
)


class PprrvuFormat:
    """The relative value file; `Release.variant` is "QPP", "nonQPP" or, before 2026, empty."""

    kind = "pfs-pprrvu"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """By its title, or by lines in the fixed layout, or by name; the variant by the indicator in its rows."""
        found = opening_records(source, head)
        title = TITLE.search(" ".join(cell for record in found for cell in record.cells))
        name = NAME.search(source.name)
        if not title and not FIXED.fits(head) and not (name and (found or is_workbook(head))):
            return None
        year = int(title[1]) if title else 2000 + int(name[1]) if name else None
        letter = letter_of(title[2]) if title else letter_of(name[2] or "") if name else None
        return pfs_release(self.kind, source, year=year, letter=letter, variant=_variant(source, head, found))

    def rows(self, source: Source, release: Release) -> Rows[Line, RelativeValue]:
        """One row for each code and part of a code."""
        return read_rows(source, COLUMNS, _row, FIXED)


def _variant(source: Source, head: bytes, found: list[Record]) -> str:
    """By the first rows' PRIC IND; by the name where no row is near enough to the start."""
    for sign in _pricing_indicators(head, found):
        if sign in VARIANTS:
            return VARIANTS[sign]
    if re.search(r"non[-_ ]?QPP", source.name, re.IGNORECASE):
        return NON_QPP
    return QPP if re.search(r"QPP", source.name, re.IGNORECASE) else ""


def _pricing_indicators(head: bytes, found: list[Record]) -> Iterator[str]:
    if FIXED.fits(head):
        first, _ = FIXED.layout["pric_ind"]
        yield from (line[first - 1] for line in opening_lines(head) if FIXED.line.match(line))
        return
    rest = iter(found)
    columns, _ = head_of(rest, COLUMNS)
    if (at := columns.get("pric_ind")) is not None:
        yield from takewhile(bool, (record.cells[at] for record in rest if at < len(record.cells)))


def _row(line: Line) -> RelativeValue:
    code = line.code("hcpcs")
    return RelativeValue(
        hcpcs=code,
        mod=line.modifier("mod"),
        description=line.description("description", code),
        status_code=line.indicator("status_code", 1),
        not_used_for_medicare_payment=line.mark("not_used_for_medicare_payment", "+"),
        work_rvu=line.number_at("work_rvu"),
        non_fac_pe_rvu=line.number_at("non_fac_pe_rvu"),
        non_fac_na_indicator=line.mark("non_fac_na_indicator", "NA"),
        facility_pe_rvu=line.number_at("facility_pe_rvu"),
        facility_na_indicator=line.mark("facility_na_indicator", "NA"),
        mp_rvu=line.number_at("mp_rvu"),
        non_facility_total=line.number_at("non_facility_total"),
        facility_total=line.number_at("facility_total"),
        pctc_ind=line.indicator("pctc_ind", 1),
        glob_days=line.indicator("glob_days", 3),
        pre_op=line.number_at("pre_op"),
        intra_op=line.number_at("intra_op"),
        post_op=line.number_at("post_op"),
        mult_proc=line.indicator("mult_proc", 1),
        bilat_surg=line.indicator("bilat_surg", 1),
        asst_surg=line.indicator("asst_surg", 1),
        co_surg=line.indicator("co_surg", 1),
        team_surg=line.indicator("team_surg", 1),
        pric_ind=line.maybe("pric_ind"),
        endo_base=line.maybe_code("endo_base"),
        conv_factor=line.number_at("conv_factor"),
        physician_supervision=line.indicator("physician_supervision", 2),
        calculation_flag=line.indicator("calculation_flag", 1),
        diagnostic_imaging_family=line.indicator("diagnostic_imaging_family", 2),
        non_facility_pe_used_for_opps=line.number_at("non_facility_pe_used_for_opps"),
        facility_pe_used_for_opps=line.number_at("facility_pe_used_for_opps"),
        mp_used_for_opps=line.number_at("mp_used_for_opps"),
    )
