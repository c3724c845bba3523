"""On PostgreSQL the PTP edits of each release have a table of their own, a partition of `ref_ptp_edit`.

It is filled before it has an index and before anybody sees it, which is quicker than filling one that has; and
it goes as a whole. SQLite has no partitions: there the table's key does it, and nothing here is called for it.
Readers wait for none of this but the dropping, which gives way to them.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

TABLE = "ref_ptp_edit"
# A reader that comes while we wait for those before it waits as long.
LOCK_TIMEOUT = "100ms"


def has_partitions(connection: Connection) -> bool:
    """Whether the database is one that keeps edits so."""
    return connection.dialect.name == "postgresql"


def partition_of(release_id: int) -> str:
    """The name of a release's table."""
    return f"{TABLE}_{int(release_id)}"


def make_partition(connection: Connection, release_id: int) -> None:
    """Make the table, where there is none yet: without an index, seen by nobody."""
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {partition_of(release_id)} (LIKE {TABLE})"))


def attach_partition(connection: Connection, release_id: int) -> None:
    """Let the table be seen, now that it is filled; nothing where it is seen already."""
    name = partition_of(release_id)
    is_seen = text("SELECT relispartition FROM pg_class WHERE oid = to_regclass(:name)")
    if connection.scalar(is_seen, {"name": name}):
        return
    connection.execute(text(f"CREATE INDEX ON {name} (column_one, column_two)"))
    connection.execute(text(f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES IN ({int(release_id)})"))
    connection.execute(text(f"ANALYZE {name}"))


def drop_forgotten_partitions(engine: Engine) -> None:
    """Drop the tables of releases that are gone; what somebody is reading just now waits for the next time."""
    with engine.connect() as connection:
        if not has_partitions(connection):
            return
        forgotten = connection.scalars(
            text(
                "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
                "WHERE i.inhparent = to_regclass(:parent) AND NOT EXISTS "
                "(SELECT 1 FROM ref_release r WHERE c.relname = :parent || '_' || r.id)"
            ),
            {"parent": TABLE},
        ).all()
    for name in forgotten:
        try:
            with engine.begin() as connection:
                connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
                connection.execute(text(f"DROP TABLE {name}"))
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != "55P03":  # lock_not_available
                raise
