"""The documents say what the code does: every setting, every command, every exit code."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.core import TyperGroup

from consultant.cli.exit_codes import MEANINGS
from consultant.cli.lazy import make_command
from consultant.cli.settings_page import page, rows
from consultant.cli.table import COMMANDS
from tests.house.repository import ROOT
from workers.command import PROCESSES

TABLE = {**PROCESSES, **COMMANDS}
COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def test_the_page_on_settings_is_current() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_setting_is_described_in_a_sentence() -> None:
    assert [row.name for row in rows() if not row.description.endswith(".")] == []
    assert len({row.name for row in rows()}) == len(rows()) > 40


@pytest.mark.parametrize("name", TABLE)
def test_every_command_is_documented_with_its_options(name: str) -> None:
    for path, command in commands(name, make_command(TABLE).load(name)):
        section = section_on(path)
        missing = [
            option
            for parameter in command.params
            for option in parameter.opts
            if option.startswith("--") and option != "--help" and f"`{option}" not in section
        ]
        assert missing == [], path


def test_no_command_is_documented_that_is_not_there() -> None:
    known = {path for name in TABLE for path, _ in commands(name, make_command(TABLE).load(name))}
    groups = {name for name in TABLE if isinstance(make_command(TABLE).load(name), TyperGroup)}
    documented = set(re.findall(r"^#{2,3} `consultant ([a-z ]+?)(?: [A-Z\[].*)?`$", COMMANDS_PAGE, re.MULTILINE))
    assert documented - known - groups == set()


def test_every_exit_code_is_documented() -> None:
    for code, meaning in MEANINGS.items():
        assert f"| {code.value} | {meaning} |" in COMMANDS_PAGE


def test_every_verdict_is_documented() -> None:
    page = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "consultant" / "intake").glob("*.py"))
    reached = set(re.findall(r'Verdict\(\s*Outcome\.([A-Z_]+),\s*"([a-z-]+)"', source))
    assert len(reached) > 12
    assert [
        f"{outcome} {reason}" for outcome, reason in reached if f"| `{outcome.lower()}` | `{reason}` |" not in page
    ] == []


def commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Each command that can be called below this one, with what is typed to call it."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from commands(f"{path} {name}", inner)
    else:
        yield path, command


def section_on(path: str) -> str:
    """What the page says below the heading of the command."""
    found = re.search(rf"^#+ `consultant {path}\b[^\n]*`\n(.*?)(?=^#|\Z)", COMMANDS_PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md has no section on `consultant {path}`"
    return found[1]
