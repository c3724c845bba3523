"""MS-DRGs: titles from the Definitions Manual (`appendix_A.txt`), weights from IPPS Table 5 (tab-separated text).

Two kinds, because a version of the grouper and the weights of a year are published, and corrected, apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from consultant.reference.formats import FormatError, Release, Source
from consultant.reference.formats.csv_records import CsvRecord, csv_records
from consultant.reference.formats.text_lines import AGAIN, RawLine, Skipped, bad_row, decoded, head_lines, raw_lines

VERSION = re.compile(r"MS-DRGs Version (?P<major>[0-9]{1,2})\.(?P<minor>[0-9])")
TITLES_HEADER = re.compile(r"DRG +MDC +MS +Description")
TITLE = re.compile(r"(?P<drg>[0-9]{3}) (?P<mdc>[0-9]{2}|  ) {2}(?P<ms>[MP ]) {2}(?P<title>\S.*)")
FIRST_FISCAL_YEAR = 1983  # version 40 is that of fiscal year 2023


class MsDrgTitle(NamedTuple):
    """An MS-DRG. `mdc` is None before the MDCs; `ms` is M (medical), P (surgical) or None (998, 999)."""

    drg: str
    mdc: str | None
    ms: str | None
    description: str


class MsDrgTitles:
    """Appendix A of the MS-DRG Definitions Manual; the label is the grouper's version ("V40.1" from April)."""

    kind = "msdrg-titles"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise."""
        lines = head_lines(source, head)
        version = next((found for line in lines if (found := VERSION.search(line))), None)
        if version is None or not any(TITLES_HEADER.match(line) for line in lines):
            return None
        year, minor = int(version["major"]) + FIRST_FISCAL_YEAR, int(version["minor"])
        first = date(year, 4, 1) if minor else date(year - 1, 10, 1)
        label = f"V{version['major']}" + (f".{minor}" if minor else "")
        return Release(self.kind, label, "", first, date(year, 9, 30))

    def rows(self, source: Source, release: Release) -> Iterator[MsDrgTitle | Skipped]:
        """See Format.rows."""
        return map(_TitleReading(source).row, raw_lines(source))


@dataclass(slots=True)
class _TitleReading:
    """Whether the prose before the list is over."""

    source: Source
    in_list: bool = False

    def row(self, line: RawLine) -> MsDrgTitle | Skipped:
        text = decoded(self.source, line)
        if not text.strip():
            return Skipped(line.number, "blank line")
        if not self.in_list:
            self.in_list = TITLES_HEADER.match(text) is not None
            return Skipped(line.number, "preamble")
        found = TITLE.fullmatch(text.rstrip())
        if not found:
            bad_row(self.source, line.number, 1, "not DRG, MDC, type and title in their columns", AGAIN)
        return MsDrgTitle(found["drg"], found["mdc"].strip() or None, found["ms"].strip() or None, found["title"])


YEAR_AND_ISSUE = re.compile(r"FY\s*(?P<year>20[0-9]{2})\s*(?P<issue>.*?)\s*Post-Acute DRG", re.I)
NOT_A_NUMBER = {"", "."}  # 998 and 999 have no weight


class MsDrgWeight(NamedTuple):
    """A row of Table 5. `mdc` is "PRE" or two digits; `type` SURG or MED; both None for 998 and 999.

    Before the cap of 10 % on a yearly loss came (FY2023) there was one weight: it is given as both.
    """

    ms_drg: str
    post_acute_drg: bool
    special_pay_drg: bool
    mdc: str | None
    type: str | None
    ms_drg_title: str
    weight_before_cap: Decimal | None
    weight_cap_applied: Decimal | None
    geometric_mean_los: Decimal | None
    arithmetic_mean_los: Decimal | None


class MsDrgWeights:
    """IPPS Table 5; the variant is the issue that its columns name: "cn" for a correction notice, "final", …"""

    kind = "msdrg-weights"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise. Raises FormatError for the table of a proposed rule: it never comes into force."""
        lines = head_lines(source, head)
        named = next(
            (found for line in lines if "MS-DRG Title" in line and (found := YEAR_AND_ISSUE.search(line))), None
        )
        if named is None:
            return None
        year, issue = int(named["year"]), named["issue"].lower()
        if issue.startswith(("pr", "nprm")):
            raise FormatError(f"{source.name}, line 1, column 1: a proposed rule's table. Load the final rule's.")
        return Release(self.kind, f"FY{year}", issue, date(year - 1, 10, 1), date(year, 9, 30))

    def rows(self, source: Source, release: Release) -> Iterator[MsDrgWeight | Skipped]:
        """See Format.rows."""
        return map(_WeightReading(source).row, csv_records(source, delimiter="\t"))


