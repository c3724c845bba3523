"""What the reference store answers, as plain values, and the interface that findings ask it through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

from consultant.reference.estimating import PfsSetting

Setting = Literal["practitioner", "outpatient_hospital", "dme"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact stands: the published source, its release, the dates it holds, and the place within it."""

    name: str
    release: str
    effective: str
    locator: str


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One code as it stood on the date asked for.

    `description` is the agency's where its file has one that may be shown, else this project's own wording, else
    empty. Where `licensed_notice` is set it is the licensor's text, and the notice must be shown with it.
    `ended` is the last day in force. `billing_unit` is a drug code's dose for one unit, as written ("10 mg").
    `source` says that the code is in force; `also` are those of the other facts, where they are others.
    """

    system: str
    code: str
    description: str
    billable: bool
    added: date | None
    ended: date | None
    status: str | None
    global_days: str | None
    billing_unit: str | None
    source: Source
    licensed_notice: str | None = None
    also: tuple[Source, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where everything that is said of the code stands."""
        return (self.source, *self.also)


@dataclass(frozen=True, slots=True)
class PtpEdit:
    """An NCCI procedure-to-procedure edit (NCCI Policy Manual, Introduction). `deletion` is the last day in force."""

    column_one: str
    column_two: str
    modifier_indicator: str
    effective: date
    deletion: date | None
    rationale: str
    setting: Setting
    source: Source


@dataclass(frozen=True, slots=True)
class Mue:
    """A medically unlikely edit: the most units of a code, and how they are counted (`mai` 1, 2 or 3)."""

    code: str
    value: int
    mai: str
    rationale: str
    setting: Setting
    source: Source


@dataclass(frozen=True, slots=True)
class AddOnLink:
    """An add-on code and a primary that it may go with. `primary` is "CCCCC" where the contractor decides."""

    add_on: str
    primary: str
    edit_type: str
    effective: date
    deletion: date | None
    note: str
    source: Source


@dataclass(frozen=True, slots=True)
class UnmatchedAddOn:
    """An add-on code that stands without any of its primaries, and the links that name those."""

    code: str
    links: tuple[AddOnLink, ...]


@dataclass(frozen=True, slots=True)
class Excludes1:
    """A type 1 excludes note: what `code` stands for is not coded together with `other`.

    ICD-10-CM Official Guidelines, section I.A.12.a, which excepts two conditions that have nothing to do with each
    other. The note stands on `node`, which is `code` or something above it; `level` is what the node is.
    """

    code: str
    other: str
    node: str
    level: str
    note: str
    source: Source


@dataclass(frozen=True, slots=True)
class Guideline:
    """A rule in the words of its author, with the section of the document it was taken from.

    `codes` are those that it names singly, and those asked for that are in one of its `ranges`. `also` are further
    sources. `payer` is whose rule it is, None where it is that of a code set. `folder` is the operator's folder that
    it is from, empty for the library that comes with the program.
    """

    slug: str
    title: str
    text: str
    topics: tuple[str, ...]
    codes: tuple[str, ...]
    source: Source
    also: tuple[Source, ...] = ()
    ranges: tuple[str, ...] = ()
    payer: str | None = None
    folder: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the rule stands, the most important first."""
        return (self.source, *self.also)


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of an agency's file under the agency's own names of its columns."""

    values: Mapping[str, Any]
    source: Source


