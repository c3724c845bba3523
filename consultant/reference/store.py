"""Look-ups in the database as of a date of service. Must not know how the rows came in.

A row is in force from its first to its last day, both included: CMS's deletion and termination dates are the
last day on which a code or an edit counts. Where two releases hold a row for the same thing on the same day,
the release that came into effect last decides.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from functools import cached_property
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from consultant.db.reference import RefRelease
from consultant.reference.add_on_query import links_on, unmatched
from consultant.reference.code_book import codes_between
from consultant.reference.details import details_of
from consultant.reference.excludes import diagnoses, excludes1_among
from consultant.reference.icd10_tree import billable_below, list_of_day
from consultant.reference.issues import EVER, Issue, Issues, loaded_issues, window
from consultant.reference.listed import dotted, listed
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
from consultant.reference.mue_query import mue_on
from consultant.reference.near_misses import candidates
from consultant.reference.pricing import prices
from consultant.reference.ptp_edits import edits_on
from consultant.reference.replaced import replacements_of
from consultant.reference.starter_codes import PackedCode, packed_codes
from consultant.reference.statements import Reading, planned_once, reading, snapshot

if TYPE_CHECKING:
    from consultant.reference.notes import StoredNotes
    from consultant.reference.search.finding import Finder

# Imported by whoever asks for them first: a look-up of a code in a shell should not wait for either.
NOTES, SEARCH = "consultant.reference.notes", "consultant.reference.search.finding"


class SqlReference:
    """The `Reference` protocol over SQL. Each look-up is one short read of its own, safe from any thread."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._engine: Engine = sessions.kw["bind"]
        self._of_thread = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """For many look-ups one after the other: those of this thread share one connection until the block ends."""
        with reading(self._engine) as shared, planned_once(shared):
            self._of_thread.reading = shared
            try:
                yield
            finally:
                self._of_thread.reading = None

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """For look-ups that make one answer: within `held` those of this thread see the same releases."""
        with self._reading() as shared, snapshot(shared):
            yield

    def code(self, code: str, on: date) -> CodeEntry | None:
        """The code on that date, or None when no loaded release has it in force.

        The agencies' lists come first; what they do not say, the starter pack fills in.
        """
        with self._reading() as asked, snapshot(asked):
            return _in_force(asked, loaded_issues(asked), _tidy(code), on)

    def known(self, code: str) -> CodeEntry | None:
        """The newest row of the code whatever its dates: tells "ended" from "never heard of"."""
        with self._reading() as asked, snapshot(asked):
            found = listed(asked, loaded_issues(asked), _tidy(code), EVER)
            if found.newest is not None:
                return found.newest
            return next((row.entry for row in packed_codes(asked, _tidy(code), None)), None)

    def details(self, code: str, on: date, state: str | None = None) -> CodeDetails:
        """All that is loaded about the code for that day; coverage documents of one state, or of all."""
        with self._reading() as asked, snapshot(asked):
            issues = loaded_issues(asked)
            return details_of(asked, issues, _tidy(code), on, state) if issues else CodeDetails()

    def between(self, system: str, first: str, last: str, on: date) -> tuple[str, ...]:
        """The billable codes of the system in force on that date, from first to last, in order; the first hundred."""
        with self._reading() as asked:
            issues = loaded_issues(asked)
        with self._engine.connect() as connection:
            return codes_between(connection, issues, system, first, last, on)

    def ptp_edits(self, codes: Sequence[str], on: date, setting: Setting = "practitioner") -> tuple[PtpEdit, ...]:
        """All edits in force among the codes, in either direction, by column one, then column two."""
        among = sorted({_tidy(code) for code in codes})
        if not among:
            return ()
        with self._reading() as asked:
            return edits_on(asked, among, on, setting)

    def ptp_table(self, on: date, setting: Setting = "practitioner") -> Source | None:
        """The whole table of PTP edits that answers for that day; None where none or an excerpt is loaded."""
        with self._reading() as asked:
            issue = loaded_issues(asked).telling_of(on, f"ncci_ptp_{setting}")
        return issue.cited("no row of these codes", on) if issue and issue.is_whole else None

    def mue(self, code: str, on: date, setting: Setting = "practitioner") -> Mue | None:
        """The MUE in force on that date."""
        with self._reading() as asked:
            return mue_on(asked, _tidy(code), on, setting)

    def primaries_of(self, add_on: str, on: date) -> tuple[AddOnLink, ...]:
        """The primaries that an add-on code goes with; empty when it is not listed as an add-on."""
        with self._reading() as asked:
            return links_on(asked, "add_on", (_tidy(add_on),), on)

    def add_ons_of(self, primary: str, on: date) -> tuple[AddOnLink, ...]:
        """The add-on codes listed with a primary."""
        with self._reading() as asked:
            return links_on(asked, "primary_code", (_tidy(primary),), on)

    def near_misses(self, code: str, on: date, limit: int = 5) -> tuple[CodeEntry, ...]:
        """Codes in force that a code which is not may have been meant for, likeliest first; none for one that is."""
        with self._reading() as asked, snapshot(asked):
            issues = loaded_issues(asked)
            if _in_force(asked, issues, _tidy(code), on) is not None:
                return ()
            spelled = candidates(asked, issues, code, on)
            in_force = (_spelled(asked, issues, each, on) for each in spelled)
            of_kind = (entry for entry in in_force if entry and ("." not in code or entry.system.startswith("ICD")))
            return tuple(islice(of_kind, limit))

    def left_out_by(self, code: str, on: date) -> Source | None:
        """The list of that day which has every code of its kind and not this one; None where no such list is loaded."""
        with self._reading() as asked, snapshot(asked):
            silent = listed(asked, loaded_issues(asked), _tidy(code), on).silent
        return silent.cited(f"no row {_tidy(code)}", on) if silent else None

    def replacements(self, code: str, on: date) -> tuple[Fact, ...]:
        """What replaced the code, and what it replaced, where a loaded file tells."""
        with self._reading() as asked, snapshot(asked):
            return replacements_of(asked, loaded_issues(asked), _tidy(code), on)

    def billable_below(self, code: str, on: date) -> tuple[str, ...]:
        """The billable ICD-10-CM codes below a heading, in the list of the day."""
        with self._reading() as asked, snapshot(asked):
            issue = list_of_day(loaded_issues(asked), on)
            below = billable_below(asked, issue, _tidy(code).replace(".", "")) if issue else ()
        return tuple(dotted(each) for each in below)

    def excludes1(self, codes: Sequence[str], on: date) -> tuple[Excludes1, ...]:
        """The type 1 excludes notes that one of these ICD-10-CM codes has against another, in either direction."""
        among = diagnoses(_tidy(code) for code in codes)
        if len(among) < 2:
            return ()
        with self._reading() as asked, snapshot(asked):
            return excludes1_among(asked, loaded_issues(asked), among, on)

    def add_ons_without_primary(self, codes: Sequence[str], on: date) -> tuple[UnmatchedAddOn, ...]:
        """The add-on codes among these of which no primary is among them."""
        among = tuple(dict.fromkeys(_tidy(code) for code in codes))
        with self._reading() as asked:
            return unmatched(links_on(asked, "add_on", among, on), among)

    def estimate(self, request: PriceRequest, on: date) -> Prices:
        """What Medicare would allow. Raises NoEstimate, which says why, where the loaded data allows no estimate."""
        with self._reading() as asked, snapshot(asked):
            return prices(asked, loaded_issues(asked), replace(request, code=_tidy(request.code)), on)

    def guidelines(self, codes: Sequence[str], topics: Sequence[str], on: date) -> tuple[Guideline, ...]:
        """The notes that speak of most of these codes first, then those of most of these topics."""
        return self._notes.library().about(codes, topics, on)

    def search(
        self, text: str, on: date, *, systems: Sequence[str] = (), billable: bool | None = None, limit: int = 10
    ) -> tuple[Hit, ...]:
        """The codes in force on that day that the words may mean, the best first; of these systems, or of all.

        Misspellings, abbreviations and lay words are understood; no text is too odd to be asked.
        """
        question = import_module(SEARCH).Question(text, on, systems, billable, limit)
        with self._engine.connect() as connection, self._reading() as asked, snapshot(asked):

            def look_up(issues: Issues, codes: Sequence[str]) -> Iterator[CodeEntry | None]:
                return (_in_force(asked, issues, _tidy(code), on) for code in codes)

            return self._finder.find(connection, question, look_up)

    def datasets(self) -> tuple[Source, ...]:
        """What is loaded, one source a release; the locator is what to know about it, or its publisher."""
        query = select(RefRelease).order_by(RefRelease.dataset, RefRelease.effective_from)
        with self._sessions() as session:
            return tuple(_source(row, row.note or row.agency, None) for row in session.scalars(query))

    def stamp(self) -> tuple[Any, ...]:
        """Another one after each release that was loaded or dropped."""
        columns = RefRelease.__table__.c
        query = select(func.count(), func.max(columns.id), func.max(columns.loaded_at)).select_from(
            RefRelease.__table__
        )
        with self._engine.connect() as connection:
            return tuple(connection.execute(query).one())

    @cached_property
    def _notes(self) -> StoredNotes:
        stored: StoredNotes = import_module(NOTES).StoredNotes(self._engine)
        return stored

    @cached_property
    def _finder(self) -> Finder:
        finder: Finder = import_module(SEARCH).Finder()
        return finder

    def _reading(self) -> AbstractContextManager[Reading]:
        shared: Reading | None = getattr(self._of_thread, "reading", None)
        return reading(self._engine) if shared is None else nullcontext(shared)


