"""`consultant code`, `pair` and `estimate`: what the reference store says, for a person, a program or a batch."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any, BinaryIO

import typer
from sqlalchemy.orm import sessionmaker

from consultant.cli.code_page import is_known, show_code
from consultant.cli.database import load_engine, load_settings
from consultant.cli.errors import CommandError, NotFound, reported
from consultant.cli.estimate_page import show_estimate
from consultant.cli.exit_codes import ExitCode
from consultant.cli.pair_page import show_pair
from consultant.cli.printing import AsJson, print_json
from consultant.reference.answers import BadRequest, answer_code, answer_pair
from consultant.reference.estimate_answers import answer_estimate
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
LONGEST_LINE = 1 << 20  # bytes of a batch
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


@reported
def estimate(
    code: Annotated[str, typer.Argument(metavar="[CODE]")] = "",
    on: On = "",
    setting: Annotated[str, typer.Option(metavar="SETTING", help="non-facility or facility.")] = "non-facility",
    state: Annotated[str, typer.Option(metavar="STATE", help="State of the locality, such as TX.")] = "",
    locality: Annotated[str, typer.Option(metavar="LOCALITY", help="Number of the locality or part of its name.")] = "",
    mac: Annotated[str, typer.Option(metavar="NUMBER", help="Number of the contractor, such as 04412.")] = "",
    modifier: Annotated[list[str] | None, typer.Option(metavar="MODIFIER", help="26 or TC, for a part.")] = None,
    units: Annotated[int, typer.Option(min=1, help="Units of the service or drug.")] = 1,
    minutes: Annotated[int | None, typer.Option(min=1, help="Minutes of anesthesia time.")] = None,
    base_units: Annotated[str, typer.Option(metavar="NUMBER", help="Base units of an anesthesia code.")] = "",
    as_json: AsJson = False,
    batch: Batch = False,
) -> None:
    """Estimate what Medicare would allow on a date, with the formula and what it leaves out.

    Without a state, locality or contractor the figures are national. With --batch each line is
    `{"code": "99213", "on": "2026-03-01", "state": "TX", "locality": "18"}`; see docs/commands.md for the other names.
    """
    with opened_reference() as reference:
        if batch:
            answered_lines(reference, answer_estimate)
            return
        asked = {"code": code, "on": on, "setting": setting, "state": state, "locality": locality, "mac": mac}
        counted = {"units": units, "minutes": minutes, "base_units": base_units or None}
        found = answered(reference, answer_estimate, asked | counted | {"modifiers": list(modifier or ())})
    if as_json:
        print_json(found)
    elif found["prices"]:
        show_estimate(found)
    if not found["prices"]:
        raise CommandError(found["no_estimate"])


@contextmanager
def opened_reference() -> Iterator[SqlReference]:
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


def answered_lines(reference: SqlReference, answer: Answer) -> None:
    """Answer line by line, each at once, for a program may wait for the answer before it asks on.

    A line that cannot be answered gets `{"error": …}`, and the exit code is 1 at the end.
    """
    today, wrong = _today(), False
    with reference.held():
        for line in _lines(sys.stdin.buffer):
            try:
                request = _request(line)
                with reference.at_once():
                    found = answer(reference, request, today)
            except BadRequest as error:
                found, wrong = {"error": str(error)}, True
            sys.stdout.write(f"{json.dumps(found)}\n")
            sys.stdout.flush()
    if wrong:
        raise typer.Exit(ExitCode.REFUSED)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Each line; of one that is too long as much as tells that it is."""
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
        yield line


def _request(line: bytes) -> dict[str, Any]:
    """The request of a line. Raises BadRequest when there is none."""
    if len(line) > LONGEST_LINE:
        raise BadRequest(f"the line is longer than {LONGEST_LINE:,} bytes")
    if not line.strip():
        raise BadRequest("the line is empty")
    try:
        request = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # a ValueError also for what is not UTF-8
        raise BadRequest(f"the line is no JSON: {error}") from error
    if not isinstance(request, dict):
        raise BadRequest("a request is a JSON object")
    return request


def _today() -> date:
    return datetime.now(UTC).date()
