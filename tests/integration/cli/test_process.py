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


NOT_FOR_LOOK_UPS = """
aiosmtpd alembic authlib celery cryptography imapclient inscriptis jinja2 kombu lxml markdown_it openpyxl psycopg pypdf
redis starlette structlog urllib3 uvicorn sqlalchemy.dialects.postgresql consultant.cases consultant.db.tables
consultant.findings consultant.intake consultant.letters consultant.mail consultant.questions consultant.reference.notes
consultant.reference.search consultant.service consultant.web
""".split()


@pytest.mark.parametrize("asked", [("code", "96423"), ("pair", "96413", "96360")])
def test_a_look_up_starts_without_what_it_does_not_use(environment: dict[str, str], asked: tuple[str, ...]) -> None:
    """A person waits for it in a shell. Neither are the modules that it does import looked through for garbage."""
    assert start(environment, "migrate").returncode == 0
    code = f"""
import gc, json, sys
try:
    {START.replace("; ", chr(10) + "    ")}
finally:
    collections = sum(each["collections"] for each in gc.get_stats())
    print(json.dumps([collections, sorted(sys.modules)]), file=sys.stderr)
"""
    shown = start(environment, *asked, code=code)
    assert (shown.returncode, "NCCI" in shown.stdout) == (0, True)
    collections, imported = json.loads(shown.stderr)
    assert [name for name in imported if name.startswith("consultant.reference.ptp")]
    assert set(NOT_FOR_LOOK_UPS) & set(imported) == set()
    assert collections < 100  # hundreds, where every 700 objects set one off
