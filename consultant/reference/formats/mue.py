"""Medically unlikely edits: CMS's quarterly files of the practitioner, outpatient hospital and DME tables.

A comma-separated text or a workbook: a notice of several lines in one cell, the head, then one row a code. No row
has a date: a file says what holds from the day in its name on (NCCI Policy Manual, ch. I §V).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import NamedTuple

from consultant.reference.formats import FormatError, Release, Source
from consultant.reference.formats.ncci_cells import (
    AGAIN,
    WORKBOOK,
    Record,
    bad,
    code,
    opening,
    quarter,
    records,
)

EFFECTIVE = re.compile(r"eff[-_ ]*(\d{2})[-_](\d{2})[-_](20\d\d)", re.IGNORECASE)
VARIANTS = {"practitioner": "practitioner", "outpatienthospital": "outpatient_hospital", "dme": "dme"}
NAMES = ("HCPCS/CPT Code", "MUE Values", "MUE Adjudication Indicator", "MUE Rationale")
MOST_UNITS = 10_000_000
NAME_HINT = re.compile("mue|unlikely", re.IGNORECASE)


class MueRow(NamedTuple):
    """The most units of a code. `mai` 1: by line, 2: by day and absolute, 3: by day, more with good records.

    A value of 0 is meant: no unit is paid in this setting.
    """

    code: str
    value: int
    mai: str
    rationale: str


class Mue:
    """The format of the MUE files."""

    kind = "mue"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """The setting by the head of the second column, the day of effect by the name."""
        if head.startswith(WORKBOOK) and not NAME_HINT.search(source.name):
            return None
        found = next(filter(None, map(_setting, opening(source, head))), None)
        if found is None:
            return None
        name = EFFECTIVE.search(source.name)
        try:
            first = date(int(name[3]), int(name[1]), int(name[2])) if name else None
        except ValueError:
            first = None
        if first is None:
            raise FormatError(
                f"{source.name}, line 1, column 1: these are MUEs, but only the name says from which day on they hold. "
                "Give the file back the name that CMS gave it (MCR_MUE_PractitionerServices_Eff_10-01-2026.csv)."
            )
        number = (first.month + 2) // 3
        return Release(self.kind, f"{first.year}Q{number}", found, first, quarter(first.year, number)[1])

    def rows(self, source: Source, release: Release) -> Iterator[MueRow]:
        """The rows in file order. Raises FormatError; RowError for one row, behind which it goes on."""
        found = records(source, ",")
        for record in found:
            if (setting := _setting(record.cells)) is not None:
                if setting != release.variant:
                    raise FormatError(f"{source.name}, line {record.line}, column 2: the setting is {setting}. {AGAIN}")
                return map(partial(_row, source), (each for each in found if any(each.cells)))
        raise FormatError(f"{source.name}, line 1, column 1: no head with {NAMES[1]} and {NAMES[2]}. {AGAIN}")


def _setting(cells: list[str]) -> str | None:
    """The setting when this is the head of the columns: `Practitioner Services MUE Values`."""
    names = [re.sub(r"[^a-z]", "", cell.lower()) for cell in cells[:4]]
    if len(names) < 4 or "mueadjudicationindicator" not in names[2] or not names[1].endswith("muevalues"):
        return None
    return next((setting for begin, setting in VARIANTS.items() if names[1].startswith(begin)), None)


def _row(source: Source, record: Record) -> MueRow:
    if len(record.cells) < 4 or any(record.cells[4:]):
        problem = f"{len(record.cells)} cells instead of 4"
        bad(source, record.line, str(len(record.cells)), problem)
    found, value, mai, rationale = record.cells[:4]
    if not re.fullmatch(r"[0-9]{1,8}", value) or int(value) > MOST_UNITS:
        bad(source, record.line, NAMES[1], f"{value!r} is no number of units")
    if not re.match(r"[123]\b", mai):
        bad(source, record.line, NAMES[2], f"{mai!r} does not begin with 1, 2 or 3")
    if not rationale or len(rationale) > 120:
        bad(source, record.line, NAMES[3], "the rationale is missing or too long")
    return MueRow(code(source, record.line, NAMES[0], found), int(value), mai[0], rationale)