@dataclass(frozen=True, slots=True)
class CodeDetails:
    """What the loaded releases of the day say of a code beyond its entry; empty is what none of them speaks of.

    `fee_schedule` has a row for each part of the code, from 2026 on also those for qualifying APM participants.
    `notes` are those of the ICD-10-CM tabular list, nearest first; `coverage` is a row for each document.
    """

    level_ii: tuple[Fact, ...] = ()
    fee_schedule: tuple[Fact, ...] = ()
    payment_limits: tuple[Fact, ...] = ()
    products: tuple[Fact, ...] = ()
    mappings: tuple[Fact, ...] = ()
    notes: tuple[Fact, ...] = ()
    changes: tuple[Fact, ...] = ()
    coverage: tuple[Fact, ...] = ()
    ms_drg: tuple[Fact, ...] = ()
    place_of_service: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A code that plain words may mean, as of the day asked for.

    `score` says from 0 to 1 how well `matched` fits: the text that led here, such as a term of an index. Where the
    entry has a licensed notice, it must be shown with either.
    """

    entry: CodeEntry
    score: float
    matched: str


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """What a payment is to be estimated of.

    `locality` is the number or a part of the name of a fee schedule locality in the `state` (two letters) or of the
    contractor `mac` (five digits); without any of them the national figure is meant. `minutes` and `base_units` are
    for anesthesia.
    """

    code: str
    setting: PfsSetting = "non-facility"
    state: str = ""
    locality: str = ""
    mac: str = ""
    modifiers: tuple[str, ...] = ()
    units: int = 1
    minutes: int | None = None
    base_units: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """An estimated amount in dollars and cents. `payee` says whose it is, where there are two."""

    amount: Decimal
    formula: str
    leaves_out: tuple[str, ...]
    payee: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Prices:
    """The estimates for one request: several where the payee decides. `area` is the locality, or "national"."""

    area: str
    prices: tuple[Price, ...]
    remarks: tuple[str, ...] = ()


class Reference(Protocol):
    """Look-ups as of a date of service. Absence from an answer means only that the loaded data is silent."""

    def code(self, code: str, on: date) -> CodeEntry | None:
        """The code on that date, or None when no loaded release has it in force."""
        ...

    def known(self, code: str) -> CodeEntry | None:
        """The newest row of the code whatever its dates: tells "ended" from "never heard of"."""
        ...

    def between(self, system: str, first: str, last: str, on: date) -> tuple[str, ...]:
        """The billable codes of the system in force on that date, from first to last, in order; the first hundred."""
        ...

    def ptp_edits(self, codes: Sequence[str], on: date, setting: Setting = "practitioner") -> tuple[PtpEdit, ...]:
        """All edits in force among the codes, in either direction."""
        ...

    def ptp_table(self, on: date, setting: Setting = "practitioner") -> Source | None:
        """The whole table of PTP edits that answers for that day; None where none or an excerpt is loaded."""
        ...

    def mue(self, code: str, on: date, setting: Setting = "practitioner") -> Mue | None:
        """The MUE in force on that date."""
        ...

    def primaries_of(self, add_on: str, on: date) -> tuple[AddOnLink, ...]:
        """The primaries that an add-on code goes with; empty when it is not listed as an add-on."""
        ...

    def add_ons_of(self, primary: str, on: date) -> tuple[AddOnLink, ...]:
        """The add-on codes listed with a primary."""
        ...

    def guidelines(self, codes: Sequence[str], topics: Sequence[str], on: date) -> tuple[Guideline, ...]:
        """The notes that speak of these codes first, then those of these topics."""
        ...

    def details(self, code: str, on: date, state: str | None = None) -> CodeDetails:
        """All that is loaded about the code for that day; coverage documents of one state, or of all."""
        ...

    def near_misses(self, code: str, on: date, limit: int = 5) -> tuple[CodeEntry, ...]:
        """Codes in force that a code which is not may have been meant for, likeliest first; none for one that is."""
        ...

    def left_out_by(self, code: str, on: date) -> Source | None:
        """The list of that day which has every code of its kind and not this one; None where no such list is loaded."""
        ...

    def replacements(self, code: str, on: date) -> tuple[Fact, ...]:
        """What replaced the code, and what it replaced, where a loaded file tells: `replaced`, `by`, `since`,
        `told_by`."""
        ...

    def billable_below(self, code: str, on: date) -> tuple[str, ...]:
        """The billable ICD-10-CM codes below a heading, in the list of the day."""
        ...

    def excludes1(self, codes: Sequence[str], on: date) -> tuple[Excludes1, ...]:
        """The type 1 excludes notes that one of these ICD-10-CM codes has against another, in either direction."""
        ...

    def add_ons_without_primary(self, codes: Sequence[str], on: date) -> tuple[UnmatchedAddOn, ...]:
        """The add-on codes among these of which no primary is among them."""
        ...

    def search(
        self, text: str, on: date, *, systems: Sequence[str] = (), billable: bool | None = None, limit: int = 10
    ) -> tuple[Hit, ...]:
        """The codes in force on that day that the words may mean, the best first; of these systems, or of all."""
        ...

    def estimate(self, request: PriceRequest, on: date) -> Prices:
        """What Medicare would allow. Raises NoEstimate, which says why, where the loaded data allows no estimate."""
        ...

    def datasets(self) -> tuple[Source, ...]:
        """What is loaded, one source a release."""
        ...
