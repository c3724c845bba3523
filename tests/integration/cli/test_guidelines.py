"""`consultant guidelines`: load, list, show and check."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run
from tests.unit.reference.notes import NOTE, write


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's folder with a note, in the settings."""
    folder = write(tmp_path / "notes", "wages")
    monkeypatch.setenv("CONSULTANT_GUIDELINE_FOLDERS", json.dumps([str(folder)]))
    return folder


def test_an_operators_notes_come_with_migrate_and_change_with_load(run: Run, own: Path) -> None:
    assert run("migrate").code == 0
    (note,) = run("guidelines", "list", "--code", "00025", "--json").data
    assert (note["slug"], note["folder"]) == ("wages", str(own))
    assert [each["section"] for each in note["sources"]] == ["ch. 99 §1", "ch. Z"]

    write(own, "wages", NOTE.replace("on wages", "on fees"))
    ours, theirs = run("guidelines", "load", "--json").lines
    assert (ours["folder"], ours["changed"]) == (None, False)
    assert theirs == {"folder": str(own), "notes": 1, "changed": True}
    assert "A rule on fees" in run("guidelines", "show", "wages").out


def test_a_note_is_shown_whole_and_an_unknown_one_is_not_there(run: Run) -> None:
    run("migrate")
    shown = run("guidelines", "show", "modifier-25")
    assert shown.code == 0
    assert "significant, separately identifiable" in " ".join(shown.out.split())
    assert "Medicare Claims Processing Manual, Pub. 100-04" in shown.out
    assert run("guidelines", "show", "modifier-25", "--json").data[0]["payer"] == "Medicare"
    unknown = run("guidelines", "show", "modifier-250")
    assert (unknown.code, "consultant guidelines list" in unknown.err) == (4, True)


def test_the_list_may_be_of_a_topic(run: Run) -> None:
    run("migrate")
    everything = run("guidelines", "list", "--json").data
    on_topic = run("guidelines", "list", "--topic", "add_on", "--json").data
    assert 0 < len(on_topic) < len(everything)
    assert all("add_on" in note["topics"] for note in on_topic)
    assert "add-on-code-types" in run("guidelines", "list", "--topic", "add_on").out


def test_a_bad_note_is_told_and_changes_nothing(run: Run, own: Path) -> None:
    run("migrate")
    write(own, "wages", NOTE.replace("title", "tilte"))
    refused = run("guidelines", "load")
    assert (refused.code, "wages.md, line 2, front matter 'tilte'" in refused.err) == (1, True)
    assert run("migrate").code == 3
    assert "A rule on wages" in run("guidelines", "show", "wages").out


def test_check_needs_no_database_and_fails_on_errors_alone(run: Run, tmp_path: Path) -> None:
    good = run("guidelines", "check", write(tmp_path / "good", "wages"))
    assert (good.code, "0 errors, 1 warnings" in good.out) == (0, True)
    bad = run("guidelines", "check", write(tmp_path / "bad", "wages", NOTE.replace('"units"', '"unit"')), "--json")
    assert bad.code == 1
    assert {each["kind"] for each in bad.lines} == {"error", "warning"}


def test_check_without_a_folder_is_of_the_library_and_the_folders_set(run: Run, own: Path) -> None:
    checked = run("guidelines", "check", "--json")
    assert checked.code == 0
    assert "wages.md" in {each["file"] for each in checked.lines}
