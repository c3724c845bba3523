"""`consultant reference`: the agencies' files into the store, what is there, whether it is whole, what changed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from consultant.cli.database import load_settings
from consultant.cli.errors import reported
from consultant.cli.exit_codes import ExitCode
from consultant.cli.printing import AsJson, print_json, print_table, print_text
from consultant.cli.reference_fetch import fetch_files
from consultant.cli.reference_load import load_files
from consultant.cli.reference_store import opened_store, told
from consultant.reference.loading.datasets import DATASETS, dataset_named
from consultant.reference.loading.due import is_out_of_date
from consultant.reference.loading.releases import LoadedRelease, differences, drop, loaded_releases, verify
from consultant.reference.ptp_query import STARTER

app = typer.Typer(help="The agencies' files in the reference store.", no_args_is_help=True)

DataSet = Annotated[str, typer.Argument(metavar="DATASET", help="As `status` names it.")]
app.command("load")(load_files)
app.command("fetch")(fetch_files)


@app.command()
@reported
def status(as_json: AsJson = False) -> None:
    """List every release in the store: its dates, rows, files, how long ago it was loaded, and what is out of date.

    Out of date is the newest release of a data set for whose period the agency should have published a newer one.
    """
    now = datetime.now(UTC)
    with opened_store(load_settings()) as engine:
        releases = loaded_releases(engine)
    ages = [(now - each.loaded_at).days for each in releases]
    late = [_is_out_of_date(each, releases, now.date()) for each in releases]
    if as_json:
        shown = zip(releases, ages, late, strict=True)
        print_json([_plain(asdict(each)) | {"age_days": age, "out_of_date": is_late} for each, age, is_late in shown])
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
            age,
            "OUT OF DATE" if is_late else "",
        )
        for each, age, is_late in zip(releases, ages, late, strict=True)
    ]
    print_table(("dataset", "release", "from", "to", "rows", "origin", "loaded", "age in days", ""), rows)
    if any(late):
        print_text("Out of date: a newer release should be there by now. `consultant reference fetch --load` gets it.")
    if missing := _never_loaded(releases):
        print_text(f"Nothing loaded of: {', '.join(missing)}")


@app.command("verify")
@reported
def verify_releases(as_json: AsJson = False) -> None:
    """Count and sum up the rows of each loaded release, and compare with the load; exit code 1 if one differs."""
    broken = 0
    with opened_store(load_settings()) as engine:
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
    with opened_store(load_settings()) as engine, told():
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
    with opened_store(load_settings()) as engine, told():
        for found in differences(engine, dataset, old, new):
            if as_json:
                print_json({name: _plain(value) for name, value in asdict(found).items()})
                continue
            key = " ".join(str(value) for value in found.key.values())
            sides = " → ".join(_shown(side) for side in (found.old, found.new) if side)
            print_text(f"{found.change:<8} {key}  {sides}")


def _is_out_of_date(release: LoadedRelease, releases: tuple[LoadedRelease, ...], today: date) -> bool:
    """Whether it is the newest of its data set, and a newer one is due."""
    known = dataset_named(release.dataset)
    if known is None or release.origin == STARTER:
        return False
    newest = max(each.effective_from for each in releases if each.dataset == release.dataset)
    return release.effective_from == newest and is_out_of_date(known.cycle, newest, today)


def _never_loaded(releases: tuple[LoadedRelease, ...]) -> list[str]:
    """The kinds of which only the starter pack has something, or nobody."""
    known = (dataset_named(each.dataset) for each in releases if each.origin != STARTER)
    loaded = {each.stem for each in known if each}
    return [each.stem for each in DATASETS if each.stem not in loaded]


def _plain(values: Any) -> Any:
    """Dates as text, for JSON."""
    if not isinstance(values, dict):
        return values
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _shown(side: dict[str, Any]) -> str:
    return ", ".join(f"{name} {'–' if value is None else value}" for name, value in side.items())
