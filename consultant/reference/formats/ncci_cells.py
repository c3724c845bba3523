"""The records of an NCCI file, whatever holds them: comma- or tab-separated text, or a workbook's first sheet.

Must not know what a cell means. Everything is read as it is asked for, so that memory does not grow with the file.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from datetime import date
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple, NoReturn

from consultant.reference.formats import UNREADABLE, FormatError, RowError, Source
from consultant.reference.formats.workbook import sheet_rows

AGAIN = "Download the file again."
OPENING = 12  # records: the preamble of the PTP file has six
WORKBOOK = b"PK\x03\x04"
SPOOL_BYTES = 8 << 20
LONGEST_LINE = 1 << 20
CODE = re.compile(r"[A-Z0-9]{5}")
# CMS also publishes what changed since the last quarter, in the same layout: loaded, it would pass for the whole.
CHANGES = re.compile(r"addition|deletion|revision|change", re.IGNORECASE)


class Record(NamedTuple):
    """A record: the number of its first line or sheet row, counted from 1, and its cells, trimmed."""

    line: int
    cells: list[str]


def opening(source: Source, head: bytes) -> list[list[str]]:
    """The cells of the first records, for telling what the file is; none when it is no table, or one of changes."""
    if CHANGES.search(source.name):
        return []
    if head.startswith(WORKBOOK):
        try:
            return [record.cells for record in islice(sheet_records(source), OPENING)]
        except FormatError:
            return []  # some other zip, or a damaged one
    text = decoded(head.rpartition(b"\n")[0] or head)
    delimiter = "\t" if "\t" in text else ","
    try:
        return [[cell.strip() for cell in cells] for cells in islice(_reader(text, delimiter), OPENING)]
    except csv.Error:
        return []


def records(source: Source, delimiter: str) -> Iterator[Record]:
    """The records of a text or a workbook. Raises FormatError where the file breaks off."""
    with opened(source) as file:
        head = file.read(len(WORKBOOK))
    return sheet_records(source) if head == WORKBOOK else _text_records(source, delimiter)


def lines(source: Source) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers, without line ends. Raises FormatError."""
    with opened(source) as file:
        for number in range(1, 1 << 62):
            try:
                raw = file.readline(LONGEST_LINE)
            except UNREADABLE as error:
                broken_off(source, number, error)
            if not raw:
                return
            if b"\0" in raw or len(raw) >= LONGEST_LINE:
                raise FormatError(f"{source.name}, line {number}, column 1: this is no text. {AGAIN}")
            yield number, decoded(raw).rstrip("\r\n")


def opened(source: Source) -> Any:
    """The file's bytes. Raises FormatError when it cannot be opened."""
    try:
        return source.open()
    except UNREADABLE as error:
        broken_off(source, 1, error)


def broken_off(source: Source, line: int, error: Exception) -> NoReturn:
    """Say that reading stopped here."""
    raise FormatError(f"{source.name}, line {line}, column 1: the file breaks off ({error}). {AGAIN}") from error


def decoded(raw: bytes) -> str:
    """UTF-8, with or without its mark, else Windows-1252; what is neither is shown as marks."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def bad(source: Source, line: int, column: str, problem: str) -> NoReturn:
    """One row makes no sense."""
    raise RowError(f"{source.name}, line {line}, column {column}: {problem}. {AGAIN}")


def code(source: Source, line: int, column: str, cell: str, *, spreadsheet: bool = True) -> str:
    """A CPT or HCPCS code; what a spreadsheet took for a number gets its zeros put back."""
    found = cell.upper()
    found = found.zfill(5) if spreadsheet and found.isascii() and found.isdigit() else found
    if not CODE.fullmatch(found):
        bad(source, line, column, f"{cell!r} is no code of five letters and digits")
    return found


def quarter(year: int, number: int) -> tuple[date, date]:
    """The first and the last day of a calendar quarter."""
    after = date(year + number // 4, number % 4 * 3 + 1, 1)
    return date(year, number * 3 - 2, 1), date.fromordinal(after.toordinal() - 1)


def sheet_records(source: Source) -> Iterator[Record]:
    """The rows of a workbook's first sheet as text. Raises FormatError when it is none, or damaged."""
    with SpooledTemporaryFile(max_size=SPOOL_BYTES) as spool:
        try:
            with opened(source) as file:
                shutil.copyfileobj(file, spool)
            width = 0
            for number, row in enumerate(sheet_rows(spool), start=1):
                width = max(width, len(row))  # a row ends with its last filled cell
                yield Record(number, [_cell(value) for value in row] + [""] * (width - len(row)))
        except (FormatError, GeneratorExit):
            raise
        except Exception as error:
            raise FormatError(f"{source.name}: the workbook cannot be read ({error}). {AGAIN}") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return f"{value:%Y%m%d}"
    return str(value).strip()


def _text_records(source: Source, delimiter: str) -> Iterator[Record]:
    reader = csv.reader((f"{text}\n" for _, text in lines(source)), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield Record(start, [cell.strip() for cell in cells])
            start = reader.line_num + 1
    except csv.Error as error:
        raise FormatError(f"{source.name}, line {start}, column 1: {error}. {AGAIN}") from error


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
