"""The IMAP end: pymap (0.36.7) over the accounts' folders, with its connections repaired from outside.

Knows no SMTP. pymap's own service is not used, because it reads the proxy protocol first, whose library
starts a task for the connection and forgets it.
"""

import asyncio
import logging
import socket
import ssl
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from uuid import uuid4

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.concurrent import Event, Subsystem
from pymap.context import connection_exit
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.interfaces.login import IdentityInterface
from pymap.parsing.command.select import IdleCommand
from pymap.parsing.response import Response
from pymap.user import UserMetadata
from pysasl.creds.plain import PlainCredentials
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import Cleartext

from consultant.mail.embedded.accounts import Accounts
from consultant.mail.embedded.folders import FolderSet
from consultant.mail.listening import report

# Octets of one command line: a poller may name thousands of UIDs in one.
_LONGEST_COMMAND = 2**20
# Seconds between the go-ahead for IDLE and the first announcement; see _Connection.handle_updates.
_IDLE_BREATH = 0.05


class ImapEnd:
    """One listening end that serves these folders, by account address."""

    def __init__(self, accounts: Accounts, folders: Mapping[str, FolderSet], max_message_bytes: int) -> None:
        self._config = _Config(max_message_bytes)
        self._login = _Login(self._config)
        for address in accounts:
            self._login.users_dict[address] = UserMetadata(self._config, address, password=accounts.password(address))
            self._config.set_cache[address] = (folders[address], FilterSet())
        self._conversations: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def serving(self, sock: socket.socket) -> AsyncIterator[None]:
        """Serve on a bound socket, which is closed at the end."""
        # pymap logs everything said, at its lowest level.
        logging.getLogger("pymap").setLevel(logging.CRITICAL)
        server = await asyncio.start_server(self._welcome, sock=sock, limit=_LONGEST_COMMAND)
        try:
            yield
        finally:
            server.close()
            for conversation in self._conversations:
                conversation.cancel()
            await asyncio.gather(*self._conversations, return_exceptions=True)

    def _welcome(self, reader: StreamReader, writer: StreamWriter) -> None:
        # The event loop keeps weak references to tasks only, and task, reader and waiting future refer to
        # each other in a circle: a connection nobody else refers to is garbage, and once collected is gone.
        conversation = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._forget)

    def _forget(self, conversation: asyncio.Task[None]) -> None:
        self._conversations.discard(conversation)
        if not conversation.cancelled() and (error := conversation.exception()) is not None:
            report("embedded IMAP", error)

    async def _converse(self, reader: StreamReader, writer: StreamWriter) -> None:
        """As pymap's IMAPServer does it, with the connection below."""
        here = SocketInfo.get(writer, None, unique_id=uuid4().bytes)
        connection = _Connection(self._config.commands, self._config, reader, writer, here)
        async with AsyncExitStack() as stack:
            connection_exit.set(stack)
            stack.enter_context(closing(connection))
            await connection.run(ConnectionState(self._login, self._config))


class _Connection(IMAPConnection):
    """pymap's connection, with an IDLE that IMAPClient can follow."""

    __slots__ = ()

    async def handle_updates(self, state: ConnectionState, done: Event, cmd: IdleCommand) -> None:
        # IMAPClient waits for the socket to become readable. An announcement that comes in one packet with
        # the go-ahead already lies in its buffer then, and it would not look there before the next one.
        await done.wait(timeout=_IDLE_BREATH)
        await super().handle_updates(state, done, cmd)

    async def write_updates(self, untagged: Iterable[Response]) -> None:
        # pymap writes an announcement in several pieces. IMAPClient reads whatever has come without waiting
        # for the rest, and gives the connection up when that ends within a line: so all lines at once.
        lines = b"".join(bytes(response) for response in untagged)
        if lines:
            self.writer.write(lines)
            await self.writer.drain()


class _Config(Config):
    """pymap's settings: log-in without TLS, no look-up of any name or address."""

    def __init__(self, max_message_bytes: int) -> None:
        super().__init__(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            demo_data=False,
            demo_user="",
            demo_password="",
            host=None,
            port=0,
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
            tls_enabled=False,
            reject_dnsbl=False,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
            max_append_len=max_message_bytes,
        )

    @property
    def greeting(self) -> bytes:
        # pymap asks the DNS for its own name at each connection, and stands still meanwhile.
        return b"Trial mail server ready"


class _Login(Login):
    """Log-in by the full address, in any case."""

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        if isinstance(credentials, PlainCredentials):
            credentials = PlainCredentials(credentials.authcid.lower(), credentials._secret)
        return await super().authenticate(credentials)

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> Identity:
        return await super().authorize(authenticated, authzid.lower())
