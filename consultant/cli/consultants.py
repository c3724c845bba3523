"""`consultant consultants`: the people who review drafts."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import select

from consultant.cli.context import opened_service
from consultant.cli.errors import CommandError, NotFound, reported
from consultant.cli.members import usable
from consultant.cli.printing import AsJson, print_facts, print_json, print_table
from consultant.db.people import Consultant

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The people who review drafts.")

Address = Annotated[str, typer.Argument(help="Address at which the consultant gets drafts and sign-in links.")]


@app.command("list")
@reported
def list_consultants(as_json: AsJson = False) -> None:
    """List the consultants."""
    with opened_service() as service, service.reading() as session:
        rows = [_facts(each) for each in session.scalars(select(Consultant).order_by(Consultant.id))]
    if as_json:
        print_json(rows)
    else:
        print_table(("number", "name", "credentials", "address", "active"), (tuple(each.values()) for each in rows))


@app.command()
@reported
def add(
    name: Annotated[str, typer.Argument(help="Name, as answers are signed with it.")],
    address: Address,
    credentials: Annotated[str, typer.Option(help="Credentials behind the name, such as CPC.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a consultant, or make one who was deactivated active again."""
    normal = usable(address)
    with opened_service() as service, service.work() as work:
        found = work.session.scalar(select(Consultant).where(Consultant.address == normal))
        if found is not None and found.active:
            raise CommandError("that address is an active consultant's already: see `consultant consultants list`")
        consultant = found or Consultant(address=normal)
        consultant.name, consultant.credentials, consultant.active = name, credentials, True
        work.session.add(consultant)
        work.commit()
        _tell(consultant, as_json)


@app.command()
@reported
def deactivate(address: Address, as_json: AsJson = False) -> None:
    """Send a consultant no more drafts, and accept no more decisions; what they decided stays."""
    with opened_service() as service, service.work() as work:
        found = work.session.scalar(select(Consultant).where(Consultant.address == usable(address)))
        if found is None:
            raise NotFound("there is no such consultant: see `consultant consultants list`")
        found.active = False
        work.commit()
        _tell(found, as_json)


def _facts(consultant: Consultant) -> dict[str, Any]:
    return {
        "id": consultant.id,
        "name": consultant.name,
        "credentials": consultant.credentials,
        "address": consultant.address,
        "active": consultant.active,
    }


def _tell(consultant: Consultant, as_json: bool) -> None:
    if as_json:
        print_json(_facts(consultant))
    else:
        print_facts(_facts(consultant))
