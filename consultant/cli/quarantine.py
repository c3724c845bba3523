"""`consultant quarantine`: mail that was set aside, and what a person makes of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import undefer

from consultant.cases.discretion import discretion_of
from consultant.cli.cases import mail_facts
from consultant.cli.context import opened_service
from consultant.cli.errors import reported
from consultant.cli.printing import AsJson, print_facts, print_json, print_table, print_text
from consultant.db.cases import Case
from consultant.db.messages import Message, MessageState
from consultant.intake import quarantine
from consultant.intake.judging import Outcome
from consultant.intake.quarantine import UnknownMessage
from consultant.intake.taking_in import take_in
from consultant.mail.reading import IncomingMail, read_mail
from consultant.service import Service

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Mail that was set aside for a person.")

Id = Annotated[int, typer.Argument(metavar="MAIL", help="Number of the mail.")]


@app.command("list")
@reported
def list_quarantine(
    machine: Annotated[bool, typer.Option("--machine", help="Also what machines wrote.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the mails that wait for a person, oldest first."""
    waits = Message.state == MessageState.QUARANTINED
    if machine:
        waits |= (Message.state == MessageState.TAKEN_IN) & (Message.verdict_outcome == Outcome.MACHINE)
    with opened_service() as service, service.reading() as session:
        rows = [mail_facts(each) for each in session.scalars(select(Message).where(waits).order_by(Message.id))]
    if as_json:
        print_json(rows)
    else:
        columns = ("id", "arrived_at", "size", "outcome", "reason", "step")
        print_table(columns, ([row[name] for name in columns] for row in rows))


@app.command()
@reported
def show(mail: Id, as_json: AsJson = False) -> None:
    """Show a mail that was set aside."""
    with opened_service() as service, service.reading() as session:
        row = session.scalar(select(Message).where(Message.id == mail).options(undefer(Message.raw)))
        if row is None:
            raise UnknownMessage(mail)
        facts, read = mail_facts(row), discretion_of(service.settings).mail(read_mail(row.raw))
    if as_json:
        print_json({**facts, **_content(read), "text": read.text})
    else:
        print_facts({**facts, **_content(read)})
        print_text(f"\n{read.text}")


@app.command()
@reported
def retry(mail: Id, as_json: AsJson = False) -> None:
    """Take a mail in anew, as if it had just come."""
    with opened_service() as service:
        quarantine.retry(service, mail)
        take_in(service, mail)
        _tell(service, mail, as_json)


@app.command()
@reported
def accept(mail: Id, as_json: AsJson = False) -> None:
    """Take a mail as a question, whatever was thought of it."""
    with opened_service() as service:
        quarantine.accept(service, mail)
        _tell(service, mail, as_json)


@app.command()
@reported
def discard(mail: Id, as_json: AsJson = False) -> None:
    """Put a mail out of sight; its bytes are kept."""
    with opened_service() as service:
        quarantine.discard(service, mail)
        _tell(service, mail, as_json)


def _content(mail: IncomingMail) -> dict[str, Any]:
    return {
        "from": mail.from_address,
        "from_name": mail.from_name,
        "to": list(mail.to),
        "subject": mail.subject,
        "attachments": [each.name for each in mail.attachments],
        "defects": list(mail.defects),
    }


def _tell(service: Service, message_id: int, as_json: bool) -> None:
    """What has become of the mail."""
    with service.reading() as session:
        row = session.get_one(Message, message_id)
        case = session.get(Case, row.case_id) if row.case_id else None
        facts = {**mail_facts(row), "case": case.number if case else None}
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)
