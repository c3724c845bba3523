"""Look-ups in the database as of a date of service. Must not know how the rows came in.

A row is in force from its first to its last day, both included: CMS's deletion and termination dates are the
last day on which a code or an edit counts. Where two releases hold a row for the same thing on the same day,
the release that came into effect last decides.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice

from sqlalchemy import ColumnElement, Engine, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload, sessionmaker

from consultant.db.reference import RefGuideline, RefGuidelineCode, RefGuidelineTopic, RefRelease
from consultant.reference.add_on_query import links_on, unmatched
from consultant.reference.details import details_of
from consultant.reference.excludes import diagnoses, excludes1_among
from consultant.reference.icd10_tree import billable_below, list_of_day
from consultant.reference.issues import EVER, Issue, loaded_issues, window
from consultant.reference.listed import dotted, listed
from consultant.reference.model import (
    AddOnLink,
    CodeDetails,
    CodeEntry,
    Excludes1,
    Fact,
    Guideline,
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
from consultant.reference.ptp_query import FoundEdit, edits_in_force
from consultant.reference.replaced import replacements_of
from consultant.reference.starter_codes import PackedCode, packed_codes
from consultant.reference.statements import Reading, reading, snapshot


class SqlReference:
    """The `Reference` protocol over SQL. Each look-up is one short read of its own, safe from any thread."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._engine: Engine = sessions.kw["bind"]
        self._of_thread = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """For many look-ups one after the other: those of this thread share one connection until the block ends."""
        with reading(self._engine) as shared:
            self._of_thread.reading = shared
            try:
                yield
            finally:
                self._of_thread.reading = None

    def code(self, code: str, on: date) -> CodeEntry | None:
        """The code on that date, or None when no loaded release has it in force.

        The agencies' lists come first; what they do not say, the starter pack fills in.
        """
        with self._reading() as asked, snapshot(asked):
            found = listed(asked, loaded_issues(asked), _tidy(code), on)
            rows = [row for row in packed_codes(asked, _tidy(code), on) if row.holds(on)]
        if found.entry is not None:
            return _filled(found.entry, rows[0].entry) if rows else found.entry
        silent, newest = found.silent, found.newest
        if newest and ((newest.added and on < newest.added) or (newest.ended and newest.ended < on)):
            return None
        return next((row.entry for row in rows if silent is None or _is_newer(row, silent)), None)

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

    def ptp_edits(self, codes: Sequence[str], on: date, setting: Setting = "practitioner") -> tuple[PtpEdit, ...]:
        """All edits in force among the codes, in either direction, by column one, then column two."""
        among = sorted({_tidy(code) for code in codes})
        if not among:
            return ()
        found: dict[tuple[str, str], FoundEdit] = {}
        with self._reading() as asked:
            for row in edits_in_force(asked, f"ncci_ptp_{setting}", among, on):
                found.setdefault((row.column_one, row.column_two), row)  # the newest stands first
        return tuple(_ptp_edit(row, on, setting) for row in found.values())

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
        asked_for = self.code(code, on)
        if asked_for is not None:
            return ()
        with self._reading() as asked, snapshot(asked):
            spelled = candidates(asked, loaded_issues(asked), code, on)
        in_force = (self.code(each, on) or self.code(dotted(each), on) for each in spelled)
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
        named, touched = {_tidy(code) for code in codes}, {str(topic) for topic in topics}
        query = (
            select(RefGuideline)
            .where(
                or_(
                    RefGuideline.codes.any(RefGuidelineCode.code.in_(sorted(named))),
                    RefGuideline.topics.any(RefGuidelineTopic.topic.in_(sorted(touched))),
                )
            )
            .where(*_holds(RefGuideline.effective, RefGuideline.last_day, on))
            .options(joinedload(RefGuideline.release))
            .options(selectinload(RefGuideline.codes), selectinload(RefGuideline.topics))
        )
        with self._sessions() as session:
            rows = _newest(session.scalars(query))
        found = (_guideline(row, on) for row in rows)
        return tuple(
            sorted(
                found,
                key=lambda n: (-len(named & set(n.codes)), -len(touched & set(n.topics)), n.slug),
            )
        )

    def datasets(self) -> tuple[Source, ...]:
        """What is loaded, one source a release; the locator is what to know about it, or its publisher."""
        query = select(RefRelease).order_by(RefRelease.dataset, RefRelease.effective_from)
        with self._sessions() as session:
            return tuple(_source(row, row.note or row.agency, None) for row in session.scalars(query))

    @contextmanager
    def _reading(self) -> Iterator[Reading]:
        shared: Reading | None = getattr(self._of_thread, "reading", None)
        if shared is not None:
            yield shared
            return
        with reading(self._engine) as own:
            yield own


def _tidy(code: str) -> str:
    return code.strip().upper()


def _holds(
    first: InstrumentedAttribute[date], last: InstrumentedAttribute[date | None], on: date
) -> tuple[ColumnElement[bool], ...]:
    """The row holds on that day: first and last day included."""
    return first <= on, or_(last.is_(None), last >= on)


def _newest(rows: Iterable[RefGuideline]) -> list[RefGuideline]:
    """One row a note, in the order given: that of the release that came into effect last."""
    chosen: dict[str, RefGuideline] = {}
    for row in rows:
        other = chosen.get(row.slug)
        if other is None or _age(row) > _age(other):
            chosen[row.slug] = row
    return list(chosen.values())


def _age(row: RefGuideline) -> tuple[date, date]:
    return row.release.effective_from, row.effective


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


def _ptp_edit(row: FoundEdit, on: date, setting: Setting) -> PtpEdit:
    locator = f"column one {row.column_one}, column two {row.column_two}"
    return PtpEdit(
        column_one=row.column_one,
        column_two=row.column_two,
        modifier_indicator=row.modifier_indicator,
        effective=row.effective,
        deletion=row.deletion,
        rationale=row.rationale,
        setting=setting,
        source=Source(row.name, row.release, window(row.release_from, row.release_to, on), locator),
    )


def _guideline(row: RefGuideline, on: date) -> Guideline:
    return Guideline(
        slug=row.slug,
        title=row.title,
        text=row.text,
        topics=tuple(topic.topic for topic in row.topics),
        codes=tuple(code.code for code in row.codes),
        source=_source(row.release, row.locator, on),
    )
