"""What every listening end of ours shares: taking a port, and one event loop in a thread of its own.

Knows no protocol. Reports trouble by its kind and place only, because the text of an error may hold an
address or a piece of a mail.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from threading import Thread
from typing import Any

from config.logs import place_of

_log = logging.getLogger(__name__)

# More than this many connections wait in the kernel only while the loop is very busy.
_BACKLOG = 128


class ListeningError(Exception):
    """A server of ours cannot listen; the text says what to do about it."""


class PortTaken(ListeningError):
    """Another program listens on that port already."""

    def __init__(self, what: str, host: str, port: int, setting: str) -> None:
        super().__init__(
            f"{what}: port {port} on {host} is already taken. "
            f"Stop the program that holds it, or set {setting} to another port."
        )
        self.what = what
        self.host = host
        self.port = port


def bind(what: str, host: str, port: int, *, setting: str) -> socket.socket:
    """Take the port (0: a free one) and listen; errors name the server by `what`, and the setting of its port.

    Raises PortTaken, or ListeningError when the host or port cannot be used at all.
    """
    try:
        # A name such as localhost may stand for both families: the older one is what clients try.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = min(found, key=lambda info: info[0] != socket.AF_INET)
        return _listening(socket.socket(family, kind, protocol), address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(what, host, port, setting) from error
        raise ListeningError(
            f"{what}: cannot listen on {host} port {port} ({error.strerror}). "
            "Choose another host or port in the settings."
        ) from error


def _listening(sock: socket.socket, address: Any) -> socket.socket:
    try:
        # So that a restart need not wait until the kernel has forgotten the old connections.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(_BACKLOG)
    except BaseException:
        sock.close()
        raise
    return sock


def port_of(sock: socket.socket) -> int:
    """The port that the kernel gave."""
    return int(sock.getsockname()[1])


def report(what: str, error: BaseException) -> None:
    """Log an unexpected error by kind and place, without its text."""
    _log.error("%s: unexpected %s at %s", what, type(error).__name__, place_of(error))


class ServerThread:
    """One event loop in one daemon thread, serving for as long as an asynchronous context is open."""

    def __init__(self, name: str, serving: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self._name = name
        self._serving = serving
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Return once the context is open; what opening it raises is raised here."""
        started: Future[None] = Future()
        self._thread = Thread(target=self._run, args=(started,), name=self._name, daemon=True)
        self._thread.start()
        started.result()

    def stop(self, timeout: float) -> None:
        """Close the context and join the thread, waiting `timeout` seconds at most. May be called twice."""
        if self._thread is None or not self._thread.is_alive():
            return
        if self._loop is not None and self._stopping is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(timeout)
        if self._thread.is_alive():
            _log.error("%s: still busy after %.1f s, left to end with the process", self._name, timeout)

    def _run(self, started: Future[None]) -> None:
        try:
            asyncio.run(self._main(started))
        except Exception as error:  # noqa: BLE001 - handed to start(), or reported: a thread has no caller
            if started.done():
                report(self._name, error)
            else:
                started.set_exception(error)

    async def _main(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._unexpected)
        self._stopping = asyncio.Event()
        async with self._serving():
            started.set_result(None)
            await self._stopping.wait()

    def _unexpected(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, ConnectionError):
            return  # the other side hung up: what it was not told is done, it will repeat
        if isinstance(error, BaseException):
            report(self._name, error)
        else:
            _log.error("%s: %s", self._name, context.get("message"))
