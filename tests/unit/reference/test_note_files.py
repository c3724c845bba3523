"""A note is read whole, or refused with its place and what to do."""

from datetime import date
from pathlib import Path

import pytest

from consultant.reference.note_files import NoteError, read_folder
from tests.unit.reference.notes import NOTE, write


def test_a_note_is_read_whole(tmp_path: Path) -> None:
    (note,) = read_folder(write(tmp_path, "wages"))
    assert (note.slug, note.title, note.payer, note.text) == (
        "wages", "A rule on wages", "Medicare", "Two units at the most."
    )  # fmt: skip
    assert (note.effective, note.last_day) == (date(2024, 1, 1), None)
    assert (note.codes, note.topics) == (("00011", "00020-00029"), ("units",))
    assert [source.section for source in note.sources] == ["ch. 99 §1", "ch. Z"]
    assert note.sources[0].document.name.startswith("Medicare Claims Processing Manual")


def test_a_note_of_one_source_may_name_it_briefly(tmp_path: Path) -> None:
    brief = 'release = "pub-100-04"\nlocator = "ch. 99 §1"\n'
    several = NOTE[NOTE.index("sources") : NOTE.index("+++\nTwo")]
    (note,) = read_folder(write(tmp_path, "wages", NOTE.replace(several, brief)))
    assert [source.section for source in note.sources] == ["ch. 99 §1"]


def test_a_folder_may_bring_documents_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "wages", NOTE.replace("pub-100-04", "clinic-7"))
    (tmp_path / "documents.csv").write_text(
        "key,name,edition,effective_from,effective_to\nclinic-7,Clinic policy 7,2nd,2026-01-01,\n", encoding="utf-8"
    )
    (note,) = read_folder(tmp_path)
    assert note.sources[0].document.name == "Clinic policy 7"


@pytest.mark.parametrize(
    ("there", "wrong", "place", "told"),
    [
        ("title =", "title", "front matter", "TOML"),
        ("title =", "titel =", "'titel'", "there is no such key"),
        ('"A rule on wages"', '""', "'title'", "0 characters"),
        ("2024-01-01", '"2024"', "'effective'", "'2024' is no date"),
        ("payer =", "last_day = 2023-12-31\npayer =", "'last_day'", "cannot precede"),
        ("00020-00029", "00029-00020", "'codes'", "no code and no range"),
        ('"pub-100-04"', '"pub"', "'sources'", "no document 'pub'"),
        ('section = "ch. 99 §1"', 'section = " "', "'sources'", "the section is missing"),
        ('section = "ch. 99 §1"', 'page = "1"', "'sources'", "no document with its section"),
        ('["units"]', "[1]", "'topics'", "1 is no text"),
        ("+++\n", "", "front matter", "it is missing"),
        ("Two units at the most.", "", "text", "there is none"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, there: str, wrong: str, place: str, told: str) -> None:
    assert there in NOTE
    write(tmp_path, "wages", NOTE.replace(there, wrong, 1))
    with pytest.raises(NoteError) as refused:
        read_folder(tmp_path)
    assert refused.value.file == "wages.md"
    assert place in str(refused.value)
    assert told in str(refused.value)


def test_a_note_without_sources_a_bad_name_and_no_folder_are_refused(tmp_path: Path) -> None:
    several = NOTE[NOTE.index("sources") : NOTE.index("+++\nTwo")]
    write(tmp_path / "a", "wages", NOTE.replace(several, "sources = []\n"))
    write(tmp_path / "b", "Wages 2")
    for folder, told in (("a", "Name the document"), ("b", "Rename the file"), ("c", "guideline_folders")):
        with pytest.raises(NoteError, match=told):
            read_folder(tmp_path / folder)
