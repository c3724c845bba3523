"""Any container, one shape: the records of a delimited text or a workbook, the lines of a fixed-width text.

Everything is read as it is asked for, so that memory does not grow with the file. Must not know any kind of
file, nor what a cell means: a record is its place and its cells as text.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from consultant.reference.formats import HEAD_BYTES, UNREADABLE, FormatError, Source
from consultant.reference.formats.workbook import LONGEST_SHEET, sheet_rows

ZIP = b"PK\x03\x04"
WORKBOOK_PARTS = (b"[Content_Types].xml", b"xl/", b"docProps/")
# Spreadsheets before 2007. CMS puts a .csv of the same content next to them.
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")
LONGEST_LINE = 1 << 20
SPOOL_BYTES = 8 << 20
OPENING_RECORDS = 40
END_OF_FILE_MARK = "\x1a"  # DOS wrote it, CMS's anesthesia text file still ends with it


class Record(NamedTuple):
    """One record: the number of its (first) line or sheet row, counted from 1, and its cells, trimmed."""

    line: int
    cells: list[str]


def peek(source: Source) -> bytes:
    """The first HEAD_BYTES. Raises FormatError when the file cannot be read."""
    try:
        with source.open() as file:
            return file.read(HEAD_BYTES)
    except UNREADABLE as error:
        raise _unreadable(source, error) from error


def is_workbook(head: bytes) -> bool:
    """Whether this begins as an .xlsx does: a zip with a workbook's parts."""
    return head.startswith(ZIP) and any(part in head for part in WORKBOOK_PARTS)


def is_text(head: bytes) -> bool:
    """Whether this can be an agency's text file: no old workbook, nothing binary, no web page saved by mistake."""
    if not head or head.startswith((ZIP, OLD_WORKBOOK, *WIDE_TEXT)) or b"\0" in head:
        return False
    return not head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<?xml", b"{"))


def opening_lines(head: bytes) -> list[str]:
    """The whole lines at the start of a text file, without line ends."""
    whole, _, _ = head.rpartition(b"\n") if len(head) >= HEAD_BYTES else (head, b"", b"")
    return [_decoded(line).rstrip("\r") for line in whole.removeprefix(b"\xef\xbb\xbf").split(b"\n")]


def opening_records(source: Source, head: bytes) -> list[Record]:
    """The first records of a file, for a look at what it is; none when it is no table at all."""
    if not is_workbook(head) and not is_text(head):
        return []
    found: list[Record] = []
    with suppress(FormatError):  # recognised by what could be read; reading the rows will say what is broken
        found.extend(islice(records(source), OPENING_RECORDS))
    return found


def text_lines(source: Source) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers, without line ends. UTF-8 (with or without BOM), else Windows-1252.

    Raises FormatError for what is no text, and where reading breaks off.
    """
    try:
        with source.open() as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
                raw = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                _require_text(source, number, raw)
                yield number, _decoded(raw).rstrip("\r\n").rstrip(END_OF_FILE_MARK)
    except UNREADABLE as error:
        raise _unreadable(source, error) from error


def records(source: Source) -> Iterator[Record]:
    """The records of a workbook's first sheet, or of a comma- or tab-separated text. Raises FormatError."""
    head = peek(source)
    return _sheet_records(source) if is_workbook(head) else _delimited_records(source, _delimiter(head))


def _delimiter(head: bytes) -> str:
    """Tab when any of the opening lines has one: CMS's tab-separated files are tab-padded from the first line on."""
    return "\t" if any("\t" in line for line in opening_lines(head)[:OPENING_RECORDS]) else ","


def _delimited_records(source: Source, delimiter: str) -> Iterator[Record]:
    texts = (f"{text}\n" for _, text in text_lines(source))
    reader = csv.reader(texts, delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield Record(start, [cell.strip() for cell in cells])
            start = reader.line_num + 1
    except csv.Error as error:
        raise FormatError(
            f"{source.name}, line {start}: {error}. A quotation mark is not closed or stands in the wrong place: "
            "the file was cut off or edited. Download it again."
        ) from error


def _sheet_records(source: Source) -> Iterator[Record]:
    with SpooledTemporaryFile(max_size=SPOOL_BYTES) as spool:
        number = 0
        try:
            with source.open() as file:
                shutil.copyfileobj(file, spool)
            for row in sheet_rows(spool):
                number += 1
                yield Record(number, [_cell_text(value) for value in row])
        except FormatError:
            raise
        except Exception as error:
            raise _unreadable(source, error) from error
    if number > LONGEST_SHEET:
        raise FormatError(f"{source.name}: more rows than a sheet can have. Download the file again.")


def _cell_text(value: object) -> str:
    """A cell as the agency would have written it in text: a whole number without a point, a date as YYYYMMDD."""
    match value:
        case None:
            return ""
        case float():
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case datetime():
            return value.strftime("%Y%m%d")
        case _:
            return str(value).strip()


def _require_text(source: Source, number: int, raw: bytes) -> None:
    if b"\0" in raw or (number == 1 and raw.startswith(WIDE_TEXT)):
        raise FormatError(
            f"{source.name}, line {number}: this is no text in UTF-8 or Windows-1252. "
            "Download the file again, or save it as UTF-8."
        )
    if len(raw) >= LONGEST_LINE:
        raise FormatError(f"{source.name}, line {number}: the line does not end. Download the file again.")


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _unreadable(source: Source, error: Exception) -> FormatError:
    return FormatError(
        f"{source.name}: the file cannot be read to its end ({type(error).__name__}: {error}). Download it again."
    )
