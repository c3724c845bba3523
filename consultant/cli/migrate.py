"""`consultant migrate`: the database made ready."""

from __future__ import annotations

import typer

from consultant.cli.database import any_engine, load_settings, shown_database, unusable_folder
from consultant.cli.errors import NotReady, reported
from consultant.service import secret_key, utc_now
from consultant.setting_up import set_up


@reported
def migrate() -> None:
    """Bring the database to this version, with plans and starter reference data.

    May be run again at any time: plans and data that are there stay as they are.
    """
    settings = load_settings()
    try:
        settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret_key(settings)
    except OSError as error:
        raise NotReady(unusable_folder(settings, error)) from error
    engine = any_engine(settings)
    set_up(engine, settings, now=utc_now())
    engine.dispose()
    typer.echo(f"ready: {shown_database(settings)}")
