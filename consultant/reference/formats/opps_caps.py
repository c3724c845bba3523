"""OPPS caps: for imaging whose technical part is paid no higher than in the outpatient hospital, the capped prices.

.csv, .xlsx and fixed-width .txt. Neither the file nor its name says the year: it is in the bundle's name alone.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from consultant.reference.formats import Release, Source
from consultant.reference.formats.lines import Line
from consultant.reference.formats.pfs_releases import letter_of, pfs_release
from consultant.reference.formats.records import is_workbook, opening_records
from consultant.reference.formats.tables import Columns, FixedText, Rows, head_of, read_rows

NAME = re.compile(r"OPPSCAP_?([A-Z]{3})?", re.IGNORECASE)


class OppsCap(NamedTuple):
    """The capped price of a code (and modifier) in one locality (carrier and number together), in dollars."""

    hcpcs: str
    mod: str
    procstat: str
    carrier: str
    locality: str
    facility_price: Decimal
    non_facility_price: Decimal


COLUMNS = Columns(
    names={
        "hcpcs": "HCPCS",
        "mod": "MOD",
        "procstat": "PROCSTAT",
        "carrier": "CARRIER",
        "locality": "LOCALITY",
        "facility_price": "FACILI?TYPRICE",
        "non_facility_price": "NONFACILI?TYPRICE",  # CMS's spelling
    },
    key=re.compile(r"\w{1,5}"),
)

FIXED = FixedText(
    layout={
        "hcpcs": (1, 5),
        "mod": (6, 7),
        "procstat": (9, 9),
        "carrier": (11, 15),
        "locality": (18, 19),
        "facility_price": (20, 28),
        "non_facility_price": (29, 38),
    },
    line=re.compile(r"[A-Z0-9]{5}[A-Z0-9 ]{2} [A-Z] \d{5}  \d{2}[ \d]{5}\d\.\d{2}[ \d]{6}\d\.\d{2}"),
    shortest=38,
)


class OppsCapsFormat:
    """The capped prices of one quarter's bundle."""

    kind = "pfs-opps-caps"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """By its column heads or its layout. Raises FormatError when no folder or zip in the path names the year."""
        found = opening_records(source, head)
        columns, _ = head_of(found, COLUMNS)
        name = NAME.search(source.name)
        known = not COLUMNS.missing(columns) or FIXED.fits(head)
        if not known and not (name and (found or is_workbook(head))):
            return None
        return pfs_release(self.kind, source, year=None, letter=letter_of(name[1] or "") if name else None)

    def rows(self, source: Source, release: Release) -> Rows[Line, OppsCap]:
        """One row for each code, modifier and locality."""
        return read_rows(source, COLUMNS, _row, FIXED)


def _row(line: Line) -> OppsCap:
    return OppsCap(
        hcpcs=line.code("hcpcs"),
        mod=line.modifier("mod"),
        procstat=line.indicator("procstat", 1),
        carrier=line.padded("carrier", 5),
        locality=line.padded("locality", 2),
        facility_price=line.number_at("facility_price"),
        non_facility_price=line.number_at("non_facility_price"),
    )
