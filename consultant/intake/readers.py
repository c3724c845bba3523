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
from io import BufferedReader
from itertools import accumulate, takewhile
from typing import BinaryIO

from consultant.intake.looking import Seen, Unread, Unreadable
from consultant.intake.reading_process import receive, send

MAIL_SECONDS = 10
START_SECONDS = 60  # a reader that is slow to start on a busy machine is no mail's trouble
# A group of mails is sent at once, so that the reader never waits for a process that is busy with other mails. It is
# held beside the mail that is looked at: a larger mail is sent alone.
BYTES_AT_ONCE = 1024 * 1024
_BUFFER = 64 * 1024  # bytes of answers that are received at once


class Readers:
    """A few reader processes, started when first needed. `look` may be called from several threads."""

    def __init__(self, count: int, seconds: float = MAIL_SECONDS) -> None:
        self._readers = [_Reader(seconds) for _ in range(count)]
        self._idle: queue.LifoQueue[_Reader] = queue.LifoQueue()
        for each in self._readers:
            self._idle.put(each)

    def look(self, mails: Sequence[Unread], on: date) -> Sequence[Seen | Unreadable]:
        """What is seen of each mail, in order; a mail that breaks the bounds is Unreadable. Raises OSError where no
        reader can be started."""
        if not mails:
            return []
        found: list[Seen | Unreadable] = []
        with self._one() as reader:
            while len(found) < len(mails):
                found += reader.look(_group(mails[len(found) :]), on)
        return found

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
        self._opened: tuple[socket.socket, BinaryIO] | None = None  # where it is sent mails, and where its answers come

    def look(self, mails: Sequence[Unread], on: date) -> Iterator[Seen | Unreadable]:
        """What is seen of the mails, in order, up to the first that breaks the bounds: those behind it are left."""
        connection, received = self._opened or self._start()
        try:
            send(connection, pickle.dumps((mails, on), pickle.HIGHEST_PROTOCOL))
            for _ in mails:
                answer = receive(received)
                if answer is None:
                    raise ConnectionResetError
                yield pickle.loads(answer)  # noqa: S301 - from the process that we started
        except TimeoutError:
            self.end()
            yield Unreadable("takes-too-long")
        except OSError:
            self.end()
            yield Unreadable("ends-its-reader")

    def end(self) -> None:
        if self._opened is not None and self._process is not None:
            for each in self._opened:
                each.close()
            self._process.kill()
            self._process.wait()
        self._opened = self._process = None

    def _start(self) -> tuple[socket.socket, BinaryIO]:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "consultant.intake.reading_process", str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603
        ours.settimeout(START_SECONDS)
        self._opened = ours, BufferedReader(ours.makefile("rb", buffering=0), _BUFFER)
        try:
            if receive(self._opened[1]) is None:
                raise ConnectionResetError("the process that reads mails ended as soon as it was started")
        except OSError:
            self.end()
            raise
        ours.settimeout(self._seconds)
        return self._opened


def _group(mails: Sequence[Unread]) -> Sequence[Unread]:
    """The first of the mails, and as many of those behind it as are sent with it."""
    total = accumulate(len(each.raw) for each in mails)
    return mails[: max(1, sum(1 for _ in takewhile(lambda size: size <= BYTES_AT_ONCE, total)))]
