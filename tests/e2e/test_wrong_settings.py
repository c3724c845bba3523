"""Settings that cannot work are refused at the start, in one line; what lies in the state folder is private."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.e2e.machine import Machine


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONSULTANT_DATABASE_URL", "foo"),
        ("CONSULTANT_DATABASE_URL", "mysql://x/y"),
        ("CONSULTANT_SECRET_KEY", "short"),
        ("CONSULTANT_BROKER_URL", "bogus://x"),
        ("CONSULTANT_SERVICE_NAME", "Two\nlines"),
        ("CONSULTANT_GUEST_PLAN", "nope"),
        ("CONSULTANT_FOLLOW_UP_DAYS", "999999999"),
        ("CONSULTANT_SWEEP_SECONDS", "inf"),
        ("CONSULTANT_WEB__PORT", "99999"),
        ("CONSULTANT_TYPO", "1"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    refused = Machine(tmp_path / "var", **{name: value}).command("run")
    assert refused.returncode == 3
    assert "Traceback" not in refused.stderr
    assert refused.stderr.startswith("error: ")


def test_no_other_user_of_the_machine_can_read_the_mail(tmp_path: Path) -> None:
    """Questions may hold patient data."""
    machine = Machine(tmp_path / "var")
    machine.start()
    machine.stop()
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) & 0o077 == 0


def test_nor_where_the_database_was_made_before_the_first_start(tmp_path: Path) -> None:
    assert Machine(tmp_path / "var").command("migrate").returncode == 0
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) & 0o077 == 0