@dataclass(slots=True)
class _WeightReading:
    """Where the columns are, once the header is seen."""

    source: Source
    columns: dict[str, int] | None = None

    def row(self, record: CsvRecord) -> MsDrgWeight | Skipped:
        cells = record.cells
        if not any(cell.strip() for cell in cells):
            return Skipped(record.line, "blank line")
        if self.columns is None:
            if cells[0].strip().upper() == "MS-DRG":
                self.columns = self._places(record)
            return Skipped(record.line, "title or header")
        return self._weight(record, self.columns)

    def _places(self, record: CsvRecord) -> dict[str, int]:
        places: dict[str, int] = {}
        for name, words in WEIGHT_COLUMNS.items():
            found = [at for at, cell in enumerate(record.cells) if all(word in cell.lower() for word in words)]
            if not found:
                problem = f"no column {' '.join(words)!r}"
                raise FormatError(f"{self.source.name}, line {record.line}, column 1: {problem}. {NEWER_LAYOUT}")
            places[name] = found[-1] if name == "weight_cap_applied" else found[0]
        return places

    def _weight(self, record: CsvRecord, places: dict[str, int]) -> MsDrgWeight:
        if len(record.cells) <= max(places.values()):
            bad_row(self.source, record.line, len(record.cells), "columns are missing", AGAIN)
        cell = {name: record.cells[at].strip() for name, at in places.items()}
        if not re.fullmatch(r"[0-9]{3}", cell["ms_drg"]):
            bad_row(self.source, record.line, "MS-DRG", f"{cell['ms_drg']!r} is no MS-DRG", AGAIN)
        return MsDrgWeight(
            ms_drg=cell["ms_drg"],
            post_acute_drg=self._yes(record, "post_acute_drg", cell),
            special_pay_drg=self._yes(record, "special_pay_drg", cell),
            mdc=cell["mdc"] or None,
            type=None if cell["type"] in {"", "**"} else cell["type"],
            ms_drg_title=cell["ms_drg_title"],
            weight_before_cap=self._number(record, "weight_before_cap", cell),
            weight_cap_applied=self._number(record, "weight_cap_applied", cell),
            geometric_mean_los=self._number(record, "geometric_mean_los", cell),
            arithmetic_mean_los=self._number(record, "arithmetic_mean_los", cell),
        )

    def _yes(self, record: CsvRecord, name: str, cell: dict[str, str]) -> bool:
        if cell[name].lower() not in {"yes", "no"}:
            bad_row(self.source, record.line, name, f"{cell[name]!r} is neither Yes nor No", AGAIN)
        return cell[name].lower() == "yes"

    def _number(self, record: CsvRecord, name: str, cell: dict[str, str]) -> Decimal | None:
        if cell[name] in NOT_A_NUMBER:
            return None
        if not re.fullmatch(r"\d+(\.\d+)?|\.\d+", cell[name], re.ASCII):
            bad_row(self.source, record.line, name, f"{cell[name]!r} is no number", AGAIN)
        return Decimal(cell[name])


NEWER_LAYOUT = "Take the text file of Table 5; a layout that CMS changed needs a newer version of this program."
WEIGHT_COLUMNS = {
    "ms_drg": ("ms-drg",),
    "post_acute_drg": ("post-acute",),
    "special_pay_drg": ("special pay",),
    "mdc": ("mdc",),
    "type": ("type",),
    "ms_drg_title": ("ms-drg title",),
    "weight_before_cap": ("weights",),
    "weight_cap_applied": ("weights",),
    "geometric_mean_los": ("geometric",),
    "arithmetic_mean_los": ("arithmetic",),
}
