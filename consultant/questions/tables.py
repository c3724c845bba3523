"""Tables of codes: a line of column names, and below it lines whose numbers mean what the column says.

`CPT  Mod  Units  POS` makes `20610  RT  2  11` a code with a modifier, a quantity and a place. Columns are told apart
by tabs, bars or two spaces and more, as mail programs and HTML tables write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from consultant.questions.codes import read_codes
from consultant.questions.model import CodeMention, System
from consultant.questions.modifier_list import is_known
from consultant.questions.not_codes import BLANK
from consultant.questions.notation import with_dot

_COLUMNS = {
    "cpt": "code", "cpt code": "code", "hcpcs": "code", "cpt/hcpcs": "code", "code": "code", "procedure": "code",
    "proc": "code", "procedure code": "code", "proc code": "code", "hcpcs code": "code", "codes": "code",
    "service": "code", "cpt codes": "code",
    "mod": "modifier", "mods": "modifier", "modifier": "modifier", "modifiers": "modifier", "mod 1": "modifier",
    "mod 2": "modifier", "mod1": "modifier", "mod2": "modifier", "m1": "modifier", "m2": "modifier",
    "mod(s)": "modifier", "modifier(s)": "modifier",
    "units": "units", "unit": "units", "qty": "units", "quantity": "units", "unit(s)": "units", "# units": "units",
    "pos": "place", "place": "place", "place of service": "place",
    "dx": "diagnosis", "icd": "diagnosis", "icd-10": "diagnosis", "icd10": "diagnosis", "diagnosis": "diagnosis",
    "dx code": "diagnosis", "icd-10-cm": "diagnosis", "diagnosis code": "diagnosis", "dx codes": "diagnosis",
    "rev": "revenue", "rev code": "revenue", "revenue": "revenue", "revenue code": "revenue",
    "line": "other", "date": "other", "dos": "other", "charge": "other", "charges": "other", "amount": "other",
    "billed": "other", "paid": "other", "allowed": "other", "description": "other", "provider": "other",
    "status": "other", "denial": "other", "reason": "other", "ndc": "other", "patient": "other", "claim": "other",
}  # fmt: skip
_CELL = re.compile(r"[^\t|\n ]+(?: [^\t|\n ]+)*")
_SEPARATED = re.compile(r"\S(?:\t| {2,}| ?\| ?)\S")
_MOST_ROWS = 200
_ICD = re.compile(r"[A-TV-Z][0-9][0-9AB](?:\.?[0-9A-Z]{1,4})?")


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    start: int
    end: int


def read_tables(text: str) -> tuple[str, list[CodeMention]]:
    """What the tables in the text name, and the text with their rows blanked; the length stays the same."""
    mentions: list[CodeMention] = []
    rows: list[tuple[int, int]] = []
    columns: list[tuple[str, _Cell]] = []
    position = 0
    for line in text.splitlines(keepends=True):
        cells = [_Cell(m[0], m.start(), m.end()) for m in _CELL.finditer(text, position, position + len(line))]
        if columns and cells and len(rows) < _MOST_ROWS and any(c.text[0].isdigit() or len(c.text) < 9 for c in cells):
            found = list(_row(_under(columns, cells, position, by_bars="|" in line or "\t" in line)))
            mentions += found
            rows += [(position, position + len(line))] if found else []
            columns = (not found and _columns(cells, line, position)) or columns
        else:
            columns = _columns(cells, line, position)
        position += len(line)
    return _blanked(text, rows), mentions


def _columns(cells: Sequence[_Cell], line: str, position: int) -> list[tuple[str, _Cell]]:
    """The columns that the line names; none unless it names a code column and another."""
    if len(cells) < 2 or not _SEPARATED.search(line):
        return []
    names = [(_COLUMNS.get(cell.text.strip(" :*").lower(), ""), cell) for cell in cells]
    kinds = {name for name, _ in names}
    if not {"code"} & kinds or not kinds & {"modifier", "units", "place", "diagnosis", "revenue"}:
        return []
    return [(name, _Cell(cell.text, cell.start - position, cell.end - position)) for name, cell in names]


def _under(
    columns: Sequence[tuple[str, _Cell]], cells: Sequence[_Cell], position: int, *, by_bars: bool
) -> Iterator[tuple[str, _Cell]]:
    """Each cell with the name of its column: by number where every cell is there, else by where it stands."""
    if len(cells) == len(columns):
        yield from ((name, cell) for (name, _), cell in zip(columns, cells, strict=True))
    elif not by_bars:
        for cell in cells:
            name, _ = min(columns, key=lambda column: abs(column[1].start - (cell.start - position)))
            yield name, cell


def _row(cells: Iterator[tuple[str, _Cell]]) -> Iterator[CodeMention]:
    under = list(cells)
    main: CodeMention | None = None
    for name, cell in under:
        if name == "code" and main is None:
            found = [m for m in read_codes(cell.text) if m.system in (System.CPT, System.HCPCS)]
            main = _moved(found[0], cell.start) if found else None
    others = [mention for name, cell in under for mention in _cell(name, cell)]
    if main is None:
        yield from (m for m in others if m.system is System.REVENUE)
        return
    units = next(
        (int(cell.text) for name, cell in under if name == "units" and re.fullmatch("[0-9]{1,3}", cell.text)), 0
    )
    tied = tuple(dict.fromkeys((*main.modifiers, *(m.code for m in others if m.code and m.system is System.MODIFIER))))
    yield replace(main, modifiers=tied, units=units or main.units)
    yield from others


def _cell(name: str, cell: _Cell) -> Iterator[CodeMention]:
    if name == "code":
        yield from (_moved(m, cell.start) for m in read_codes(cell.text) if m.system is System.MODIFIER)
    for match in re.finditer(r"[0-9A-Za-z.]+", cell.text):
        token, start = match[0], cell.start + match.start()
        if mention := _token(name, token.upper(), start, start + len(token)):
            yield replace(mention, as_written=token)


def _token(name: str, token: str, start: int, end: int) -> CodeMention | None:
    if name == "modifier" and len(token) == 2 and is_known(token):
        return CodeMention(System.MODIFIER, token, start, end, token)
    if name == "place" and re.fullmatch(r"[0-9]{1,2}", token):
        return CodeMention(System.POS, token.zfill(2), start, end, token)
    if name == "revenue" and re.fullmatch(r"[0-9]{3,4}", token):
        return CodeMention(System.REVENUE, token.zfill(4), start, end, token)
    if name == "diagnosis" and _ICD.fullmatch(token):
        return CodeMention(System.ICD10CM, with_dot(token.replace(".", "")), start, end, token)
    return None


def _moved(mention: CodeMention, by: int) -> CodeMention:
    return replace(mention, start=mention.start + by, end=mention.end + by)


def _blanked(text: str, rows: Sequence[tuple[int, int]]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in rows:
        pieces += (text[position:start], BLANK * (end - start - 1), "\n")
        position = end
    return "".join((*pieces, text[position:]))
