"""An excerpt of a table answers for the days that it was published for, and hides no whole table on others."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session, sessionmaker

from consultant.db.engine import open_engine
from consultant.db.reference import RefPtpEdit, RefPtpTerm, RefRelease
from consultant.reference.store import SqlReference

PAIR = ("11111", "22222")


def loaded(session: Session, release: str, first: date, last: date, rows: int, indicator: str) -> None:
    """A release that says of itself to have so many rows, one of which is there."""
    made = RefRelease(
        dataset="ncci_ptp_practitioner", release=release, name="PTP", agency="CMS", effective_from=first,
        effective_to=last, origin="loaded", sha256="0" * 64, loaded_at=datetime(2026, 8, 1, tzinfo=UTC), rows=rows,
    )  # fmt: skip
    term = RefPtpTerm(release=made, effective=date(2020, 1, 1), modifier_indicator=indicator, rationale="R")
    session.add(term)
    session.flush()
    session.add(RefPtpEdit(release_id=made.id, column_one=PAIR[0], column_two=PAIR[1], term_id=term.id))


def test_an_excerpt_answers_for_its_own_days_alone(ready_sqlite_url: str) -> None:
    engine = open_engine(ready_sqlite_url)
    with Session(engine) as session:
        loaded(session, "2024Q3", date(2024, 7, 1), date(2024, 9, 30), 2_500_000, "0")
        loaded(session, "2026Q3", date(2026, 7, 1), date(2026, 9, 30), 154, "1")
        session.commit()
    reference = SqlReference(sessionmaker(engine))
    answering = {day: reference.ptp_edits(PAIR, day)[0].source.release for day in _DAYS}
    engine.dispose()
    assert answering == {
        date(2024, 8, 1): "2024Q3",
        date(2025, 1, 1): "2024Q3",  # not the first after it, which is an excerpt
        date(2026, 8, 1): "2026Q3",
        date(2026, 12, 1): "2024Q3",
    }


_DAYS = (date(2024, 8, 1), date(2025, 1, 1), date(2026, 8, 1), date(2026, 12, 1))
