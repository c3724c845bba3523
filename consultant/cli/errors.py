"""Errors as a person at the command line meets them: one clear line on standard error, and an exit code.

What is not listed here is a fault of ours and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import typer
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from consultant.allowance.ledger import AllowanceError
from consultant.allowance.members import MemberError
from consultant.cases.desk import UnknownCase
from consultant.cases.review import ReviewError
from consultant.cases.states import IllegalMove
from consultant.cli.exit_codes import ExitCode
from consultant.db.migrate import NotMigrated
from consultant.intake.quarantine import QuarantineError, UnknownMessage
from consultant.mail.listening import ListeningError

P = ParamSpec("P")
R = TypeVar("R")


class CommandError(Exception):
    """A command cannot do what was asked: the lines say why and what to do next."""

    code = ExitCode.REFUSED

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class NotReady(CommandError):
    """A setting is wrong, or the database, broker or a mail server cannot be used."""

    code = ExitCode.NOT_READY


class NotFound(CommandError):
    """There is no such thing."""

    code = ExitCode.NOT_FOUND


# The first that fits decides, so that what is special stands above what is general.
CODES: tuple[tuple[type[Exception], ExitCode], ...] = (
    (UnknownCase, ExitCode.NOT_FOUND),
    (UnknownMessage, ExitCode.NOT_FOUND),
    (QuarantineError, ExitCode.REFUSED),
    (AllowanceError, ExitCode.REFUSED),
    (MemberError, ExitCode.REFUSED),
    (ReviewError, ExitCode.REFUSED),
    (IllegalMove, ExitCode.REFUSED),
    (NotMigrated, ExitCode.NOT_READY),
    (ListeningError, ExitCode.NOT_READY),
    (OperationalError, ExitCode.NOT_READY),
    (InterfaceError, ExitCode.NOT_READY),
    (ProgrammingError, ExitCode.NOT_READY),
)


def reported(command: Callable[P, R]) -> Callable[P, R]:
    """The command with its expected errors told in one line each, and their exit code."""

    @wraps(command)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except CommandError as error:
            tell(*error.lines)
            raise typer.Exit(error.code) from error
        except tuple(kind for kind, _ in CODES) as error:
            tell(in_words(error))
            raise typer.Exit(code_of(error)) from error

    return telling


def tell(*lines: str) -> None:
    """Say on standard error what is wrong."""
    for line in lines:
        typer.echo(f"error: {line}", err=True)


def code_of(error: Exception) -> ExitCode:
    """The exit code of an expected error."""
    return next(code for kind, code in CODES if isinstance(error, kind))


def in_words(error: Exception) -> str:
    """The error in one line, with what to do."""
    if isinstance(error, OperationalError | InterfaceError | ProgrammingError):
        reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error).__name__
        return f"the database cannot be used ({reason}): check CONSULTANT_DATABASE_URL, then run `consultant doctor`"
    what_to_do = getattr(error, "what_to_do", "")
    return " ".join(f"{error} {what_to_do}".split())
