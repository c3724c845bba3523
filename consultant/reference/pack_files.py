"""Reading the files of a reference pack: CSV tables with the agencies' column names.

Must not know the session that the rows go into. Whatever is wrong is told with file, line and column.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

from consultant.db.reference import (
    RefAddOnLink,
    RefCode,
    RefMue,
    RefPtpEdit,
    RefPtpTerm,
)

RefRow = RefAddOnLink | RefCode | RefMue | RefPtpEdit

RELEASES = "releases.csv"
DESCRIPTIONS = "descriptions.csv"


class PackError(ValueError):
    """A pack file cannot be read. The message names the place and what to do; nothing was loaded."""

    def __init__(self, file: str, line: int, column: str, problem: str, remedy: str) -> None:
        self.file, self.line, self.column = file, line, column
        super().__init__(f"{file}, line {line}, {column}: {problem}. {remedy}")


@dataclass(slots=True)
class PackedRelease:
    """One release of the pack with its rows, not yet in any database."""

    facts: dict[str, Any]
    rows: list[RefRow] = field(default_factory=list)
    _content: list[str] = field(default_factory=list)

    def add(self, row: RefRow, content: str) -> None:
        self.rows.append(row)
        self._content.append(content)

    def sha256(self) -> str:
        """The same for the same facts and rows, in whatever order they stand."""
        return hashlib.sha256(repr((self.facts, sorted(self._content))).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a CSV file; cells are asked for by column name."""

    file: str
    number: int
    cells: dict[str, str]

    def wrong(self, column: str, problem: str, remedy: str) -> PackError:
        return PackError(self.file, self.number, f"column {column!r}", problem, remedy)

    def maybe(self, column: str) -> str | None:
        return self.cells[column] or None

    def text(self, column: str) -> str:
        if not self.cells[column]:
            raise self.wrong(column, "the cell is empty", "Fill it in.")
        return self.cells[column]

    def maybe_day(self, column: str) -> date | None:
        cell = self.cells[column]
        try:
            return date.fromisoformat(cell) if cell else None
        except ValueError:
            raise self.wrong(column, f"{cell!r} is not a date", "Write it as YYYY-MM-DD.") from None

    def day(self, column: str) -> date:
        day = self.maybe_day(column)
        if day is None:
            raise self.wrong(column, "the cell is empty", "Write a date as YYYY-MM-DD.")
        return day

    def last_day(self, column: str, first: date) -> date | None:
        last = self.maybe_day(column)
        if last is not None and last < first:
            raise self.wrong(column, f"{last} lies before {first}", "The last day cannot precede the first.")
        return last

    def one_of(self, column: str, *allowed: str) -> str:
        if self.cells[column] not in allowed:
            raise self.wrong(column, f"{self.cells[column]!r} is not known", f"Use {' or '.join(allowed)}.")
        return self.cells[column]

    def units(self, column: str) -> int:
        if not self.cells[column].isascii() or not self.cells[column].isdigit():
            raise self.wrong(column, f"{self.cells[column]!r} is no number of units", "Write a whole number.")
        return int(self.cells[column])


Releases = dict[str, PackedRelease]
Descriptions = dict[tuple[str, str], str]


def read_pack(folder: Traversable) -> list[PackedRelease]:
    """All releases of a pack with their rows. Raises PackError."""
    releases = _read_releases(folder)
    descriptions = _read_descriptions(folder)
    _read_table(folder, "codes.csv", CODE_COLUMNS, releases, lambda line: _code(line, descriptions))
    _read_table(folder, "ncci_ptp.csv", PTP_COLUMNS, releases, _ptp_edit)
    _read_table(folder, "mue.csv", MUE_COLUMNS, releases, _mue)
    _read_table(folder, "add_on.csv", ADD_ON_COLUMNS, releases, _add_on_link)
    return list(releases.values())


RELEASE_COLUMNS = (
    "key",
    "dataset",
    "release",
    "name",
    "agency",
    "released",
    "effective_from",
    "effective_to",
    "note",
)
DESCRIPTION_COLUMNS = ("system", "code", "description")
CODE_COLUMNS = (
    "release", "system", "code", "effective", "last_day", "added", "ended", "billable", "status",
    "global_days", "billing_unit", "locator",
)  # fmt: skip
PTP_COLUMNS = (
    "release", "Column 1", "Column 2", "Effective Date", "Deletion Date", "Modifier", "PTP Edit Rationale",
)  # fmt: skip
MUE_COLUMNS = (
    "release", "HCPCS/CPT Code", "Effective Date", "Last Day", "MUE Value", "MUE Adjudication Indicator",
    "MUE Rationale",
)  # fmt: skip
ADD_ON_COLUMNS = (
    "release", "AOC_Edit_Type", "Add-On_Code", "Primary_Code", "AOC_Edit_EffDT", "AOC_Edit_DelDT",
    "Special_Instruction_Notes",
)  # fmt: skip


