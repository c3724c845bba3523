"""What whoever types `make run` is told where .venv cannot be made: one line that says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

INSTALL = Path(__file__).parents[2] / ".ci" / "install"
NOBODY = 65534
OLD = 'case "$*" in *platform*) echo 3.9.2;; *) exit 1;; esac'
WITHOUT_VENV = 'case "$*" in *platform*) echo 3.12.2;; *ensurepip*) exit 1;; esac'


@pytest.fixture
def clone() -> Iterator[Path]:
    """A folder with nothing in it but the script; not below pytest's own, which only its owner may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / ".ci").mkdir()
        shutil.copy(INSTALL, folder / ".ci" / "install")
        folder.chmod(0o755)
        yield folder


def interpreter(folder: Path, script: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def told(folder: Path, python: str, *, user: int | None = None) -> str:
    done = subprocess.run(
        ["sh", ".ci/install", "requirements.lock", ".venv/ready-to-run"],
        cwd=folder, env={**os.environ, "PYTHON": python}, user=user, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line


def test_a_python_that_is_too_old_is_named(clone: Path) -> None:
    line = told(clone, interpreter(clone, OLD))
    assert line.startswith("Python 3.11 or newer is needed; found Python 3.9.2; install it")


def test_a_python_without_venv_says_which_package_to_install(clone: Path) -> None:
    line = told(clone, interpreter(clone, WITHOUT_VENV))
    assert line.startswith("Python 3.12 has no venv module: run 'sudo apt install python3-venv'")


def test_a_folder_that_cannot_be_written_is_named(clone: Path) -> None:
    python = interpreter(clone, "exit 0")
    clone.chmod(0o555)
    line = told(clone, python, user=NOBODY if os.geteuid() == 0 else None)
    assert line == f"{clone.resolve()} cannot be written: run make as its owner, or clone into a folder of your own."
