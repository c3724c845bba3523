"""`consultant code` and `consultant pair`: what the reference store says, for a person, a program or a batch."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer
from sqlalchemy.orm import sessionmaker

from consultant.cli.code_page import is_known, show_code
from consultant.cli.database import load_engine, load_settings
from consultant.cli.errors import CommandError, NotFound, reported
from consultant.cli.exit_codes import ExitCode
from consultant.cli.pair_page import show_pair
from consultant.cli.printing import AsJson, print_json
from consultant.reference.answers import BadRequest, answer_code, answer_pair
from consultant.reference.model import Reference
from consultant.reference.store import SqlReference

On = Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="The date of service; today, if not given.")]
SettingOption = Annotated[
    str, typer.Option("--setting", metavar="SETTING", help="practitioner or outpatient_hospital.")
]
StateOption = Annotated[
    str, typer.Option("--state", metavar="STATE", help="Coverage documents of this state alone, such as TX.")
]
Batch = Annotated[
    bool, typer.Option("--batch", help="Read one JSON request a line from standard input, print one answer a line.")
]
Answer = Callable[[Reference, Mapping[str, Any], date], dict[str, Any]]


@reported
def code(
    code: Annotated[str, typer.Argument(metavar="[CODE]")] = "",
    on: On = "",
    state: StateOption = "",
    as_json: AsJson = False,
    batch: Batch = False,
) -> None:
    """Show what is known of a code on a date: validity, MUE in each setting, add-on links, fees, notes, coverage.

    With --batch each line is `{"code": "96423", "on": "2026-03-01", "state": "TX"}`. Exit code 4 when the code is
    not known.
    """
    with opened_reference() as reference:
        if batch:
            answered_lines(reference, answer_code)
            return
        found = answered(reference, answer_code, {"code": code, "on": on, "state": state})
    if as_json:
        print_json(found)
    else:
        show_code(found)
    if not is_known(found):
        raise NotFound(f"no loaded release knows {found['code']}: `consultant reference status` shows what is loaded")


@reported
def pair(
    codes: Annotated[list[str] | None, typer.Argument(metavar="[CODE]...")] = None,
    on: On = "",
    setting: SettingOption = "practitioner",
    as_json: AsJson = False,
    batch: Batch = False,
) -> None:
    """Show what stands between two codes or more on a date: NCCI PTP edits in both directions, ICD-10-CM codes that
    exclude each other, add-on codes without a primary.

    With --batch each line is `{"codes": ["96422", "96423"], "on": "2026-03-01", "setting": "practitioner"}`.
    """
    if not batch and len(codes or ()) < 2:
        raise typer.BadParameter("name two codes or more")
    with opened_reference() as reference:
        if batch:
            answered_lines(reference, answer_pair)
            return
        found = answered(reference, answer_pair, {"codes": codes, "on": on, "setting": setting})
    if as_json:
        print_json(found)
    else:
        show_pair(found)


@contextmanager
def opened_reference() -> Iterator[Reference]:
    """The reference store of the configured database."""
    engine = load_engine(load_settings())
    try:
        yield SqlReference(sessionmaker(engine))
    finally:
        engine.dispose()


def answered(reference: Reference, answer: Answer, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one request. Raises CommandError when it is not one."""
    try:
        return answer(reference, request, _today())
    except BadRequest as error:
        raise CommandError(str(error)) from error


def answered_lines(reference: Reference, answer: Answer) -> None:
    """Answer line by line; a line that cannot be answered gets `{"error": …}`, and the exit code is 1 at the end."""
    today, wrong = _today(), 0
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise BadRequest("a request is a JSON object")
            found = answer(reference, request, today)
        except (BadRequest, json.JSONDecodeError, RecursionError) as error:
            found, wrong = {"error": str(error)}, wrong + 1
        sys.stdout.write(f"{json.dumps(found)}\n")
    sys.stdout.flush()
    if wrong:
        raise typer.Exit(ExitCode.REFUSED)


def _today() -> date:
    return datetime.now(UTC).date()
