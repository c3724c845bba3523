"""Where the mail accounts are that the checks of `consultant doctor` try: those of the settings, or of a trial run."""

from __future__ import annotations

import json
from collections.abc import Callable

from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from config.settings import ImapSettings, Settings, SmtpSettings
from consultant.cli.context import load_service
from consultant.cli.errors import NotReady, in_words
from consultant.db.migrate import NotMigrated
from consultant.intake.credentials import access_token
from consultant.mail.courier import Courier
from consultant.mail.mailbox import Mailbox
from consultant.mail.oauth.errors import TryLater


class NoMailServer(Exception):
    """There is nothing to check, and that may be meant so."""


def ways(settings: Settings) -> tuple[tuple[ImapSettings, ...], SmtpSettings]:
    """The mailboxes and the way out in force: `consultant run` brings its own, unless `embedded.enabled` is false."""
    if not settings.embedded.enabled or settings.mailboxes or settings.smtp.host:
        return settings.mailboxes, settings.smtp
    facts = settings.state_dir / "run.json"
    accounts = settings.state_dir / "accounts.json"
    if not facts.exists() or not accounts.exists():
        raise NoMailServer("the trial mail server answers while `consultant run` runs: start it, or set imap and smtp")
    running = json.loads(facts.read_text(encoding="utf-8"))
    passwords = json.loads(accounts.read_text(encoding="utf-8"))
    account = {
        "username": running["consult"],
        "password": SecretStr(passwords[running["consult"]]),
        "tls": "none",
    }
    return (
        (settings.imap.model_copy(update={**running["imap"], **account}),),
        settings.smtp.model_copy(update={**running["smtp"], **account}),
    )


def courier_of(smtp: SmtpSettings, token: Callable[[], str] | None = None) -> Courier:
    """A courier over this way out. `token` gives the access token where it signs in with one."""
    return Courier(
        host=smtp.host,
        port=smtp.port,
        username=smtp.username or None,
        password=smtp.password.get_secret_value() or None,
        tls=smtp.tls,
        timeout=smtp.timeout_seconds,
        ca_file=smtp.ca_file,
        mechanism=None if smtp.auth == "password" else smtp.auth,
        token=token,
    )


def token_of(settings: Settings, imap: ImapSettings) -> Callable[[], str] | None:
    """What gives the access token of this mailbox out of the database; None where a password is used."""
    return None if imap.auth == "password" else lambda: _token(settings, imap)


def _token(settings: Settings, imap: ImapSettings) -> str:
    try:
        service = load_service(settings)
        try:
            return access_token(service, imap)
        finally:
            service.engine.dispose()
    except (NotReady, NotMigrated, SQLAlchemyError) as error:
        raise TryLater(f"the access token is in the database: {in_words(error)}") from error


class SearchedMailbox(Mailbox):
    """A mailbox in which one mail is looked for, wherever the poller may have put it. Changes no mail."""

    def __init__(self, settings: ImapSettings, secret: Callable[[], str] | None = None) -> None:
        super().__init__(settings, secret=secret)
        self._folders = [each for each in (settings.processed, *settings.folders) if each]

    def received(self, message_id: str) -> bytes | None:
        """The mail with that Message-ID; None while it is not there."""
        for folder in self._folders:
            self._client.select_folder(folder, readonly=True)
            uids = self._client.search(["HEADER", "Message-ID", message_id])
            found = self.fetch(uids)
            if found:
                return found[0][1]
        return None

    def wait_for(
        self, message_id: str, *, seconds_left: Callable[[], float], pause: Callable[[float], object]
    ) -> bytes | None:
        """The mail once it is there; None when it has not come in time. `pause` waits where the server cannot tell."""
        while (found := self.received(message_id)) is None and seconds_left() > 0:
            if self.can_idle:
                self.idle()
                self.heard(min(1.0, seconds_left()))
                self.done()
            else:
                pause(1.0)
        return found
