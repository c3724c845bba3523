"""`consultant reference fetch`: the agencies' files from their addresses, or how a person gets them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from config.reference_sources import sources_with
from config.settings import ReferenceSettings, Settings
from consultant.cli.database import load_settings, unusable_folder
from consultant.cli.errors import NotFound, NotReady, reported, tell
from consultant.cli.exit_codes import ExitCode
from consultant.cli.printing import AsJson, console, print_json, print_text
from consultant.cli.reference_load import load_paths
from consultant.cli.reference_store import opened_store, told
from consultant.reference.loading.addresses import UnknownSource, Wanted, wanted
from consultant.reference.loading.fetching import Bounds, Connections, Fetched, FetchError, NotThere, connections, fetch
from consultant.reference.loading.kept_files import InUse

FOLDER = "reference"  # of the state folder

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[DATASET]...", help="A data set or a source; all without any.")
]
Load = Annotated[bool, typer.Option("--load", help="Load what was fetched, and what is there unchanged.")]
On = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The release of this day instead of today's.")
]


@reported
def fetch_files(names: Names = None, load: Load = False, on: On = None, as_json: AsJson = False) -> None:
    """Download the agencies' files into the state folder; say where a person must agree to a licence first.

    A file that has not changed is not sent again, and one that broke off is gone on with. One that fails leaves the
    others alone; exit code 1 then. With --json one object a source.
    """
    settings = load_settings()
    try:
        asked = wanted(sources_with(settings.reference.sources), names or (), (on or datetime.now(UTC)).date())
    except UnknownSource as error:
        raise NotFound(str(error)) from error
    try:
        files, failed = _fetch_all(settings, asked, as_json)
    except OSError as error:
        raise NotReady(unusable_folder(settings, error)) from error
    if load and files:
        with opened_store(settings) as engine, told():
            load_paths(engine, files, as_json=as_json)
    if failed:
        raise typer.Exit(ExitCode.REFUSED)


def _fetch_all(settings: Settings, asked: tuple[Wanted, ...], as_json: bool) -> tuple[list[Path], bool]:
    """The files that are there now, and whether one could not be had."""
    files, failed = [], False
    with connections(settings.reference.ca_file) as pool:
        for each in asked:
            if each.instruction:
                _show(each, as_json, outcome="by_hand", instruction=each.instruction)
                continue
            try:
                fetched = _fetch(pool, each, settings)
            except (FetchError, InUse) as error:
                failed = True
                _show(each, as_json, outcome="failed", error=str(error))
                continue
            files.append(fetched.path)
            record = fetched.record
            facts = {"path": str(fetched.path), "bytes": record.size, "sha256": record.sha256}
            _show(each, as_json, outcome=fetched.outcome, address=record.version.address, **facts)
    return files, failed


def _fetch(pool: Connections, source: Wanted, settings: Settings) -> Fetched:
    """From the first of its addresses where there is something. Raises FetchError, InUse."""
    missing: NotThere | None = None
    for address in source.addresses:
        with _progress(source.name) as bar:
            try:
                folder = settings.state_dir / FOLDER / source.name
                return fetch(pool, address, folder, _bounds(settings.reference, source), bar)
            except NotThere as error:
                missing = error
    raise missing or FetchError(f"{source.name}: has no address")


def _bounds(settings: ReferenceSettings, source: Wanted) -> Bounds:
    return Bounds(settings.max_bytes, settings.max_seconds, source.hosts)


class _Bar:
    """How far a download is."""

    def __init__(self, bar: Progress, name: str) -> None:
        self._bar, self._task = bar, bar.add_task(name, total=None)

    def begins(self, there: int, whole: int | None) -> None:
        self._bar.update(self._task, completed=there, total=whole)

    def came(self, count: int) -> None:
        self._bar.advance(self._task, count)


@contextmanager
def _progress(name: str) -> Iterator[_Bar]:
    """A bar on standard error, where a person looks on: bytes, rate and time left."""
    err = console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield _Bar(bar, name)


def _show(source: Wanted, as_json: bool, *, outcome: str, **facts: object) -> None:
    if as_json:
        print_json({"source": source.name, "datasets": list(source.datasets), "outcome": outcome, **facts})
    elif "error" in facts:
        tell(f"{source.name}: {facts['error']}")
    elif "instruction" in facts:
        print_text(f"{source.name}: by hand: {facts['instruction']}")
    else:
        print_text(f"{outcome} {source.name}: {facts['path']}, {facts['bytes']:,} bytes, SHA-256 {facts['sha256']}")
