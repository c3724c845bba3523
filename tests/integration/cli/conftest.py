"""The command line, run in this process on a database of its own."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from consultant.cli.lazy import make_command
from consultant.cli.table import COMMANDS

MEMBER = "mia@clinic.example"
CONSULTANT = "ana@consult.example"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as the one JSON value that it is."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder, not made yet; nothing of this machine's own settings is seen."""
    folder = tmp_path / "state"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONSULTANT_STATE_DIR", str(folder))
    monkeypatch.setenv("CONSULTANT_EMBEDDED__ENABLED", "false")
    monkeypatch.delenv("COLUMNS", raising=False)  # as wide as into a pipe, wherever the tests run
    return folder


@pytest.fixture
def run(state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs `consultant` with these arguments, as its console script does."""
    handlers = logging.root.handlers[:]

    def run(*args: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            make_command(COMMANDS).main([str(arg) for arg in args], prog_name="consultant")
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    yield run
    logging.root.handlers[:] = handlers
    structlog.reset_defaults()


@pytest.fixture
def desk(run: Run) -> Run:
    """The same, on a database with one member and one consultant."""
    for command in (
        ("migrate",),
        ("members", "add", "Mia Stone", MEMBER),
        ("consultants", "add", "Ana Reyes", CONSULTANT, "--credentials", "CPC"),
    ):
        assert run(*command).code == 0
    return run


@pytest.fixture
def ask(desk: Run) -> Callable[..., Any]:
    """Asks as the member, and gives what came of it."""

    def ask(text: str = "May 96423 be billed with 96422?", *, sender: str = MEMBER) -> Any:
        return desk("ask", "--from", sender, "--json", stdin=text.encode()).data

    return ask
