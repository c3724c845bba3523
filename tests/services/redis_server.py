"""A private Redis without persistence."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.services.accounts import ourselves
from tests.services.missing import program
from tests.services.processes import Server, folder_of, free_port, listens


@contextmanager
def running_redis() -> Iterator[str]:
    """The URL of a Redis that lives for the block."""
    binary = program("redis-server")
    port = free_port()
    account = ourselves()
    with folder_of(account, "redis") as folder:
        listen = ("--port", str(port), "--bind", "127.0.0.1")
        server = Server(
            [binary, *listen, "--dir", folder, "--save", "", "--appendonly", "no"],
            folder=folder,
            account=account,
            ready=lambda: listens(port),
        )
        try:
            server.start()
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.stop()
