"""`consultant doctor`: whether everything that the service needs is there, and what to do where it is not."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Annotated

import typer
from kombu.connection import Connection
from kombu.exceptions import KombuError
from sqlalchemy.exc import SQLAlchemyError

from config.settings import ImapSettings, Settings, SmtpSettings
from consultant.cli.database import any_engine, database_exists, load_settings, shown_database
from consultant.cli.errors import NotReady, in_words, reported
from consultant.cli.exit_codes import ExitCode
from consultant.cli.mail_accounts import NoMailServer, SearchedMailbox, courier_of, token_of, ways
from consultant.cli.printing import AsJson, print_json, print_text
from consultant.db.migrate import NotMigrated, check
from consultant.intake.credentials import CONNECT, token_mailboxes
from consultant.mail.characters import one_line
from consultant.mail.composing import new_message_id
from consultant.mail.courier import Courier, CourierError
from consultant.mail.mailbox import MAILBOX_TROUBLE
from consultant.mail.oauth.errors import OAuthTrouble
from consultant.mail.outcome import Accepted, Parcel
from consultant.mail.reading import read_mail
from consultant.service import utc_now

BROKER_SECONDS = 3
MARKS = {True: "ok", False: "FAILED", None: "–"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `ok` is None where there is nothing to check."""

    check: str
    ok: bool | None
    detail: str
    what_to_do: str = ""


