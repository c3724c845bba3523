"""Whether a whole PTP table answers for a day: only then is a missing row a fact."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from consultant.db.reference import RefRelease
from consultant.reference.store import SqlReference

Sessions = sessionmaker[Session]
QUARTER = date(2026, 1, 1), date(2026, 3, 31)


def load(sessions: Sessions, rows: int, first: date = QUARTER[0], last: date = QUARTER[1]) -> None:
    release = RefRelease(
        dataset="ncci_ptp_practitioner",
        release=f"from {first}",
        name="PTP edits",
        agency="CMS",
        effective_from=first,
        effective_to=last,
        origin="file",
        sha256="0" * 64,
        loaded_at=datetime(2026, 1, 2, tzinfo=UTC),
        rows=rows,
    )
    with sessions.begin() as session:
        session.add(release)


@pytest.mark.parametrize(
    ("rows", "on", "tells"),
    [
        (2_000_000, date(2026, 1, 1), True),
        (2_000_000, date(2026, 3, 31), True),
        (2_000_000, date(2024, 5, 5), True),  # a later table knows the day as history
        (2_000_000, date(2026, 4, 1), False),
        (154, date(2026, 1, 1), False),
    ],
)
def test_a_whole_table_tells_of_its_quarter_and_of_what_was_before(
    sessions: Sessions, rows: int, on: date, tells: bool
) -> None:
    load(sessions, rows)
    assert (SqlReference(sessions).ptp_table(on) is not None) == tells


def test_the_excerpt_of_the_day_stands_before_a_whole_table_of_another(sessions: Sessions) -> None:
    load(sessions, 2_000_000, date(2026, 4, 1), date(2026, 6, 30))
    load(sessions, 154)
    assert SqlReference(sessions).ptp_table(date(2026, 2, 2)) is None


def test_each_setting_has_its_table(sessions: Sessions) -> None:
    load(sessions, 2_000_000)
    source = SqlReference(sessions).ptp_table(date(2026, 1, 1))
    assert source is not None
    assert source.release == "from 2026-01-01"
    assert SqlReference(sessions).ptp_table(date(2026, 1, 1), "outpatient_hospital") is None
