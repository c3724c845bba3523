"""The process that looks at mails for another one: bounded in memory, killed by the other when it takes too long.

`python -m consultant.intake.reading_process FD` is sent mails in groups through the socket, and answers each mail by
itself as soon as it was looked at, until the socket closes; an empty answer before all others says that it is ready. A
mail that is more than it can take ends at most this process. It imports no more than it needs, for a service starts
several of them.
"""

from __future__ import annotations

import gc
import pickle
import resource
import signal
import socket
import struct
import sys
from datetime import date
from typing import BinaryIO

from consultant.intake.looking import Seen, Unread, Unreadable, look

MEMORY_BYTES = 256 * 1024 * 1024
LENGTH = struct.Struct("!Q")


def main() -> None:
    """Serve the socket whose descriptor is the only argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that we read for
    # The soft limit alone: the process that reads an attached file has another bound, which it sets itself.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    gc.freeze()  # what is there by now stays: no collection needs to go through it
    with socket.socket(fileno=int(sys.argv[1])) as connection, connection.makefile("rb") as received:
        send(connection, b"")
        while (group := _next_group(received)) is not None:
            mails, on = group
            for mail in mails:
                send(connection, _answer(mail, on))


def send(connection: socket.socket, message: bytes) -> None:
    """Send one frame. Raises OSError, TimeoutError among them."""
    connection.sendall(LENGTH.pack(len(message)) + message)


def receive(received: BinaryIO) -> bytes | None:
    """The next frame; None when the other side is gone. Raises OSError, TimeoutError among them."""
    head = received.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    frame = received.read(length)
    return frame if len(frame) == length else None


def _next_group(received: BinaryIO) -> tuple[list[Unread], date] | None:
    """Mails to look at, and the day that they came."""
    frame = receive(received)
    return None if frame is None else pickle.loads(frame)  # noqa: S301 - from our parent


def _answer(mail: Unread, on: date) -> bytes:
    seen: Seen | Unreadable
    try:
        seen = look(mail, on)
        return pickle.dumps(seen, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        seen = Unreadable("takes-too-much-memory")
    except Exception as error:  # noqa: BLE001 - whatever one mail does to us, the next one is read
        seen = Unreadable(f"cannot-be-read:{type(error).__name__}"[:80])
    return pickle.dumps(seen, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
