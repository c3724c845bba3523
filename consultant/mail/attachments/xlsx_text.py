"""The text of a workbook: each sheet by its name, tabs between cells. Runs in the reading process only."""

from collections.abc import Iterator
from datetime import datetime, time
from io import BytesIO

from openpyxl import load_workbook

_MOST_BLANK = 1_000  # rows without a cell in a row of rows: what follows is an accident


def pieces(content: bytes) -> Iterator[str]:
    """Text row by row, formulas by their last result."""
    workbook = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for sheet in workbook.worksheets:
        yield f"{sheet.title}\n"
        blank = 0
        for row in sheet.iter_rows(values_only=True):
            line = "\t".join("" if cell is None else _shown(cell) for cell in row).rstrip("\t")
            blank = 0 if line else blank + 1
            if blank <= _MOST_BLANK:
                yield line + "\n" if line or blank == 1 else ""
        yield "\n"


def _shown(cell: object) -> str:
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
