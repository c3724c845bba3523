"""A private PostgreSQL: one server a run, one database a test."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

from tests.services.accounts import Account, unprivileged
from tests.services.missing import program
from tests.services.processes import Server, folder_of, free_port, listens

_numbers = count(1)

# The data lives for one run: nothing has to survive a power cut.
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """Where the server is; its superuser is `consultant`, and loopback needs no password."""

    port: int

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The SQLAlchemy URL of a new database, empty or a copy of another, dropped at the end of the block."""
        name = f"test_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield f"postgresql+psycopg://consultant@127.0.0.1:{self.port}/{name}"
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        address = f"postgresql://consultant@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL that lives for the block."""
    initdb, postgres = program("initdb"), program("postgres")
    account = unprivileged("postgres")
    port = free_port()
    with folder_of(account, "postgres") as folder:
        _make_cluster(initdb, folder, account)
        options = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *SPEED]
        server = Server(
            [postgres, "-D", folder / "data", *(part for option in options for part in ("-c", option))],
            folder=folder,
            account=account,
            ready=lambda: _answers(port),
        )
        try:
            server.start()
            yield PostgresServer(port)
        finally:
            server.stop(signal.SIGINT)  # PostgreSQL's "fast" shutdown: do not wait for clients


def _make_cluster(initdb: Path, folder: Path, account: Account) -> None:
    options = ["--username=consultant", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run(
        [initdb, f"--pgdata={folder / 'data'}", *options],
        cwd=folder,
        check=True,
        capture_output=True,
        user=account.uid,
        group=account.gid,
        extra_groups=account.groups,
    )


def _answers(port: int) -> bool:
    if not listens(port):
        return False
    try:
        with psycopg.connect(f"postgresql://consultant@127.0.0.1:{port}/postgres"):
            return True
    except psycopg.OperationalError:  # "the database system is starting up"
        return False
