"""General Equivalence Mappings (CMS, last release 2018): ICD-9-CM to ICD-10-CM/PCS and back, with flags.

Columns of `2018_I10gem.txt`, `gem_pcsi9.txt`: source 1-7, target 9-13, flags 15-19; of `2018_I9gem.txt`,
`gem_i9pcs.txt`: source 1-5, target 7-13, flags 15-19. Codes have no dots. Not a crosswalk to bill from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import NamedTuple

from consultant.reference.formats import FormatError, Release, Source
from consultant.reference.formats.text_lines import AGAIN, RawLine, Skipped, bad_row, decoded, head_lines, raw_lines

# Small letters: CMS's own file has "v5889" once.
LINE = re.compile(r"(?P<source>[0-9A-Za-z]{3,7}) +(?P<target>[0-9A-Za-z]{3,7}) +(?P<flags>[01]{3}[0-9]{2})\s*$")
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
LAST_YEAR = 2018
NO_TARGET = {"NoDx", "NoPCS"}


class GemRow(NamedTuple):
    """One mapping. `target` is None where the flag says that there is none.

    Rows of a combination with the same scenario belong together, one target of each choice list; scenario and
    choice list are 0 outside combinations.
    """

    source: str
    target: str | None
    approximate: bool
    no_map: bool
    combination: bool
    scenario: int
    choice_list: int


class Gems:
    """One direction of mapping; the variant names it, for instance "icd10cm_to_icd9cm"."""

    kind = "gem"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise."""
        lines = [line for line in head_lines(source, head) if line.strip()]
        found = [match for line in lines if (match := LINE.match(line))]
        if not found or not LINE.match(lines[0]):
            return None
        years = YEAR.findall(source.name)
        if not years:
            raise FormatError(
                f"{source.name}, line 1, column 1: the mappings do not say their year. "
                f"Put it into the name, as CMS does (2018_I10gem.txt)."
            )
        year = int(years[-1])
        # CMS stopped after 2018: what it maps has no later day on which it ends.
        last = date(year, 9, 30) if year < LAST_YEAR else None
        return Release(self.kind, f"FY{year}", _direction(found), date(year - 1, 10, 1), last)

    def rows(self, source: Source, release: Release) -> Iterator[GemRow | Skipped]:
        """See Format.rows."""
        return map(partial(_row, source), raw_lines(source))


def _direction(found: list[re.Match[str]]) -> str:
    from_icd10 = found[0].start("target") == 8
    icd10 = {match["source" if from_icd10 else "target"] for match in found}
    procedures = "NoPCS" in icd10 or all(len(code) == 7 for code in icd10 - NO_TARGET)
    ten, nine = ("icd10pcs", "icd9cm_procedure") if procedures and "NoDx" not in icd10 else ("icd10cm", "icd9cm")
    return f"{ten}_to_{nine}" if from_icd10 else f"{nine}_to_{ten}"


def _row(source: Source, line: RawLine) -> GemRow | Skipped:
    text = decoded(source, line)
    if not text.strip():
        return Skipped(line.number, "blank line")
    found = LINE.match(text)
    if not found:
        bad_row(source, line.number, 1, "not source, target and five flags", AGAIN)
    flags = found["flags"]
    no_map = flags[1]
    if (no_map == "1") != (found["target"] in NO_TARGET):
        bad_row(source, line.number, found.start("flags") + 2, "target and no-map flag contradict each other", AGAIN)
    return GemRow(
        source=found["source"].upper(),
        target=None if no_map == "1" else found["target"].upper(),
        approximate=flags[0] == "1",
        no_map=no_map == "1",
        combination=flags[2] == "1",
        scenario=int(flags[3]),
        choice_list=int(flags[4]),
    )
