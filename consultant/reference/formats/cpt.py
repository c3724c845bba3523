"""CPT as the AMA licenses it: LONGULT, MEDU and SHORTU, or the consolidated code list. The operator brings the files.

Each opens with the AMA's notice, which is yielded first and must be shown wherever a descriptor is. LONGULT has
code, tab, text; MEDU and SHORTU code, blank, text; the consolidated list is tab-separated under a header.
The files do not state their release: the AMA's folder does ("2026 CPT Standard Annual Update").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Literal, NamedTuple, cast

from consultant.reference.formats import FormatError, Release, Source
from consultant.reference.formats.text_lines import (
    AGAIN,
    RawLine,
    Skipped,
    bad_row,
    decoded,
    head_lines,
    raw_lines,
    wrong,
)

Length = Literal["long", "medium", "short"]
CODE = r"[0-9]{4}[0-9A-Z]"
NOTICE = re.compile(r"American Medical Association|\bAMA\b")
# One tab only: other tables with the AMA's notice (the NCCI edits) begin with a code and a tab as well.
TABBED = re.compile(rf"(?P<code>{CODE})\t(?P<text>[^\t]*[^\t ]) *")
FIXED = re.compile(rf"(?P<code>{CODE}) (?P<text>\S.*?)\s*")
FIXED_FILES = {"SHORT": "short", "MED": "medium"}  # how their names begin; the layouts are the same
YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
UPDATE = re.compile(r"(?<![a-z])(?:update|updt|upd|errata|q)[-_ ]*([0-9])(?![0-9])", re.I)
HEADER = ("concept id", "cpt code", "long", "medium", "short")


class CptNotice(NamedTuple):
    """A line of the notice that the file opens with; all of them together are the notice."""

    line: int
    text: str


class CptDescriptor(NamedTuple):
    """A code and its descriptor, in the length of the file."""

    cpt_code: str
    length: Length
    descriptor: str


class CptConcept(NamedTuple):
    """A row of the consolidated code list; what is not given is empty or None."""

    concept_id: str
    cpt_code: str
    long: str
    medium: str
    short: str
    consumer: str
    current_descriptor_effective_date: date | None
    test_name: str
    lab_name: str
    manufacturer_name: str


CptRow = CptNotice | CptDescriptor | CptConcept | Skipped


class Cpt:
    """One licensed file; the variant is long, medium, short or consolidated."""

    kind = "cpt"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise."""
        lines = head_lines(source, head)
        variant = _variant(source.name, lines)
        if variant is None or not any(NOTICE.search(line) for line in lines):
            return None
        years = YEAR.findall(source.name)
        if not years:
            raise FormatError(
                f"{source.name}, line 1, column 1: the file does not say its release. "
                f"Keep it in a folder named as the AMA does (2026 CPT Standard Annual Update)."
            )
        year, update = int(years[0]), UPDATE.findall(source.name)
        if update:  # a folder of an update does not say from which day it holds
            return Release(self.kind, f"{year} update {update[-1]}", variant, None, date(year, 12, 31))
        return Release(self.kind, str(year), variant, date(year, 1, 1), date(year, 12, 31))

    def rows(self, source: Source, release: Release) -> Iterator[CptRow]:
        """See Format.rows: the notice first, then a row a code."""
        reading = _Reading(source, release.variant)
        return chain(map(reading.row, raw_lines(source)), reading.check())


def _variant(name: str, lines: list[str]) -> str | None:
    if any(_is_header(line) for line in lines):
        return "consolidated"
    if any(TABBED.fullmatch(line) for line in lines):
        return "long"
    if not any(FIXED.fullmatch(line) for line in lines):
        return None
    file = re.split(r"[/\\]", name)[-1].upper()
    return next((variant for start, variant in FIXED_FILES.items() if file.startswith(start)), None)


def _is_header(line: str) -> bool:
    return tuple(cell.strip().lower() for cell in line.split("\t")[: len(HEADER)]) == HEADER


@dataclass(slots=True)
class _Reading:
    """Whether the notice is over, and where the columns of the consolidated list are."""

    source: Source
    variant: str
    places: dict[str, int] = field(default_factory=dict)
    in_list: bool = False
    last: int = 0

    def row(self, line: RawLine) -> CptRow:
        self.last = line.number
        text = decoded(self.source, line)
        if not text.strip():
            return Skipped(line.number, "blank line")
        if self.variant == "consolidated":
            return self._concept(line.number, text) if self.in_list else self._before_concepts(line.number, text)
        return self._descriptor(line.number, text)

    def check(self) -> Iterator[CptRow]:
        """Nothing more to yield; raises FormatError when the notice was all."""
        if not self.in_list:
            wrong(self.source, self.last + 1, 1, "no code in it", AGAIN)
        yield from ()

    def _descriptor(self, number: int, text: str) -> CptRow:
        found = (TABBED if self.variant == "long" else FIXED).fullmatch(text)
        if found:
            self.in_list = True
            return CptDescriptor(found["code"], cast(Length, self.variant), found["text"])
        if self.in_list:
            bad_row(self.source, number, 1, "not a code and its descriptor", AGAIN)
        return CptNotice(number, text)

    def _before_concepts(self, number: int, text: str) -> CptRow:
        if not _is_header(text):
            return CptNotice(number, text)
        self.in_list = True
        self.places = {name.strip().lower(): place for place, name in enumerate(text.split("\t"))}
        return Skipped(number, "header")

    def _concept(self, number: int, text: str) -> CptConcept:
        cells = text.split("\t")
        if len(cells) < len(HEADER):
            bad_row(self.source, number, 1, f"{len(cells)} cells only", AGAIN)
        cell = {name: cells[place].strip() for name, place in self.places.items() if place < len(cells)}
        if not re.fullmatch(CODE, cell["cpt code"]):
            bad_row(self.source, number, "CPT Code", f"{cell['cpt code']!r} is no CPT code", AGAIN)
        return CptConcept(
            concept_id=cell["concept id"],
            cpt_code=cell["cpt code"],
            long=cell["long"],
            medium=cell["medium"],
            short=cell["short"],
            consumer=cell.get("consumer", ""),
            current_descriptor_effective_date=self._day(number, cell.get("current descriptor effective date", "")),
            test_name=cell.get("test name", ""),
            lab_name=cell.get("lab name", ""),
            manufacturer_name=cell.get("manufacturer name", ""),
        )

    def _day(self, number: int, cell: str) -> date | None:
        if not cell:
            return None
        digits = cell.replace("-", "")
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            problem = f"{cell!r} is no date (YYYYMMDD)"
            bad_row(self.source, number, "Current Descriptor Effective Date", problem, AGAIN)
