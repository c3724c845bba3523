"""The services as pytest fixtures, started when the first test asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from playwright.sync_api import Browser, Page

from tests.services import missing
from tests.services.browser import running_browser
from tests.services.dovecot_server import DovecotServer, running_dovecot
from tests.services.postgres_server import PostgresServer, running_postgres
from tests.services.redis_server import running_redis


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    with running_redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The URL of a Redis that holds nothing."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of a new, empty PostgreSQL database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The SQLAlchemy URL of a new, empty SQLite database."""
    return f"sqlite:///{tmp_path / 'consultant.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn, new and empty, for what must hold on both."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(scope="session")
def dovecot() -> Iterator[DovecotServer]:
    """A real IMAP server; `new_account()` gives each test a mailbox of its own."""
    with running_dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Path:
    return missing.program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """One Chromium a module: while Playwright runs, no test of another module could use asyncio."""
    with running_browser(chromium) as browser:
        yield browser


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A page with no cookies; the test fails where a script of the page did."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
