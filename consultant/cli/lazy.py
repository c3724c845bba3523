"""The `consultant` command itself: a group that lists its commands from a table and imports one when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from consultant.cli.exit_codes import EPILOG
from consultant.cli.table import Table

HELP = "Take coding questions by mail, draft cited answers, have them reviewed, send them."


class LazyGroup(TyperGroup):
    """Commands of a table `name: ("module:attribute", one line of help)`.

    The attribute is a `typer.Typer` for a group of commands, or a function for a single one.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(
            name="consultant",
            help=HELP,
            epilog=EPILOG,
            no_args_is_help=True,
            commands={name: TyperCommand(name, help=line) for name, (_, line) in table.items()},
        )
        self._targets = {name: target for name, (target, _) in table.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that is called, imported now."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, None if name is None else self.load(name), rest

    def load(self, name: str) -> Any:
        """Import a command of the table. Raises KeyError for a name that is not there."""
        module, _, attribute = self._targets[name].partition(":")
        target = getattr(import_module(module), attribute)
        if isinstance(target, typer.Typer):
            return get_command(target)
        single = typer.Typer(add_completion=False)
        single.command(name)(target)
        return get_command(single)


def make_command(table: Table) -> LazyGroup:
    """The command line of these commands; calling it runs it with the arguments of the process."""
    return LazyGroup(table)
