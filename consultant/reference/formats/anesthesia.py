"""Anesthesia conversion factors by locality: .csv, .xlsx and fixed-width .txt.

From 2026 each locality has two: for qualifying APM participants and for all others. The text form has no head and
writes the factors without a decimal point (1931 is 19.31).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from consultant.reference.formats import Release, Source
from consultant.reference.formats.lines import Line
from consultant.reference.formats.pfs_releases import pfs_release
from consultant.reference.formats.records import is_workbook, opening_records, peek
from consultant.reference.formats.tables import Columns, FixedText, Rows, head_of, read_rows

NAME = re.compile(r"ANES(?:20)?(\d{2})", re.IGNORECASE)

APM_FACTOR = "qualifying_apm_conversion_factor"


class AnesthesiaFactor(NamedTuple):
    """Dollars for one anesthesia unit in a locality. The APM factor is None in years with one factor for all."""

    contractor: str
    locality: str
    locality_name: str
    conversion_factor: Decimal
    qualifying_apm_conversion_factor: Decimal | None


COLUMNS = Columns(
    names={
        "contractor": "CONTRACTOR",
        "locality": "LOCALITY",
        "locality_name": "LOCALITYNAME",
        "qualifying_apm_conversion_factor": "QUALIFYINGAPM.*ANESCF.*",
        "conversion_factor": "(NONQUALIFYINGAPM.*)?(NATIONAL)?ANESCF.*",
    },
    key=re.compile(r"\d{1,5}"),
    optional=frozenset({"qualifying_apm_conversion_factor"}),
)

FIXED = FixedText(
    layout={
        "contractor": (1, 5),
        "locality": (13, 14),
        "locality_name": (19, 58),
        "qualifying_apm_conversion_factor": (60, 71),
        "conversion_factor": (72, 77),
    },
    line=re.compile(r"\d{5} {7}\d{2} {4}\S.{39}[ \d]{13} [ \d]{2}\d{3}"),
    shortest=77,
)


class AnesthesiaFormat:
    """The anesthesia factors of a year, or of one quarter's bundle."""

    kind = "pfs-anesthesia"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """By its column heads or its layout; the year stands in the name alone."""
        found = opening_records(source, head)
        columns, _ = head_of(found, COLUMNS)
        name = NAME.search(source.name)
        known = not COLUMNS.missing(columns) or FIXED.fits(head)
        if not known and not (name and (found or is_workbook(head))):
            return None
        return pfs_release(self.kind, source, year=2000 + int(name[1]) if name else None)

    def rows(self, source: Source, release: Release) -> Rows[Line, AnesthesiaFactor]:
        """One row for each locality."""
        fixed = FIXED.fits(peek(source))
        return read_rows(source, COLUMNS, _fixed_row if fixed else _row, FIXED)


def _row(line: Line) -> AnesthesiaFactor:
    has_two = APM_FACTOR in line.cells
    return AnesthesiaFactor(
        contractor=line.padded("contractor", 5),
        locality=line.padded("locality", 2),
        locality_name=line.text("locality_name").rstrip("* "),
        conversion_factor=line.number_at("conversion_factor"),
        qualifying_apm_conversion_factor=line.number_at(APM_FACTOR) if has_two else None,
    )


def _fixed_row(line: Line) -> AnesthesiaFactor:
    return AnesthesiaFactor(
        contractor=line.padded("contractor", 5),
        locality=line.padded("locality", 2),
        locality_name=line.text("locality_name").rstrip("* "),
        conversion_factor=_cents(line, "conversion_factor"),
        qualifying_apm_conversion_factor=_cents(line, APM_FACTOR) if line.maybe(APM_FACTOR) else None,
    )


def _cents(line: Line, column: str) -> Decimal:
    return Decimal(line.padded(column, 6)).scaleb(-2)
