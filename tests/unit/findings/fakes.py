"""A reference of a few rows in memory, for rules that are to be seen at work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from consultant.reference.model import AddOnLink, CodeDetails, CodeEntry, Guideline, Hit, Mue, PtpEdit, Setting, Source

SOURCE = Source("Trial data", "2026 Q1", "2026-01-01 to 2026-03-31", "row 1")
LONG_AGO = date(2020, 1, 1)


def entry(
    code: str,
    *,
    system: str = "CPT",
    billable: bool = True,
    added: date | None = LONG_AGO,
    ended: date | None = None,
    unit: str | None = None,
    description: str = "A trial service",
) -> CodeEntry:
    return CodeEntry(system, code, description, billable, added, ended, "A", "XXX", unit, SOURCE)


def edit(column_one: str, column_two: str, indicator: str) -> PtpEdit:
    return PtpEdit(column_one, column_two, indicator, LONG_AGO, None, "trial", "practitioner", SOURCE)


def mue(code: str, value: int, mai: str) -> Mue:
    return Mue(code, value, mai, "trial", "practitioner", SOURCE)


def link(add_on: str, primary: str, edit_type: str = "1") -> AddOnLink:
    return AddOnLink(add_on, primary, edit_type, LONG_AGO, None, "", SOURCE)


def note(*codes: str, topics: tuple[str, ...] = (), text: str = "More than 30 minutes count.") -> Guideline:
    return Guideline(f"note-{'-'.join(codes)}", "A note", text, topics, codes, SOURCE)


@dataclass
class FakeReference:
    """The `Reference` protocol over plain lists."""

    codes: Sequence[CodeEntry] = ()
    edits: Sequence[PtpEdit] = ()
    mues: Sequence[Mue] = ()
    links: Sequence[AddOnLink] = ()
    notes: Sequence[Guideline] = field(default_factory=tuple)
    facts: Mapping[str, CodeDetails] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)

    def code(self, code: str, on: date) -> CodeEntry | None:
        found = self.known(code)
        if found is None or (found.ended and found.ended < on) or (found.added and found.added > on):
            return None
        return found

    def known(self, code: str) -> CodeEntry | None:
        return next((row for row in self.codes if row.code == code), None)

    def between(self, system: str, first: str, last: str, on: date) -> tuple[str, ...]:
        return tuple(row.code for row in self.codes if row.system == system and first <= row.code <= last)

    def ptp_edits(self, codes: Sequence[str], on: date, setting: Setting = "practitioner") -> tuple[PtpEdit, ...]:
        return tuple(e for e in self.edits if e.column_one in codes and e.column_two in codes)

    def mue(self, code: str, on: date, setting: Setting = "practitioner") -> Mue | None:
        return next((row for row in self.mues if row.code == code), None)

    def primaries_of(self, add_on: str, on: date) -> tuple[AddOnLink, ...]:
        return tuple(row for row in self.links if row.add_on == add_on)

    def add_ons_of(self, primary: str, on: date) -> tuple[AddOnLink, ...]:
        return tuple(row for row in self.links if row.primary == primary)

    def guidelines(self, codes: Sequence[str], topics: Sequence[str], on: date) -> tuple[Guideline, ...]:
        return tuple(n for n in self.notes if set(n.codes) & set(codes) or set(n.topics) & set(topics))

    def details(self, code: str, on: date, state: str | None = None) -> CodeDetails:
        return self.facts.get(code, CodeDetails())

    def search(
        self, text: str, on: date, *, systems: Sequence[str] = (), billable: bool | None = None, limit: int = 10
    ) -> tuple[Hit, ...]:
        of_systems = (hit for hit in self.hits if not systems or hit.entry.system in systems)
        return tuple(hit for hit in of_systems if billable in (None, hit.entry.billable))[:limit]

    def datasets(self) -> tuple[Source, ...]:
        return (SOURCE,)
