"""The access token of a mailbox: kept in the database, renewed ahead of time by one process at a time.

A refresh token is good for one renewal at many issuers, who hand out the next one with each and take an old one that
comes back for a theft. So whoever renews takes the row's lease first and commits that; asks the issuer; and stores what
came back before anything is done with it, against the version that it follows. Then

- two processes never ask with the same refresh token, as long as the issuer answers within the lease;
- a database that is away for a moment costs nothing: the answer is held and stored when it is back;
- a process that dies between the issuer's answer and the commit leaves the old refresh token. Once the lease has run
  out another asks with that. Issuers that let the old one live on for a while, or do not rotate (Google, Microsoft),
  give new tokens; a strict one refuses, and a person is called by the alarm to connect the mailbox again. No client can
  do better: the new token was known to the dead process alone. Mail is not lost by it, it waits in the mailbox.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from imapclient.exceptions import LoginError
from sqlalchemy import ColumnElement, CursorResult, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from config.settings import ImapSettings, Settings
from consultant.db.credentials import MailboxCredential
from consultant.intake.sealing import CannotOpen, Seal
from consultant.mail.oauth.errors import OAuthTrouble, Refused, TryLater
from consultant.mail.oauth.issuer import Grant, Issuer
from consultant.service import Service, secret_key

AHEAD = timedelta(minutes=5)  # before the access token ends it is renewed
EARLY = timedelta(minutes=7)  # for a connection that stands: looked at every minute, so renewed in time
SPARE = timedelta(seconds=30)  # for signing in with a token that could not be renewed now
LEASE = timedelta(seconds=90)  # longer than the issuer is waited for
LOOK_AGAIN = 0.1  # seconds, while another process renews
STORE_AGAIN = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)  # seconds between tries to store what the issuer gave
CONNECT = "run `consultant mailbox connect`"
log = structlog.get_logger(__name__)


class AccessRefused(OAuthTrouble):
    """There is no way into the mailbox before a person has done what the message says."""


def secret_of(service: Service, imap: ImapSettings) -> Callable[[], str] | None:
    """What gives the secret to sign in to this mailbox with; None where that is the password of the settings."""
    return None if imap.auth == "password" else lambda: access_token(service, imap)


def access_token(service: Service, imap: ImapSettings, *, ahead: timedelta = AHEAD) -> str:
    """A token that is good for five minutes more, or as long as `ahead` says; renewed if need be.

    While it cannot be renewed for the moment, the old one as long as it lasts. Raises AccessRefused where a person must
    do something, TryLater where the issuer must; both are among MAILBOX_TROUBLE. Raises SQLAlchemy's errors.
    """
    give_up_at = time.monotonic() + 2 * LEASE.total_seconds()
    while True:
        row = _row(service, imap)
        if _lasts(row, service.clock() + ahead):
            return _opened(service, row, row.access_token)
        if row.grant_gone:
            raise AccessRefused(_told(row.refusal))
        refresh_token = _opened(service, row, row.refresh_token)
        if (lease := _take_lease(service, row)) is not None:
            token = _renewed(service, imap, row, refresh_token, lease)
            if token is not None:
                return token
        elif _lasts(row, service.clock() + SPARE):
            return _opened(service, row, row.access_token)
        elif time.monotonic() > give_up_at:
            raise TryLater("another process is renewing the access token, and does not end")
        else:
            threading.Event().wait(LOOK_AGAIN)


def renew_ahead(service: Service, imap: ImapSettings) -> None:
    """Renew the token if that is due, for a connection that stands and can do without. Trouble is written down."""
    if imap.auth == "password":
        return
    try:
        access_token(service, imap, ahead=EARLY)
    except OAuthTrouble as error:
        log.warning("access token not renewed: mail goes on until the connection ends", error=type(error).__name__)


@contextmanager
def doubting(service: Service, imap: ImapSettings) -> Iterator[None]:
    """Around signing in: a token that the mailbox does not take, though it should last, is renewed the next time.

    So a token that was withdrawn early costs one try, and where consent was withdrawn with it the alarm comes now.
    A token younger than five minutes is kept, lest a mailbox that takes none has us ask the issuer again and again.
    """
    try:
        yield
    except LoginError:
        now = service.clock()
        old = (MailboxCredential.account == imap.account) & (MailboxCredential.updated_at <= now - AHEAD)
        with service.work() as work:
            _change(work.session, old, {"expires_at": now})
            work.commit()
        raise


def keep(service: Service, imap: ImapSettings, grant: Grant, *, asked_at: datetime) -> None:
    """Store the tokens of a consent just given, in place of whatever there is."""
    if grant.refresh_token is None:
        raise ValueError("a consent without a refresh token cannot be kept")
    account = imap.account
    values = {**_sealed(service, account, grant, asked_at), "updated_at": service.clock(), **UNREFUSED}
    again = {**values, "version": MailboxCredential.version + 1}
    with service.work() as work:
        if not _change(work.session, MailboxCredential.account == account, again):
            try:
                with work.session.begin_nested():
                    work.session.add(MailboxCredential(account=account, version=1, **values))
            except IntegrityError:  # somebody else connected it at the same moment
                _change(work.session, MailboxCredential.account == account, again)
        work.commit()


def token_mailboxes(settings: Settings) -> dict[str, ImapSettings]:
    """The mailboxes that are signed in to with tokens, by account."""
    return {each.account: each for each in (settings.imap, *settings.more_imap) if each.auth != "password"}


def refusals(session: Session, accounts: Iterable[str]) -> list[MailboxCredential]:
    """The tokens of these accounts that the issuer would not renew when asked last."""
    rows = (session.get(MailboxCredential, account) for account in accounts)
    return [row for row in rows if row is not None and row.refused_at is not None]


UNREFUSED = {"renewal_until": None, "refused_at": None, "refusal": None, "grant_gone": False}


def _row(service: Service, imap: ImapSettings) -> MailboxCredential:
    with service.reading() as session:
        row = session.get(MailboxCredential, imap.account)
    if row is None:
        raise AccessRefused(f"the mailbox is not connected yet: {CONNECT}")
    return row


def _renewed(
    service: Service, imap: ImapSettings, row: MailboxCredential, refresh_token: str, lease: datetime
) -> str | None:
    """Spend the refresh token. None when the tokens were replaced meanwhile: look again."""
    asked_at = service.clock()
    try:
        grant = Issuer(imap.oauth).refresh(refresh_token)
    except Refused as refusal:
        if not _note_refusal(service, row, refusal):
            return None
        raise AccessRefused(_told(str(refusal), refusal)) from refusal
    except TryLater as error:
        _set(service, row, {"renewal_until": None}, MailboxCredential.renewal_until == lease)
        if _lasts(row, service.clock() + SPARE):
            log.warning("access token not renewed yet", error=str(error))
            return _opened(service, row, row.access_token)
        raise
    values = _sealed(service, row.account, grant, asked_at)
    _store(service, row, {**values, "updated_at": service.clock(), "version": row.version + 1, **UNREFUSED})
    return grant.access_token


def _take_lease(service: Service, row: MailboxCredential) -> datetime | None:
    """Until when we are the one to renew these tokens, committed; None where another is."""
    now = service.clock()
    free = MailboxCredential.renewal_until.is_(None) | (MailboxCredential.renewal_until <= now)
    return now + LEASE if _set(service, row, {"renewal_until": now + LEASE}, free) else None


def _note_refusal(service: Service, row: MailboxCredential, refusal: Refused) -> bool:
    """Write the refusal down, and raise the alarm when it is a new one. False when the tokens were replaced."""
    values = {"renewal_until": None, "refused_at": service.clock(), "refusal": str(refusal)}
    if not _set(service, row, {**values, "grant_gone": refusal.grant_gone}):
        return False
    if row.refused_at is None or refusal.grant_gone:  # a gone grant is never asked for again
        log.error("ALARM: the mailbox's access is refused", error=refusal.code, what_to_do=_what_to_do(refusal))
    return True


def _store(service: Service, row: MailboxCredential, values: dict[str, object]) -> None:
    """Store what the issuer gave. There is no second copy: a database that is away is waited for."""
    for seconds in STORE_AGAIN:
        try:
            _set(service, row, values)
        except OperationalError as error:
            log.warning("new tokens not stored yet", error=type(error).__name__, again_in=seconds)
            threading.Event().wait(seconds)
        else:
            return
    _set(service, row, values)


def _set(service: Service, row: MailboxCredential, values: dict[str, object], *also: ColumnElement[bool]) -> bool:
    """Change the row if the tokens are those that we know. Whether they were."""
    known = (MailboxCredential.account == row.account) & (MailboxCredential.version == row.version)
    with service.work() as work:
        changed = _change(work.session, known, values, *also)
        work.commit()
    return changed


def _change(
    session: Session, which: ColumnElement[bool], values: dict[str, object], *also: ColumnElement[bool]
) -> bool:
    result = session.execute(update(MailboxCredential).where(which, *also).values(**values))
    return isinstance(result, CursorResult) and result.rowcount == 1


def _sealed(service: Service, account: str, grant: Grant, asked_at: datetime) -> dict[str, object]:
    """The columns of new tokens. A refresh token that the issuer did not replace stays as it is."""
    seal = Seal(secret_key(service.settings), account)
    values: dict[str, object] = {
        "access_token": seal.seal(grant.access_token),
        "expires_at": asked_at + grant.lifetime,  # of before the issuer was asked, so never too late
    }
    if grant.refresh_token is not None:
        values["refresh_token"] = seal.seal(grant.refresh_token)
    return values


def _opened(service: Service, row: MailboxCredential, sealed: bytes) -> str:
    try:
        return Seal(secret_key(service.settings), row.account).open(sealed)
    except CannotOpen as error:
        raise AccessRefused(
            f"the mailbox's tokens were encrypted with another secret_key: set that one again, or {CONNECT}"
        ) from error


def _lasts(row: MailboxCredential, until: datetime) -> bool:
    return row.expires_at >= until


def _told(refusal: str | None, error: Refused | None = None) -> str:
    return f"{refusal or 'the issuer refused'}: {_what_to_do(error)}"


def _what_to_do(refusal: Refused | None) -> str:
    if refusal is None or refusal.grant_gone:
        return CONNECT
    return f"correct imap.oauth, or {CONNECT}"
