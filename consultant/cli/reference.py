"""`consultant reference`: the agencies' files into the store, what is there, whether it is whole, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from sqlalchemy import Engine

from consultant.cli.database import load_engine, load_settings
from consultant.cli.errors import CommandError, NotFound, reported, tell
from consultant.cli.exit_codes import ExitCode
from consultant.cli.printing import AsJson, console, print_json, print_table, print_text
from consultant.db.migrate import check
from consultant.reference.formats import FormatError
from consultant.reference.loading.finding import Findings, Planned, find
from consultant.reference.loading.load import Loaded, PartsMissing, load
from consultant.reference.loading.opening import opened_paths
from consultant.reference.loading.releases import (
    NotComparable,
    StarterData,
    UnknownRelease,
    differences,
    drop,
    loaded_releases,
    verify,
)

app = typer.Typer(help="The agencies' files in the reference store.", no_args_is_help=True)

Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="A file, a folder or a zip, as downloaded.")]
SkipBadRows = Annotated[bool, typer.Option("--skip-bad-rows", help="Load the rest of a file, and list the bad rows.")]
DataSet = Annotated[str, typer.Argument(metavar="DATASET", help="As `status` names it.")]


@app.command("load")
@reported
def load_files(paths: Paths, skip_bad_rows: SkipBadRows = False, as_json: AsJson = False) -> None:
    """Load files as the agencies publish them: what each is and of which release is told from the file itself.

    One transaction a release: when one fails, those before it stay loaded and it leaves nothing. A release that is
    loaded already, from the same files, is left as it is. With --json one object a release.
    """
    with _engine() as engine, _told(), opened_paths(paths) as sources:
        found = find(sources)
        if not as_json:
            _show_findings(found)
        if not found.releases:
            raise NotFound("none of the files is of a kind that can be loaded")
        for planned in found.releases:
            with _progress(planned) as progress:
                loaded = load(engine, planned, now=datetime.now(UTC), progress=progress, skip_bad_rows=skip_bad_rows)
            _show_loaded(loaded, as_json)


@app.command()
@reported
def status(as_json: AsJson = False) -> None:
    """List every release in the store: its dates, rows, files, and how long ago it was loaded."""
    now = datetime.now(UTC)
    with _engine() as engine:
        releases = loaded_releases(engine)
    if as_json:
        print_json([_plain(asdict(each)) | {"age_days": (now - each.loaded_at).days} for each in releases])
        return
    rows = [
        (
            each.dataset,
            each.release,
            each.effective_from,
            each.effective_to,
            each.rows,
            each.origin,
            each.loaded_at,
            (now - each.loaded_at).days,
        )
        for each in releases
    ]
    print_table(("dataset", "release", "from", "to", "rows", "origin", "loaded", "age in days"), rows)


@app.command("verify")
@reported
def verify_releases(as_json: AsJson = False) -> None:
    """Count and sum up the rows of each loaded release, and compare with the load; exit code 1 if one differs."""
    broken = 0
    with _engine() as engine:
        for found in verify(engine):
            broken += not found.intact
            if as_json:
                print_json(asdict(found))
            else:
                verdict = "whole" if found.intact else f"DAMAGED, {found.rows_loaded:,} were loaded: load it again"
                print_text(f"{found.dataset} {found.release}: {found.rows_found:,} rows, {verdict}")
    if broken:
        raise typer.Exit(ExitCode.REFUSED)


@app.command("drop")
@reported
def drop_release(dataset: DataSet, release: Annotated[str, typer.Argument(metavar="RELEASE")]) -> None:
    """Take a release and its rows out of the store."""
    with _engine() as engine, _told():
        drop(engine, dataset, release)
    print_text(f"{dataset} {release}: dropped")


@app.command()
@reported
def diff(
    dataset: DataSet,
    old: Annotated[str, typer.Argument(metavar="OLD")],
    new: Annotated[str, typer.Argument(metavar="NEW")],
    as_json: AsJson = False,
) -> None:
    """Show what changed from one release of a data set to another, row by row in the order of the codes.

    With --json one object a row: `{"change": "added", "key": {…}, "old": {…}, "new": {…}}`.
    """
    with _engine() as engine, _told():
        for found in differences(engine, dataset, old, new):
            if as_json:
                print_json({name: _plain(value) for name, value in asdict(found).items()})
                continue
            key = " ".join(str(value) for value in found.key.values())
            sides = " → ".join(_shown(side) for side in (found.old, found.new) if side)
            print_text(f"{found.change:<8} {key}  {sides}")


@contextmanager
def _engine() -> Iterator[Engine]:
    engine = load_engine(load_settings())
    try:
        check(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _told() -> Iterator[None]:
    """What can be wrong with files and releases, in one line with its exit code."""
    try:
        yield
    except UnknownRelease as error:
        raise NotFound(str(error)) from error
    except (FormatError, NotComparable, PartsMissing, StarterData) as error:
        raise CommandError(str(error)) from error


class _Bar:
    """The progress of a load on a bar: bytes read, rate and time left, rows written."""

    def __init__(self, bar: Progress, planned: Planned) -> None:
        name = f"{planned.dataset.name(planned.release)} {planned.release.label}"
        self._bar, self._task = bar, bar.add_task(name, total=planned.size, rows=0)

    def read(self, count: int) -> None:
        self._bar.advance(self._task, count)

    def written(self, rows: int) -> None:
        self._bar.update(self._task, rows=rows)


@contextmanager
def _progress(planned: Planned) -> Iterator[_Bar]:
    """A bar on standard error, where a person looks on."""
    err = console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield _Bar(bar, planned)


def _show_findings(found: Findings) -> None:
    for planned in found.releases:
        release = planned.release
        files = ", ".join(source.name for source in planned.files.values())
        title = planned.dataset.title_of(release)
        print_text(f"found {title}, {release.label} (from {release.effective_from}): {files}")
        for same in planned.same:
            print_text(f"  not read, the same in another container: {same.name}")
    for source, why in found.unknown:
        tell(f"{source.name}: passed over, {why}")


def _show_loaded(loaded: Loaded, as_json: bool) -> None:
    bad = [str(error) for error in loaded.bad_rows]
    if as_json:
        values = {name: getattr(loaded, name) for name in ("outcome", "dataset", "release", "rows")}
        print_json(values | {"bad_rows": bad, "skipped": dict(loaded.skipped)})
        return
    print_text(f"{loaded.outcome} {loaded.dataset} {loaded.release}: {loaded.rows:,} rows")
    if loaded.skipped:
        print_text("  no rows: " + ", ".join(f"{count:,} × {reason}" for reason, count in loaded.skipped))
    for line in bad:
        print_text(f"  left out: {line}")


def _plain(values: Any) -> Any:
    """Dates as text, for JSON."""
    if not isinstance(values, dict):
        return values
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _shown(side: dict[str, Any]) -> str:
    return ", ".join(f"{name} {'–' if value is None else value}" for name, value in side.items())