@reported
def doctor(
    send: Annotated[bool, typer.Option("--send", help="Also send a mail to the consult address and await it.")] = False,
    seconds: Annotated[float, typer.Option(min=0, help="How long to wait for that mail.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Check settings, state folder, database, broker, and the IMAP and SMTP accounts.

    With --send a mail goes through the real accounts, from the consult address to itself, and every hop is shown.
    It says that a machine wrote it: the service files it and answers nothing.
    """
    settings = load_settings()
    failed = False
    for finding in _findings(settings, send=send, seconds=seconds):
        failed = failed or finding.ok is False
        _tell(finding, as_json)
    if failed:
        raise typer.Exit(ExitCode.REFUSED)


def _findings(settings: Settings, *, send: bool, seconds: float) -> Iterator[Finding]:
    yield Finding("settings", True, "all can be used")
    yield check_trust(settings)
    for look in (check_state_folder, check_database, check_broker):
        yield look(settings)
    yield from (check_access(settings, imap) for imap in token_mailboxes(settings).values())
    yield from check_mailboxes(settings)
    yield check_smtp(settings)
    if send:
        yield from round_trip(settings, seconds)


def check_trust(settings: Settings) -> Finding:
    """Can any sender be proven?"""
    trust = settings.trust
    if trust.authserv_ids:
        return Finding("senders", True, f"proven by the results of {', '.join(trust.authserv_ids)}")
    if trust.unproven_senders == "take":
        return Finding("senders", None, "taken at their word: nothing proves them")
    what_to_do = "set trust.authserv_ids to the name in your mail server's Authentication-Results"
    return Finding("senders", None, "nothing proves them: every mail waits for a person", what_to_do)


def check_state_folder(settings: Settings) -> Finding:
    """Is there a folder that can be written?"""
    folder = settings.state_dir
    if not folder.is_dir():
        return Finding("state folder", False, f"{folder} is not there", "run `consultant migrate`")
    if not os.access(folder, os.W_OK | os.X_OK):
        what_to_do = "make it writable, or set CONSULTANT_STATE_DIR to another folder"
        return Finding("state folder", False, f"{folder} cannot be written", what_to_do)
    return Finding("state folder", True, str(folder))


def check_database(settings: Settings) -> Finding:
    """Does the database answer, and with the tables of this version?"""
    try:
        if not database_exists(settings):
            return Finding("database", False, "there is none yet", "run `consultant migrate`")
        engine = any_engine(settings)
        try:
            check(engine)
        finally:
            engine.dispose()
    except NotMigrated as error:
        return Finding("database", False, str(error), "run `consultant migrate`")
    except NotReady as error:
        return Finding("database", False, str(error), "correct CONSULTANT_DATABASE_URL")
    except SQLAlchemyError as error:
        return Finding("database", False, in_words(error), "start it, or correct CONSULTANT_DATABASE_URL")
    return Finding("database", True, shown_database(settings))


def check_broker(settings: Settings) -> Finding:
    """Does the broker answer?"""
    if settings.broker_url.startswith("memory:"):
        return Finding("broker", True, "in-process: good for `consultant run` alone")
    try:
        with Connection(settings.broker_url, connect_timeout=BROKER_SECONDS) as connection:  # type: ignore[no-untyped-call]
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
            return Finding("broker", True, connection.as_uri())
    except (KombuError, OSError, ValueError, KeyError, ImportError) as error:
        what_to_do = "start it, or correct CONSULTANT_BROKER_URL"
        return Finding("broker", False, one_line(str(error)) or type(error).__name__, what_to_do)


def check_access(settings: Settings, imap: ImapSettings) -> Finding:
    """Is there an access token for this mailbox, renewed just now if that was due?"""
    token = token_of(settings, imap)
    try:
        if token:
            token()
    except OAuthTrouble as error:
        return Finding("access", False, str(error), f"see imap.oauth; {CONNECT} where consent is gone")
    return Finding("access", True, f"there is a token for {imap.account}")


def check_mailboxes(settings: Settings) -> Iterator[Finding]:
    """Can each mailbox be opened, with its folders?"""
    try:
        mailboxes, _ = ways(settings)
    except NoMailServer as error:
        yield Finding("IMAP", None, str(error))
        return
    if not mailboxes:
        yield Finding("IMAP", None, "no mailbox is polled", "set imap.host, or let your MTA use the door")
    yield from (check_imap(settings, each) for each in mailboxes)


def check_imap(settings: Settings, imap: ImapSettings) -> Finding:
    """Can this mailbox be opened, with its folders?"""
    try:
        with SearchedMailbox(imap, token_of(settings, imap)) as mailbox:
            for folder in imap.folders:
                mailbox.open(folder)
            news = "tells of new mail (IDLE)" if mailbox.can_idle else f"is looked at every {imap.poll_seconds:g} s"
            folders = ", ".join(each for each in (*imap.folders, imap.processed) if each)
            return Finding("IMAP", True, f"{imap.account}, {imap.host}:{imap.port}, {folders}; {news}")
    except MAILBOX_TROUBLE as error:
        detail = f"{imap.account}: {one_line(str(error))}"
        return Finding("IMAP", False, detail, "check imap.host, imap.port, imap.tls, imap.folders and the account")


def check_smtp(settings: Settings) -> Finding:
    """Does the way out take our log-in?"""
    try:
        _, smtp = ways(settings)
        if not smtp.host:
            return Finding("SMTP", None, "nothing is sent", "set smtp.host")
        greeting = _courier(settings, smtp).check()
        return Finding("SMTP", True, f"{smtp.host}:{smtp.port}, {greeting}")
    except NoMailServer as error:
        return Finding("SMTP", None, str(error))
    except CourierError as error:
        return Finding("SMTP", False, str(error), "check smtp.host, smtp.port, smtp.tls and the account")


def round_trip(settings: Settings, seconds: float) -> Iterator[Finding]:
    """Send a mail from the consult address to itself, wait for it, and tell each hop."""
    try:
        mailboxes, smtp = ways(settings)
    except NoMailServer as error:
        yield Finding("mail sent", False, str(error))
        return
    if not mailboxes or not smtp.host:
        yield Finding("mail sent", False, "it needs both accounts", "set imap.host and smtp.host")
        return
    address = settings.consult_address
    message_id = new_message_id(address.rpartition("@")[2])
    parcel = Parcel(_trial_mail(address, message_id), address, (address,))
    outcome = _courier(settings, smtp).send(parcel, before_data=lambda: None)
    if not isinstance(outcome, Accepted):
        yield Finding("mail sent", False, outcome.text, "see what the SMTP server objects to")
        return
    yield Finding("mail sent", True, f"handed to {smtp.host}:{smtp.port}: {outcome.response}")
    yield from _arrival(settings, mailboxes[0], message_id, seconds)


def _arrival(settings: Settings, imap: ImapSettings, message_id: str, seconds: float) -> Iterator[Finding]:
    started = time.monotonic()
    try:
        with SearchedMailbox(imap, token_of(settings, imap)) as mailbox:
            raw = mailbox.wait_for(
                message_id,
                seconds_left=lambda: started + seconds - time.monotonic(),
                pause=threading.Event().wait,
            )
    except MAILBOX_TROUBLE as error:
        yield Finding("mail arrived", False, one_line(str(error)), "check the IMAP account")
        return
    taken = time.monotonic() - started
    if raw is None:
        what_to_do = "see where the server delivers mail for the consult address, or wait longer with --seconds"
        yield Finding("mail arrived", False, f"not after {taken:.1f} s", what_to_do)
        return
    yield Finding("mail arrived", True, f"after {taken:.1f} s")
    for hop, received in enumerate(reversed(read_mail(raw).all_headers("received")), start=1):
        yield Finding(f"hop {hop}", True, one_line(received))


def _trial_mail(address: str, message_id: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail["To"] = address
    mail["Subject"] = "Trial of the mail accounts"
    mail["Date"] = format_datetime(utc_now())
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("Sent by `consultant doctor --send`. Nothing needs to be done.\n")
    return mail.as_bytes()


def _courier(settings: Settings, smtp: SmtpSettings) -> Courier:
    opens = settings.mailbox_of_way_out
    return courier_of(smtp, token_of(settings, opens) if opens else None)


def _tell(finding: Finding, as_json: bool) -> None:
    if as_json:
        print_json(asdict(finding))
        return
    remedy = f": {finding.what_to_do}" if finding.what_to_do else ""
    print_text(f"{MARKS[finding.ok]:<7}{finding.check:<13}{finding.detail}{remedy}")
