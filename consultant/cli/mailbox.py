"""`consultant mailbox`: how the consult mailbox is, and where it differs from the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from consultant.cli.connecting import connect
from consultant.cli.context import opened_service
from consultant.cli.errors import NotReady, reported
from consultant.cli.exit_codes import ExitCode
from consultant.cli.mail_accounts import NoMailServer, ways
from consultant.cli.printing import AsJson, print_facts, print_json
from consultant.db.messages import MailboxLease, PollStatus
from consultant.intake.credentials import secret_of
from consultant.intake.reconciling import compare, store_unknown
from consultant.mail.characters import one_line
from consultant.mail.mailbox import MAILBOX_TROUBLE, Mailbox
from consultant.service import Service

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The consult mailbox, and what was stored of it.")
app.command()(connect)


@app.command()
@reported
def status(as_json: AsJson = False) -> None:
    """Show when each mailbox was read, by whom, and what waits there."""
    with _service() as service:
        facts = {**_known(service), **_waiting(service)}
    if as_json:
        print_json([facts])
    else:
        print_facts(facts)


@app.command()
@reported
def reconcile(
    store: Annotated[
        bool, typer.Option("--store", help="Store what was processed and is unknown to the database.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the mailbox with the database, mail by mail; change nothing unless told to."""
    with _service() as service, _reached(service) as mailbox:
        differences = asdict(compare(service, mailbox))
        stored_now = store_unknown(service, mailbox) if store else []
    facts = {"account": service.settings.imap.username, **differences, "stored_now": stored_now}
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)
    if any(differences.values()):
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def _service() -> Iterator[Service]:
    """The service, with the mailbox that is in force. Raises NotReady where there is none."""
    with opened_service() as service:
        try:
            imap, _ = ways(service.settings)
        except NoMailServer as error:
            raise NotReady(str(error)) from error
        if not imap.host:
            raise NotReady("there is no mailbox: set imap.host (CONSULTANT_IMAP__HOST)")
        yield replace(service, settings=service.settings.model_copy(update={"imap": imap}))


@contextmanager
def _reached(service: Service) -> Iterator[Mailbox]:
    """The mailbox, in which nothing is changed. Raises NotReady where it cannot be reached."""
    imap = service.settings.imap
    try:
        with Mailbox(imap, read_only=True, secret=secret_of(service, imap)) as mailbox:
            yield mailbox
    except MAILBOX_TROUBLE as error:
        raise NotReady(f"the mailbox cannot be read ({one_line(str(error))}): run `consultant doctor`") from error


def _known(service: Service) -> dict[str, Any]:
    """What the pollers wrote down."""
    account = service.settings.imap.username
    with service.reading() as session:
        polled = session.get(PollStatus, account)
        lease = session.get(MailboxLease, account)
    held = lease if lease is not None and lease.held_until > service.clock() else None
    return {
        "account": account,
        "succeeded_at": polled.succeeded_at if polled else None,
        "failed_at": polled.failed_at if polled else None,
        "failure": polled.failure if polled else None,
        "uidvalidity": polled.uidvalidity if polled else None,
        "holder": held.holder if held else None,
        "held_until": held.held_until if held else None,
    }


def _waiting(service: Service) -> dict[str, Any]:
    """What the server says."""
    imap = service.settings.imap
    try:
        with Mailbox(imap, read_only=True, secret=secret_of(service, imap)) as mailbox:
            return {"waiting": len(mailbox.uids()), "trouble": None}
    except MAILBOX_TROUBLE as error:
        return {"waiting": None, "trouble": one_line(str(error)) or type(error).__name__}
