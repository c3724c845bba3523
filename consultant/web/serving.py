"""Serving the console: uvicorn in a thread of its own, on a port that is taken before the thread starts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from consultant.mail.listening import ServerThread, bind, port_of

GRACE_SECONDS = 2  # for answers that are on their way when the server stops


class WebServer:
    """The console's HTTP server. It logs no addresses of pages: those of sign-in hold tokens."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        """`port` 0 takes a free one; ask `port` for it after the start."""
        self._app = app
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None
        self._thread = ServerThread("review console", self._serving)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return port_of(self._socket) if self._socket is not None else self._port

    def start(self) -> None:
        """Take the port and serve. Raises PortTaken or another ListeningError."""
        self._socket = bind("review console", self._host, self._port, setting="CONSULTANT_WEB__PORT")
        self._port = port_of(self._socket)
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> None:
        """Let running answers finish, then close. May be called twice."""
        self._thread.stop(timeout)
        self._socket = None

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        server = uvicorn.Server(
            uvicorn.Config(
                self._app,
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        # Outside of the main thread uvicorn leaves the signals alone.
        serving = asyncio.create_task(server.serve(sockets=[self._socket] if self._socket else None))
        try:
            yield
        finally:
            server.should_exit = True
            await serving
