"""Signing in to an IMAP server in the way that the settings say. The line must be encrypted by now, where it shall be.

No error tells the secret, whatever the server makes of it.
"""

from __future__ import annotations

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from config.settings import ImapSettings
from consultant.mail.bearer import BearerDialogue, without
from consultant.mail.characters import one_line


def sign_in(client: IMAPClient, settings: ImapSettings, secret: str) -> None:
    """Sign in with the password or access token. Raises IMAPClient's LoginError, saying why, and OSError."""
    if settings.auth == "password":
        _with_password(client, settings.username, secret)
        return
    dialogue = BearerDialogue(settings.auth, settings.username, secret, settings.host, settings.port)
    try:
        client.sasl_login(dialogue.mechanism, dialogue)
    except LoginError as error:
        why = f" ({dialogue.reason})" if dialogue.reason else ""
        raise LoginError(f"the IMAP server refuses our access token: {_told(error, secret)}{why}") from None


def _with_password(client: IMAPClient, username: str, password: str) -> None:
    # LOGIN is ASCII only, and may be switched off (RFC 3501 section 6.2.3); PLAIN is UTF-8 (RFC 4616).
    plain = client.has_capability("LOGINDISABLED") or not f"{username}{password}".isascii()
    try:
        if plain:
            client.plain_login(username, password)
        else:
            client.login(username, password)
    except LoginError as error:
        raise LoginError(f"the IMAP server refuses our user name or password: {_told(error, password)}") from None


def _told(error: LoginError, secret: str) -> str:
    return without(one_line(str(error)), secret)
