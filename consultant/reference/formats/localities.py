"""The counties in each Medicare payment locality ("LOCCO"): .csv, .xlsx and .txt.

The state is written on its first row only. The text form is fixed-width in 2025 and tab-separated in 2026; the
.csv of 2025 lost the leading zeros of both numbers.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from consultant.reference.formats import Release, Source
from consultant.reference.formats.lines import Line
from consultant.reference.formats.pfs_releases import titled_release
from consultant.reference.formats.tables import Columns, FixedText, Rows, read_rows

TITLE = re.compile(r"COUNTIES INCLUDED IN (\d{4}) LOCALITIES", re.IGNORECASE)
NAME = re.compile(r"(\d{2})LOCCO", re.IGNORECASE)
NUMBERS = re.compile(r" {4}\S{5} {7}\S{2} ")


class Locality(NamedTuple):
    """The area of one payment locality, in words. `state` is None where the file does not name it."""

    medicare_administrative_contractor: str
    locality_number: str
    state: str | None
    fee_schedule_area: str
    counties: str


COLUMNS = Columns(
    names={
        "medicare_administrative_contractor": "MEDICAREADMINI?STRATIVECONTRACTOR",  # CMS's spelling
        "locality_number": "LOCALITYNUMBER",
        "state": "STATE",
        "fee_schedule_area": "FEESCHEDULEAREA",
        "counties": "COUNTIES",
    },
    key=re.compile(r"\d{1,5}"),
)

FIXED = FixedText(
    layout={
        "medicare_administrative_contractor": (5, 9),
        "locality_number": (17, 18),
        "state": (23, 45),
        "fee_schedule_area": (46, 127),
        "counties": (128, 1000),
    },
    line=re.compile(r" {4}\d{5} {7}\d{2} {4}"),
    shortest=128,
    is_note=lambda text: not NUMBERS.match(text) and not text.lstrip()[0].isdigit(),
)


class LocalitiesFormat:
    """The county crosswalk of a year, or of one quarter's bundle."""

    kind = "pfs-localities"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """By its title with the year, else by its name."""
        return titled_release(self.kind, source, head, title=TITLE, name=NAME)

    def rows(self, source: Source, release: Release) -> Rows[Line, Locality]:
        """One row for each locality, its state filled in from the row that names it."""
        return read_rows(source, COLUMNS, _Reader(), FIXED)


class _Reader:
    """Carries the state from row to row. Each state's rows stand together, between blank ones."""

    def __init__(self) -> None:
        self._state: str | None = None
        self._line = 0

    def __call__(self, line: Line) -> Locality:
        same_group = line.number == self._line + 1
        self._state = line.maybe("state") or (self._state if same_group else None)
        self._line = line.number
        return Locality(
            medicare_administrative_contractor=line.padded("medicare_administrative_contractor", 5),
            locality_number=line.padded("locality_number", 2),
            state=self._state,
            fee_schedule_area=line.text("fee_schedule_area").rstrip("* "),
            counties=line.text("counties"),
        )
