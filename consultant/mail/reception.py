"""Receiving mail by SMTP (RFC 5321) or LMTP (RFC 2033), on top of aiosmtpd.

One `Reception` is one listening end. It knows the protocol and its limits, and asks two callables the rest:
who is a recipient here, and how to keep a mail. `250` is said only after the mail is kept; any trouble of
ours is `451` with a text that tells nothing. Knows no mailbox, no database and no case.
"""

import asyncio
import logging
import re
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import AnyStr
from weakref import WeakSet

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, syntax

from consultant.mail.listening import report

# Longer than the 998 octets of RFC 5322 2.1.1: what other servers let pass should not be refused here.
_LONGEST_LINE = 2**20
# Seconds that a mail already on its way to the disk has to finish when the server stops.
_PATIENCE = 0.7

# RFC 5321 4.1.2: the null path, or a mailbox, perhaps after a source route (to be ignored, appendix C).
# No control character, no lone surrogate (undecodable octet): both would end up in header fields.
_PATH = re.compile(
    r"<(?:@[^\s<>:\ud800-\udfff]+:)?"
    r"((?:\"(?:[^\x00-\x1f\x7f\"\\\ud800-\udfff]|\\[\x20-\x7e])*\"|[^\s<>\"@\x00-\x1f\x7f\ud800-\udfff]+)"
    r"(?:@[^\s<>@\x00-\x1f\x7f\ud800-\udfff]+)?)?>"
    r"(?:\s+(.*))?"
)
_NULL_PATH = "<>"

# RFC 2034: replies carry an enhanced status code; these are the ones (RFC 3463) for aiosmtpd's bare replies.
_BARE_REPLY = re.compile(r"(?!220)([245])(\d\d) (?!\d\.\d{1,3}\.\d{1,3} )")
_STATUS = {"500": "5.5.2", "501": "5.5.4", "502": "5.5.1", "503": "5.5.1", "552": "5.3.4", "555": "5.5.4"}

_TROUBLE = "451 4.3.0 Temporary trouble on our side, please try again later"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as it came: exactly the octets sent (dots unstuffed, CRLF kept) and its envelope.

    `envelope_from` is empty for the null sender of notifications (RFC 5321 4.5.5); `peer` is the IP address
    of the sending host; `signed_in_as` the account that it signed in by, in lower case, empty where it did not.
    """

    raw: bytes
    envelope_from: str
    envelope_to: tuple[str, ...]
    peer: str
    signed_in_as: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one listening end takes: octets and recipients a mail, connections, seconds between commands."""

    max_message_bytes: int
    max_recipients: int
    max_connections: int
    timeout: float


