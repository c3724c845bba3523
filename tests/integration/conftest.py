"""A conversation with the service over each database; tables and starter data are made once and copied."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import make_url

from config.settings import Settings
from consultant.db.engine import open_engine
from consultant.setting_up import set_up
from tests.conversation import MONDAY, Conversation
from tests.services.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is set up."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _set_up(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database that is set up."""
    with postgres_server.database() as url:
        _set_up(url)
        yield str(make_url(url).database)


@pytest.fixture
def ready_sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database that is set up, the test's own."""
    copyfile(sqlite_template, tmp_path / "ready.sqlite3")
    return f"sqlite:///{tmp_path / 'ready.sqlite3'}"


@pytest.fixture
def ready_postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A PostgreSQL database that is set up, the test's own."""
    with postgres_server.database(postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ready_database_url(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn, set up."""
    name = {"sqlite": "ready_sqlite_url", "postgresql": "ready_postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def post(ready_database_url: str) -> Iterator[Conversation]:
    """A service with a member and two consultants, working step by step."""
    conversation = Conversation(ready_database_url)
    yield conversation
    conversation.close()


@pytest.fixture(scope="module")
def shared_post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    """One for examples that commit nothing."""
    path: Path = tmp_path_factory.mktemp("shared") / "test.db"
    conversation = Conversation(f"sqlite:///{path}")
    yield conversation
    conversation.close()


def _set_up(url: str) -> None:
    engine = open_engine(url)
    set_up(engine, Settings(), now=MONDAY)
    engine.dispose()
