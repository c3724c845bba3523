"""Geographic practice cost indices, Addendum E of the Physician Fee Schedule rule: .csv, .xlsx and .txt.

The text form is fixed-width until 2025 and tab-separated in 2026. Under the table stand notes, counted as such.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from consultant.reference.formats import Release, Source
from consultant.reference.formats.lines import Line
from consultant.reference.formats.pfs_releases import titled_release
from consultant.reference.formats.tables import Columns, FixedText, Rows, read_rows

TITLE = re.compile(r"CY (\d{4}) GEOGRAPHIC PRACTICE COST IND", re.IGNORECASE)
NAME = re.compile(r"GPCI(?:20)?(\d{2})", re.IGNORECASE)
INDICES = re.compile(r"\d\.\d{3} +\d\.\d{3}")


class Gpci(NamedTuple):
    """The indices of one payment locality (MAC and number together).

    `pw_gpci` is the work index to pay with: with the 1.0 floor that Congress keeps extending, where the file shows
    it. `pw_gpci_without_floor` is None where the file shows one work index only.
    """

    medicare_administrative_contractor: str
    state: str
    locality_number: str
    locality_name: str
    pw_gpci: Decimal
    pw_gpci_without_floor: Decimal | None
    pe_gpci: Decimal
    mp_gpci: Decimal


WORK_INDICES = ("pw_gpci_with_floor", "pw_gpci_without_floor", "pw_gpci")
COLUMNS = Columns(
    names={
        "medicare_administrative_contractor": "MEDICAREADMINISTRATIVECONTRACTOR(MAC)?",
        "state": "STATE",
        "locality_number": "LOCALITYNUMBER",
        "locality_name": "LOCALITYNAME",
        "pw_gpci_with_floor": r"(\d{4})?PWGPCIWITH10FLOOR",
        "pw_gpci_without_floor": r"(\d{4})?PWGPCIWITHOUT10FLOOR",
        "pw_gpci": r"(\d{4})?PWGPCI",
        "pe_gpci": r"(\d{4})?PEGPCI",
        "mp_gpci": r"(\d{4})?MPGPCI",
    },
    key=re.compile(r"\d{1,5}"),
    optional=frozenset(WORK_INDICES),
)

FIXED = FixedText(
    layout={
        "medicare_administrative_contractor": (1, 5),
        "state": (17, 18),
        "locality_number": (25, 26),
        "locality_name": (30, 118),
        "pw_gpci": (119, 126),
        "pe_gpci": (127, 138),
        "mp_gpci": (139, 150),
    },
    line=re.compile(r"\d{5} +[A-Z]{2} +\d{2} +\S.* \d\.\d{3} +\d\.\d{3} +\d\.\d{3}\s*"),
    shortest=150,
    is_note=lambda text: not text[0].isdigit() and not INDICES.search(text),
)


class GpciFormat:
    """The locality indices of a year, or of one quarter's bundle."""

    kind = "pfs-gpci"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """By its title with the year, else by its name."""
        return titled_release(self.kind, source, head, title=TITLE, name=NAME)

    def rows(self, source: Source, release: Release) -> Rows[Line, Gpci]:
        """One row for each locality."""
        return read_rows(source, COLUMNS, _row, FIXED)


def _row(line: Line) -> Gpci:
    without = line.maybe_number("pw_gpci_without_floor")
    column = next((column for column in WORK_INDICES if column in line.cells), WORK_INDICES[-1])
    return Gpci(
        medicare_administrative_contractor=line.padded("medicare_administrative_contractor", 5),
        state=line.indicator("state", 2),
        locality_number=line.padded("locality_number", 2),
        locality_name=line.text("locality_name").rstrip("* "),
        pw_gpci=line.number_at(column),
        pw_gpci_without_floor=without,
        pe_gpci=line.number_at("pe_gpci"),
        mp_gpci=line.number_at("mp_gpci"),
    )
