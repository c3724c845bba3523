"""NCCI add-on code edits: CMS's complete file, as a workbook, as tab-separated and as fixed-width text.

Each row pairs an add-on code with one primary code and says of which type the pairing is: the type belongs to the
row, some add-on codes have several. Dates are YYYYDDD, the year and the day in it; a deletion date is the last day in
force (NCCI Policy Manual, ch. I §R). The primary `CCCCC` stands for what the contractor decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from consultant.reference.formats import FormatError, Release, Source
from consultant.reference.formats.ncci_cells import (
    AGAIN,
    WORKBOOK,
    Record,
    bad,
    code,
    decoded,
    lines,
    opening,
    quarter,
    records,
)

NAME = re.compile(r"aoc[-_ ]*v(20\d\d)[-_ ]?q([1-4])", re.IGNORECASE)
NAME_HINT = re.compile(r"aoc|add-?on", re.IGNORECASE)
COLUMNS = (
    "AOC_Edit_Type",
    "Add-On_Code",
    "AOC_DelDT",
    "Primary_Code",
    "Primary_Code_DelDT",
    "AOC_Edit_EffDT",
    "AOC_Edit_DelDT",
    "Special_Instruction_Notes",
)
# Older releases wrote other words: aoc_edit_deldt_julian and the like.
HEADS = (
    r"aocedittype",
    r"addoncode",
    r"aocdeldt(julian)?",
    r"primarycode",
    r"primarycodedeldt(julian)?",
    r"aocediteffdt(julian)?",
    r"aoceditdeldt(julian)?",
    r"specialinstructionnotes?",
)
# First and last position, counted from 1, as CMS does.
FIXED = ((1, 1), (2, 6), (7, 13), (14, 18), (19, 25), (26, 32), (33, 39), (40, 97))
FIXED_LINE = re.compile(r"[123][0-9A-Z]{5}(\d{7}|\s{7})[0-9A-Z]{5}(\d{7}|\s{7})\d{7}(\d{7}|\s{7}|\s*$)")


class AddOnRow(NamedTuple):
    """An add-on code and one primary; the deletions of the codes themselves stand beside that of the edit."""

    add_on: str
    primary: str
    edit_type: str
    effective: date
    deletion: date | None
    add_on_deletion: date | None
    primary_deletion: date | None
    note: str


class AddOnCodes:
    """The format of the add-on code files."""

    kind = "add-on-codes"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """The kind by the head of the columns or the shape of the lines, the quarter by the name."""
        if head.startswith(WORKBOOK) and not NAME_HINT.search(source.name):
            return None
        if not any(map(_is_head, opening(source, head))) and not _is_fixed(head):
            return None
        name = NAME.search(source.name)
        if name is None:
            raise FormatError(
                f"{source.name}, line 1, column 1: these are add-on code edits, but only the name says of which "
                "quarter. Give the file back the name that CMS gave it (AOC_V2026Q2-MCR.xlsx)."
            )
        year, number = int(name[1]), int(name[2])
        return Release(self.kind, f"{year}Q{number}", "", *quarter(year, number))

    def rows(self, source: Source, release: Release) -> Iterator[AddOnRow]:
        """The rows in file order. Raises FormatError; RowError for one row, behind which it goes on."""
        with source.open() as file:
            head = file.read(4096)
        found = _fixed_records(source) if _is_fixed(head) else _table_records(source)
        return map(partial(_row, source), found)


def _is_head(cells: list[str]) -> bool:
    names = [re.sub(r"[^a-z]", "", cell.lower()) for cell in cells[: len(HEADS)]]
    return len(names) == len(HEADS) and all(map(re.fullmatch, HEADS, names))


def _is_fixed(head: bytes) -> bool:
    """Whether rows in fixed columns stand within the first lines."""
    return not head.startswith(WORKBOOK) and any(map(FIXED_LINE.match, decoded(head).splitlines()[:12]))


def _table_records(source: Source) -> Iterator[Record]:
    found = records(source, "\t")
    for record in found:
        if _is_head(record.cells):
            return (each for each in found if any(each.cells))
    raise FormatError(f"{source.name}, line 1, column 1: no head with {COLUMNS[0]} and {COLUMNS[1]}. {AGAIN}")


def _fixed_records(source: Source) -> Iterator[Record]:
    """The lines from the first that is a row on; above it stands the notice."""
    begun = False
    for number, text in lines(source):
        begun = begun or FIXED_LINE.match(text) is not None
        if begun and text.strip():
            yield Record(number, [text[first - 1 : last].strip() for first, last in FIXED])


def _row(source: Source, record: Record) -> AddOnRow:
    cells = [*record.cells, ""] if len(record.cells) == len(COLUMNS) - 1 else record.cells
    if len(cells) < len(COLUMNS) or any(cells[len(COLUMNS) :]):
        bad(source, record.line, str(len(cells)), f"{len(cells)} cells instead of {len(COLUMNS)}")
    edit_type, add_on, add_on_ended, primary, primary_ended, first, last, note = cells[: len(COLUMNS)]
    if edit_type not in ("1", "2", "3"):
        bad(source, record.line, COLUMNS[0], f"{edit_type!r} is none of 1, 2 and 3")
    day: Callable[[int, str], date | None] = partial(_day, source, record.line)
    effective = day(5, first)
    if effective is None:
        bad(source, record.line, COLUMNS[5], "the cell is empty")
    return AddOnRow(
        add_on=code(source, record.line, COLUMNS[1], add_on),
        primary=code(source, record.line, COLUMNS[3], primary),
        edit_type=edit_type,
        effective=effective,
        deletion=day(6, last),
        add_on_deletion=day(2, add_on_ended),
        primary_deletion=day(4, primary_ended),
        note=note,
    )


def _day(source: Source, line: int, column: int, cell: str) -> date | None:
    """A date written YYYYDDD."""
    if not cell:
        return None
    number = int(cell[4:]) if re.fullmatch(r"[0-9]{7}", cell) else 0
    year = int(cell[:4]) if number else 1
    if not 1900 < year < 2200 or not 1 <= number <= date(year, 12, 31).timetuple().tm_yday:
        bad(source, line, COLUMNS[column], f"{cell!r} is no date as YYYYDDD")
    return date(year, 1, 1) + timedelta(days=number - 1)
