"""The migrations make exactly the tables that the code works with, on both databases, and take them away again."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from consultant.db import migrate
from consultant.db.engine import open_engine, writing
from consultant.db.migrate import NotMigrated
from consultant.db.reference_search import is_declared
from consultant.db.tables import Base


def test_from_empty_up_and_down_again(database_url: str) -> None:
    engine = open_engine(database_url)
    with pytest.raises(NotMigrated, match="consultant migrate"):
        migrate.check(engine)
    migrate.upgrade(engine)
    migrate.upgrade(engine)
    migrate.check(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_declared})
        assert compare_metadata(context, Base.metadata) == []
    with writing(engine).begin() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(migrate._config()).get_heads()) == 1
