"""What is remembered of the store is what it says: asked once, forgotten with each release, and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session, sessionmaker

from consultant.db.engine import open_engine
from consultant.db.reference import RefRelease
from consultant.reference.remembered import Remembered
from consultant.reference.store import SqlReference
from tests.unit.findings.fakes import FakeReference, entry

ON = date(2026, 3, 2)


class Counting(FakeReference):
    """Counts what it is asked."""

    asked = 0

    def code(self, code: str, on: date):  # type: ignore[no-untyped-def]
        self.asked += 1
        return super().code(code, on)


def test_the_same_is_asked_once_until_the_store_changes() -> None:
    store, stamps = Counting(codes=[entry("96422")]), iter([1, 1, 2])
    remembered = Remembered(store, lambda: next(stamps))
    for _ in range(2):
        assert remembered.refreshed().code("96422", ON) == entry("96422")
    assert store.asked == 1
    store.codes = []
    assert remembered.refreshed().code("96422", ON) is None


def test_an_absence_is_remembered_too_and_dates_are_kept_apart() -> None:
    store = Counting(codes=[entry("96422", ended=date(2026, 1, 1))])
    remembered = Remembered(store, lambda: None)
    assert [remembered.code("96422", day) is None for day in (ON, ON, date(2025, 1, 1))] == [True, True, False]
    assert store.asked == 2


def test_no_more_is_kept_than_the_bound() -> None:
    store = Counting()
    remembered = Remembered(store, lambda: None, most=2)
    for code in ("1", "2", "3", "3", "2", "1"):
        remembered.code(code, ON)
    assert store.asked == 4


def test_each_release_stamps_the_store_anew(ready_database_url: str) -> None:
    engine = open_engine(ready_database_url)
    store = SqlReference(sessionmaker(engine))
    before = store.stamp()
    assert store.stamp() == before
    with Session(engine) as session:
        session.add(
            RefRelease(
                dataset="ncci_mue_dme", release="2026 Q2", name="MUE", agency="CMS", effective_from=ON, origin="file",
                sha256="0" * 64, loaded_at=datetime(2026, 4, 1, tzinfo=UTC),
            )
        )  # fmt: skip
        session.commit()
    assert store.stamp() != before
    engine.dispose()


def test_every_question_to_the_store_can_be_remembered(ready_sqlite_url: str) -> None:
    engine = open_engine(ready_sqlite_url)
    store = SqlReference(sessionmaker(engine))
    remembered = Remembered(store, store.stamp).refreshed()
    codes: Sequence[str] = ("96422", "96423")
    for _ in range(2):
        assert remembered.known("96423") == store.known("96423")
        assert remembered.ptp_edits(codes, ON) == store.ptp_edits(codes, ON)
        assert remembered.mue("96423", ON) == store.mue("96423", ON)
        assert remembered.primaries_of("96423", ON) == store.primaries_of("96423", ON)
        assert remembered.add_ons_of("96422", ON) == store.add_ons_of("96422", ON)
        assert remembered.guidelines(codes, ["units"], ON) == store.guidelines(codes, ["units"], ON)
        assert remembered.details("96423", ON) == store.details("96423", ON)
        assert remembered.datasets() == store.datasets()
    engine.dispose()
