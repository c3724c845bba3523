"""What commands about cases, members and mail start from: the service over a database that is ready."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from config.logs import set_up_logging
from config.settings import Settings
from consultant.cli.database import load_engine, load_settings, unusable_folder
from consultant.cli.errors import NotReady
from consultant.db.migrate import check
from consultant.db.work import Wake
from consultant.intake.looking import Look, look_here
from consultant.service import Service, let_sleep, open_service


def load_service(settings: Settings, *, wake: Wake = let_sleep, look: Look = look_here) -> Service:
    """The service over its migrated database. Raises NotReady, NotMigrated."""
    engine = load_engine(settings)
    try:
        check(engine)
        return open_service(settings, wake=wake, look=look, engine=engine)
    except ValueError as error:
        raise NotReady(f"the settings cannot be used: {error}: see `consultant settings`") from error
    except OSError as error:
        raise NotReady(unusable_folder(settings, error)) from error


@contextmanager
def opened_service() -> Iterator[Service]:
    """The service for one command; its connections are closed afterwards. The sweep finds what it leaves to do."""
    settings = load_settings()
    # The command itself says what it did; only what went wrong is worth a log line beside that.
    set_up_logging("WARNING" if settings.log_level == "INFO" else settings.log_level, settings.log_format)
    service = load_service(settings)
    try:
        yield service
    finally:
        service.engine.dispose()
