"""The rooms of the house know of each other only what is agreed, and loading one does nothing by itself."""

import subprocess
import sys
from pathlib import Path

from tests.house.repository import PACKAGES, ROOT, sources

IMPORT_EACH = """
import importlib, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.mkdir"):
        raise RuntimeError(f"importing {name} does {event}")

root, *names = sys.argv[1:]
sys.path.insert(0, root)
sys.addaudithook(refuse)
for name in names:
    importlib.import_module(name)
"""


def test_every_import_contract_is_kept() -> None:
    """The contracts are in pyproject.toml; the report names each line that breaks one."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


def test_importing_any_module_needs_nothing_and_does_nothing(tmp_path: Path) -> None:
    names = [module_name(path) for path in sources(*PACKAGES) if "migrations" not in path.parts]
    command = [sys.executable, "-B", "-c", IMPORT_EACH, str(ROOT), *names]
    outcome = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    assert list(tmp_path.iterdir()) == []


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
