"""Which notes are found, in what order, and whose note wins."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from consultant.reference.model import Reference
from consultant.reference.note_files import NoteError, library, note_files
from consultant.reference.notes import load_guidelines
from consultant.reference.store import SqlReference
from tests.unit.reference.notes import NOTE, write

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = date(2026, 5, 5)

Sessions = sessionmaker[Session]


def load(sessions: Sessions, *folders: Path) -> list[tuple[str, bool]]:
    with sessions.begin() as session:
        return [(Path(each.name).name, each.is_new) for each in load_guidelines(session, folders, NOW)]


def written(codes: str = "", topics: str = "", dates: str = "effective = 2024-01-01", title: str = "A rule") -> str:
    def listed(words: str) -> str:
        return ", ".join(f'"{word}"' for word in words.split())

    source = '{document = "pub-100-04", section = "ch. 1"}'
    facts = f"codes = [{listed(codes)}]\ntopics = [{listed(topics)}]\nsources = [{source}]\n"
    return f'+++\ntitle = "{title}"\n{dates}\n{facts}+++\nThe rule.\n'


def test_notes_on_the_codes_come_before_notes_on_the_topics(sessions: Sessions, tmp_path: Path) -> None:
    write(tmp_path, "about-units", written(topics="units"))
    write(tmp_path, "about-one", written("00011"))
    write(tmp_path, "about-both", written("00011 00020-00029"))
    write(tmp_path, "about-something-else", written("00033", "telehealth"))
    load(sessions, tmp_path)

    found = [n for n in SqlReference(sessions).guidelines(["00022", "00011"], ["units"], LATER) if n.folder]
    assert [one.slug for one in found] == ["about-both", "about-one", "about-units"]
    assert (found[0].codes, found[0].ranges) == (("00011", "00022"), ("00020-00029",))


@pytest.mark.parametrize(("day", "found"), [("2025-03-31", 1), ("2025-04-01", 0)])
def test_a_note_holds_to_its_last_day(sessions: Sessions, tmp_path: Path, day: str, found: int) -> None:
    dates = "effective = 2024-01-01\nlast_day = 2025-03-31"
    load(sessions, write(tmp_path, "old", written("00011", dates=dates)))
    assert len(SqlReference(sessions).guidelines(["00011"], [], date.fromisoformat(day))) == found


def test_all_sources_are_told_and_whose_note_it_is(sessions: Sessions, tmp_path: Path) -> None:
    load(sessions, write(tmp_path / "ours", "wages"))
    (note,) = SqlReference(sessions).guidelines(["00025"], [], LATER)
    assert note.payer == "Medicare"
    first, second = note.sources
    assert first.name.startswith("Medicare Claims Processing Manual")
    assert first.locator == f"ch. 99 §1, as noted in {tmp_path / 'ours'}"
    assert (second.release, second.effective) == ("revision of 2026-01-01", "2026-01-01 to 2026-12-31")


def test_an_operators_note_wins_over_ours_while_it_holds(sessions: Sessions, tmp_path: Path) -> None:
    theirs = written("25", dates="effective = 2026-01-01", title="Our house rule")
    write(tmp_path / "first", "modifier-25", theirs)
    write(tmp_path / "last", "modifier-25", theirs.replace("Our house", "The last"))
    load(sessions, tmp_path / "first", tmp_path / "last")

    def titles(on: date) -> list[str]:
        return [n.title for n in SqlReference(sessions).guidelines(["25"], [], on) if n.slug == "modifier-25"]

    assert titles(LATER) == ["The last rule"]
    assert titles(date(2025, 12, 31)) == ["Modifier 25: a visit of its own"]
    load(sessions, tmp_path / "first")
    assert titles(LATER) == ["Our house rule"]
    load(sessions)
    assert titles(LATER) == ["Modifier 25: a visit of its own"]


def test_a_winner_hides_a_note_even_where_it_speaks_of_something_else(sessions: Sessions, tmp_path: Path) -> None:
    load(sessions, write(tmp_path, "modifier-25", written("00033")))
    assert "modifier-25" not in {n.slug for n in SqlReference(sessions).guidelines(["25"], [], LATER)}


def test_a_folder_is_loaded_again_only_when_a_note_changed(sessions: Sessions, tmp_path: Path) -> None:
    folder, reference = write(tmp_path / "own", "wages"), SqlReference(sessions)
    assert load(sessions, folder) == [("", True), ("own", True)]
    assert load(sessions, folder) == [("", False), ("own", False)]
    assert [n.title for n in reference.guidelines(["00025"], [], LATER)] == ["A rule on wages"]

    write(folder, "wages", NOTE.replace("on wages", "on fees"))
    assert load(sessions, folder) == [("", False), ("own", True)]
    assert [n.title for n in reference.guidelines(["00025"], [], LATER)] == ["A rule on fees"]


def test_a_note_that_cannot_be_read_leaves_everything_as_it_was(sessions: Sessions, tmp_path: Path) -> None:
    folder = write(tmp_path / "own", "wages")
    load(sessions, folder)
    write(folder, "other", "no front matter")
    with pytest.raises(NoteError):
        load(sessions, folder)
    assert len(SqlReference(sessions).guidelines(["00025"], [], LATER)) == 1


def test_the_library_comes_with_the_program(sessions: Sessions) -> None:
    load(sessions)
    there = {file.name.removesuffix(".md") for file in note_files(library())}
    found = SqlReference(sessions)._notes.library().notes
    assert {each.note.slug for each in found} == there
    assert len(there) >= 150


def test_time_bands_of_visits_change_with_2024(starter: Reference) -> None:
    def about(day: date) -> set[str]:
        return {note.slug for note in starter.guidelines(["99214"], [], day)}

    assert "office-visit-time-2021-2023" in about(date(2023, 12, 31))
    assert "office-visit-time-2024" not in about(date(2023, 12, 31))
    assert "office-visit-time-2024" in about(date(2024, 1, 1))
    assert "office-visit-level" not in about(date(2020, 12, 31))


def test_jz_is_required_from_july_2023(starter: Reference) -> None:
    def about(day: date) -> set[str]:
        return {note.slug for note in starter.guidelines(["JZ"], [], day)}

    assert "discarded-drugs-before-jz" in about(date(2023, 6, 30)) - about(date(2023, 7, 1))
    assert "discarded-drugs" in about(date(2023, 7, 1)) - about(date(2023, 6, 30))
