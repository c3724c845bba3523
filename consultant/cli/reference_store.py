"""The reference store as a command opens it, and its errors in words of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from config.settings import Settings
from consultant.cli.database import load_engine
from consultant.cli.errors import CommandError, NotFound
from consultant.db.migrate import check
from consultant.reference.formats import FormatError
from consultant.reference.loading.load import PartsMissing
from consultant.reference.loading.releases import NotComparable, StarterData, UnknownRelease


@contextmanager
def opened_store(settings: Settings) -> Iterator[Engine]:
    """The migrated database, closed afterwards. Raises NotReady, NotMigrated."""
    engine = load_engine(settings)
    try:
        check(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def told() -> Iterator[None]:
    """What can be wrong with files and releases, in one line with its exit code."""
    try:
        yield
    except UnknownRelease as error:
        raise NotFound(str(error)) from error
    except (FormatError, NotComparable, PartsMissing, StarterData) as error:
        raise CommandError(str(error)) from error
