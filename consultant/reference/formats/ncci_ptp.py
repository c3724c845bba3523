"""NCCI procedure-to-procedure edits: CMS's quarterly files of the practitioner and the outpatient hospital tables.

Seven columns, tab-separated or in a workbook, under a head that is wrapped over four lines. Each file is the whole
history: a row for each time that a pair was in force, from its effective to its deletion date, both included.
A file of 675,000 lines is read in blocks: the codes of a block are looked at together, and what stands behind them,
which is shared by thousands of lines, is understood once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain, islice
from typing import Generic, NamedTuple, TypeVar

from consultant.reference.formats import UNREADABLE, FormatError, Release, RowError, Source
from consultant.reference.formats.ncci_cells import (
    AGAIN,
    WORKBOOK,
    bad,
    broken_off,
    code,
    decoded,
    opened,
    opening,
    quarter,
    sheet_records,
)

BLOCK_BYTES = 1 << 16
NOT_DELETED = ("*", "")
VERSION = re.compile(r"(?<![a-z])v(\d{2})([0-3])r\d", re.IGNORECASE)  # v322r0: version 32.2, the third of 2026
QUARTER = re.compile(r"(20\d\d)[-_ ]?q([1-4])", re.IGNORECASE)
SETTINGS = {
    "practitioner": re.compile(r"ccipra|practitioner", re.IGNORECASE),
    "outpatient_hospital": re.compile(r"ccioph|hospital", re.IGNORECASE),
}
NAMES = ("Column 1", "Column 2", "*=in existence prior to 1996", "Effective Date", "Deletion Date", "Modifier")
PREAMBLE = 20  # records within which the rows begin
LONGEST_RATIONALE = 120
CODES = len("96422\t96423\t")  # how a line begins


class PtpTerm(NamedTuple):
    """Everything about an edit but its codes. `deletion` is the last day in force; indicator 9: never in force."""

    prior_to_1996: bool
    effective: date
    deletion: date | None
    modifier_indicator: str
    rationale: str


class PtpRow(NamedTuple):
    """An edit: column two is not paid beside column one, unless the indicator lets a modifier say otherwise."""

    column_one: str
    column_two: str
    prior_to_1996: bool
    effective: date
    deletion: date | None
    modifier_indicator: str
    rationale: str


Term = TypeVar("Term")


class Block(NamedTuple, Generic[Term]):
    """Rows, column by column: their two codes as they begin a line, each with a tab behind it; what `take` made of the
    terms.
    """

    codes: list[str]
    terms: list[Term]


class NcciPtp:
    """The format of the PTP files."""

    kind = "ncci-ptp"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """The quarter and the table, told by the name: inside, only the head of the columns tells the kind."""
        if head.startswith(WORKBOOK) and not any(hint.search(source.name) for hint in SETTINGS.values()):
            return None
        if _head_line(opening(source, head)) is None:
            return None
        found = next((name for name, hint in SETTINGS.items() if hint.search(source.name)), None)
        when = _quarter(source.name)
        if found is None or when is None:
            raise FormatError(
                f"{source.name}, line 1, column 1: these are NCCI PTP edits, but only the name says of which table and "
                "quarter. Give the file back the name that CMS gave it (ccipra-v322r0-f1.txt)."
            )
        return Release(self.kind, f"{when[0]}Q{when[1]}", found, *quarter(*when))

    def rows(self, source: Source, release: Release) -> Iterator[PtpRow]:
        """The rows in file order. Raises FormatError; RowError for one row, behind which it goes on."""
        return _Rows(self.blocks(source, lambda term: term))

    def blocks(self, source: Source, take: Callable[[PtpTerm], Term]) -> Iterator[Block[Term] | RowError]:
        """The rows in blocks, column by column, with what `take` made of the terms; bad rows in between.

        `take` is called once for each spelling of a term, before the block that has it. Raises FormatError.
        """
        with opened(source) as file:
            first = file.read(len(WORKBOOK))
        if first == WORKBOOK:
            return _sheet_blocks(source, take)
        return _text_blocks(source, take)


class _Rows(Iterator[PtpRow]):
    """One row after another out of blocks; a bad row is raised in its place, and the next call goes on."""

    def __init__(self, blocks: Iterator[Block[PtpTerm] | RowError]) -> None:
        self._blocks = blocks
        self._block: Iterator[tuple[str, PtpTerm]] = iter(())

    def __next__(self) -> PtpRow:
        while (row := next(self._block, None)) is None:
            block = next(self._blocks)
            if isinstance(block, RowError):
                raise block
            self._block = zip(*block, strict=True)
        codes, term = row
        return PtpRow(codes[:5], codes[6:11], *term)


class _NotPlain(Exception):
    """Something in a block wants a closer look, line by line."""


class _Terms(dict[str, Term]):
    """The rest of a line to its term: each spelling understood once."""

    def __init__(self, take: Callable[[PtpTerm], Term]) -> None:
        super().__init__()
        self._take = take

    def __missing__(self, rest: str) -> Term:
        cells = rest.rstrip("\r").split("\t")
        try:
            term = _term(cells)
        except _WrongCell as wrong:
            raise _NotPlain from wrong
        self[rest] = self._take(term)
        return self[rest]


class _WrongCell(Exception):
    """A cell that makes no sense: the name of its column, and why."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(column, problem)
        self.column, self.problem = column, problem


def _text_blocks(source: Source, take: Callable[[PtpTerm], Term]) -> Iterator[Block[Term] | RowError]:
    terms = _Terms(take)
    number = 1
    for lines in _line_blocks(source):
        start = _first_row(source, lines) if number == 1 else 0
        rows = lines[start:]
        try:
            yield Block(_plain_codes(rows), [terms[line[CODES:]] for line in rows])
        except _NotPlain:
            yield from _closely(source, number + start, [line.split("\t") for line in rows], terms, spreadsheet=False)
        number += len(lines)


