"""The linter over made-up notes, and over the library itself."""

from datetime import date
from pathlib import Path

import pytest

from consultant.reference.model import Reference
from consultant.reference.note_check import check_folder
from consultant.reference.note_files import library
from tests.unit.reference.notes import NOTE, write

TODAY = date(2026, 11, 20)
FRONT = NOTE.replace('"00011", "00020-00029"', '"99213"')


def told(folder: Path, reference: Reference) -> list[tuple[bool, str]]:
    return [(each.is_error, each.problem) for each in check_folder(folder, reference, TODAY)]


def test_a_good_note_has_no_problem(tmp_path: Path, starter: Reference) -> None:
    assert told(write(tmp_path, "visits", FRONT), starter) == []


@pytest.mark.parametrize(
    ("there", "wrong", "is_error", "problem"),
    [
        ('"units"', '"unit"', True, "no topic 'unit'"),
        ('topics = ["units"]\ncodes = ["99213"]', "topics = []\ncodes = []", True, "nobody will find it"),
        ('"99213"', '"99213", "99213"', True, "one of its codes stands twice"),
        ("at the most.", "at the most, " * 60, True, "words: write at most 170"),
        ("2024-01-01", "1954-01-01", True, "before Medicare began"),
        ("2024-01-01", "2204-01-01", True, "check the year"),
        ("title", "tilte", True, "there is no such key"),
        ('"99213"', '"99201"', False, "not in force on 2026-11-20: 99201"),
        ('"99213"', '"77777"', False, "the loaded data knows nothing of 77777"),
        ('"99213"', '"99213-99299"', False, "the loaded data knows nothing of 99299"),
        ('"Medicare"', '"Acme Health"', False, "questions name no payer 'Acme Health'"),
    ],
)
def test_each_kind_of_problem_is_found(
    tmp_path: Path, starter: Reference, there: str, wrong: str, is_error: bool, problem: str
) -> None:
    assert there in FRONT
    ((error, said),) = told(write(tmp_path, "visits", FRONT.replace(there, wrong)), starter)
    assert (error, problem in said) == (is_error, True), said


def test_a_code_is_looked_up_on_the_last_day_of_a_note_that_has_ended(tmp_path: Path, starter: Reference) -> None:
    ended = FRONT.replace("2024-01-01", "2018-01-01\nlast_day = 2020-12-31").replace("99213", "99201")
    assert told(write(tmp_path, "visits", ended), starter) == []


def test_every_bad_note_is_told_and_an_empty_folder(tmp_path: Path, starter: Reference) -> None:
    write(tmp_path / "bad", "one", "nothing")
    write(tmp_path / "bad", "two", "nothing")
    (tmp_path / "empty").mkdir()
    assert [error for error, _ in told(tmp_path / "bad", starter)] == [True, True]
    assert told(tmp_path / "empty", starter)[0][0] is False
    assert told(tmp_path / "gone", starter)[0][0] is True


def test_the_library_has_no_error_and_no_dead_code(starter: Reference) -> None:
    problems = list(check_folder(library(), starter, TODAY))
    assert [each for each in problems if each.is_error] == []
    assert [each for each in problems if "not in force" in each.problem or "no payer" in each.problem] == []
