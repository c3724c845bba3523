"""The IMAP end (RFC 3501, with UIDPLUS, MOVE and IDLE where offered): what a poller needs of a mailbox.

Mail is named by UID only; `\\Seen`, dates and sequence numbers decide nothing.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from config.settings import ImapSettings

ANSWER_SECONDS = 30
BATCH_MAILS = 100
BATCH_BYTES = 16 * 1024 * 1024
# What can go wrong on the way to a mailbox; the poller tries again after each.
MAILBOX_TROUBLE = (IMAPClientError, OSError)


class Mailbox:
    """One signed-in connection with the inbox selected. A context manager that logs out."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._client = _connect(settings)
        with _closed_on_trouble(self._client):
            self._sign_in()
            self.uidvalidity = self._select()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._client.logout()
        else:
            self._client.shutdown()

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself (RFC 2177)."""
        return bool(self._client.has_capability("IDLE"))

    def batches(self) -> Iterator[list[int]]:
        """The UIDs in the inbox, oldest first, in batches of bounded size."""
        uids = sorted(self._client.search("ALL"))
        for start in range(0, len(uids), BATCH_MAILS):
            yield from self._by_size(uids[start : start + BATCH_MAILS])

    def fetch(self, uids: Sequence[int]) -> list[tuple[int, bytes]]:
        """The raw mails that are still there, unread by this."""
        if not uids:
            return []
        found: dict[int, dict[bytes, Any]] = self._client.fetch(list(uids), ["BODY.PEEK[]"])
        # A mail that another client takes away meanwhile is missing, or NIL.
        return [(uid, parts[b"BODY[]"]) for uid, parts in sorted(found.items()) if parts.get(b"BODY[]") is not None]

    def put_away(self, uids: Sequence[int]) -> None:
        """Move mails to the folder for what is stored (RFC 6851; else copy, flag and expunge)."""
        if not uids:
            return
        if self._client.has_capability("MOVE"):
            self._client.move(list(uids), self._settings.processed)
            return
        self._client.copy(list(uids), self._settings.processed)
        self._client.delete_messages(list(uids))
        self._client.expunge(list(uids) if self._client.has_capability("UIDPLUS") else None)

    def idle(self) -> None:
        """Ask the server to tell of new mail."""
        self._client.idle()

    def announced(self) -> bool:
        """Whether new mail was announced along with the answers to earlier commands: IDLE will not repeat it."""
        # EXISTS may come with any answer (RFC 3501 section 7.3.1). IMAPClient keeps it, but offers no way to ask.
        _, counts = self._client._imap.response("EXISTS")
        return bool(counts != [None])

    def heard(self, seconds: float) -> bool:
        """While idling: whether the server said anything within that time. Raises OSError when it hung up."""
        began = time.monotonic()
        if self._read_ahead() or self._client.idle_check(timeout=seconds):
            return True
        if time.monotonic() - began < seconds / 2:
            raise ConnectionResetError("the IMAP server closed the connection")
        return False

    def done(self) -> None:
        """Stop idling."""
        self._client.idle_done()

    def _read_ahead(self) -> bool:
        """Whether something came glued to the go-ahead for IDLE: imaplib has read it, idle_check waits for more."""
        imap, sock = self._client._imap, self._client.socket()
        stream = getattr(imap, "_file", None) or imap.file
        sock.setblocking(False)
        try:
            return bool(stream.peek(1))
        finally:
            sock.settimeout(ANSWER_SECONDS)

    def _by_size(self, uids: list[int]) -> Iterator[list[int]]:
        sizes: dict[int, dict[bytes, Any]] = self._client.fetch(uids, ["RFC822.SIZE"])
        batch: list[int] = []
        total = 0
        for uid in uids:
            size = sizes.get(uid, {}).get(b"RFC822.SIZE", 0)
            if batch and total + size > BATCH_BYTES:
                yield batch
                batch, total = [], 0
            batch.append(uid)
            total += size
        if batch:
            yield batch

    def _sign_in(self) -> None:
        if self._settings.tls == "starttls":
            self._client.starttls(ssl.create_default_context())
        self._client.login(self._settings.username, self._settings.password.get_secret_value())

    def _select(self) -> int:
        if not self._client.folder_exists(self._settings.processed):
            self._client.create_folder(self._settings.processed)
        return int(self._client.select_folder(self._settings.inbox)[b"UIDVALIDITY"])


def _connect(settings: ImapSettings) -> IMAPClient:
    at_once = settings.tls == "tls"
    client = IMAPClient(
        settings.host,
        port=settings.port,
        ssl=at_once,
        ssl_context=ssl.create_default_context() if at_once else None,
        timeout=ANSWER_SECONDS,
    )
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


@contextmanager
def _closed_on_trouble(client: IMAPClient) -> Iterator[None]:
    try:
        yield
    except BaseException:
        client.shutdown()
        raise
