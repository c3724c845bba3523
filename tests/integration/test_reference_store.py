"""The starter pack in real databases: loaded once, replaced whole, read from many threads."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import sessionmaker

from consultant.db.base import Base
from consultant.db.engine import open_engine
from consultant.db.reference import RefMue, RefPtpEdit, RefRelease
from consultant.reference.notes import load_guidelines
from consultant.reference.pack import in_memory_reference, load_pack, load_starter
from consultant.reference.pack_files import PackError
from consultant.reference.store import SqlReference

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    with as_file(files("consultant.reference") / "starter") as starter:
        return Path(shutil.copytree(starter, tmp_path / "pack"))


def count(engine: Engine, table: type[Base]) -> int:
    with sessionmaker(engine)() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def load(engine: Engine, folder: Path, *, now: datetime = NOW) -> int:
    with sessionmaker(engine).begin() as session:
        return load_pack(session, folder, now)


def rewrite(file: Path, there: str, instead: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert there in content
    file.write_text(content.replace(there, instead), encoding="utf-8")


def test_the_starter_pack_is_loaded_once(engine: Engine) -> None:
    with sessionmaker(engine).begin() as session:
        assert load_starter(session, NOW) > 800
    with sessionmaker(engine).begin() as session:
        assert load_starter(session, NOW + timedelta(days=1)) == 0
    with sessionmaker(engine)() as session:
        assert set(session.scalars(select(RefRelease.loaded_at))) == {NOW}


def test_it_answers_as_the_store_in_memory_does(engine: Engine) -> None:
    with sessionmaker(engine).begin() as session:
        load_starter(session, NOW)
        load_guidelines(session, (), NOW)
    stored, in_memory = SqlReference(sessionmaker(engine)), in_memory_reference()

    codes = ["96422", "96423", "96521", "96523", "99213", "25", "J9190", "C22.0", "M54.5"]
    for day in (date(2021, 9, 30), date(2024, 7, 1), TODAY):
        assert [stored.code(code, day) for code in codes] == [in_memory.code(code, day) for code in codes]
        assert stored.ptp_edits(codes, day) == in_memory.ptp_edits(codes, day)
        assert stored.mue("99213", day) == in_memory.mue("99213", day)
        assert stored.primaries_of("96361", day) == in_memory.primaries_of("96361", day)
        assert stored.add_ons_of("96413", day) == in_memory.add_ons_of("96413", day)
        assert stored.guidelines(codes, ["units"], day) == in_memory.guidelines(codes, ["units"], day)
    assert stored.datasets() == in_memory.datasets()


def test_a_changed_release_is_replaced_and_the_others_stay(engine: Engine, pack: Path) -> None:
    load(engine, pack)
    edits, units = count(engine, RefPtpEdit), count(engine, RefMue)
    rewrite(pack / "mue.csv", "mue-2024q3,96423,2024-07-01,,1,", "mue-2024q3,96423,2024-07-01,,7,")

    assert 0 < load(engine, pack, now=NOW + timedelta(days=1)) < edits

    found = SqlReference(sessionmaker(engine)).mue("96423", TODAY)
    assert found is not None
    assert found.value == 7
    assert (count(engine, RefPtpEdit), count(engine, RefMue)) == (edits, units)


def test_a_release_that_left_the_pack_leaves_the_store(engine: Engine, pack: Path) -> None:
    load(engine, pack)
    rewrite(pack / "releases.csv", "2026 Q4 (Eff_10-01-2026)", "2026 Q4 corrected")

    load(engine, pack)

    releases = {source.release for source in SqlReference(sessionmaker(engine)).datasets()}
    assert "2026 Q4 corrected" in releases
    assert "2026 Q4 (Eff_10-01-2026)" not in releases


def test_a_mistake_in_the_pack_leaves_everything_as_it_was(engine: Engine, pack: Path) -> None:
    load(engine, pack)
    before = SqlReference(sessionmaker(engine)).datasets()
    rewrite(pack / "mue.csv", "mue-2024q3,96423,2024-07-01,,1,", "mue-2024q3,96423,2024-07-01,,many,")

    with pytest.raises(PackError):
        load(engine, pack)
    assert SqlReference(sessionmaker(engine)).datasets() == before


def test_a_data_set_that_somebody_loaded_is_left_alone(engine: Engine, pack: Path) -> None:
    with sessionmaker(engine).begin() as session:
        session.add(release_of_an_operator())

    load(engine, pack)

    assert count(engine, RefMue) == 0
    assert count(engine, RefPtpEdit) > 0


def test_a_release_cannot_be_loaded_twice(engine: Engine) -> None:
    with sessionmaker(engine).begin() as session:
        session.add(release_of_an_operator())
    with pytest.raises(IntegrityError), sessionmaker(engine).begin() as session:
        session.add(release_of_an_operator())


def test_many_threads_may_ask_at_once(engine: Engine) -> None:
    with sessionmaker(engine).begin() as session:
        load_starter(session, NOW)
    for reference in (SqlReference(sessionmaker(engine)), in_memory_reference()):
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _, r=reference: r.code("96422", TODAY), range(64)))
        assert answers == [reference.code("96422", TODAY)] * 64


def release_of_an_operator() -> RefRelease:
    return RefRelease(
        dataset="ncci_mue_practitioner",
        release="2026 Q4",
        name="NCCI medically unlikely edits",
        agency="CMS",
        effective_from=date(2026, 10, 1),
        origin="operator",
        sha256="0" * 64,
        loaded_at=NOW,
    )
