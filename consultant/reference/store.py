"""Look-ups in the database as of a date of service. Must not know how the rows came in.

A row is in force from its first to its last day, both included: CMS's deletion and termination dates are the
last day on which a code or an edit counts. Where two releases hold a row for the same thing on the same day,
the release that came into effect last decides.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TypeVar

from sqlalchemy import BindParameter, ColumnElement, Engine, ScalarSelect, Select, bindparam, or_, select
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Session,
    contains_eager,
    joinedload,
    selectinload,
    sessionmaker,
)

from consultant.db.reference import (
    RefAddOnLink,
    RefCode,
    RefGuideline,
    RefGuidelineCode,
    RefGuidelineTopic,
    RefMue,
    RefRelease,
)
from consultant.reference.code_book import codes_between
from consultant.reference.details import details_of
from consultant.reference.issues import EVER, Issue, Issues, loaded_issues, window
from consultant.reference.listed import Listed, listed, listed_each
from consultant.reference.model import AddOnLink, CodeDetails, CodeEntry, Guideline, Hit, Mue, PtpEdit, Setting, Source
from consultant.reference.ptp_query import STARTER, FoundEdit, edits_in_force, release_for
from consultant.reference.search.finding import Finder, Question

Row = TypeVar("Row", RefAddOnLink, RefGuideline, RefMue)


class SqlReference:
    """The `Reference` protocol over SQL. Each look-up is one short read of its own, safe from any thread."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._engine: Engine = sessions.kw["bind"]
        self._finder = Finder()

    def code(self, code: str, on: date) -> CodeEntry | None:
        """The code on that date, or None when no loaded release has it in force.

        The agencies' lists come first; what they do not say, the starter pack fills in.
        """
        found = self._listed(code, on)
        return _as_of(found, self._codes(code, on), on)

    def known(self, code: str) -> CodeEntry | None:
        """The newest row of the code whatever its dates: tells "ended" from "never heard of"."""
        found = self._listed(code, EVER)
        if found.newest is not None:
            return found.newest
        rows = self._codes(code)
        return _code_entry(rows[0], None) if rows else None

    def details(self, code: str, on: date, state: str | None = None) -> CodeDetails:
        """All that is loaded about the code for that day; coverage documents of one state, or of all."""
        with self._engine.connect() as connection:
            issues = loaded_issues(connection)
            return details_of(connection, issues, _tidy(code), on, state) if issues else CodeDetails()

    def between(self, system: str, first: str, last: str, on: date) -> tuple[str, ...]:
        """The billable codes of the system in force on that date, from first to last, in order; the first hundred."""
        with self._engine.connect() as connection:
            return codes_between(connection, loaded_issues(connection), system, first, last, on)

    def ptp_edits(self, codes: Sequence[str], on: date, setting: Setting = "practitioner") -> tuple[PtpEdit, ...]:
        """All edits in force among the codes, in either direction, by column one, then column two."""
        among = sorted({_tidy(code) for code in codes})
        if not among:
            return ()
        found: dict[tuple[str, str], FoundEdit] = {}
        for row in edits_in_force(self._engine, f"ncci_ptp_{setting}", among, on):
            found.setdefault((row.column_one, row.column_two), row)  # the newest stands first
        return tuple(_ptp_edit(row, on, setting) for row in found.values())

    def mue(self, code: str, on: date, setting: Setting = "practitioner") -> Mue | None:
        """The MUE in force on that date."""
        query = (
            select(RefMue)
            .join(RefMue.release)
            .where(RefMue.code == _tidy(code), RefRelease.dataset == f"ncci_mue_{setting}")
            .where(or_(RefRelease.origin == STARTER, RefRelease.id == _newest_by(f"ncci_mue_{setting}", on)))
            .where(*_holds(RefMue.effective, RefMue.last_day, on))
            .options(contains_eager(RefMue.release))
        )
        with self._sessions() as session:
            rows = _newest(session.scalars(query), lambda row: row.code)
        return next((_mue(row, on, setting) for row in rows), None)

    def primaries_of(self, add_on: str, on: date) -> tuple[AddOnLink, ...]:
        """The primaries that an add-on code goes with; empty when it is not listed as an add-on."""
        return self._links(RefAddOnLink.add_on == _tidy(add_on), on)

    def add_ons_of(self, primary: str, on: date) -> tuple[AddOnLink, ...]:
        """The add-on codes listed with a primary."""
        return self._links(RefAddOnLink.primary_code == _tidy(primary), on)

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
            rows = _newest(session.scalars(query), lambda row: row.slug)
        found = (_guideline(row, on) for row in rows)
        return tuple(
            sorted(
                found,
                key=lambda n: (-len(named & set(n.codes)), -len(touched & set(n.topics)), n.slug),
            )
        )

    def search(
        self, text: str, on: date, *, systems: Sequence[str] = (), billable: bool | None = None, limit: int = 10
    ) -> tuple[Hit, ...]:
        """The codes in force on that day that the words may mean, the best first; of these systems, or of all.

        Misspellings, abbreviations and lay words are understood; no text is too odd to be asked.
        """
        question = Question(text, on, systems, billable, limit)
        with self._sessions() as session:
            connection = session.connection()

            def look_up(issues: Issues, codes: Sequence[str]) -> Iterator[CodeEntry | None]:
                starter = session.scalars(_select_codes(of_day=True), {"codes": codes, "on": on}).all()
                for code, found in zip(codes, listed_each(connection, issues, codes, on), strict=True):
                    yield _as_of(found, [row for row in starter if row.code == code], on)

            return self._finder.find(connection, question, look_up)

    def datasets(self) -> tuple[Source, ...]:
        """What is loaded, one source a release; the locator is what to know about it, or its publisher."""
        query = select(RefRelease).order_by(RefRelease.dataset, RefRelease.effective_from)
        with self._sessions() as session:
            return tuple(_source(row, row.note or row.agency, None) for row in session.scalars(query))

    def _listed(self, code: str, on: date) -> Listed:
        with self._engine.connect() as connection:
            return listed(connection, loaded_issues(connection), _tidy(code), on)

    def _codes(self, code: str, on: date | None = None) -> Sequence[RefCode]:
        asked = {"codes": [_tidy(code)], "on": on} if on else {"codes": [_tidy(code)]}
        with self._sessions() as session:
            return session.scalars(_select_codes(of_day=on is not None), asked).all()

    def _links(self, which: ColumnElement[bool], on: date) -> tuple[AddOnLink, ...]:
        query = (
            select(RefAddOnLink)
            .where(which, *_holds(RefAddOnLink.effective, RefAddOnLink.deletion, on))
            .where(RefAddOnLink.release_id == release_for(RefRelease.dataset == "ncci_aoc", on).scalar_subquery())
            # An edit deleted on its first day was never in force: so CMS takes one back retroactively.
            .where(or_(RefAddOnLink.deletion.is_(None), RefAddOnLink.deletion > RefAddOnLink.effective))
            .options(joinedload(RefAddOnLink.release))
            .order_by(RefAddOnLink.add_on, RefAddOnLink.primary_code, RefAddOnLink.edit_type)
        )
        with self._sessions() as session:
            rows = _newest(session.scalars(query), lambda row: (row.add_on, row.primary_code, row.edit_type))
        return tuple(_add_on_link(row, on) for row in rows)


