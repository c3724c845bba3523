"""How data is printed: JSON for programs, Rich tables for people. Knows nothing of what it prints."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

WIDE = 160
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def print_json(value: object) -> None:
    """One JSON value on one line, in ASCII, so that no terminal or pipe can spoil it."""
    typer.echo(json.dumps(value, default=_plain))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Rows under these columns; nothing in a cell is taken as markup."""
    table = Table(title=title or None, title_justify="left")
    for number, name in enumerate(columns):
        table.add_column(name.replace("_", " "), overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*(cell(each) for each in row))
    console().print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """Names and values, one below the other."""
    grid = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        grid.add_row(name.replace("_", " "), cell(value))
    console().print(grid)


def print_text(text: str) -> None:
    """Text as it is; long lines are left to the terminal."""
    console().print(text, soft_wrap=True)


def console(*, stderr: bool = False) -> Console:
    """A console that takes text literally; into a file or a pipe it writes wide."""
    made = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = WIDE
    return made


def cell(value: object) -> str:
    """A value in a table."""
    match value:
        case None | "":
            return "–"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case list() | tuple():
            return ", ".join(str(each) for each in value) or "–"
        case dict():
            return ", ".join(f"{name}={each}" for name, each in value.items()) or "–"
    return str(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not printed as JSON")
