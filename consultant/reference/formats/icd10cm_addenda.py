"""ICD-10-CM order addenda (`icd10cm-order-addenda-2023.txt`): what a release adds, deletes and rewords.

A summary at the end counts the changes; an update without changes is the summary alone. The counts are checked,
so a file that lost lines is refused. A code that became a header is told as Delete of the code, Add of the header.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal, NamedTuple, cast

from consultant.reference.formats import Release, RowError, Source
from consultant.reference.formats.fiscal_release import fiscal_release
from consultant.reference.formats.order_file import CM_CODE, described_code
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

Action = Literal["Add", "Delete", "Revise from", "Revise to"]
CHANGE = re.compile(r"(Add|Delete|Revise from|Revise to): *(?<=^.{12}) ")
COUNT = re.compile(r"\s*(?P<count>\d+)\s+(?P<what>additions|deletions|revisions)$")
ACTIONS: dict[str, Action] = {"additions": "Add", "deletions": "Delete", "revisions": "Revise to"}


class AddendaRow(NamedTuple):
    """One line of change; "Revise from" and the "Revise to" after it belong together. `code` has no dot."""

    action: Action
    code: str
    valid: bool
    short_description: str
    long_description: str


class Icd10cmAddenda:
    """The changes from one order file to the next."""

    kind = "icd10cm-addenda"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise."""
        lines = head_lines(source, head)
        first = next((line for line in lines if line.strip()), "")
        alone = first.strip() == "Headers" and any(COUNT.match(line) for line in lines)
        return fiscal_release(self.kind, source.name) if alone or CHANGE.match(first) else None

    def rows(self, source: Source, release: Release) -> Iterator[AddendaRow | Skipped]:
        """See Format.rows. Raises FormatError at the end when the summary is missing or counts otherwise."""
        reading = _Reading(source)
        return chain(map(reading.row, raw_lines(source)), reading.check())


@dataclass(slots=True)
class _Reading:
    """What was read so far of one file, to hold against its summary."""

    source: Source
    seen: Counter[tuple[Action, bool]] = field(default_factory=Counter)
    stated: Counter[tuple[Action, bool]] = field(default_factory=Counter)
    about_codes: bool = False
    bad: int = 0
    last: int = 0

    def row(self, line: RawLine) -> AddendaRow | Skipped:
        self.last = line.number
        try:
            text = decoded(self.source, line)
            return self._change(line.number, text) if CHANGE.match(text) else self._summary(line.number, text)
        except RowError:
            self.bad += 1
            raise

    def _change(self, number: int, text: str) -> AddendaRow:
        action = cast(Action, text[: text.index(":")])
        # The flag stands before the code here, behind it in the order file.
        code, valid, short, long = described_code(
            self.source, number, f"{text[15:22]:7} {text[13:14]} {text[23:]}", CM_CODE, at=16
        )
        self.seen[action, valid] += 1
        return AddendaRow(action, code, valid, short, long)

    def _summary(self, number: int, text: str) -> Skipped:
        if not text.strip():
            return Skipped(number, "blank line")
        if not re.match(r"\s*\d+ |of which$|Headers$|Codes$", text):
            bad_row(self.source, number, 1, "neither a change nor the summary", AGAIN)
        self.about_codes = self.about_codes or text.strip() == "Codes"
        if count := COUNT.match(text):
            self.stated[ACTIONS[count["what"]], self.about_codes] = int(count["count"])
        return Skipped(number, "summary")

    def check(self) -> Iterator[AddendaRow]:
        yield from ()
        if not self.about_codes:
            wrong(self.source, self.last + 1, 1, "the summary at the end is missing or broken off", AGAIN)
        for (action, valid), stated in self.stated.items():
            if self.bad == 0 and self.seen[action, valid] != stated:
                what = f"{'codes' if valid else 'headers'} with {action!r}"
                problem = f"the summary counts {stated} {what}, the file has {self.seen[action, valid]}"
                wrong(self.source, self.last, 1, problem, AGAIN)
