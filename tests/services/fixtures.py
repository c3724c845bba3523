"""The services as pytest fixtures, started when the first test asks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, Page

from tests.services import missing
from tests.services.browser import running_browser
from tests.services.certificates import Authority
from tests.services.dovecot_server import DovecotServer, Encryption, running_dovecot
from tests.services.issuer import CLIENT_ID, TokenIssuer, running_issuer
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
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom our settings trust."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def _issuer() -> Iterator[TokenIssuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def issuer(_issuer: TokenIssuer) -> TokenIssuer:
    """An issuer on an ordinary day."""
    _issuer.begin_anew()
    return _issuer


@pytest.fixture(scope="session")
def secure_dovecot(_issuer: TokenIssuer, authority: Authority) -> Iterator[DovecotServer]:
    """An IMAP server that takes nothing in clear text, and asks the issuer about tokens."""
    introspection = _issuer.url.replace("localhost", "127.0.0.1") + "/introspect"
    with running_dovecot(Encryption(authority.certificate(), introspection)) as server:
        yield server


@pytest.fixture
def oauth(issuer: TokenIssuer) -> dict[str, Any]:
    """The settings of our client at the issuer."""
    return {
        "client_id": CLIENT_ID,
        "token_url": f"{issuer.url}/token",
        "device_url": f"{issuer.url}/device",
        "authorize_url": f"{issuer.url}/authorize",
        "scopes": "mail offline_access",
    }


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
