"""The group of commands that is made from a table."""

import subprocess
import sys

import pytest

from consultant.cli.lazy import make_command
from consultant.cli.table import COMMANDS


def test_a_command_is_imported_when_it_is_called_and_not_before(capsys: pytest.CaptureFixture[str]) -> None:
    command = make_command({"settings": COMMANDS["settings"], "broken": ("consultant.cli.nowhere:app", "Not there.")})
    with pytest.raises(SystemExit) as ended:
        command.main(["--help"], prog_name="consultant")
    assert ended.value.code == 0
    assert "Not there." in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        command.main(["settings"], prog_name="consultant")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("# Settings\n")
    with pytest.raises(ModuleNotFoundError):
        command.main(["broken"], prog_name="consultant")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_has_help_of_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        make_command(COMMANDS).main([name, "--help"], prog_name="consultant")
    assert ended.value.code == 0
    assert f"Usage: consultant {name}" in capsys.readouterr().out


def test_a_slip_is_answered_with_the_likely_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        make_command(COMMANDS).main(["quarantin"], prog_name="consultant")
    assert ended.value.code == 2
    assert "quarantine" in capsys.readouterr().err


def test_a_look_up_imports_nothing_of_the_service() -> None:
    """A person waits for it in a shell: mail, broker, web and migrations are not its business."""
    code = "import sys, consultant.cli.lookups; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "alembic",
        "celery",
        "cryptography",
        "imapclient",
        "jinja2",
        "kombu",
        "lxml",
        "openpyxl",
        "starlette",
        "structlog",
    }
    assert heavy & set(shown.stdout.split()) == set()
    assert "consultant" in shown.stdout.split()
