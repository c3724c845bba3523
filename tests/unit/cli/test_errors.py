"""Errors, as a person at the command line meets them."""

from importlib import import_module

import pytest
import typer
from sqlalchemy.exc import OperationalError

from consultant.allowance.ledger import NoAllowance
from consultant.cases.desk import UnknownCase
from consultant.cli.errors import CODES, NotFound, NotReady, reported
from consultant.cli.exit_codes import MEANINGS, ExitCode
from consultant.intake.quarantine import NobodyToAnswer, UnknownMessage


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoAllowance(1), 1),
        (NobodyToAnswer(1), 1),
        (NotReady("the broker is down: start it"), 3),
        (OperationalError("SELECT 1", {}, Exception("no such host\nand more")), 3),
        (NotFound("there is no such thing: look again"), 4),
        (UnknownCase("C-2026-000001"), 4),
        (UnknownMessage(1), 4),
    ],
)
def test_an_expected_error_is_one_line_and_an_exit_code(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    @reported
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        command()
    said = capsys.readouterr()
    assert (ended.value.exit_code, said.out) == (code, "")
    assert said.err.startswith("error: ")
    assert len(said.err.splitlines()) == 1


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    @reported
    def command() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        command()


@pytest.mark.parametrize("name", CODES)
def test_every_name_in_the_list_is_an_error_that_exists(name: str) -> None:
    module, _, error = name.rpartition(".")
    assert issubclass(getattr(import_module(module), error), Exception)


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(ExitCode)
