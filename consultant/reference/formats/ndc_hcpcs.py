"""The NDC to HCPCS crosswalk that goes with the Medicare Part B payment limits, quarterly, as .csv or .xlsx.

One product can belong to several codes, and a code has many products: the rows are pairs.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from consultant.reference.formats import Release, Source
from consultant.reference.formats.asp import quarterly_release, text_above
from consultant.reference.formats.lines import Line
from consultant.reference.formats.records import is_workbook, opening_records
from consultant.reference.formats.tables import Columns, Rows, head_of, read_rows

TITLE = re.compile(r"NDC\s*-\s*HCPCS Crosswalk", re.IGNORECASE)
NAME = re.compile(r"NDC[-_ ]HCPCS", re.IGNORECASE)
NDC = re.compile(r"\d{4,5}-\d{3,4}-\d{1,2}|\d{10,14}")


class NdcCode(NamedTuple):
    """A product and a code it is billed with.

    `ndc` is written 5-4-2 with hyphens; products that are devices have a bare number of 12 digits instead.
    `billunits` are the billing units in one item, `billunitspkg` those in the whole package.
    """

    hcpcs_code: str
    short_description: str | None
    labeler_name: str | None
    ndc: str
    drug_name: str | None
    hcpcs_dosage: str | None
    pkg_size: Decimal | None
    pkg_qty: Decimal | None
    billunits: Decimal | None
    billunitspkg: Decimal | None


COLUMNS = Columns(
    names={
        "hcpcs_code": r"HCPCSCODE|\d{4}CODE",  # 2026: CMS left a name of its own, _2026_CODE
        "short_description": "SHORTDESCRIPTION",
        "labeler_name": "LABELERNAME",
        "ndc": "NDC2?",
        "drug_name": "DRUGNAME",
        "hcpcs_dosage": "HCPCSDOSAGE",
        "pkg_size": "PKGSIZE",
        "pkg_qty": "PKGQTY",
        "billunits": "BILLUNITS",
        "billunitspkg": "BILLUNITSPKG",
    },
    key=re.compile(r"\w{5}"),
)


class NdcHcpcsFormat:
    """The crosswalk of a quarter."""

    kind = "asp-ndc-hcpcs"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """By its title or column heads, else by name. Raises FormatError when it does not say from when to when."""
        found = opening_records(source, head)
        columns, _ = head_of(found, COLUMNS)
        title = TITLE.search(text_above(found))
        if not title and COLUMNS.missing(columns) and not (NAME.search(source.name) and (found or is_workbook(head))):
            return None
        return quarterly_release(self.kind, source, found)

    def rows(self, source: Source, release: Release) -> Rows[Line, NdcCode]:
        """One row for each pair of product and code."""
        return read_rows(source, COLUMNS, _row)


def _row(line: Line) -> NdcCode:
    code, ndc = line.code("hcpcs_code"), line.text("ndc")
    if not NDC.fullmatch(ndc):
        raise line.wrong("ndc", f"{ndc!r} is no national drug code")
    return NdcCode(
        hcpcs_code=code,
        short_description=line.description("short_description", code),
        labeler_name=line.maybe("labeler_name"),
        ndc=ndc,
        drug_name=line.maybe("drug_name"),
        hcpcs_dosage=line.maybe("hcpcs_dosage"),
        pkg_size=line.maybe_number("pkg_size"),
        pkg_qty=line.maybe_number("pkg_qty"),
        billunits=line.maybe_number("billunits"),
        billunitspkg=line.maybe_number("billunitspkg"),
    )
