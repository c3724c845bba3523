"""`consultant guidelines`: the library of notes, ours and the operator's: load, check, list and show them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import sessionmaker

from consultant.cli.database import database_exists, load_engine, load_settings
from consultant.cli.errors import CommandError, NotFound, reported
from consultant.cli.exit_codes import ExitCode
from consultant.cli.printing import AsJson, print_facts, print_json, print_table, print_text
from consultant.db.engine import writing
from consultant.db.migrate import check as check_revision
from consultant.reference.library import Library, Shelved
from consultant.reference.model import Reference
from consultant.reference.note_check import Problem, check_folder
from consultant.reference.note_files import library
from consultant.reference.notes import StoredNotes, load_guidelines
from consultant.reference.pack import in_memory_reference
from consultant.reference.pack_files import PackError
from consultant.reference.store import SqlReference

OURS = "the library"

app = typer.Typer(help="The guidelines library: notes on rules, with their sections.", no_args_is_help=True)

CodeOption = Annotated[str, typer.Option("--code", metavar="CODE", help="Notes that speak of this code alone.")]
TopicOption = Annotated[str, typer.Option("--topic", metavar="TOPIC", help="Notes on this topic alone.")]
Folders = Annotated[
    list[Path] | None, typer.Argument(metavar="[FOLDER]...", help="Folders; all that are set, if none is given.")
]


@app.command("load")
@reported
def load_notes(as_json: AsJson = False) -> None:
    """Load the library and the folders of `guideline_folders` anew; `migrate` and `run` do it too.

    One transaction: when a note cannot be read, all stays as it was. With --json one object a folder.
    """
    settings = load_settings()
    engine = load_engine(settings)
    try:
        check_revision(engine)
        with sessionmaker(writing(engine)).begin() as session:
            loaded = load_guidelines(session, settings.guideline_folders, datetime.now(UTC))
    except PackError as error:
        raise CommandError(str(error)) from error
    finally:
        engine.dispose()
    for each in loaded:
        if as_json:
            print_json({"folder": each.name or None, "notes": each.notes, "changed": each.is_new})
        else:
            print_text(f"{each.name or OURS}: {each.notes} notes, {'loaded' if each.is_new else 'unchanged'}")


@app.command("list")
@reported
def list_notes(code: CodeOption = "", topic: TopicOption = "", as_json: AsJson = False) -> None:
    """List the loaded notes, or those on a code or a topic."""
    with _library() as found:
        notes = [each for each in found.notes if _is_about(each, code.strip().upper(), topic)]
    if as_json:
        print_json([_facts(each) for each in notes])
        return
    rows = [
        (each.note.slug, each.note.title, each.note.payer, _days(each), _sections(each), each.folder or OURS)
        for each in notes
    ]
    print_table(("note", "title", "payer", "holds", "sources", "from"), rows)


@app.command("show")
@reported
def show_note(slug: Annotated[str, typer.Argument(metavar="SLUG")], as_json: AsJson = False) -> None:
    """Show a note whole. Where several folders have one of that name, the one that wins comes first."""
    with _library() as found:
        notes = found.named(slug)
    if not notes:
        raise NotFound(f"there is no note {slug!r}: `consultant guidelines list` shows them all")
    if as_json:
        print_json([_facts(each) for each in notes])
        return
    for each in notes:
        note = each.note
        facts = {"payer": note.payer, "holds": _days(each), "codes": note.codes, "topics": note.topics}
        print_text(note.title)
        print_facts({**facts, "from": each.folder or OURS})
        print_text(f"\n{note.text}\n")
        for source in note.sources:
            print_text(f"{source.document.name}, {source.document.edition}: {source.section}")


@app.command("check")
@reported
def check_notes(folders: Folders = None, as_json: AsJson = False) -> None:
    """Check notes: sources and sections, dates, topics, length, codes; exit code 1 when one has an error.

    Codes are looked up in the database, or in the starter data where there is none; what they tell are warnings.
    With --json one object a problem.
    """
    chosen = folders or [*load_settings().guideline_folders]
    checked = [*chosen] if folders else [library(), *chosen]
    with _reference() as reference:
        problems = [found for each in checked for found in check_folder(each, reference, _today())]
    for problem in problems:
        _tell(problem, as_json)
    errors = sum(problem.is_error for problem in problems)
    if not as_json:
        print_text(f"{errors} errors, {len(problems) - errors} warnings")
    if errors:
        raise typer.Exit(ExitCode.REFUSED)


def _tell(problem: Problem, as_json: bool) -> None:
    kind = "error" if problem.is_error else "warning"
    if as_json:
        print_json({"file": problem.file, "kind": kind, "problem": problem.problem})
    else:
        print_text(f"{kind}: {problem.file}: {problem.problem}")


@contextmanager
def _library() -> Iterator[Library]:
    engine = load_engine(load_settings())
    try:
        check_revision(engine)
        yield StoredNotes(engine).library()
    finally:
        engine.dispose()


@contextmanager
def _reference() -> Iterator[Reference]:
    settings = load_settings()
    if not database_exists(settings):
        yield in_memory_reference()
        return
    engine = load_engine(settings)
    try:
        check_revision(engine)
        yield SqlReference(sessionmaker(engine))
    finally:
        engine.dispose()


def _is_about(each: Shelved, code: str, topic: str) -> bool:
    return (not code or each.speaks_of(code)) and (not topic or topic in each.note.topics)


def _days(each: Shelved) -> str:
    last = each.note.last_day
    return f"{each.note.effective} to {last}" if last else f"from {each.note.effective}"


def _sections(each: Shelved) -> str:
    return "; ".join(f"{source.document.name}, {source.section}" for source in each.note.sources)


def _facts(each: Shelved) -> dict[str, Any]:
    note = each.note
    return {
        "slug": note.slug,
        "title": note.title,
        "text": note.text,
        "payer": note.payer,
        "effective": note.effective.isoformat(),
        "last_day": note.last_day.isoformat() if note.last_day else None,
        "codes": list(note.codes),
        "topics": list(note.topics),
        "sources": [
            {"document": source.document.name, "edition": source.document.edition, "section": source.section}
            for source in note.sources
        ],
        "folder": each.folder or None,
    }


def _today() -> date:
    return datetime.now(UTC).date()
