"""A misbehaving IMAP server: a proxy in front of a real one that drops, falls silent, dawdles, lies and babbles.

It reads the server's side by lines and literals, so that a fault can be put at an exact place of the protocol.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")


class ImapProxy:
    """Listens on a loopback port. The faults are attributes that a test sets and methods that it calls."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._links: list[_Link] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept)
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.said = bytearray()  # by clients, to the server
        self.hidden: frozenset[str] = frozenset()  # capabilities that the server is made not to have
        self.delay = 0.0  # seconds before each line of the server
        self.dribble = 0.0  # seconds before each single byte of the server
        self.cuts: Iterator[int] = iter(())  # after how many bytes of the server to drop the next connections
        self.short_literals = 0  # bytes that the next mails lack, the rest going on as if nothing were
        self.cut_mails = 0  # how many of the next mails are cut in half, with a literal that says so
        self.long_literals = 0  # bytes that the next literals are announced longer than they are
        self.babble: bytes | None = None  # a line put before each line of the server

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        self.drop()
        for link in self._links:
            link.join()

    def drop(self) -> None:
        """Close every connection."""
        for link in self._open():
            link.close()

    def fall_silent(self) -> None:
        """Half-open: the connections of now swallow whatever either side says, and never end by themselves."""
        for link in self._open():
            link.silent = True

    def say(self, line: bytes) -> None:
        """Put a line of the server's into every connection, at this moment."""
        for link in self._open():
            link.say(line)

    def _open(self) -> list[_Link]:
        with self._lock:
            self._links = [link for link in self._links if link.is_alive]
            return list(self._links)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._upstream)
            except OSError:
                client.close()
                continue
            self.connections += 1
            link = _Link(self, client, server, next(self.cuts, None))
            with self._lock:
                self._links.append(link)
            link.start()


class _Link:
    """One connection: a thread each way."""

    def __init__(self, proxy: ImapProxy, client: socket.socket, server: socket.socket, cut: int | None) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._left = cut
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run)
        self.silent = False

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def close(self) -> None:
        for each in (self._client, self._server):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def say(self, line: bytes) -> None:
        with self._lock, contextlib.suppress(OSError):
            self._client.sendall(line + b"\r\n")

    def _run(self) -> None:
        up = threading.Thread(target=self._until_trouble, args=(self._up,))
        up.start()
        self._until_trouble(self._down)
        up.join()
        self._client.close()
        self._server.close()

    def _until_trouble(self, way: Callable[[], None]) -> None:
        with contextlib.suppress(OSError):
            way()
        self.close()

    def _up(self) -> None:
        while data := self._client.recv(65536):
            self._proxy.said += data
            if not self.silent:
                self._server.sendall(data)

    def _down(self) -> None:
        with self._server.makefile("rb") as server:
            while line := server.readline():
                if self._proxy.delay:
                    time.sleep(self._proxy.delay)
                if self._proxy.babble is not None:
                    self._send(self._proxy.babble + b"\r\n")
                literal = LITERAL.search(line)
                if literal is None:
                    self._send(self._without_hidden(line))
                    continue
                self._pass_literal(line, server.read(int(literal[1])))

    def _pass_literal(self, line: bytes, data: bytes) -> None:
        is_mail = b"BODY[" in line
        if is_mail and self._proxy.cut_mails:
            self._proxy.cut_mails -= 1
            data = data[: len(data) // 2]
        self._send(LITERAL.sub(b"{%d}\r\n" % (len(data) + self._proxy.long_literals), line))
        self._send(data[: len(data) - self._proxy.short_literals] if is_mail else data)

    def _send(self, data: bytes) -> None:
        if self.silent:
            return
        if self._left is not None:
            data, self._left = data[: self._left], self._left - len(data)
        step = 1 if self._proxy.dribble else len(data) or 1
        with self._lock:
            for start in range(0, len(data), step):
                time.sleep(self._proxy.dribble)
                self._client.sendall(data[start : start + step])
        if self._left is not None and self._left <= 0:
            raise ConnectionResetError

    def _without_hidden(self, line: bytes) -> bytes:
        if b"CAPABILITY" not in line:
            return line
        for name in self._proxy.hidden:
            line = re.sub(rb" %s(?=[ \]\r])" % name.encode(), b"", line)
        return line
