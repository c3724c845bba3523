"""Small files in the layouts of CMS, with made-up codes and dates: what the loader reads in tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

from consultant.reference.formats import Source
from consultant.reference.formats.add_on_codes import AddOnRow
from consultant.reference.formats.mue import MueRow
from consultant.reference.formats.ncci_ptp import PtpRow

AGENCY = Path(__file__).resolve().parents[2] / "shared" / "reference" / "ncci"
NOTICE = "Codes and texts made up for tests."
MAI = {"1": "1 Line Edit", "2": "2 Date of Service Edit: Policy", "3": "3 Date of Service Edit: Clinical"}
AOC_HEAD = (
    "AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT", "AOC_Edit_EffDT",
    "AOC_Edit_DelDT", "Special_Instruction_Notes",
)  # fmt: skip
PTP_HEAD = (
    (NOTICE, "", "", "", "", "", ""),
    ("Column1/Column2 Edits", "", "", "", "", "", ""),
    ("Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"),
    ("", "", "prior to 1996", "Date", "Date", "0=not allowed", ""),
    ("", "", "", "", "*=no data", "1=allowed", ""),
    ("", "", "", "", "", "9=not applicable", ""),
)


def source(name: str, content: bytes) -> Source:
    """A file that is there only in memory."""
    return Source(name, len(content), lambda: io.BytesIO(content))


def source_at(path: Path) -> Source:
    """A file on disk."""
    return Source(path.name, path.stat().st_size, lambda: path.open("rb"))


def ptp_edit(
    one: str, two: str, first: date, last: date | None = None, indicator: str = "1", rationale: str = "Because"
) -> PtpRow:
    """An edit, in force from the first to the last day."""
    return PtpRow(one, two, False, first, last, indicator, rationale)


def ptp_cells(rows: Iterable[PtpRow]) -> list[tuple[str, ...]]:
    """The cells of a PTP file."""
    return [*PTP_HEAD, *(_ptp_cells(row) for row in rows)]


def ptp_text(rows: Iterable[PtpRow], end: str = "\r\n") -> bytes:
    """A PTP file as text."""
    return "".join("\t".join(cells) + end for cells in ptp_cells(rows)).encode()


def mue_text(rows: Iterable[MueRow], setting: str = "Practitioner") -> bytes:
    """An MUE file as text: a notice of several lines, a head with a line break in it."""
    head = f'"{NOTICE}\n\nAll of them.\n",,,\r\n"HCPCS/\nCPT Code",{setting} Services MUE Values,'
    head += "MUE Adjudication Indicator,MUE Rationale\r\n"
    return (head + "".join(f"{r.code},{r.value},{MAI[r.mai]},{r.rationale}\r\n" for r in rows)).encode()


def add_on_link(
    add_on: str, primary: str, first: date, last: date | None = None, edit_type: str = "1", note: str = ""
) -> AddOnRow:
    """An add-on code and a primary."""
    return AddOnRow(add_on, primary, edit_type, first, last, None, None, note)


def add_on_cells(rows: Iterable[AddOnRow]) -> list[tuple[str, ...]]:
    """The cells of an add-on code file."""
    return [(NOTICE,), AOC_HEAD, *(_add_on_cells(row) for row in rows)]


def add_on_fixed(rows: Iterable[AddOnRow]) -> bytes:
    """An add-on code file in fixed columns."""
    widths = (1, 5, 7, 5, 7, 7, 7, 58)
    lines = (zip(_add_on_cells(row), widths, strict=True) for row in rows)
    texts = ("".join(cell.ljust(width) for cell, width in line) for line in lines)
    return "".join(f"{text}\r\n" for text in (NOTICE, *texts)).encode()


def tabbed(cells: Iterable[Sequence[str]]) -> bytes:
    """Cells as tab-separated text."""
    return "".join("\t".join(row) + "\r\n" for row in cells).encode()


def workbook(cells: Iterable[Sequence[Any]]) -> bytes:
    """Cells in the first sheet of a workbook."""
    book = openpyxl.Workbook()
    for row in cells:
        book.active.append([cell if cell != "" else None for cell in row])  # type: ignore[union-attr]
    return _bytes(book.save)


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""

    def write(target: io.BytesIO) -> None:
        with ZipFile(target, "w", ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)

    return _bytes(write)


def _bytes(write: Callable[[io.BytesIO], None]) -> bytes:
    target = io.BytesIO()
    write(target)
    return target.getvalue()


def _ptp_cells(row: PtpRow) -> tuple[str, ...]:
    last = f"{row.deletion:%Y%m%d}" if row.deletion else "*"
    prior = "*" if row.prior_to_1996 else ""
    return (
        row.column_one, row.column_two, prior, f"{row.effective:%Y%m%d}", last, row.modifier_indicator, row.rationale
    )  # fmt: skip


def _add_on_cells(row: AddOnRow) -> tuple[str, ...]:
    return (
        row.edit_type, row.add_on, _julian(row.add_on_deletion), row.primary, _julian(row.primary_deletion),
        _julian(row.effective), _julian(row.deletion), row.note,
    )  # fmt: skip


def _julian(day: date | None) -> str:
    return f"{day:%Y%j}" if day else ""
