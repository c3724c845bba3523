"""What the exit codes of `consultant` mean; the one list that the help and the documentation show."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """How a command ended."""

    OK = 0
    REFUSED = 1
    USAGE = 2  # given by Typer
    NOT_READY = 3
    NOT_FOUND = 4


MEANINGS = {
    ExitCode.OK: "done",
    ExitCode.REFUSED: "what was asked for failed or was refused",
    ExitCode.USAGE: "wrong usage",
    ExitCode.NOT_READY: "a setting is wrong, or a service cannot be reached",
    ExitCode.NOT_FOUND: "not found",
}
EPILOG = "Exit codes: " + "; ".join(f"{code.value} {meaning}" for code, meaning in MEANINGS.items()) + "."
