"""Bringing a database to the newest tables, and telling whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from consultant.db.engine import writing


class NotMigrated(Exception):
    """The tables are not those that this version works with."""

    def __init__(self, found: str | None, wanted: str | None) -> None:
        super().__init__(
            f"the database is at revision {found or 'none'}, this version needs {wanted}: run `consultant migrate`"
        )


def upgrade(engine: Engine) -> None:
    """Make or alter the tables until they are the newest; does nothing when they are."""
    with writing(engine).begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(engine: Engine) -> None:
    """Raises NotMigrated unless the tables are the newest."""
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        raise NotMigrated(found, wanted)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config
