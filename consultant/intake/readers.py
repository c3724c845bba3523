"""Looking at mails in processes of their own, each mail within bounds of time and memory.

What a mail does to its reader (time, memory, a crash in a library) is its own trouble: the reader is replaced, and
the next mail is read. Must not know the database.
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date

from consultant.intake.looking import Seen, Unread, Unreadable
from consultant.intake.reading_process import receive, send

MAIL_SECONDS = 10


class Readers:
    """A few reader processes, started when first needed. `look` may be called from several threads."""

    def __init__(self, count: int, seconds: float = MAIL_SECONDS) -> None:
        self._readers = [_Reader(seconds) for _ in range(count)]
        self._idle: queue.LifoQueue[_Reader] = queue.LifoQueue()
        for each in self._readers:
            self._idle.put(each)

    def look(self, mails: Sequence[Unread], on: date) -> Sequence[Seen | Unreadable]:
        """What is seen of each mail, in order; a mail that breaks the bounds is Unreadable."""
        if not mails:
            return []
        with self._one() as reader:
            return [reader.look(each, on) for each in mails]

    def close(self) -> None:
        """End the processes."""
        for each in self._readers:
            each.end()

    @contextlib.contextmanager
    def _one(self) -> Iterator[_Reader]:
        reader = self._idle.get()
        try:
            yield reader
        finally:
            self._idle.put(reader)


class _Reader:
    """One process, used by one thread at a time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None

    def look(self, mail: Unread, on: date) -> Seen | Unreadable:
        connection = self._connection or self._start()
        try:
            send(connection, pickle.dumps((mail, on), pickle.HIGHEST_PROTOCOL))
            answer = receive(connection)
        except TimeoutError:
            self.end()
            return Unreadable("takes-too-long")
        except OSError:
            answer = None
        if answer is None:
            self.end()
            return Unreadable("ends-its-reader")
        seen: Seen | Unreadable = pickle.loads(answer)  # noqa: S301 - from the process that we started
        return seen

    def end(self) -> None:
        if self._connection is not None and self._process is not None:
            self._connection.close()
            self._process.kill()
            self._process.wait()
        self._connection = self._process = None

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "consultant.intake.reading_process", str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603
        ours.settimeout(self._seconds)
        self._connection = ours
        return ours