def _tidy(code: str) -> str:
    return code.strip().upper()


def _holds(
    first: InstrumentedAttribute[date], last: InstrumentedAttribute[date | None], on: date | BindParameter[date]
) -> tuple[ColumnElement[bool], ...]:
    """The row holds on that day: first and last day included."""
    return first <= on, or_(last.is_(None), last >= on)


@cache
def _select_codes(*, of_day: bool) -> Select[RefCode]:
    """The starter pack's rows of codes, the newest first; of those in force on a day, or all."""
    query = (
        select(RefCode)
        .join(RefCode.release)
        .where(RefCode.code.in_(bindparam("codes", expanding=True)))
        .options(contains_eager(RefCode.release))
        .order_by(RefCode.effective.desc(), RefRelease.effective_from.desc())
    )
    on: BindParameter[date] = bindparam("on")
    return (
        query.where(RefCode.effective <= on, or_(RefCode.last_day.is_(None), RefCode.last_day >= on))
        if of_day
        else query
    )


def _as_of(found: Listed, rows: Sequence[RefCode], on: date) -> CodeEntry | None:
    """The code on that day, from what the lists say and the starter's rows of that day."""
    if found.entry is not None:
        return _filled(found.entry, rows[0], on) if rows else found.entry
    silent, newest = found.silent, found.newest
    if newest and ((newest.added and on < newest.added) or (newest.ended and newest.ended < on)):
        return None
    rows = [row for row in rows if silent is None or _is_newer(row, silent)]
    return _code_entry(rows[0], on) if rows else None


