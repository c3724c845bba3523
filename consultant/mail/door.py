"""The second way in: an SMTP or LMTP server that an operator's own mail server can hand mail to.

It keeps nothing itself: each mail goes, as it came, to a callable that commits it before `250` is said.
Knows no mailbox and no database.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from consultant.mail.listening import ListeningError, PortTaken, ServerThread, bind, port_of
from consultant.mail.reception import Arrival, Limits, Reception

__all__ = ["Arrival", "Door", "ListeningError", "PortTaken"]

# RFC 5321 3.5.3 and 7.3: nothing about who exists here beyond the refusal itself.
_REFUSAL = "550 5.1.1 No such recipient here"


class Door:
    """An SMTP (or, with `lmtp`, LMTP) server in a thread of its own.

    `accepts` says whether a recipient address is ours; `keep` commits one mail and returns. Both may block:
    they run in worker threads. When either raises, the client is told 451 and keeps the mail itself.
    `timeout` is in seconds, from one command to the next. Port 0 takes a free port.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        lmtp: bool,
        accepts: Callable[[str], bool],
        keep: Callable[[Arrival], None],
        max_message_bytes: int,
        max_recipients: int = 100,
        max_connections: int = 50,
        timeout: float = 300,
    ) -> None:
        self._host = host
        self._port = port
        self._lmtp = lmtp
        self._accepts = accepts
        self._keep = keep
        self._limits = Limits(max_message_bytes, max_recipients, max_connections, timeout)
        self._thread: ServerThread | None = None

    @property
    def port(self) -> int:
        """The port in use; before the start the one asked for."""
        return self._port

    def start(self) -> None:
        """Serve from here on. Raises PortTaken, or ListeningError where the host cannot be used."""
        sock = bind("LMTP door" if self._lmtp else "SMTP door", self._host, self._port, setting="CONSULTANT_DOOR__PORT")
        self._port = port_of(sock)
        self._thread = ServerThread("mail-door", lambda: self._serving(sock))
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Close the door, letting mails on their way to `keep` arrive; at most `timeout` seconds."""
        if self._thread is not None:
            self._thread.stop(timeout)

    @asynccontextmanager
    async def _serving(self, sock: socket.socket) -> AsyncIterator[None]:
        reception = Reception(
            lmtp=self._lmtp,
            hostname=socket.gethostname(),
            limits=self._limits,
            accepts=lambda address: asyncio.to_thread(self._accepts, address),
            refusal=_REFUSAL,
            keep=lambda arrival: asyncio.to_thread(self._keep, arrival),
        )
        async with reception.serving(sock):
            yield