def _in_force(asked: Reading, issues: Issues, code: str, on: date) -> CodeEntry | None:
    found = listed(asked, issues, code, on)
    rows = [row for row in packed_codes(asked, code, on) if row.holds(on)]
    if found.entry is not None:
        return _filled(found.entry, rows[0].entry) if rows else found.entry
    silent, newest = found.silent, found.newest
    if newest and ((newest.added and on < newest.added) or (newest.ended and newest.ended < on)):
        return None
    return next((row.entry for row in rows if silent is None or _is_newer(row, silent)), None)


def _spelled(asked: Reading, issues: Issues, plain: str, on: date) -> CodeEntry | None:
    """The code with or without the dot that it may lack."""
    return _in_force(asked, issues, plain, on) or _in_force(asked, issues, dotted(plain), on)


def _tidy(code: str) -> str:
    return code.strip().upper()


def _source(release: RefRelease, locator: str, on: date | None) -> Source:
    return Source(release.name, release.release, window(release.effective_from, release.effective_to, on), locator)


def _is_newer(row: PackedCode, silent: Issue) -> bool:
    """Whether the row can know what the list could not."""
    return max(row.effective, row.released) > silent.effective_from


def _filled(entry: CodeEntry, starter: CodeEntry) -> CodeEntry:
    """The entry with what only the starter pack knows of the same code."""
    if starter.system != entry.system:
        return entry
    missing = {
        name: getattr(starter, name)
        for name in ("added", "status", "global_days", "billing_unit")
        if getattr(entry, name) is None and getattr(starter, name) is not None
    }
    also = (*entry.also, starter.source) if missing else entry.also
    return replace(entry, **missing, also=also, description=entry.description or starter.description)
