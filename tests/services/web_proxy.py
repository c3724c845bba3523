"""A web proxy on loopback that tunnels to where it is asked, and keeps what it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class WebProxy:
    """Where it listens, and the host and the credentials of each tunnel."""

    address: str = ""
    tunnels: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def running_proxy() -> Iterator[WebProxy]:
    """The proxy, until the block ends."""
    state = WebProxy()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    state.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    state: WebProxy

    def do_CONNECT(self) -> None:
        self.state.tunnels.append((self.path, self.headers.get("Proxy-Authorization", "")))
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=20) as server:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pass_on, args=(server, self.connection))
            back.start()
            _pass_on(self.connection, server)
            back.join()

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _pass_on(giver: socket.socket, taker: socket.socket) -> None:
    with suppress(OSError):
        while data := giver.recv(65_536):
            taker.sendall(data)
    with suppress(OSError):
        taker.shutdown(socket.SHUT_WR)