class Reception:
    """One SMTP or LMTP listening end; also the handler whose `handle_…` methods aiosmtpd calls.

    `accepts` says whether a recipient is known here, `refusal` is told when it is not, `keep` returns once
    the mail is safe. `authenticate` (user and password as octets), where given, is offered without TLS.
    """

    def __init__(
        self,
        *,
        lmtp: bool,
        hostname: str,
        limits: Limits,
        accepts: Callable[[str], Awaitable[bool]],
        refusal: str,
        keep: Callable[[Arrival], Awaitable[None]],
        authenticate: Callable[[bytes, bytes], bool] | None = None,
    ) -> None:
        self.hostname = hostname
        self.limits = limits
        self.closing = False
        self.connections: WeakSet[_SmtpConnection] = WeakSet()
        self._connection = _LmtpConnection if lmtp else _SmtpConnection
        self._accepts = accepts
        self._refusal = refusal
        self._keep = keep
        self._authenticate = authenticate
        self._keeping: set[asyncio.Future[None]] = set()

    @asynccontextmanager
    async def serving(self, sock: socket.socket) -> AsyncIterator[None]:
        """Serve on a bound socket, which is closed at the end."""
        # aiosmtpd logs addresses, and at its lower levels whole mails.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        server = await asyncio.get_running_loop().create_server(self._welcome, sock=sock)
        try:
            yield
        finally:
            server.close()
            await self._close()

    def _welcome(self) -> asyncio.Protocol:
        if len(self.connections) >= self.limits.max_connections:
            return _TooManyConnections()
        connection = self._connection(self, authenticates=self._authenticate is not None)
        self.connections.add(connection)
        return connection

    async def _close(self) -> None:
        self.closing = True
        open_now = list(self.connections)
        for connection in open_now:
            if not connection.keeping:
                connection.say_goodbye()
        unfinished = {connection.conversation for connection in open_now if connection.conversation} | self._keeping
        if unfinished:
            await asyncio.wait(unfinished, timeout=_PATIENCE)

    def check_password(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, credentials: LoginPassword
    ) -> AuthResult:
        """aiosmtpd's authenticator."""
        allowed = self._authenticate is not None and self._authenticate(credentials.login, credentials.password)
        name = credentials.login.decode("utf-8", "replace").lower()
        return AuthResult(success=allowed, handled=False, auth_data=name)

    # What is pushed as octets is the plain reply that RFC 2034 wants for greetings.
    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, name: str) -> bytes:  # noqa: N802
        session.host_name = name
        return b"250 " + self.hostname.encode()

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, name: str, replies: list[str]
    ) -> list[str | bytes]:
        session.host_name = name
        return [*replies[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", b"250 HELP"]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= self.limits.max_recipients:
            return "452 4.5.3 Too many recipients for one mail, send the rest separately"
        if not await self._accepts(address):
            return self._refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient OK"

    async def handle_DATA(self, server: "_SmtpConnection", session: Session, envelope: Envelope) -> str:  # noqa: N802
        server.keeping = True
        # A task of its own: a client that hangs up now must not stop a mail half-way to its mailboxes.
        keeping = asyncio.ensure_future(self._keep(_arrival(session, envelope)))
        self._keeping.add(keeping)
        keeping.add_done_callback(self._keeping.discard)
        await asyncio.shield(keeping)
        return "250 2.0.0 Mail kept"

    async def handle_exception(self, error: Exception) -> str:
        """aiosmtpd would answer 500, for ever, with the text of the error."""
        report("mail reception", error)
        return _TROUBLE


def _arrival(session: Session, envelope: Envelope) -> Arrival:
    sender = envelope.mail_from or _NULL_PATH
    peer = session.peer or ("",)
    return Arrival(
        raw=bytes(envelope.original_content or b""),
        envelope_from="" if sender == _NULL_PATH else sender,
        envelope_to=tuple(envelope.rcpt_tos),
        peer=str(peer[0]),
        signed_in_as=str(session.auth_data) if session.authenticated else "",
    )


class _TooManyConnections(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
        transport.close()


class _SmtpConnection(SMTP):
    """aiosmtpd's connection with stricter paths, enhanced status codes and a clean end."""

    line_length_limit = _LONGEST_LINE

    def __init__(self, reception: Reception, *, authenticates: bool) -> None:
        # aiosmtpd keeps these in one dictionary for all connections, and empties it at each new one.
        self.command_size_limits = defaultdict(lambda: self.command_size_limit)
        super().__init__(
            reception,
            data_size_limit=reception.limits.max_message_bytes,
            enable_SMTPUTF8=True,
            hostname=reception.hostname,
            ident="consultant",
            timeout=reception.limits.timeout,
            auth_require_tls=not authenticates,
            authenticator=reception.check_password,
            loop=asyncio.get_running_loop(),
        )
        self.reception = reception
        self.keeping = False

    @property
    def conversation(self) -> "asyncio.Task[None] | None":
        return self._handler_coroutine

    def connection_lost(self, error: Exception | None) -> None:
        self.reception.connections.discard(self)
        super().connection_lost(error)

    def say_goodbye(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport) and not self.transport.is_closing():
            self.transport.write(b"421 4.3.2 Shutting down, try again later\r\n")
            self.transport.close()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """aiosmtpd reads paths as header fields (comments, folding), and fails oddly on hostile ones."""
        if not arg:
            return "", ""
        path = _PATH.fullmatch(arg)
        return (path[1] or _NULL_PATH, path[2] or "") if path else (None, None)

    async def push(self, status: AnyStr) -> None:
        if isinstance(status, str):
            await super().push(_BARE_REPLY.sub(_with_status, status, count=1))
        else:
            await super().push(status)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        try:
            await super().smtp_DATA(arg)
        finally:
            self.keeping = False
        if self.reception.closing:
            self.say_goodbye()


def _with_status(reply: re.Match[str]) -> str:
    code = reply[1] + reply[2]
    return f"{code} {_STATUS.get(code, reply[1] + '.0.0')} "


class _LmtpConnection(_SmtpConnection, LMTP):
    """aiosmtpd's LMTP differs in its greeting only; this one also answers once for each recipient.

    RFC 2033 4.2: after the final dot the server returns one reply for each accepted RCPT, in their order.
    """

    _awaited_replies = 1

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802
        await SMTP.smtp_EHLO(self, arg)

    async def push(self, status: AnyStr) -> None:
        replies, self._awaited_replies = self._awaited_replies, 1
        for _ in range(replies):
            await super().push(status)
        if isinstance(status, str) and status.startswith("354") and self.envelope is not None:
            self._awaited_replies = len(self.envelope.rcpt_tos)
