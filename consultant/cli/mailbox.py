"""`consultant mailbox`: how the consult mailbox is, and where it differs from the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Annotated, Any

import typer
from sqlalchemy import select

from config.settings import ImapSettings
from consultant.cli.connecting import connect
from consultant.cli.context import opened_service
from consultant.cli.errors import NotFound, NotReady, reported
from consultant.cli.exit_codes import ExitCode
from consultant.cli.mail_accounts import NoMailServer, ways
from consultant.cli.printing import AsJson, print_facts, print_json
from consultant.db.messages import FolderCursor, MailboxLease, PollStatus
from consultant.intake.credentials import secret_of
from consultant.intake.reconciling import compare, store_unknown
from consultant.mail.characters import one_line
from consultant.mail.mailbox import MAILBOX_TROUBLE, Mailbox
from consultant.service import Service

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The consult mailbox, and what was stored of it.")
app.command()(connect)


Account = Annotated[str | None, typer.Option(help="Only the mailbox of this account.")]


@app.command()
@reported
def status(account: Account = None, as_json: AsJson = False) -> None:
    """Show when each mailbox was read, by whom, how far, and what waits there."""
    with _service() as service:
        facts = [{**_known(service, imap), **_waiting(service, imap)} for imap in _chosen(service, account)]
    if as_json:
        print_json(facts)
    else:
        for each in facts:
            print_facts(each)


@app.command()
@reported
def reconcile(
    store: Annotated[
        bool, typer.Option("--store", help="Store what was processed and is unknown to the database.")
    ] = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Compare each mailbox with the database, mail by mail; change nothing unless told to."""
    differ = False
    with _service() as service:
        for imap in _chosen(service, account):
            with _reached(service, imap) as mailbox:
                differences = compare(service, mailbox)
                stored_now = store_unknown(service, mailbox) if store else []
            differ = differ or bool(differences)
            facts = {"account": imap.account, **asdict(differences), "stored_now": stored_now}
            (print_json if as_json else print_facts)(facts)
    if differ:
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def _service() -> Iterator[Service]:
    """The service, with the mailboxes that are in force. Raises NotReady where there is none."""
    with opened_service() as service:
        try:
            mailboxes, _ = ways(service.settings)
        except NoMailServer as error:
            raise NotReady(str(error)) from error
        if not mailboxes:
            raise NotReady("there is no mailbox: set imap.host (CONSULTANT_IMAP__HOST)")
        in_force = {"imap": mailboxes[0], "more_imap": list(mailboxes[1:])}
        yield replace(service, settings=service.settings.model_copy(update=in_force))


def _chosen(service: Service, account: str | None) -> list[ImapSettings]:
    chosen = [each for each in service.settings.mailboxes if account in (None, each.account)]
    if not chosen:
        known = ", ".join(each.account for each in service.settings.mailboxes)
        raise NotFound(f"no mailbox of the settings is called {account!r}; there are: {known}")
    return chosen


@contextmanager
def _reached(service: Service, imap: ImapSettings) -> Iterator[Mailbox]:
    """The mailbox, in which nothing is changed. Raises NotReady where it cannot be reached."""
    try:
        with Mailbox(imap, read_only=True, secret=secret_of(service, imap)) as mailbox:
            yield mailbox
    except MAILBOX_TROUBLE as error:
        reason = one_line(str(error))
        raise NotReady(f"the mailbox {imap.account} cannot be read ({reason}): run `consultant doctor`") from error


def _known(service: Service, imap: ImapSettings) -> dict[str, Any]:
    """What the pollers wrote down."""
    with service.reading() as session:
        polled = session.get(PollStatus, imap.account)
        lease = session.get(MailboxLease, imap.account)
        cursors = session.scalars(select(FolderCursor).where(FolderCursor.account == imap.account))
        folders = {each.folder: {"uidvalidity": each.uidvalidity, "stored_to_uid": each.uid} for each in cursors}
    held = lease if lease is not None and lease.held_until > service.clock() else None
    return {
        "account": imap.account,
        "succeeded_at": polled.succeeded_at if polled else None,
        "failed_at": polled.failed_at if polled else None,
        "failure": polled.failure if polled else None,
        "folders": folders,
        "holder": held.holder if held else None,
        "held_until": held.held_until if held else None,
    }


def _waiting(service: Service, imap: ImapSettings) -> dict[str, Any]:
    """What the server says."""
    try:
        with Mailbox(imap, read_only=True, secret=secret_of(service, imap)) as mailbox:
            waiting = 0
            for folder in imap.folders:
                mailbox.open(folder)
                waiting += len(mailbox.uids())
            return {"waiting": waiting, "trouble": None}
    except MAILBOX_TROUBLE as error:
        return {"waiting": None, "trouble": one_line(str(error)) or type(error).__name__}
