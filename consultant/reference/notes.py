"""Guideline notes in the database: loading folders of them, and reading the library back.

A folder is replaced as a whole when one of its notes has changed. The caller commits: readers see the old notes or the
new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from consultant.db.reference_guidelines import RefGuideline, RefGuidelineFolder
from consultant.reference.library import Library, Shelved
from consultant.reference.note_files import Document, Note, NoteSource, digest, library, read_folder

OURS = ""


@dataclass(frozen=True, slots=True)
class LoadedFolder:
    """What became of a folder; `name` is empty for the library that comes with the program."""

    name: str
    notes: int
    is_new: bool


def load_guidelines(session: Session, folders: Sequence[Path], now: datetime) -> list[LoadedFolder]:
    """Bring our library and these folders into the database, and take away what was loaded of others.

    Of notes with one name that of the folder named last wins, and any before ours. Raises PackError with nothing
    changed when a note cannot be read.
    """
    read = [(OURS, read_folder(library())), *((str(each), read_folder(each)) for each in dict.fromkeys(folders))]
    there = {row.name: row for row in session.scalars(select(RefGuidelineFolder))}
    for name in there.keys() - {name for name, _ in read}:
        _remove(session, there[name])
    return [_bring(session, there.get(name), name, place, notes, now) for place, (name, notes) in enumerate(read)]


class StoredNotes:
    """The library of a database, read once and again when a folder was loaded anew. Safe from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read: tuple[Any, Library] = (None, Library(()))

    def library(self) -> Library:
        """The notes as they are in the database now."""
        folder = RefGuidelineFolder.__table__.c
        with self._engine.connect() as connection:
            query = select(folder.id, folder.name, folder.place, folder.sha256).order_by(folder.id)
            folders = tuple(tuple(row) for row in connection.execute(query))
            edition, there = self._read
            if edition == folders:
                return there
            notes = select(RefGuideline.__table__, folder.name, folder.place).join(RefGuidelineFolder.__table__)
            read = Library(Shelved(_note(row), row.name, row.place) for row in connection.execute(notes))
        self._read = folders, read
        return read


def _bring(
    session: Session, there: RefGuidelineFolder | None, name: str, place: int, notes: list[Note], now: datetime
) -> LoadedFolder:
    sha256 = digest(notes)
    if there is not None and there.sha256 == sha256:
        there.place = place
        return LoadedFolder(name, len(notes), is_new=False)
    if there is not None:
        _remove(session, there)
    folder = RefGuidelineFolder(name=name, place=place, sha256=sha256, loaded_at=now)
    session.add_all([folder, *(_row(note, folder) for note in notes)])
    session.flush()
    return LoadedFolder(name, len(notes), is_new=True)


def _remove(session: Session, folder: RefGuidelineFolder) -> None:
    session.execute(delete(RefGuideline).where(RefGuideline.folder_id == folder.id))
    session.delete(folder)
    session.flush()


def _row(note: Note, folder: RefGuidelineFolder) -> RefGuideline:
    return RefGuideline(
        folder=folder,
        slug=note.slug,
        title=note.title,
        text=note.text,
        effective=note.effective,
        last_day=note.last_day,
        payer=note.payer,
        codes=list(note.codes),
        topics=list(note.topics),
        sources=[_packed(source) for source in note.sources],
    )


def _packed(source: NoteSource) -> dict[str, Any]:
    document = source.document
    return {
        "name": document.name,
        "edition": document.edition,
        "from": document.effective_from.isoformat(),
        "to": document.effective_to.isoformat() if document.effective_to else None,
        "section": source.section,
    }


def _note(row: Any) -> Note:
    return Note(
        slug=row.slug,
        title=row.title,
        text=row.text,
        effective=row.effective,
        last_day=row.last_day,
        payer=row.payer,
        codes=tuple(row.codes),
        topics=tuple(row.topics),
        sources=tuple(_unpacked(each) for each in row.sources),
    )


def _unpacked(values: dict[str, Any]) -> NoteSource:
    last = date.fromisoformat(values["to"]) if values["to"] else None
    document = Document(values["name"], values["edition"], date.fromisoformat(values["from"]), last)
    return NoteSource(document, values["section"])
