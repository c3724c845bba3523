"""The agencies' files read in the plainest way, without the service's code: what its readers are held against."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

Cells = list[str]


def csv_cells(raw: bytes, delimiter: str = ",") -> list[Cells]:
    return [
        [cell.strip() for cell in row]
        for row in csv.reader(io.StringIO(raw.decode("latin-1"), newline=""), delimiter=delimiter)
    ]


def fixed_cells(raw: bytes, cuts: list[tuple[int, int]]) -> list[Cells]:
    """Each line cut from the first to the last position, counted from 1."""
    texts = raw.decode("latin-1").split("\r\n")
    return [[text[first - 1 : last].strip() for first, last in cuts] for text in texts]


def sheet_cells(raw: bytes) -> list[Cells]:
    """The first sheet of a workbook, straight from its XML."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        shared = _shared_strings(archive)
        sheet = next(name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet1?\.xml", name))
        with archive.open(sheet) as opened:
            return list(_sheet_rows(opened, shared))


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return ["".join(part.text or "" for part in item.iter(f"{SHEET}t")) for item in root]


def _sheet_rows(opened: IO[bytes], shared: list[str]) -> Iterator[Cells]:
    for _, row in ElementTree.iterparse(opened):
        if row.tag != f"{SHEET}row":
            continue
        cells: dict[int, str] = {}
        for cell in row:
            text = "".join(part.text or "" for part in cell.iter() if part.tag in {f"{SHEET}v", f"{SHEET}t"})
            kind = cell.get("t", "n")
            if kind == "s":
                text = shared[int(text)] if text else ""
            elif kind == "n" and "." in text:
                text = repr(float(text))
            cells[_column(cell.get("r", ""))] = text.strip()
        row.clear()
        yield [cells.get(at, "") for at in range(max(cells, default=-1) + 1)]


def _column(place: str) -> int:
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
