"""`consultant explain`: the dry run over mails in files."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from config.settings import Settings
from consultant.cli.database import any_engine, database_exists, load_settings, unusable_folder
from consultant.cli.errors import NotFound, NotReady, reported, tell
from consultant.cli.exit_codes import ExitCode
from consultant.cli.mail_files import files_in, mails_in
from consultant.cli.printing import AsJson, console, print_json
from consultant.db.migrate import NotMigrated, check
from consultant.intake.explaining import Explainer, KnowsNobody
from consultant.intake.judging import Judge
from consultant.intake.lookups import DatabaseLookups
from consultant.mail.reply_address import ReplyAddresses
from consultant.reference.pack import in_memory_reference
from consultant.service import open_service, secret_key, utc_now

Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="An .eml file, a folder or an mbox.")]


@reported
def explain(paths: Paths, as_json: AsJson = False) -> None:
    """Show what would be understood of each mail and drafted for it; change nothing.

    With --json one JSON object a line, in the order of the mails. A mail that cannot be read is reported in its
    place, the others go on, and the exit code is 1.
    """
    files = files_in(paths)
    if not files:
        raise NotFound("no .eml or .mbox file is there: name a mail, a folder of mails or an mbox")
    unreadable = 0
    with explainer(load_settings()) as explains, _progress(len(files)) as progress:
        for file in progress.track(files):
            for result in _explained(file, explains):
                unreadable += "error" in result
                _show(result, as_json)
    if unreadable:
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def explainer(settings: Settings) -> Iterator[Explainer]:
    """An explainer that knows what the database knows; where there is none, the starter data and nobody."""
    settings = _with_some_key(settings)
    judge = Judge(settings, _reply_addresses(settings))
    templates, today = settings.template_folders, utc_now().date()
    engine = _ready_engine(settings)
    if engine is None:
        yield Explainer(judge, KnowsNobody(), in_memory_reference(), templates, today)
        return
    service = open_service(settings, engine=engine)
    with service.reading() as session:
        yield Explainer(judge, DatabaseLookups(session), service.reference, templates, today)
    engine.dispose()


def _ready_engine(settings: Settings) -> Engine | None:
    """The database, where there is one of this version."""
    if not database_exists(settings):
        return None
    engine = any_engine(settings)
    try:
        check(engine)
    except NotMigrated:
        engine.dispose()
        return None
    return engine


def _with_some_key(settings: Settings) -> Settings:
    """Where no key was made yet, one that signed nothing: a dry run writes none."""
    if settings.secret_key.get_secret_value() or (settings.state_dir / "secret_key").exists():
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(secrets.token_hex(32))})


def _reply_addresses(settings: Settings) -> ReplyAddresses:
    try:
        return ReplyAddresses(settings.consult_address, secret_key(settings))
    except ValueError as error:
        raise NotReady(f"the settings cannot be used: {error}: see `consultant settings`") from error
    except OSError as error:
        raise NotReady(unusable_folder(settings, error)) from error


def _explained(file: Path, explains: Explainer) -> Iterator[dict[str, Any]]:
    try:
        for path, raw in mails_in(file):
            yield explains.explain(raw, path)
    except OSError as error:
        yield {"path": str(file), "error": f"cannot be read: {error.strerror or error}"}


def _progress(files: int) -> Progress:
    """A bar on standard error, where several files are worked on and a person looks on."""
    err = console(stderr=True)
    columns = (TextColumn("explaining"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=files < 2 or not err.is_terminal)


def _show(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(result)
    elif "error" in result:
        tell(f"{result['path']} {result['error']}")
    else:
        console().print(Panel("\n".join(_lines(result)), title=result["path"], title_align="left"))


def _judgement(result: dict[str, Any]) -> Iterator[str]:
    proof = result["authentication"]
    yield f"Proof    {proof['proof']}, {proof['why']}"
    for each in result["steps"]:
        yield f"  {each['step']:<26} {each['answer'] or 'no'}"


def _lines(result: dict[str, Any]) -> Iterator[str]:
    verdict, draft = result["verdict"], result["draft"]
    yield f"{result['kind']}: {verdict['outcome']} ({verdict['reason']}, by {verdict['step']})"
    yield f"From     {result['from'] or 'nobody'}  {result['from_name']}".rstrip()
    yield f"Subject  {result['subject']}"
    yield from _judgement(result)
    for name, label in (("signed", "Signed"), ("encrypted", "Sealed")):
        if result[name]:
            yield f"{label:<8} with {result[name]}, as the mail says"
    for each in result["cut"]:
        yield f"Cut      {each}"
    for each in result["attachments"]:
        yield f"File     {_file(each)}"
    if result["bounce"]:
        bounce = result["bounce"]
        yield f"Bounce   {bounce['severity']}, {', '.join(bounce['recipients']) or 'nobody named'}"
    if result["codes"]:
        yield "Codes    " + ", ".join(_code(each) for each in result["codes"])
    for name, label in (("topics", "Topics"), ("payer", "Payer"), ("date_of_service", "Date")):
        if result[name]:
            value = result[name]
            yield f"{label:<8} {value if isinstance(value, str) else ', '.join(value)}"
    if draft:
        yield ""
        yield draft["markdown"].rstrip()
    else:
        yield "No draft"


def _file(file: dict[str, Any]) -> str:
    inline = ", within the text" if file["inline"] else ""
    disguised = f", but its content is {file['sniffed']}" if file["disguised"] else ""
    unread = file["problem"] or ("it holds more than is read of a file" if file["cut"] else "")
    return f"{file['name']} ({file['size']} bytes{inline}{disguised})" + (f": {unread}" if unread else "")


def _code(code: dict[str, Any]) -> str:
    name = code["code"] or f"{code['from']} to {code['to']}"
    modifiers = "".join(f"-{each}" for each in code["modifiers"])
    units = f" × {code['units']}" if code["units"] else ""
    found_in = f" in {code['found_in']}" if code["found_in"] else ""
    return f"{code['system']} {name}{modifiers}{units}{found_in}"
