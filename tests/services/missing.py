"""What the tests need and this machine lacks: skipped with a plain reason, failed in CI, told at the end."""

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import pytest

_REASON = re.compile(r"\S+ is missing \(Debian package [^)]*\)")
PACKAGES = {
    "redis-server": "redis-server",
    "initdb": "postgresql",
    "postgres": "postgresql",
    "dovecot": "dovecot-imapd",
    "chromium": "chromium",
}
"""Program → the Debian package that brings it; `.ci/install-debian-packages` installs the same ones."""


def program(*names: str) -> Path:
    """The first of these programs that is installed; ends the test where none is.

    Debian keeps server programs out of a user's PATH, in /usr/sbin and /usr/lib/postgresql/VERSION/bin.
    """
    found = next(filter(None, (shutil.which(name, path=_search_path()) for name in names)), None)
    if found is None:
        _lacking(names[0])
    return Path(found)


def reasons(reports: Iterable[str]) -> list[str]:
    """Why tests could not run, by what is reported of them: one reason for each program that they missed."""
    return sorted({found for report in reports for found in _REASON.findall(report)})


def _search_path() -> str:
    postgres = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_version, reverse=True)
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *map(str, postgres)])


def _major_version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _lacking(name: str) -> NoReturn:
    reason = f"{name} is missing (Debian package {PACKAGES[name]})"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; in CI every service must be there", pytrace=False)
    pytest.skip(reason)
