"""HCPCS Level II: codes and modifiers of the Alpha-Numeric file ("ANWEB"), fixed-width .txt and .xlsx.

Layout after "HCPCS Contractor Record" (CMS, with each release), column names after the workbook. A long description
goes on over following records (record id 4, of modifiers 8), which hold nothing else. A code may be used on a day
from `add_dt` to `term_dt`, both included; ended codes leave the file after some years.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from consultant.reference.formats import FormatError, Release, RowError, Source
from consultant.reference.formats.lines import Line, is_public
from consultant.reference.formats.records import is_text, is_workbook, opening_records, peek
from consultant.reference.formats.tables import Columns, FixedText, Rows, fixed_lines, head_of, table_lines

NAME = re.compile(r"HCPC(?:20)?(\d{2})_(?:(JAN|APR|JUL|OCT)|CONTR)_ANWEB", re.IGNORECASE)
MONTHS = {"JAN": 1, "APR": 4, "JUL": 7, "OCT": 10}
FIRST_RECORD_LENGTH = 293
FIRST_RECORDS = {"3", "7"}
CONTINUATIONS = {"4": "3", "8": "7"}


class HcpcsCode(NamedTuple):
    """A Level II code. `act_eff_dt` is the day of its last change; `term_dt` the last day it may be used."""

    hcpc: str
    long_description: str | None
    short_description: str | None
    price: tuple[str, ...]
    mult_pi: str | None
    cim: tuple[str, ...]
    mcm: tuple[str, ...]
    statute: str | None
    labcert: tuple[str, ...]
    xref: tuple[str, ...]
    cov: str | None
    asc_grp: str | None
    asc_dt: date | None
    opps: str | None
    opps_pi: str | None
    opps_dt: date | None
    procnote: str | None
    betos: str | None
    tos: tuple[str, ...]
    anest_bu: str | None
    add_dt: date
    act_eff_dt: date | None
    term_dt: date | None
    action_cd: str | None


class HcpcsModifier(NamedTuple):
    """A Level II modifier of two characters; days as of a code."""

    modifier: str
    long_description: str | None
    short_description: str | None
    cim: tuple[str, ...]
    mcm: tuple[str, ...]
    statute: str | None
    xref: tuple[str, ...]
    cov: str | None
    procnote: str | None
    add_dt: date
    act_eff_dt: date | None
    term_dt: date | None
    action_cd: str | None


REPEATED = {"price": 4, "cim": 3, "mcm": 3, "labcert": 8, "xref": 5, "tos": 5}
NUMBERED = [f"{name}{number}" for name, times in REPEATED.items() for number in range(1, times + 1)]
SINGLE = {
    "hcpc": "HCPCS?",
    "seqnum": "SEQNUM",
    "recid": "RECID",
    "long_description": "LONGDESCRIPTION",
    "short_description": "SHORTDESCRIPTION",
    "mult_pi": "MULTPI",
    "statute": "STATUTE",
    "cov": "COV",
    "asc_grp": "ASCGRP",
    "asc_dt": "ASCDT",
    "opps": "OPPS",
    "opps_pi": "OPPSPI",
    "opps_dt": "OPPSDT",
    "procnote": "PROCNOTE",
    "betos": "BETOS",
    "anest_bu": "ANESTBU",
    "add_dt": "ADDDT",
    "act_eff_dt": "ACTEFFDT",
    "term_dt": "TERMDT",
    "action_cd": "ACTIONCD",
}
COLUMNS = Columns(names=SINGLE | {name: name.upper() for name in NUMBERED}, key=re.compile(r"\w{2}|\w{5}"))


def _spread(name: str, start: int, width: int) -> dict[str, tuple[int, int]]:
    """The positions of a repeated field, one beside the other."""
    return {
        f"{name}{number + 1}": (start + number * width, start + (number + 1) * width - 1)
        for number in range(REPEATED[name])
    }


def _is_note(text: str) -> bool:
    """A line of the disclaimer above: no sequence number and record id, no code, and not as long as a record."""
    is_record = re.match(r".{5}\d{5}[3478]|[A-Z]\d{4}", text) or (len(text) >= FIRST_RECORD_LENGTH and "\t" not in text)
    return not is_record


FIXED = FixedText(
    layout={
        "hcpc": (1, 5),
        "seqnum": (6, 10),
        "recid": (11, 11),
        "long_description": (12, 91),
        "short_description": (92, 119),
        **_spread("price", 120, 2),
        "mult_pi": (128, 128),
        **_spread("cim", 129, 6),
        **_spread("mcm", 147, 8),
        "statute": (171, 180),
        **_spread("labcert", 181, 3),
        **_spread("xref", 205, 5),
        "cov": (230, 230),
        "asc_grp": (231, 232),
        "asc_dt": (233, 240),
        "opps": (241, 243),
        "opps_pi": (244, 244),
        "opps_dt": (245, 252),
        "procnote": (253, 256),
        "betos": (257, 259),
        **_spread("tos", 261, 1),
        "anest_bu": (266, 268),
        "add_dt": (269, 276),
        "act_eff_dt": (277, 284),
        "term_dt": (285, 292),
        "action_cd": (293, 293),
    },
    line=re.compile(r"( {3}[A-Z0-9]{2}|[A-Z]\d{4})\d{5}[37].{282}"),
    shortest=12,  # continuation records were once cut after their text
    is_note=_is_note,
)


class HcpcsFormat:
    """The Alpha-Numeric file of a quarter; until 2019 of a year. Its release stands in its name alone."""

    kind = "hcpcs"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """By its column heads or its layout, else by name. Raises FormatError when the name tells no release."""
        found = opening_records(source, head)
        columns, _ = head_of(found, COLUMNS)
        name = NAME.search(source.name)
        known = not COLUMNS.missing(columns) or FIXED.fits(head)
        if not known and not (name and (is_text(head) or is_workbook(head))):
            return None
        if not name:
            raise FormatError(
                f"{source.name}: a HCPCS file, but of which quarter? Give it back the name that CMS gave it, "
                "such as HCPC2026_OCT_ANWEB.xlsx."
            )
        first = date(2000 + int(name[1]), MONTHS[(name[2] or "JAN").upper()], 1)
        return Release(self.kind, f"{first:%Y-%m}", "", first, None)

    def rows(self, source: Source, release: Release) -> Rows[list[Line], HcpcsCode | HcpcsModifier]:
        """One row for each code and modifier, its description whole."""
        skipped: Counter[str] = Counter()
        if FIXED.fits(peek(source)):
            return Rows(_grouped(fixed_lines(source, FIXED, skipped)), _fixed_row, skipped)
        return Rows(_grouped(table_lines(source, COLUMNS, skipped)), _row, skipped)


def _grouped(lines: Iterable[Line | RowError]) -> Iterator[list[Line] | RowError]:
    """Each first record with the records that go on with its description."""
    group: list[Line] = []
    for line in lines:
        if isinstance(line, Line) and group and _goes_on(group[0], line):
            group.append(line)
            continue
        if group:
            yield group
        group = []
        if isinstance(line, RowError):
            yield line
        else:
            group = [line]
    if group:
        yield group


def _goes_on(first: Line, line: Line) -> bool:
    return CONTINUATIONS.get(line.cells["recid"]) == first.cells["recid"] and line.cells["hcpc"] == first.cells["hcpc"]


def _row(group: list[Line]) -> HcpcsCode | HcpcsModifier:
    first = group[0]
    if (record := first.text("recid")) not in FIRST_RECORDS:
        raise first.wrong("recid", f"{record!r} does not begin a code")
    return _code(first, group) if record == "3" else _modifier(first, group)


def _fixed_row(group: list[Line]) -> HcpcsCode | HcpcsModifier:
    """As _row. A line without the last field was cut off: an end date may be lost, which would say "not ended"."""
    if group[0].cells["recid"] in FIRST_RECORDS:
        group[0].text("action_cd")
    return _row(group)


def _code(line: Line, group: list[Line]) -> HcpcsCode:
    code = line.code("hcpc")
    public = is_public(code)
    return HcpcsCode(
        hcpc=code,
        long_description=_description(group) if public else None,
        short_description=line.maybe("short_description") if public else None,
        price=_each(line, "price"),
        mult_pi=line.maybe("mult_pi"),
        cim=_each(line, "cim"),
        mcm=_each(line, "mcm"),
        statute=line.maybe("statute"),
        labcert=_each(line, "labcert"),
        xref=_each(line, "xref"),
        cov=line.maybe("cov"),
        asc_grp=line.maybe("asc_grp"),
        asc_dt=line.maybe_day("asc_dt"),
        opps=line.maybe("opps"),
        opps_pi=line.maybe("opps_pi"),
        opps_dt=line.maybe_day("opps_dt"),
        procnote=line.maybe("procnote"),
        betos=line.maybe("betos"),
        tos=_each(line, "tos"),
        anest_bu=line.maybe("anest_bu"),
        add_dt=line.day("add_dt"),
        act_eff_dt=line.maybe_day("act_eff_dt"),
        term_dt=line.maybe_day("term_dt"),
        action_cd=line.maybe("action_cd"),
    )


def _modifier(line: Line, group: list[Line]) -> HcpcsModifier:
    line.text("hcpc")
    modifier = line.modifier("hcpc")
    public = not modifier.isdigit()  # modifiers of two digits are CPT's
    return HcpcsModifier(
        modifier=modifier,
        long_description=_description(group) if public else None,
        short_description=line.maybe("short_description") if public else None,
        cim=_each(line, "cim"),
        mcm=_each(line, "mcm"),
        statute=line.maybe("statute"),
        xref=_each(line, "xref"),
        cov=line.maybe("cov"),
        procnote=line.maybe("procnote"),
        add_dt=line.day("add_dt"),
        act_eff_dt=line.maybe_day("act_eff_dt"),
        term_dt=line.maybe_day("term_dt"),
        action_cd=line.maybe("action_cd"),
    )


def _description(group: list[Line]) -> str | None:
    return " ".join(filter(None, (line.maybe("long_description") for line in group))) or None


def _each(line: Line, name: str) -> tuple[str, ...]:
    """The filled ones of a repeated field."""
    cells = (line.maybe(f"{name}{number}") for number in range(1, REPEATED[name] + 1))
    return tuple(cell for cell in cells if cell)
