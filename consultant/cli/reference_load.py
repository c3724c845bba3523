"""`consultant reference load`: what the files are, how far a load is, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from sqlalchemy import Engine

from consultant.cli.database import load_settings
from consultant.cli.errors import NotFound, reported, tell
from consultant.cli.printing import AsJson, console, print_json, print_text
from consultant.cli.reference_store import opened_store, told
from consultant.reference.loading.finding import Findings, Planned, find
from consultant.reference.loading.load import Loaded, load
from consultant.reference.loading.opening import opened_paths

Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="A file, a folder or a zip, as downloaded.")]
SkipBadRows = Annotated[bool, typer.Option("--skip-bad-rows", help="Load the rest of a file, and list the bad rows.")]


@reported
def load_files(paths: Paths, skip_bad_rows: SkipBadRows = False, as_json: AsJson = False) -> None:
    """Load files as the agencies publish them: what each is and of which release is told from the file itself.

    One transaction a release: when one fails, those before it stay loaded and it leaves nothing. A release that is
    loaded already, from the same files, is left as it is. With --json one object a release.
    """
    with opened_store(load_settings()) as engine, told():
        load_paths(engine, paths, skip_bad_rows=skip_bad_rows, as_json=as_json)


def load_paths(engine: Engine, paths: list[Path], *, skip_bad_rows: bool = False, as_json: bool = False) -> None:
    """Load what the files hold, and say so. Raises FormatError, PartsMissing, NotFound."""
    with opened_paths(paths) as sources:
        found = find(sources)
        if not as_json:
            _show_findings(found)
        if not found.releases:
            raise NotFound("none of the files is of a kind that can be loaded")
        for planned in found.releases:
            with _progress(planned) as progress:
                loaded = load(engine, planned, now=datetime.now(UTC), progress=progress, skip_bad_rows=skip_bad_rows)
            _show_loaded(loaded, as_json)


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
