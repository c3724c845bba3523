"""`consultant migrate`, and what every command says while something is not ready."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consultant.db.engine import open_engine
from consultant.db.people import Plan
from consultant.db.reference import RefCode
from tests.integration.cli.conftest import Run


def test_a_database_is_made_ready_and_stays_as_it_is_the_second_time(run: Run, state: Path) -> None:
    assert run("migrate").code == 0
    first = contents(state)
    assert run("migrate").code == 0
    assert contents(state) == first
    assert first[0] == ["guest", "standard"]
    assert first[1] > 50


def contents(state: Path) -> tuple[list[str], int]:
    engine = open_engine(f"sqlite:///{state / 'consultant.db'}")
    with Session(engine) as session:
        plans = list(session.scalars(select(Plan.name).order_by(Plan.name)))
        codes = session.scalar(select(func.count()).select_from(RefCode)) or 0
    engine.dispose()
    return plans, codes


def test_without_a_database_a_command_says_what_to_run_and_makes_none(run: Run, state: Path) -> None:
    said = run("members", "list")
    assert (said.code, said.out) == (3, "")
    assert said.err == "error: there is no database yet: run `consultant migrate`\n"
    assert not state.exists()


def test_a_database_of_another_version_is_named(run: Run, state: Path) -> None:
    state.mkdir()
    (state / "consultant.db").touch()
    said = run("cases", "list")
    assert said.code == 3
    assert said.err.startswith("error: the database is at revision none, this version needs ")
    assert "run `consultant migrate`" in said.err


def test_each_wrong_setting_is_told_in_a_line_without_its_value(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULTANT_IMAP__PORT", "hunter2")
    monkeypatch.setenv("CONSULTANT_SMTP__TLS", "hunter3")
    said = run("members", "list")
    assert (said.code, said.out) == (3, "")
    first, second = said.err.splitlines()
    assert first.startswith("error: setting imap.port (CONSULTANT_IMAP__PORT): ")
    assert second.startswith("error: setting smtp.tls (CONSULTANT_SMTP__TLS): ")
    assert "hunter" not in said.err


def test_a_faulty_settings_file_is_told_in_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "consultant.toml").write_text("imap = [")
    said = run("members", "list")
    assert said.code == 3
    assert said.err.startswith("error: the settings cannot be read: ")
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CONSULTANT_CONSULT_ADDRESS", "no address"),
        ("CONSULTANT_DATABASE_URL", "nonsense"),
        ("CONSULTANT_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/none"),
    ],
)
def test_a_setting_that_cannot_be_used_is_no_traceback(
    desk: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    said = desk("members", "list")
    assert said.code == 3
    assert said.err.startswith("error: ")
    assert len(said.err.splitlines()) == 1


def test_a_state_folder_that_cannot_be_made_is_told(run: Run, state: Path) -> None:
    state.write_text("in the way")
    said = run("migrate")
    assert said.code == 3
    assert said.err.startswith(f"error: the state folder {state} cannot be used (")


def test_an_unknown_command_is_wrong_usage(run: Run) -> None:
    assert run("mebmers", "list").code == 2
    assert run("members", "list", "--yaml").code == 2
