"""The IMAP end (RFC 3501, with UIDPLUS, MOVE and IDLE where offered): what a poller needs of a mailbox.

Mail is named by UID only; `\\Seen`, dates and sequence numbers decide nothing. The server is not trusted to answer,
to answer in time, or to make sense: whatever it does ends in one of MAILBOX_TROUBLE, within the bounds.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from config.settings import ImapSettings
from consultant.mail.imap_sign_in import sign_in
from consultant.mail.oauth.errors import OAuthTrouble
from consultant.mail.trust import tls_context
from consultant.mail.watchdog import Watchdog

BATCH_MAILS = 100
LARGE_BYTES = 160 * 1024  # a larger mail is fetched by itself, so that a batch holds at most 16 MB or one mail
ASKED_AT_ONCE = 1_000  # mails whose sizes are asked for in one command
# What can go wrong on the way to a mailbox; the poller tries again after each.
MAILBOX_TROUBLE = (IMAPClientError, OSError, OAuthTrouble)
# The libraries take an answer apart without looking first: this is what garbage makes of that.
GARBLED = (LookupError, ValueError, TypeError, AttributeError, AssertionError)


class GarbledAnswer(IMAPClientError):  # type: ignore[misc]
    """The server's answer makes no sense: the connection is given up."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server, in seconds."""

    silence: float = 30  # without a byte while an answer is due
    command: float = 300  # for one command in all: a server that dribbles is never silent