def _plain_codes(lines: list[str]) -> list[str]:
    """How the lines begin, when each begins with two codes. Raises _NotPlain."""
    codes = [line[:CODES] for line in lines]
    together, tabs = "".join(codes), "\t" * len(codes)
    letters = together.replace("\t", "")
    are_codes = letters.isascii() and letters.isalnum() and letters.upper() == letters
    if not are_codes or together[5::CODES] != tabs or together[11::CODES] != tabs or len(letters) != 10 * len(codes):
        raise _NotPlain
    return codes


def _line_blocks(source: Source) -> Iterator[list[str]]:
    """The lines in blocks, without their line feeds."""
    rest, number = b"", 1
    with opened(source) as file:
        while True:
            try:
                chunk = file.read(BLOCK_BYTES)
            except UNREADABLE as error:
                broken_off(source, number, error)
            whole, _, rest = (rest + chunk).rpartition(b"\n") if chunk else (rest, b"", b"")
            if whole:
                lines = decoded(whole).split("\n")
                number += len(lines)
                yield lines
            if not chunk:
                return
            if len(rest) > 16 * BLOCK_BYTES:
                raise FormatError(f"{source.name}, line {number}, column 1: the line does not end. {AGAIN}")


def _closely(
    source: Source, number: int, records: list[list[str]], terms: _Terms[Term], *, spreadsheet: bool
) -> Iterator[Block[Term] | RowError]:
    """A block in which something is wrong, record by record; blank records are passed over."""
    good: list[tuple[str, Term]] = []
    for at, cells in enumerate(records, start=number):
        trimmed = [cell.strip() for cell in cells]
        if not any(trimmed):
            continue
        try:
            good.append(_record(source, at, trimmed, terms, spreadsheet))
        except RowError as error:
            yield error
    if good:
        codes, found = zip(*good, strict=True)
        yield Block(list(codes), list(found))


def _record(source: Source, number: int, cells: list[str], terms: _Terms[Term], spreadsheet: bool) -> tuple[str, Term]:
    if len(cells) != 7:
        bad(source, number, str(len(cells)), f"{len(cells)} cells instead of 7, the line breaks off")
    column_one = code(source, number, "Column 1", cells[0], spreadsheet=spreadsheet)
    column_two = code(source, number, "Column 2", cells[1], spreadsheet=spreadsheet)
    try:
        _term(cells[2:])
    except _WrongCell as wrong:
        bad(source, number, wrong.column, wrong.problem)
    return f"{column_one}\t{column_two}\t", terms["\t".join(cells[2:])]


def _sheet_blocks(source: Source, take: Callable[[PtpTerm], Term]) -> Iterator[Block[Term] | RowError]:
    terms = _Terms(take)
    records = sheet_records(source)
    preamble = list(islice(records, PREAMBLE))
    start = _first_row(source, ["\t".join(record.cells) for record in preamble])
    for record in chain(preamble[start:], records):
        # A sheet may have empty cells behind the last column.
        cells = record.cells[:7] if not any(record.cells[7:]) else record.cells
        yield from _closely(source, record.line, [cells], terms, spreadsheet=True)


def _first_row(source: Source, lines: list[str]) -> int:
    """Which line is the first below the head of the columns. Raises FormatError when there is no head."""
    head = _head_line([line.split("\t") for line in lines[:PREAMBLE]])
    if head is None:
        raise FormatError(f"{source.name}, line 1, column 1: no head with {', '.join(NAMES[:2])}. {AGAIN}")
    below = (at for at in range(head + 1, len(lines)) if lines[at].split("\t")[0].strip())
    return next(below, len(lines))


def _head_line(records: list[list[str]]) -> int | None:
    """Which record begins the head: `Column 1` and `Column 2`, however they are spaced."""
    for at, cells in enumerate(records):
        names = [re.sub(r"\W", "", cell).lower() for cell in cells]
        if names[:2] == ["column1", "column2"] and "effective" in "".join(names):
            return at
    return None


def _term(cells: list[str]) -> PtpTerm:
    """The five cells behind the codes. Raises _WrongCell."""
    if len(cells) != 5:
        raise _WrongCell("7", f"{len(cells) + 2} cells instead of 7")
    prior, effective, deletion, indicator, rationale = cells
    if prior not in ("*", ""):
        raise _WrongCell(NAMES[2], f"{prior!r} is neither * nor empty")
    if indicator not in ("0", "1", "9"):
        raise _WrongCell(NAMES[5], f"{indicator!r} is none of 0, 1 and 9")
    if not rationale or len(rationale) > LONGEST_RATIONALE:
        raise _WrongCell("PTP Edit Rationale", "the phrase is missing or too long")
    last = None if deletion in NOT_DELETED else _day(NAMES[4], deletion)
    return PtpTerm(prior == "*", _day(NAMES[3], effective), last, indicator, rationale)


def _day(column: str, cell: str) -> date:
    if not re.fullmatch(r"[0-9]{8}", cell):
        raise _WrongCell(column, f"{cell!r} is no date as YYYYMMDD")
    try:
        return date(int(cell[:4]), int(cell[4:6]), int(cell[6:]))
    except ValueError as error:
        raise _WrongCell(column, f"{cell!r} is no day of the calendar") from error


def _quarter(name: str) -> tuple[int, int] | None:
    """Year and quarter that the name tells, by the version or in words."""
    if version := VERSION.search(name):
        return 1994 + int(version[1]), int(version[2]) + 1
    if words := QUARTER.search(name):
        return int(words[1]), int(words[2])
    return None