def _newest_by(dataset: str, on: date) -> ScalarSelect[int]:
    """The release of that day, of a data set in which each release speaks for its own time alone.

    A code that this release leaves out has no row on that day, even where an older release had one. Not so for the
    starter pack's releases: each has a few codes only, none speaks for a whole day.
    """
    return (
        select(RefRelease.id)
        .where(RefRelease.dataset == dataset, RefRelease.effective_from <= on)
        .order_by(RefRelease.origin == STARTER, RefRelease.effective_from.desc())
        .limit(1)
        .scalar_subquery()
    )


def _newest(rows: Iterable[Row], subject: Callable[[Row], Hashable]) -> list[Row]:
    """One row a subject, in the order given: that of the release that came into effect last."""
    chosen: dict[Hashable, Row] = {}
    for row in rows:
        other = chosen.get(subject(row))
        if other is None or _age(row) > _age(other):
            chosen[subject(row)] = row
    return list(chosen.values())


def _age(row: Row) -> tuple[date, date]:
    return row.release.effective_from, row.effective


def _source(release: RefRelease, locator: str, on: date | None) -> Source:
    return Source(release.name, release.release, window(release.effective_from, release.effective_to, on), locator)


def _is_newer(row: RefCode, silent: Issue) -> bool:
    """Whether the row can know what the list could not."""
    return max(row.effective, row.release.effective_from) > silent.effective_from


def _filled(entry: CodeEntry, starter: RefCode, on: date) -> CodeEntry:
    """The entry with what only the starter pack knows of the same code."""
    if starter.system != entry.system:
        return entry
    missing = {
        name: getattr(starter, name)
        for name in ("added", "status", "global_days", "billing_unit")
        if getattr(entry, name) is None and getattr(starter, name) is not None
    }
    also = (*entry.also, _source(starter.release, starter.locator, on)) if missing else entry.also
    return replace(entry, **missing, also=also, description=entry.description or starter.description)


def _code_entry(row: RefCode, on: date | None) -> CodeEntry:
    return CodeEntry(
        system=row.system,
        code=row.code,
        description=row.description,
        billable=row.billable,
        added=row.added,
        ended=row.ended,
        status=row.status,
        global_days=row.global_days,
        billing_unit=row.billing_unit,
        source=_source(row.release, row.locator, on),
        licensed_notice=row.release.licensed_notice,
    )


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


def _mue(row: RefMue, on: date, setting: Setting) -> Mue:
    source = _source(row.release, f"row {row.code}", on)
    return Mue(row.code, row.value, row.mai, row.rationale, setting, source)


def _add_on_link(row: RefAddOnLink, on: date) -> AddOnLink:
    return AddOnLink(
        add_on=row.add_on,
        primary=row.primary_code,
        edit_type=row.edit_type,
        effective=row.effective,
        deletion=row.deletion,
        note=row.note,
        source=_source(row.release, f"add-on {row.add_on}, primary {row.primary_code}", on),
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
