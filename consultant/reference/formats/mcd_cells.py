"""The cells of one record of a Medicare Coverage Database export, asked for by column, as the types they mean.

Each asking raises RowError that names line and column when the cell makes no sense.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from consultant.reference.formats import Source
from consultant.reference.formats.order_file import CM_CODE
from consultant.reference.formats.text_lines import AGAIN, bad_row

# "2025-08-14 00:00:00", with or without fractions, and "08/14/2025" as the database's reports write it.
ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?:[ T][0-9:.]+Z?)?")
US_DAY = re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})(?: [0-9:.]+(?: [AP]M)?)?")


@dataclass(frozen=True, slots=True)
class Cells:
    """One record; `places` tells where each column is, by its name in small letters."""

    source: Source
    line: int
    places: dict[str, int]
    values: list[str]

    def text(self, column: str) -> str:
        """The cell without blanks around it; empty when the export has no such column."""
        place = self.places.get(column)
        return "" if place is None else self.values[place].strip()

    def number(self, column: str) -> int:
        cell = self.text(column)
        if not re.fullmatch(r"[0-9]{1,12}", cell):
            self._wrong(column, f"{cell!r} is no whole number")
        return int(cell)

    def maybe_number(self, column: str) -> int | None:
        """The number, or None for an empty cell or one that says "none" in digits (0, -1)."""
        return None if self.text(column) in {"", "0", "-1"} else self.number(column)

    def day(self, column: str) -> date:
        return self.maybe_day(column) or self._wrong(column, "the date is missing")

    def maybe_day(self, column: str) -> date | None:
        cell = self.text(column)
        if cell in {"", "N/A"}:
            return None
        found = ISO_DAY.fullmatch(cell) or US_DAY.fullmatch(cell)
        try:
            return date(int(found["year"]), int(found["month"]), int(found["day"])) if found else self._no_day(column)
        except ValueError:
            self._no_day(column)

    def hcpcs(self, column: str) -> str:
        """A code of five characters ("XX000" stands for no code)."""
        cell = self.text(column).upper()
        if not re.fullmatch(r"[0-9A-Z]{5}", cell):
            self._wrong(column, f"{cell!r} is no CPT or HCPCS code")
        return cell

    def icd10(self, column: str) -> str:
        """A diagnosis code, its dot taken out."""
        cell = self.text(column).upper().replace(".", "")
        if not CM_CODE.fullmatch(cell):
            self._wrong(column, f"{self.text(column)!r} is no ICD-10-CM code")
        return cell

    def _no_day(self, column: str) -> NoReturn:
        self._wrong(column, f"{self.text(column)!r} is no date")

    def _wrong(self, column: str, problem: str) -> NoReturn:
        bad_row(self.source, self.line, column, problem, AGAIN)
