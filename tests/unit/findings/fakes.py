"""A reference of a few rows in memory, for rules that are to be seen at work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from consultant.reference.estimating import NoEstimate
from consultant.reference.model import (
    AddOnLink,
    CodeDetails,
    CodeEntry,
    Excludes1,
    Fact,
    Guideline,
    Hit,
    Mue,
    PriceRequest,
    Prices,
    PtpEdit,
    Setting,
    Source,
    UnmatchedAddOn,
)

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
    status: str | None = "A",
    global_days: str | None = "XXX",
) -> CodeEntry:
    return CodeEntry(system, code, description, billable, added, ended, status, global_days, unit, SOURCE)


def edit(column_one: str, column_two: str, indicator: str, table: Setting = "practitioner") -> PtpEdit:
    return PtpEdit(column_one, column_two, indicator, LONG_AGO, None, "trial", table, SOURCE)


def mue(code: str, value: int, mai: str) -> Mue:
    return Mue(code, value, mai, "trial", "practitioner", SOURCE)


def link(add_on: str, primary: str, edit_type: str = "1") -> AddOnLink:
    return AddOnLink(add_on, primary, edit_type, LONG_AGO, None, "", SOURCE)


def note(
    *codes: str, topics: tuple[str, ...] = (), text: str = "More than 30 minutes count.", slug: str = ""
) -> Guideline:
    return Guideline(slug or f"note-{'-'.join(codes)}", "A note", text, topics, codes, SOURCE)


def fact(**values: object) -> Fact:
    """A row of an agency's file by its own column names."""
    return Fact(values, SOURCE)


def replaced(old: str, new: str, since: date = LONG_AGO) -> Fact:
    return Fact({"replaced": old, "by": new, "since": since, "told_by": "trial"}, SOURCE)


def excludes1(code: str, other: str, text: str = "another disease") -> Excludes1:
    return Excludes1(code, other, code[:3], "diag", text, SOURCE)


@dataclass
class FakeReference:
    """The `Reference` protocol over plain lists."""

    codes: Sequence[CodeEntry] = ()
    edits: Sequence[PtpEdit] = ()
    mues: Sequence[Mue] = ()
    links: Sequence[AddOnLink] = ()
    notes: Sequence[Guideline] = field(default_factory=tuple)
    facts: Mapping[str, CodeDetails] = field(default_factory=dict)
    near: Mapping[str, Sequence[str]] = field(default_factory=dict)
    replaced: Sequence[Fact] = ()
    conflicts: Sequence[Excludes1] = ()
    prices: Mapping[str, Prices] = field(default_factory=dict)
    whole: bool = False  # whether its codes are all that there are
    tables: Sequence[Setting] = ()  # the PTP tables that are whole
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
        return tuple(e for e in self.edits if e.column_one in codes and e.column_two in codes and e.setting == setting)

    def ptp_table(self, on: date, setting: Setting = "practitioner") -> Source | None:
        return SOURCE if setting in self.tables else None

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

    def near_misses(self, code: str, on: date, limit: int = 5) -> tuple[CodeEntry, ...]:
        found = (self.code(each, on) for each in self.near.get(code, ()))
        return tuple(each for each in found if each)[:limit]

    def left_out_by(self, code: str, on: date) -> Source | None:
        return SOURCE if self.whole and self.known(code) is None else None

    def replacements(self, code: str, on: date) -> tuple[Fact, ...]:
        told = (fact for fact in self.replaced if code in (fact.values["replaced"], fact.values["by"]))
        return tuple(fact for fact in told if fact.values["since"] <= on)

    def billable_below(self, code: str, on: date) -> tuple[str, ...]:
        begun = (row for row in self.codes if row.code != code and row.code.startswith(code))
        return tuple(row.code for row in begun if row.billable and self.code(row.code, on))

    def excludes1(self, codes: Sequence[str], on: date) -> tuple[Excludes1, ...]:
        return tuple(each for each in self.conflicts if each.code in codes and each.other in codes)

    def add_ons_without_primary(self, codes: Sequence[str], on: date) -> tuple[UnmatchedAddOn, ...]:
        links = {code: self.primaries_of(code, on) for code in codes}
        return tuple(
            UnmatchedAddOn(code, found)
            for code, found in links.items()
            if found and not any(link.primary in codes for link in found)
        )

    def search(
        self, text: str, on: date, *, systems: Sequence[str] = (), billable: bool | None = None, limit: int = 10
    ) -> tuple[Hit, ...]:
        of_systems = (hit for hit in self.hits if not systems or hit.entry.system in systems)
        return tuple(hit for hit in of_systems if billable in (None, hit.entry.billable))[:limit]

    def estimate(self, request: PriceRequest, on: date) -> Prices:
        if request.code not in self.prices:
            raise NoEstimate(f"{request.code} is not in the trial data.")
        return self.prices[request.code]

    def datasets(self) -> tuple[Source, ...]:
        return (SOURCE,)
