"""`consultant` as a process of its own, as a shell starts it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from consultant.cli.table import COMMANDS
from workers.command import PROCESSES

ROOT = Path(__file__).parents[3]
START = "from workers.command import main; main()"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Only what a shell would have, and a state folder of our own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONSULTANT_")}
    return {**kept, "PYTHONPATH": str(ROOT), "CONSULTANT_STATE_DIR": str(tmp_path / "state")}


def start(
    environment: dict[str, str], *args: str, code: str = START, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment,
        cwd=environment["CONSULTANT_STATE_DIR"].removesuffix("/state"),
        timeout=60,
        check=False,
    )


def test_a_question_is_asked_by_a_pipe(environment: dict[str, str]) -> None:
    assert start(environment, "migrate").returncode == 0
    asked = start(
        environment, "ask", "--from", "mia@clinic.example", "--wait", "--json", stdin="96423 with 96422, 5½ hours?"
    )
    assert (asked.returncode, asked.stderr) == (0, "")
    told = json.loads(asked.stdout)
    assert (told["state"], told["draft"]["version"]) == ("drafted", 1)


def test_a_refusal_is_one_line_on_standard_error_and_an_exit_code(environment: dict[str, str]) -> None:
    refused = start(environment, "cases", "list", "--json")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert refused.stderr == "error: there is no database yet: run `consultant migrate`\n"


def test_the_help_lists_every_command_and_the_exit_codes(environment: dict[str, str]) -> None:
    shown = start({**environment, "COLUMNS": "200"}, "--help")
    assert shown.returncode == 0
    for name, (_, line) in {**PROCESSES, **COMMANDS}.items():
        assert any(name in row and line in row for row in shown.stdout.splitlines()), name
    assert "Exit codes: 0 done; 1 what was asked for failed or was refused; 2 wrong usage; 3 " in shown.stdout


def test_the_help_imports_nothing_heavy(environment: dict[str, str]) -> None:
    code = f"""
import sys
try:
    {START.replace("; ", chr(10) + "    ")}
finally:
    print(sorted({{"sqlalchemy", "celery", "starlette", "imapclient", "alembic"}} & set(sys.modules)), file=sys.stderr)
"""
    shown = start(environment, "--help", code=code)
    assert (shown.returncode, shown.stderr) == (0, "[]\n")