def _read_releases(folder: Traversable) -> Releases:
    releases: Releases = {}
    for line in lines_of(folder / RELEASES, RELEASE_COLUMNS):
        first = line.day("effective_from")
        if line.text("key") in releases:
            raise line.wrong("key", f"{line.text('key')!r} stands twice", "Give each release its own key.")
        releases[line.text("key")] = PackedRelease(
            {
                "dataset": line.text("dataset"),
                "release": line.text("release"),
                "name": line.text("name"),
                "agency": line.text("agency"),
                "released": line.maybe_day("released"),
                "effective_from": first,
                "effective_to": line.last_day("effective_to", first),
                "note": line.maybe("note"),
            }
        )
    return releases


def _read_descriptions(folder: Traversable) -> Descriptions:
    lines = lines_of(folder / DESCRIPTIONS, DESCRIPTION_COLUMNS)
    return {(line.text("system"), line.text("code")): line.text("description") for line in lines}


def _read_table(
    folder: Traversable,
    file: str,
    columns: tuple[str, ...],
    releases: Releases,
    parse: Callable[[Line], RefRow],
) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for line in lines_of(folder / file, columns):
        row = parse(line)
        key = tuple(line.cells.values())
        if seen.setdefault(key, line.number) != line.number:
            raise line.wrong(columns[0], f"the same row as line {seen[key]}", "Remove one of the two.")
        release = releases.get(line.text("release"))
        if release is None:
            problem = f"no release {line.text('release')!r}"
            raise line.wrong("release", problem, f"Add it to {RELEASES}, or correct the key.")
        release.add(row, repr((file, line.cells, row.description if isinstance(row, RefCode) else "")))


def _code(line: Line, descriptions: Descriptions) -> RefCode:
    system, code, first = line.text("system"), line.text("code"), line.day("effective")
    if (system, code) not in descriptions:
        raise line.wrong("code", f"{system} {code} has no description", f"Add one to {DESCRIPTIONS}.")
    last = line.last_day("last_day", first)
    ended = line.maybe_day("ended")
    if ended is not None and (last is None or last > ended):
        raise line.wrong("last_day", f"the row outlasts the code, which ended {ended}", "End the row with it.")
    return RefCode(
        system=system,
        code=code,
        description=descriptions[system, code],
        effective=first,
        last_day=last,
        added=line.maybe_day("added"),
        ended=ended,
        billable=line.one_of("billable", "yes", "no") == "yes",
        status=line.maybe("status"),
        global_days=line.maybe("global_days"),
        billing_unit=line.maybe("billing_unit"),
        locator=line.text("locator"),
    )


def _ptp_edit(line: Line) -> RefPtpEdit:
    first = line.day("Effective Date")
    return RefPtpEdit(
        column_one=line.text("Column 1"),
        column_two=line.text("Column 2"),
        term=RefPtpTerm(
            effective=first,
            deletion=line.last_day("Deletion Date", first),
            modifier_indicator=line.one_of("Modifier", "0", "1", "9"),
            rationale=line.text("PTP Edit Rationale"),
        ),
    )


def _mue(line: Line) -> RefMue:
    first = line.day("Effective Date")
    return RefMue(
        code=line.text("HCPCS/CPT Code"),
        effective=first,
        last_day=line.last_day("Last Day", first),
        value=line.units("MUE Value"),
        mai=line.one_of("MUE Adjudication Indicator", "1", "2", "3"),
        rationale=line.text("MUE Rationale"),
    )


def _add_on_link(line: Line) -> RefAddOnLink:
    first = line.day("AOC_Edit_EffDT")
    return RefAddOnLink(
        add_on=line.text("Add-On_Code"),
        primary_code=line.text("Primary_Code"),
        edit_type=line.one_of("AOC_Edit_Type", "1", "2", "3"),
        effective=first,
        deletion=line.last_day("AOC_Edit_DelDT", first),
        note=line.cells["Special_Instruction_Notes"],
    )


def lines_of(file: Traversable, columns: tuple[str, ...]) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(file.read_text(encoding="utf-8")), strict=True)
    head = next(reader, [])
    if tuple(head) != columns:
        wanted = ", ".join(columns)
        raise PackError(file.name, 1, "header", "the columns are others", f"They are: {wanted}.")
    for record in reader:
        if len(record) != len(columns):
            problem = f"{len(record)} cells instead of {len(columns)}"
            raise PackError(file.name, reader.line_num, "record", problem, "Quote cells that hold a comma.")
        yield Line(file.name, reader.line_num, dict(zip(columns, (cell.strip() for cell in record), strict=True)))
