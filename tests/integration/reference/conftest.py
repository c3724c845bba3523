"""A migrated database of each kind, and loading made-up or real files into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from consultant.db.engine import open_engine
from consultant.reference.loading.finding import find
from consultant.reference.loading.load import Loaded, load
from consultant.reference.loading.opening import opened_paths
from consultant.reference.store import SqlReference

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

Load = Callable[..., list[Loaded]]
Put = Callable[[dict[str, bytes]], Path]


@pytest.fixture
def engine(ready_database_url: str) -> Iterator[Engine]:
    """A database as `consultant migrate` leaves it: with the starter pack."""
    engine = open_engine(ready_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def reference(engine: Engine) -> SqlReference:
    """The store over it."""
    return SqlReference(sessionmaker(engine))


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes files into a new folder, and says where."""
    made = iter(range(1000))

    def write(files: dict[str, bytes]) -> Path:
        folder = tmp_path / f"files-{next(made)}"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return folder

    return write


@pytest.fixture
def loaded(engine: Engine, put: Put) -> Load:
    """Loads files, given as paths or by name and content."""

    def run(*what: Path | dict[str, bytes], skip_bad_rows: bool = False) -> list[Loaded]:
        paths = [each if isinstance(each, Path) else put(each) for each in what]
        with opened_paths(paths) as sources:
            releases = find(sources).releases
            return [load(engine, planned, now=NOW, skip_bad_rows=skip_bad_rows) for planned in releases]

    return run
