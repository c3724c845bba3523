"""Place of service codes, as a .csv or .xlsx table of the operator's own.

CMS publishes the code set as a web page and in the Claims Processing Manual, ch. 26 §10.5, not as a file: here it is
read as a table of code, name, description and, if given, whether the facility or the non-facility rate is paid there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from consultant.reference.formats import FormatError, Release, RowError, Source
from consultant.reference.formats.lines import Line
from consultant.reference.formats.records import opening_records
from consultant.reference.formats.tables import Columns, Rows, head_of, table_lines

ISSUED = re.compile(r"(20\d{2})[-_ ]?(0[1-9]|1[0-2])(?!\d)")
RANGE = re.compile(r"(\d{1,2})\s*[-–]\s*(\d{1,2})")
SETTINGS = {"facility": "facility", "f": "facility", "nonfacility": "non-facility", "nf": "non-facility"}
NO_SETTING = {"unassigned", "na"}


class PlaceOfService(NamedTuple):
    """A place of service. `pfs_setting` is "facility" or "non-facility", None where the table does not say."""

    pos_code: str
    name: str
    description: str | None
    pfs_setting: str | None


COLUMNS = Columns(
    names={
        "pos_code": "PLACEOFSERVICECODES?|POSCODES?|POS",
        "name": "PLACEOFSERVICENAME|POSNAME|NAME",
        "description": "PLACEOFSERVICEDESCRIPTION|POSDESCRIPTION|DESCRIPTION",
        "pfs_setting": "PFSSETTING.*|SETTING|RATE|PAYMENTRATE",
    },
    key=re.compile(r"\d{1,2}(\s*[-–]\s*\d{1,2})?"),
    optional=frozenset({"pfs_setting"}),
)


class PosFormat:
    """The code set as of a month, which the table's name tells."""

    kind = "pos"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """By its column heads. Raises FormatError when the name tells no year and month."""
        columns, _ = head_of(opening_records(source, head), COLUMNS)
        if COLUMNS.missing(columns):
            return None
        issued = ISSUED.search(source.name)
        if not issued:
            raise FormatError(
                f"{source.name}: place of service codes, but as of when? Put year and month into the name, "
                "such as place-of-service-codes-2023-09.csv."
            )
        first = date(int(issued[1]), int(issued[2]), 1)
        return Release(self.kind, f"{first:%Y-%m}", "", first, None)

    def rows(self, source: Source, release: Release) -> Rows[Line, PlaceOfService]:
        """One row for each code; a range of codes ("27-30", unassigned ones) is written out."""
        skipped: Counter[str] = Counter()
        return Rows(_written_out(table_lines(source, COLUMNS, skipped)), _row, skipped)


def _written_out(lines: Iterable[Line | RowError]) -> Iterator[Line | RowError]:
    for line in lines:
        found = RANGE.fullmatch(line.cells["pos_code"]) if isinstance(line, Line) else None
        if not found or isinstance(line, RowError):
            yield line
        elif int(found[1]) > int(found[2]):
            yield line.wrong("pos_code", f"{found[0]!r} is no range")
        else:
            for code in range(int(found[1]), int(found[2]) + 1):
                yield replace(line, cells={**line.cells, "pos_code": str(code)})


def _row(line: Line) -> PlaceOfService:
    said = line.maybe("pfs_setting")
    word = re.sub(r"[^a-z]", "", (said or "").lower())
    setting = SETTINGS.get(word)
    if said and not setting and word not in NO_SETTING:
        raise line.wrong("pfs_setting", f"{said!r} is neither facility nor non-facility")
    return PlaceOfService(
        pos_code=line.padded("pos_code", 2),
        name=line.text("name"),
        description=line.maybe("description"),
        pfs_setting=setting,
    )
