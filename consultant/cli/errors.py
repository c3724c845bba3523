"""Errors as a person at the command line meets them: one clear line on standard error, and an exit code.

What is not listed here is a fault of ours and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import typer

from consultant.cli.exit_codes import ExitCode

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


# By name, so that a command imports only what it works with; a name stands for what is derived from it too.
CODES: dict[str, ExitCode] = {
    "consultant.cases.desk.UnknownCase": ExitCode.NOT_FOUND,
    "consultant.intake.quarantine.UnknownMessage": ExitCode.NOT_FOUND,
    "consultant.intake.quarantine.QuarantineError": ExitCode.REFUSED,
    "consultant.allowance.ledger.AllowanceError": ExitCode.REFUSED,
    "consultant.allowance.members.MemberError": ExitCode.REFUSED,
    "consultant.cases.review.ReviewError": ExitCode.REFUSED,
    "consultant.cases.states.IllegalMove": ExitCode.REFUSED,
    "consultant.db.migrate.NotMigrated": ExitCode.NOT_READY,
    "consultant.mail.listening.ListeningError": ExitCode.NOT_READY,
    "consultant.reference.note_files.NoteError": ExitCode.NOT_READY,
    "sqlalchemy.exc.OperationalError": ExitCode.NOT_READY,
    "sqlalchemy.exc.InterfaceError": ExitCode.NOT_READY,
    "sqlalchemy.exc.ProgrammingError": ExitCode.NOT_READY,
}


def reported(command: Callable[P, R]) -> Callable[P, R]:
    """The command with its expected errors told in one line each, and their exit code."""

    @wraps(command)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except CommandError as error:
            tell(*error.lines)
            raise typer.Exit(error.code) from error
        except Exception as error:
            code = code_of(error)
            if code is None:
                raise
            tell(in_words(error))
            raise typer.Exit(code) from error

    return telling


def tell(*lines: str) -> None:
    """Say on standard error what is wrong."""
    for line in lines:
        typer.echo(f"error: {line}", err=True)


def code_of(error: Exception) -> ExitCode | None:
    """The exit code of an expected error, that of its nearest listed kind; None for a fault of ours."""
    return next((CODES[name] for name in _names(error) if name in CODES), None)


def in_words(error: Exception) -> str:
    """The error in one line, with what to do."""
    if any(name.startswith("sqlalchemy.exc.") for name in _names(error)):
        said = str(getattr(error, "orig", "")).strip()
        reason = said.splitlines()[0] if said else type(error).__name__
        return f"the database cannot be used ({reason}): check CONSULTANT_DATABASE_URL, then run `consultant doctor`"
    what_to_do = getattr(error, "what_to_do", "")
    return " ".join(f"{error} {what_to_do}".split())


def _names(error: Exception) -> list[str]:
    """What the error is, from the most special kind to the most general."""
    return [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
