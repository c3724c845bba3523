"""`consultant mailbox connect`: somebody consents to our reading the mailbox, and the tokens for that are kept."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Annotated

import typer
from imapclient.exceptions import LoginError

from config.settings import ImapSettings, Settings
from consultant.cli.context import opened_service
from consultant.cli.errors import CommandError, NotFound, NotReady, reported
from consultant.cli.printing import print_text
from consultant.intake.credentials import keep, token_mailboxes
from consultant.mail.characters import one_line
from consultant.mail.mailbox import MAILBOX_TROUBLE, Mailbox
from consultant.mail.oauth.device import await_grant
from consultant.mail.oauth.errors import OAuthTrouble, TryLater
from consultant.mail.oauth.issuer import Grant, Issuer

JUST_NOW = timedelta(seconds=30)  # the tokens may be that old when we come to store them


@reported
def connect(
    account: Annotated[str | None, typer.Option("--account", help="Which mailbox, where there are several.")] = None,
    browser: Annotated[
        bool, typer.Option("--browser", help="Consent in a browser, where the provider lets no device code in.")
    ] = False,
) -> None:
    """Get consent to read a mailbox, keep the tokens for that, and sign in to prove it. Ctrl-C leaves all as it was."""
    with opened_service() as service:
        imap = _chosen(service.settings, account)
        try:
            grant = _consent(Issuer(imap.oauth), imap, browser=browser)
            waiting = _waiting(imap, grant)
        except KeyboardInterrupt:
            raise CommandError("stopped: nothing was stored") from None
        keep(service, imap, grant, asked_at=service.clock() - JUST_NOW)
        _tell(imap, waiting)


def _chosen(settings: Settings, account: str | None) -> ImapSettings:
    """The mailbox meant. Raises NotReady where none is signed in to with tokens, NotFound."""
    offered = token_mailboxes(settings)
    if not offered:
        raise NotReady("no mailbox uses tokens: set imap.auth (CONSULTANT_IMAP__AUTH) to xoauth2 or oauthbearer")
    if account is None and len(offered) == 1:
        return next(iter(offered.values()))
    if account is None or account not in offered:
        raise NotFound(f"no such mailbox uses tokens: give --account one of {', '.join(offered)}")
    return offered[account]


def _consent(issuer: Issuer, imap: ImapSettings, *, browser: bool) -> Grant:
    """The tokens that somebody consents to. Raises CommandError with what to do."""
    if browser and not issuer.lets_browsers:
        raise NotReady("the issuer has no authorization endpoint: set imap.oauth.authorize_url")
    try:
        return _in_browser(issuer, imap) if browser or not issuer.lets_devices else _on_device(issuer, imap)
    except TryLater as error:
        raise NotReady(f"{error}: check imap.oauth, and try again") from error
    except OAuthTrouble as error:
        hint = "" if browser or not issuer.lets_browsers else ", or with --browser where device codes are barred"
        raise CommandError(f"{error}; nothing was stored: check imap.oauth, and try again{hint}") from error


def _on_device(issuer: Issuer, imap: ImapSettings) -> Grant:
    code = issuer.start_device()
    print_text(f"Open {code.verification_uri} and enter the code {code.user_code}")
    if code.verification_uri_complete:
        print_text(f"or open {code.verification_uri_complete}")
    print_text(f"Sign in there as {imap.username} and agree, within {code.expires_in / 60:.0f} minutes. Waiting …")
    return await_grant(issuer, code, clock=time.monotonic, pause=threading.Event().wait)


def _in_browser(issuer: Issuer, imap: ImapSettings) -> Grant:
    request = issuer.ask_in_browser(imap.username)
    print_text(f"Open this address in a browser, sign in as {imap.username} and agree:\n\n{request.url}\n")
    print_text("The browser then ends at a page that it cannot show. Copy that page's whole address.")
    return issuer.redeem(request, typer.prompt("Address"))


def _waiting(imap: ImapSettings, grant: Grant) -> int | str:
    """How many mails wait in the mailbox, or why that cannot be told now.

    Raises CommandError when the mailbox refuses the tokens: they are somebody else's then, and replace no others.
    """
    if not imap.host:
        return "no mailbox is polled"
    try:
        with Mailbox(imap, read_only=True, secret=lambda: grant.access_token) as mailbox:
            return len(mailbox.uids())
    except LoginError as error:
        raise CommandError(
            f"{one_line(str(error))}; nothing was stored: was consent given as {imap.username}? Does the provider let "
            "that account use IMAP? Then try again"
        ) from error
    except MAILBOX_TROUBLE as error:
        return one_line(str(error)) or type(error).__name__


def _tell(imap: ImapSettings, waiting: int | str) -> None:
    if isinstance(waiting, int):
        print_text(f"Connected: signed in as {imap.account}, {waiting} in {imap.folders[0]}. The tokens are stored.")
        return
    print_text("The tokens are stored.")
    if imap.host:
        raise NotReady(f"the mailbox could not be tried ({waiting}): run `consultant doctor`")
