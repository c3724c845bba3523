"""The rows of a workbook's first sheet, some at a time. Must not know what a cell means.

The library for it takes as much memory as a load of the largest table may: it is imported where a workbook is met.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from typing import Any

LONGEST_SHEET = 1 << 20  # rows: no Excel sheet holds more
BATCH = 256


def sheet_rows(file: Any) -> Iterator[tuple[Any, ...]]:
    """The values row by row; one more than LONGEST_SHEET where there are more.

    Raises whatever a damaged workbook makes the library raise.
    """
    with _unwarned():
        book = import_module("openpyxl").load_workbook(file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the size that a sheet states of itself is often wrong
        rows = islice(sheet.iter_rows(values_only=True), LONGEST_SHEET + 1)
    while batch := _batch(rows):
        yield from batch


def _batch(rows: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    with _unwarned():
        return list(islice(rows, BATCH))


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without the library's warnings of styles and page heads, which nobody reads here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
