"""The records of a delimited text file, with line breaks inside quoted cells and the line that each began on.

Knows no layout. A record that cannot be read is told as RowError, and the next may be asked for.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from consultant.reference.formats import Source
from consultant.reference.formats.text_lines import AGAIN, LONGEST_LINE, RawLine, bad_row, decoded, raw_lines, wrong


class CsvRecord(NamedTuple):
    """The cells of one record, and the line where it begins."""

    line: int
    cells: list[str]


def csv_records(source: Source, delimiter: str = ",") -> Iterator[CsvRecord]:
    """The records of the file; a blank line is a record without cells."""
    return _Records(source, delimiter)


class _Records:
    """An iterator that goes on behind a bad record, which a generator cannot."""

    def __init__(self, source: Source, delimiter: str) -> None:
        # The module's limit is one for the whole process; cells of agencies are longer than its default.
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
        lines = map(partial(_line, source), raw_lines(source))
        self._source = source
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[CsvRecord]:
        return self

    def __next__(self) -> CsvRecord:
        line = self._reader.line_num + 1
        try:
            return CsvRecord(line, next(self._reader))
        except csv.Error as error:
            if "unexpected end" in str(error):
                wrong(self._source, line, 1, "the file ends inside a quoted cell", AGAIN)
            bad_row(self._source, line, 1, f"not a record of a delimited file ({error})", AGAIN)


def _line(source: Source, raw: RawLine) -> str:
    return decoded(source, raw) + "\n"
