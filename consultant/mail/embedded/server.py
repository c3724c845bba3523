"""The embedded mail server as a whole: two ports, one thread. For trials on loopback only."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

from consultant.mail.embedded.accounts import Account, Accounts
from consultant.mail.embedded.delivery import LocalDelivery
from consultant.mail.embedded.folders import FolderSet
from consultant.mail.embedded.imap import ImapEnd
from consultant.mail.listening import ListeningError, ServerThread, bind, port_of
from consultant.mail.reception import Limits, Reception

_HOSTNAME = "localhost"
_MAX_RECIPIENTS = 100
_MAX_CONNECTIONS = 100
_COMMAND_TIMEOUT = 300.0
_REFUSAL = "550 5.1.1 No such mailbox: this trial server serves only its sample accounts, and relays nothing"


class NotLoopback(ListeningError):
    """Sample accounts with printed passwords must not be reachable from other machines."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"embedded mail: {host} is not a loopback address. The embedded server has sample accounts, no "
            "encryption: let it listen on 127.0.0.1, or use a mail server of your own."
        )
        self.host = host


class EmbeddedMail:
    """SMTP and IMAP for a few sample accounts, over Maildirs under `maildirs`, one folder an account.

    Port 0 takes a free port. Raises UnusableAccount for an address that cannot be a folder name.
    """

    def __init__(
        self,
        *,
        maildirs: Path,
        accounts: Sequence[Account],
        smtp_host: str,
        smtp_port: int,
        imap_host: str,
        imap_port: int,
        max_message_bytes: int,
    ) -> None:
        self._maildirs = maildirs
        self._accounts = Accounts(accounts)
        self._smtp_host = smtp_host
        self._smtp_port = smtp_port
        self._imap_host = imap_host
        self._imap_port = imap_port
        self._max_message_bytes = max_message_bytes
        self._thread: ServerThread | None = None

    @property
    def smtp_port(self) -> int:
        """The SMTP port in use; before the start the one asked for."""
        return self._smtp_port

    @property
    def imap_port(self) -> int:
        """The IMAP port in use; before the start the one asked for."""
        return self._imap_port

    def start(self) -> None:
        """Serve from here on. Raises NotLoopback, PortTaken, ListeningError; OSError for unusable folders."""
        for host in (self._smtp_host, self._imap_host):
            _require_loopback(host)
        smtp = bind("embedded SMTP server", self._smtp_host, self._smtp_port, setting="CONSULTANT_EMBEDDED__SMTP_PORT")
        try:
            imap = bind(
                "embedded IMAP server", self._imap_host, self._imap_port, setting="CONSULTANT_EMBEDDED__IMAP_PORT"
            )
        except ListeningError:
            smtp.close()
            raise
        self._smtp_port, self._imap_port = port_of(smtp), port_of(imap)
        self._thread = ServerThread("embedded-mail", lambda: self._serving(smtp, imap))
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Say goodbye to every client and end, within `timeout` seconds. May be called twice."""
        if self._thread is not None:
            self._thread.stop(timeout)

    @asynccontextmanager
    async def _serving(self, smtp: socket.socket, imap: socket.socket) -> AsyncIterator[None]:
        with smtp, imap:
            folders = {address: FolderSet(self._maildirs / address) for address in self._accounts}
            for folder_set in folders.values():
                await folder_set.load()
            imap_end = ImapEnd(self._accounts, folders, self._max_message_bytes)
            async with imap_end.serving(imap), self._reception(folders).serving(smtp):
                yield

    def _reception(self, folders: dict[str, FolderSet]) -> Reception:
        delivery = LocalDelivery(self._accounts, folders)
        return Reception(
            lmtp=False,
            hostname=_HOSTNAME,
            limits=Limits(self._max_message_bytes, _MAX_RECIPIENTS, _MAX_CONNECTIONS, _COMMAND_TIMEOUT),
            accepts=delivery.accepts,
            refusal=_REFUSAL,
            keep=delivery.keep,
            authenticate=self._accounts.allows,
        )


def _require_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise NotLoopback(host)
