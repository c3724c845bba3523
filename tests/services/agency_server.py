"""An agency's web server over TLS on loopback: conditions, ranges, and the bad days of servers and networks."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.services.certificates import Pem


@dataclass
class Served:
    """A file at an address. A test changes it, or how it is given."""

    content: bytes
    content_type: str = "application/zip"
    names_versions: bool = True
    takes_ranges: bool = True
    checks_ranges: bool = True  # whether If-Range is looked at
    breaks_after: list[int] = field(default_factory=list)  # bytes into the body, one for each of the next answers
    changes_to: bytes | None = None  # after the first answer that broke
    sends_on: str = ""
    says_length: bool = True
    pause: threading.Event | None = None  # waited for in the middle of the body
    last_modified: str = ""
    status: int = 200
    retry_after: str = ""

    @property
    def etag(self) -> str:
        """A strong entity tag."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'


class AgencyServer:
    """The files by path, and what was asked for."""

    def __init__(self) -> None:
        self.url = ""
        self.files: dict[str, Served] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.paused = threading.Event()


@contextmanager
def running_agency(pem: Pem) -> Iterator[AgencyServer]:
    """The server, until the block ends."""
    state = AgencyServer()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem.chain, pem.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    state.url = f"https://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up or do not trust us are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    state: AgencyServer

    def do_GET(self) -> None:
        self.state.asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        served = self.state.files.get(self.path)
        if served is None:
            self.send_error(404)
        elif served.sends_on:
            self.send_response(302)
            self.send_header("Location", served.sends_on)
            self.end_headers()
        elif served.status != 200:
            self.send_response(served.status)
            self.send_header("Content-Length", "0")
            if served.retry_after:
                self.send_header("Retry-After", served.retry_after)
            self.end_headers()
        elif self._is_known(served):
            self.send_response(304)
            self.end_headers()
        else:
            self._give(served)

    def _is_known(self, served: Served) -> bool:
        asked = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        if served.names_versions and asked[0]:
            return asked[0] == served.etag
        return bool(served.last_modified) and asked[1] == served.last_modified

    def _give(self, served: Served) -> None:
        start = self._start(served)
        if start >= len(served.content) > 0:
            self.send_response(416)
            self.end_headers()
            return
        body = served.content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(served.content) - 1}/{len(served.content)}")
        if served.names_versions:
            self.send_header("ETag", served.etag)
        if served.last_modified:
            self.send_header("Last-Modified", served.last_modified)
        self.send_header("Content-Type", served.content_type)
        if served.says_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if served.breaks_after:
            self.wfile.write(body[: served.breaks_after.pop(0)])
            served.content = served.changes_to or served.content
            return
        self.wfile.write(body[: len(body) // 2])
        if served.pause:
            self.wfile.flush()
            self.state.paused.set()
            served.pause.wait(20)
        self.wfile.write(body[len(body) // 2 :])

    def _start(self, served: Served) -> int:
        asked = self.headers.get("Range", "")
        same = not served.checks_ranges or self.headers.get("If-Range") == served.etag
        return int(asked.removeprefix("bytes=").rstrip("-")) if asked and served.takes_ranges and same else 0

    def log_message(self, *_: object) -> None:
        """Nothing."""
