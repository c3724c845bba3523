"""Medicare Part B drug payment limits ("ASP pricing file"), quarterly, as .csv or .xlsx.

A limit is for one billing unit of the code (`hcpcs_code_dosage`), not for a vial. That a code is listed, or is not,
says nothing on coverage. The quarter stands above the table; short descriptions of CPT codes are not read.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from consultant.reference.formats import FormatError, Release, Source
from consultant.reference.formats.lines import Line
from consultant.reference.formats.records import Record, is_workbook, opening_records
from consultant.reference.formats.tables import Columns, Rows, head_of, read_rows

TITLE = re.compile(r"Payment Allowance Limits for Medicare Part B Drugs", re.IGNORECASE)
NAME = re.compile(r"(Payment Limit|ASP Pricing) File", re.IGNORECASE)
EFFECTIVE = re.compile(r"Effective\s+(\w+ \d{1,2}, \d{4})\s+through\s+(\w+ \d{1,2}, \d{4})", re.IGNORECASE)
NO_LIMIT = "N/A"
PRICED_OTHERWISE = ("vaccine_limit", "infusion_limit", "blood_limit", "notes")


class PaymentLimit(NamedTuple):
    """Dollars for one billing unit.

    `payment_limit` is None where CMS says N/A: then the notes or one of the other limits say how it is priced.
    """

    hcpcs_code: str
    short_description: str | None
    hcpcs_code_dosage: str | None
    payment_limit: Decimal | None
    co_insurance_percentage: Decimal | None
    vaccine_awp_percentage: Decimal | None
    vaccine_limit: Decimal | None
    infusion_awp_percentage: Decimal | None
    infusion_limit: Decimal | None
    blood_awp_percentage: Decimal | None
    blood_limit: Decimal | None
    clotting_factor: str | None
    notes: str | None


COLUMNS = Columns(
    names={
        "hcpcs_code": "HCPCSCODE",
        "short_description": "SHORTDESCRIPTION",
        "hcpcs_code_dosage": "HCPCSCODEDOSAGE",
        "payment_limit": "PAYMENTLIMIT",
        "co_insurance_percentage": "COINSURANCEPERCENTAGE",
        "vaccine_awp_percentage": "VACCINEAWP",
        "vaccine_limit": "VACCINELIMIT",
        "infusion_awp_percentage": "(DME)?INFUSIONAWP",
        "infusion_limit": "(DME)?INFUSIONLIMIT",
        "blood_awp_percentage": "BLOODAWP",
        "blood_limit": "BLOODLIMIT",
        "clotting_factor": "CLOTTINGFACTOR",
        "notes": "NOTES",
    },
    key=re.compile(r"\w{5}"),
    # Not in every year's file: older ones have infusion columns, newer ones the coinsurance.
    optional=frozenset({"co_insurance_percentage", "infusion_awp_percentage", "infusion_limit", "notes"}),
)


class AspFormat:
    """The payment limits of a quarter."""

    kind = "asp-payment-limits"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """By its title or column heads, else by name. Raises FormatError when it does not say from when to when."""
        found = opening_records(source, head)
        columns, _ = head_of(found, COLUMNS)
        title = TITLE.search(text_above(found))
        if not title and COLUMNS.missing(columns) and not (NAME.search(source.name) and (found or is_workbook(head))):
            return None
        return quarterly_release(self.kind, source, found)

    def rows(self, source: Source, release: Release) -> Rows[Line, PaymentLimit]:
        """One row for each code."""
        return read_rows(source, COLUMNS, _row)


def text_above(found: list[Record]) -> str:
    """The words at the top of a file, its title among them."""
    return " ".join(cell for record in found for cell in record.cells)


def quarterly_release(kind: str, source: Source, found: list[Record]) -> Release:
    """The quarter that a file says it is for ("Effective … through …"). Raises FormatError when it says none."""
    said = EFFECTIVE.search(text_above(found))
    days = [_day(text) for text in said.groups()] if said else []
    match days:
        case [date() as first, date() as last] if first <= last:
            return Release(kind, f"{first.year}Q{(first.month + 2) // 3}", "", first, last)
    raise FormatError(
        f'{source.name}: no line "Effective … through …" with two dates above the table. '
        "Without it nobody can tell the quarter: download the file again."
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%B %d, %Y").date()  # noqa: DTZ007 - a calendar day, nowhere in particular
    except ValueError:
        return None


def _row(line: Line) -> PaymentLimit:
    code = line.code("hcpcs_code")
    limit = line.maybe("payment_limit") or NO_LIMIT
    if limit.upper() == NO_LIMIT and not any(map(line.maybe, PRICED_OTHERWISE)):
        raise line.wrong("payment_limit", "no limit, and no word on how the drug is priced instead")
    return PaymentLimit(
        hcpcs_code=code,
        short_description=line.description("short_description", code),
        hcpcs_code_dosage=line.maybe("hcpcs_code_dosage"),
        payment_limit=None if limit.upper() == NO_LIMIT else line.number_at("payment_limit"),
        co_insurance_percentage=line.maybe_number("co_insurance_percentage"),
        vaccine_awp_percentage=line.maybe_number("vaccine_awp_percentage"),
        vaccine_limit=line.maybe_number("vaccine_limit"),
        infusion_awp_percentage=line.maybe_number("infusion_awp_percentage"),
        infusion_limit=line.maybe_number("infusion_limit"),
        blood_awp_percentage=line.maybe_number("blood_awp_percentage"),
        blood_limit=line.maybe_number("blood_limit"),
        clotting_factor=line.maybe("clotting_factor"),
        notes=line.maybe("notes"),
    )
