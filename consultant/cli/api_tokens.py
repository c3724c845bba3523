"""`consultant api-token`: the programs that may ask the JSON API over the reference store."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import select

from consultant.cli.context import opened_service
from consultant.cli.errors import CommandError, NotFound, reported
from consultant.cli.printing import AsJson, print_facts, print_json, print_table
from consultant.db.people import ApiToken
from consultant.web.api_tokens import TokenError, make_token, revoke_token

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Programs that may ask the JSON API.")

LONGEST_NAME = 80
Name = Annotated[str, typer.Argument(help="Name of the program, as lists show it.")]


@app.command("list")
@reported
def list_tokens(as_json: AsJson = False) -> None:
    """List the tokens, those revoked too."""
    with opened_service() as service, service.reading() as session:
        rows = [_facts(each) for each in session.scalars(select(ApiToken).order_by(ApiToken.id))]
    if as_json:
        print_json(rows)
    else:
        print_table(("name", "created", "revoked"), (tuple(each.values()) for each in rows))


@app.command()
@reported
def add(name: Name, as_json: AsJson = False) -> None:
    """Make a token and show it, this once: only its hash is kept."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise typer.BadParameter(f"a name has 1 to {LONGEST_NAME} characters")
    with opened_service() as service, service.work() as work:
        try:
            token = make_token(work.session, name.strip(), service.clock())
        except TokenError as error:
            raise CommandError(str(error)) from error
        work.commit()
    shown = {"name": name.strip(), "token": token}
    if as_json:
        print_json(shown)
    else:
        print_facts(shown)


@app.command()
@reported
def revoke(name: Name, as_json: AsJson = False) -> None:
    """Let a token open nothing from now on."""
    with opened_service() as service, service.work() as work:
        try:
            facts = _facts(revoke_token(work.session, name.strip(), service.clock()))
        except TokenError as error:
            raise NotFound(str(error)) from error
        work.commit()
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)


def _facts(token: ApiToken) -> dict[str, Any]:
    return {"name": token.name, "created": token.created_at, "revoked": token.revoked_at}
