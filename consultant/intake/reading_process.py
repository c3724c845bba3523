"""The process that looks at mails for another one: bounded in memory, killed by the other when it takes too long.

`python -m consultant.intake.reading_process FD` answers each mail that comes through the socket, one after the other,
until the socket closes. A mail that is more than it can take ends at most this process.
"""

from __future__ import annotations

import pickle
import resource
import signal
import socket
import struct
import sys

from consultant.intake.looking import Seen, Unreadable, look

MEMORY_BYTES = 256 * 1024 * 1024
LENGTH = struct.Struct("!Q")


def main() -> None:
    """Serve the socket whose descriptor is the only argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that we read for
    # The soft limit alone: the process that reads an attached file has another bound, which it sets itself.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        while (frame := receive(connection)) is not None:
            send(connection, _answer(frame))


def send(connection: socket.socket, message: bytes) -> None:
    """Send one frame. Raises OSError, TimeoutError among them."""
    connection.sendall(LENGTH.pack(len(message)))
    connection.sendall(message)


def receive(connection: socket.socket) -> bytes | None:
    """The next frame; None when the other side is gone. Raises OSError, TimeoutError among them."""
    head = _exactly(connection, LENGTH.size)
    return None if head is None else _exactly(connection, LENGTH.unpack(head)[0])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    received = bytearray(size)
    view, filled = memoryview(received), 0
    while filled < size:
        count = connection.recv_into(view[filled:])
        if count == 0:
            return None
        filled += count
    return bytes(received)


def _answer(frame: bytes) -> bytes:
    seen: Seen | Unreadable
    try:
        mail, on = pickle.loads(frame)  # noqa: S301 - from the process that started this one
        seen = look(mail, on)
        return pickle.dumps(seen, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        seen = Unreadable("takes-too-much-memory")
    except Exception as error:  # noqa: BLE001 - whatever one mail does to us, the next one is read
        seen = Unreadable(f"cannot-be-read:{type(error).__name__}"[:80])
    return pickle.dumps(seen, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
