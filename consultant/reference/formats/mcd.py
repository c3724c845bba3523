"""Medicare Coverage Database exports (CMS): articles, LCDs and NCDs as CSV files, each with a header.

CMS offers `current_article.zip`, `all_article.zip`, `current_lcd.zip`, `all_lcd.zip`, `ncd.zip`: in each is one
more zip, `…_csv.zip`, and in that the files that belong together as one release. Which of them are read is listed
in `mcd_tables`, and there `why_not_read` says why nothing is taken from the others. An answer for a state goes:
`state_lookup` and `contractor_jurisdiction` to the contractors, `…_x_contractor` to their documents,
`…_related_documents` from an LCD to its articles, and there to the groups of codes. The contractor files are the
same in the exports of articles and LCDs. Only an `all_` export has past versions.

The files do not say of which day they are: a date in the path (a folder `2026-04-08`) becomes the label.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from consultant.reference.formats import FormatError, Release, Source
from consultant.reference.formats.csv_records import CsvRecord, csv_records
from consultant.reference.formats.mcd_cells import Cells
from consultant.reference.formats.mcd_rows import McdRow
from consultant.reference.formats.mcd_tables import Table, table_of
from consultant.reference.formats.text_lines import AGAIN, Skipped, bad_row, head_lines

EXPORT = re.compile(r"(?<![a-z])(current|all)[-_ ]?(article|lcd)|(?<![a-z])(ncd)(?=_csv|\.zip|[/\\])", re.I)
DAY = re.compile(r"(?<![0-9])(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])(?![0-9])")
UNDATED = "undated"


class Mcd:
    """One file of an export; the variant is the export ("current_article"), the same for all its files."""

    kind = "mcd"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise."""
        table = _table(next(iter(head_lines(source, head)), ""))
        if table is None:
            return None
        exports = EXPORT.findall(source.name)
        if not exports and table.file != "ncd_trkg.csv":
            raise FormatError(
                f"{source.name}, line 1, column 1: the file does not say of which export it is. Load the zip as"
                f" downloaded, or keep its files in a folder named as the zip (current_article, all_lcd, …)."
            )
        extent, document, _ = exports[-1] if exports else ("", "", "ncd")
        days = DAY.findall(source.name)
        label = "-".join(days[-1]) if days else UNDATED
        return Release(self.kind, label, f"{extent}_{document}".lower() if document else "ncd", None, None)

    def rows(self, source: Source, release: Release) -> Iterator[McdRow | Skipped]:
        """See Format.rows: all of one type, that of the file."""
        return map(_Reading(source).row, csv_records(source))


@dataclass(slots=True)
class _Reading:
    """Which table it is and where its columns are, once the header is read."""

    source: Source
    table: Table | None = None
    places: dict[str, int] | None = None

    def row(self, record: CsvRecord) -> McdRow | Skipped:
        if not any(cell.strip() for cell in record.cells):
            return Skipped(record.line, "blank line")
        if self.table is None or self.places is None:
            return self._header(record)
        if len(record.cells) != len(self.places):
            problem = f"{len(record.cells)} cells where the header has {len(self.places)}"
            bad_row(self.source, record.line, 1, problem, AGAIN)
        return self.table.row(Cells(self.source, record.line, self.places, record.cells))

    def _header(self, record: CsvRecord) -> Skipped:
        names = [name.strip().lower() for name in record.cells]
        self.table = table_of(frozenset(names))
        if self.table is None or len(set(names)) != len(names):
            raise FormatError(
                f"{self.source.name}, line {record.line}, column 1: not the header of the export. {AGAIN}"
            )
        self.places = {name: place for place, name in enumerate(names)}
        return Skipped(record.line, "header")


def _table(line: str) -> Table | None:
    try:
        cells = next(csv.reader([line]), [])
    except csv.Error:
        return None
    return table_of(frozenset(name.strip().lower() for name in cells))