class Mailbox:
    """One signed-in connection with the first folder selected. A context manager that logs out.

    With `read_only` nothing at the server is changed, and mails cannot be put away. `secret` gives what to sign in
    with; without it that is the password of the settings.
    """

    def __init__(
        self,
        settings: ImapSettings,
        patience: Patience = Patience(),
        *,
        read_only: bool = False,
        secret: Callable[[], str] | None = None,
    ) -> None:
        self.settings = settings
        self._patience = patience
        self._read_only = read_only
        if secret is None and settings.auth != "password":
            raise ValueError("a mailbox that a token opens needs `secret` to give it")
        # Asked for first: it may take a while, and a server does not wait long for somebody to sign in.
        secret_now = secret() if secret else settings.password.get_secret_value()
        self._client = _connect(settings, patience)
        self._watchdog = Watchdog(patience.command, self._hang_up)
        with self._closed_on_trouble():
            self._sign_in(secret_now)
            if settings.processed and not read_only and not self.has(settings.processed):
                self._ask(self._client.create_folder, settings.processed)
            self.uidvalidity = 0
            self.open(settings.folders[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is not None:
                self._client.shutdown()
                return
            with self._closed_on_trouble():
                self._ask(self._client.logout)
        finally:
            self._watchdog.end()

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself (RFC 2177)."""
        return self._can("IDLE")

    def has(self, folder: str) -> bool:
        """Whether there is such a folder."""
        return bool(self._ask(self._client.folder_exists, folder))

    def open(self, folder: str) -> None:
        """Select a folder, anew if it is selected, so that its `uidvalidity` is that of now."""
        self.uidvalidity = self._ask(self._select, folder)

    def uids(self, above: int = 0) -> list[int]:
        """The UIDs in the folder that are higher than `above`, oldest first."""
        # Of a range that ends in * a server also names the last mail, however low its number (RFC 3501 section 6.4.8).
        wanted = ["UID", f"{above + 1}:*"] if above else "ALL"
        return sorted(uid for uid in self._ask(self._client.search, wanted) if uid > above)

    def batches(self, above: int = 0) -> Iterator[list[int]]:
        """The UIDs in the folder that are higher than `above`, oldest first, in batches of bounded size."""
        uids = self.uids(above)
        for start in range(0, len(uids), ASKED_AT_ONCE):
            yield from self._by_size(uids[start : start + ASKED_AT_ONCE])

    def fetch(self, uids: Sequence[int]) -> list[tuple[int, bytes]]:
        """The raw mails that are still there, unread by this. Raises GarbledAnswer."""
        if not uids:
            return []
        found = self._ask(self._client.fetch, list(uids), ["RFC822.SIZE", "BODY.PEEK[]"])
        # A mail that another client takes away meanwhile is missing, or NIL.
        return [
            (uid, self._whole(uid, parts))
            for uid, parts in sorted(found.items())
            if uid in uids and parts.get(b"BODY[]") is not None
        ]

    def put_away(self, uids: Sequence[int]) -> None:
        """Move mails to the folder for what is stored, where there is one (RFC 6851; else copy, flag and expunge).

        A server without UIDPLUS (RFC 4315) can only expunge whatever carries `\\Deleted`, mails of other clients
        too. There the mails stay in the inbox, copied and flagged, for somebody's mail program to expunge.
        """
        if not uids or not self.settings.processed:
            return
        if self._can("MOVE"):
            self._ask(self._client.move, list(uids), self.settings.processed)
            return
        expunges = self._can("UIDPLUS")
        left = list(uids) if expunges else self._unflagged(uids)
        if not left:
            return
        self._ask(self._client.copy, left, self.settings.processed)
        self._ask(self._client.delete_messages, left)
        if expunges:
            self._ask(self._client.uid_expunge, left)

    def idle(self) -> None:
        """Ask the server to tell of new mail."""
        self._ask(self._client.idle)

    def announced(self) -> bool:
        """Whether new mail was announced along with the answers to earlier commands: IDLE will not repeat it."""
        # EXISTS may come with any answer (RFC 3501 section 7.3.1). IMAPClient keeps it, but offers no way to ask.
        _, counts = self._client._imap.response("EXISTS")
        return bool(counts != [None])

    def heard(self, seconds: float) -> bool:
        """While idling: whether the server said anything within that time. Raises OSError when it hung up."""
        began = time.monotonic()
        if self._read_ahead() or self._ask(self._client.idle_check, seconds):
            return True
        if time.monotonic() - began < seconds / 2:
            raise ConnectionResetError("the IMAP server closed the connection")
        return False

    def done(self) -> None:
        """Stop idling."""
        self._ask(self._client.idle_done)

    def _ask(self, command: Callable[..., Any], *arguments: object) -> Any:
        """One command, bounded by a watchdog outside of it. Raises one of MAILBOX_TROUBLE."""
        try:
            with self._watchdog.watching():
                return command(*arguments)
        except MAILBOX_TROUBLE:
            raise
        except GARBLED as error:
            raise GarbledAnswer(f"the IMAP server's answer makes no sense ({type(error).__name__})") from error

    def _hang_up(self) -> None:
        # Of the socket itself, also below TLS: it ends the read that is under way in the other thread.
        socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    def _can(self, capability: str) -> bool:
        return bool(self._ask(self._client.has_capability, capability))

    def _whole(self, uid: int, parts: dict[bytes, Any]) -> bytes:
        """The mail, if it is as long as the server says; else it must come out the same twice."""
        raw: bytes = parts[b"BODY[]"]
        if parts.get(b"RFC822.SIZE") == len(raw):
            return raw
        # Some servers only estimate sizes. A wrong literal, on the other hand, cuts a mail or mixes it with the next.
        again = self._ask(self._client.fetch, [uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        if again != raw:
            raise GarbledAnswer("the IMAP server gave a mail in two lengths")
        return raw

    def _unflagged(self, uids: Sequence[int]) -> list[int]:
        flagged = set(self._ask(self._client.search, "DELETED"))
        return [uid for uid in uids if uid not in flagged]

    def _read_ahead(self) -> bool:
        """Whether something came glued to the go-ahead for IDLE: imaplib has read it, idle_check waits for more."""
        imap, sock = self._client._imap, self._client.socket()
        stream = getattr(imap, "_file", None) or imap.file
        sock.setblocking(False)
        try:
            return bool(stream.peek(1))
        except ssl.SSLWantReadError:  # how TLS says that there is nothing
            return False
        finally:
            sock.settimeout(self._patience.silence)

    def _by_size(self, uids: list[int]) -> Iterator[list[int]]:
        large = set(self._ask(self._client.search, ["UID", f"{uids[0]}:{uids[-1]}", "LARGER", str(LARGE_BYTES)]))
        batch: list[int] = []
        for uid in uids:
            if batch and (len(batch) == BATCH_MAILS or uid in large or batch[0] in large):
                yield batch
                batch = []
            batch.append(uid)
        if batch:
            yield batch

    def _sign_in(self, secret: str) -> None:
        if self.settings.tls == "starttls":
            self._ask(self._client.starttls, tls_context(self.settings.ca_file))
        self._ask(sign_in, self._client, self.settings, secret)

    def _select(self, folder: str) -> int:
        uidvalidity = int(self._client.select_folder(folder, readonly=self._read_only)[b"UIDVALIDITY"])
        self.announced()  # what the answer counts is there to be seen; only what comes later is news
        return uidvalidity

    @contextmanager
    def _closed_on_trouble(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._watchdog.end()
            with suppress(OSError):  # a failed handshake has closed it already; what it failed of is what counts
                self._client.shutdown()
            raise


def _connect(settings: ImapSettings, patience: Patience) -> IMAPClient:
    at_once = settings.tls == "tls"
    client = IMAPClient(
        settings.host,
        port=settings.port,
        ssl=at_once,
        ssl_context=tls_context(settings.ca_file) if at_once else None,
        timeout=patience.silence,
    )
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client
