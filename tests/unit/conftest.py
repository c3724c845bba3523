"""Unit tests talk to nobody."""

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    # An asyncio loop wakes itself through a pair of Unix sockets; those stay allowed.
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
