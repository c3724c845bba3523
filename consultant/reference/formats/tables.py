"""From records to rows: finding a table's head by its column names, and handing out one typed row after another.

Nothing is dropped in silence: what is no row is counted with its reason in `Rows.skipped`.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from consultant.reference.formats import FormatError, RowError, Source
from consultant.reference.formats.lines import DOWNLOAD_AGAIN, Line
from consultant.reference.formats.records import Record, is_text, is_workbook, opening_lines, peek, records, text_lines

HEAD_WITHIN = 80  # records: the longest preamble seen has 10

BEFORE_THE_TABLE = "before the table"
BLANK = "blank"
NOTE = "note"

Item = TypeVar("Item")
Row = TypeVar("Row")


class Rows(Iterator[Row], Generic[Item, Row]):
    """The rows of a file in its order. After a RowError the next call goes on behind the bad row.

    `skipped` counts what was passed over until now, by reason.
    """

    def __init__(self, items: Iterable[Item | RowError], read: Callable[[Item], Row], skipped: Counter[str]) -> None:
        self._items, self._read, self.skipped = iter(items), read, skipped

    def __next__(self) -> Row:
        item = next(self._items)
        if isinstance(item, RowError):
            raise item
        return self._read(item)


@dataclass(frozen=True, slots=True)
class Columns:
    """A table's columns: for each field a pattern of its head, letters and digits alone, in capitals.

    `stacked` is over how many records a head may be wrapped; `key` is what the first cell of a row looks like,
    so that a note under the table is told from a row that was cut off.
    """

    names: Mapping[str, str]
    key: re.Pattern[str]
    optional: frozenset[str] = frozenset()
    stacked: int = 1

    def missing(self, head: Mapping[str, int]) -> list[str]:
        return [field for field in self.names if field not in head and field not in self.optional]


def _no_notes(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class FixedText:
    """A fixed-width text: for each field its first and last position, counted from 1 as the agency does.

    `line` fits a line with data, `is_note` tells lines that are none; a line below `shortest` was cut off.
    """

    layout: Mapping[str, tuple[int, int]]
    line: re.Pattern[str]
    shortest: int
    is_note: Callable[[str], bool] = _no_notes

    def fits(self, head: bytes) -> bool:
        return is_text(head) and any(self.line.match(line) for line in opening_lines(head))


def read_rows(
    source: Source, columns: Columns, read: Callable[[Line], Row], fixed: FixedText | None = None
) -> Rows[Line, Row]:
    """A file's rows, whichever form it has, one for each line. Raises FormatError for a table without its head."""
    skipped: Counter[str] = Counter()
    if fixed and fixed.fits(peek(source)):
        return Rows(fixed_lines(source, fixed, skipped), read, skipped)
    return Rows(table_lines(source, columns, skipped), read, skipped)


def head_of(found: Iterable[Record], columns: Columns) -> tuple[dict[str, int], int]:
    """Which cell each field stands in, and how many cells the head has.

    Where no record has all of them, the best that was found: see Columns.missing. Reads no further than the head.
    """
    best: tuple[dict[str, int], int] = ({}, 0)
    above: deque[list[str]] = deque(maxlen=columns.stacked)
    for position, record in enumerate(found, start=1):
        above.append(record.cells)
        for depth in range(1, len(above) + 1):
            names = _stacked(list(above)[-depth:])
            head = _matched(names, columns)
            if len(head) > len(best[0]):
                best = head, len(names)
            if not columns.missing(head):
                return head, len(names)
        if position >= HEAD_WITHIN:
            break
    return best


def table_lines(source: Source, columns: Columns, skipped: Counter[str]) -> Iterator[Line | RowError]:
    """The lines of the table in a workbook or a delimited text.

    Raises FormatError when the table has no head, or its head lacks a column.
    """
    found = records(source)
    head, width = head_of(_counted(found, skipped), columns)
    if missing := columns.missing(head):
        raise FormatError(
            f"{source.name}, line 1 to {skipped[BEFORE_THE_TABLE]}: no column head for {missing[0]}. "
            f"Is it really a file of this kind? {DOWNLOAD_AGAIN}"
        )
    # A spreadsheet leaves out empty cells at the end of a row; in a text they are always written.
    narrowest = 0 if is_workbook(peek(source)) else max(head.values()) + 1
    return _lines(source, found, _Head(head, narrowest, width, columns.key), skipped)


def fixed_lines(source: Source, form: FixedText, skipped: Counter[str]) -> Iterator[Line | RowError]:
    """The lines of a fixed-width text."""
    end = max(last for _, last in form.layout.values())
    for number, text in text_lines(source):
        if not text.strip():
            skipped[BLANK] += 1
        elif form.is_note(text):
            skipped[NOTE] += 1
        elif len(text) < form.shortest or text[end:].strip():
            yield RowError(
                f"{source.name}, line {number}, column {len(text)}: the line should end between positions "
                f"{form.shortest} and {end}. It was cut off, or something was put in. {DOWNLOAD_AGAIN}"
            )
        else:
            cells = {field: text[first - 1 : last].strip() for field, (first, last) in form.layout.items()}
            yield Line(source.name, number, cells)


@dataclass(frozen=True, slots=True)
class _Head:
    """A head that was found: where each field stands, and between which widths a row is whole."""

    at: Mapping[str, int]
    narrowest: int
    width: int
    key: re.Pattern[str]


def _lines(source: Source, found: Iterator[Record], head: _Head, skipped: Counter[str]) -> Iterator[Line | RowError]:
    for number, cells in found:
        filled = [cell for cell in cells if cell]
        if not filled:
            skipped[BLANK] += 1
        elif filled == cells[:1] and not head.key.fullmatch(cells[0]):
            skipped[NOTE] += 1
        elif any(cells[head.width :]) or len(cells) < head.narrowest:
            yield RowError(
                f"{source.name}, line {number}, column {len(cells)}: {len(cells)} cells, the head has {head.width}. "
                f"The row was cut off, or a comma in a text is not quoted. {DOWNLOAD_AGAIN}"
            )
        else:
            by_name = {field: cells[at] if at < len(cells) else "" for field, at in head.at.items()}
            yield Line(source.name, number, by_name)


def _counted(found: Iterable[Record], skipped: Counter[str]) -> Iterator[Record]:
    for record in found:
        skipped[BEFORE_THE_TABLE] += 1
        yield record


def _stacked(rows: list[list[str]]) -> list[str]:
    """Column heads written over several records, put together, letters and digits alone."""
    width = max(map(len, rows))
    joined = ("".join(row[at] for row in rows if at < len(row)) for at in range(width))
    return [re.sub(r"[^A-Z0-9]", "", name.upper()) for name in joined]


def _matched(names: list[str], columns: Columns) -> dict[str, int]:
    """The first column that each pattern fits."""
    found = {}
    for field, pattern in columns.names.items():
        at = next((at for at, name in enumerate(names) if name and re.fullmatch(pattern, name)), None)
        if at is not None:
            found[field] = at
    return found
