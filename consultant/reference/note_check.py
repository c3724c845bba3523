"""What is wrong with guideline notes, as far as a program can tell: errors, and warnings for a person to look at.

An error is what keeps a note from being loaded, or from ever being found or read; a warning may be right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable

from consultant.questions.model import Topic
from consultant.questions.payers import NAMES as PAYERS
from consultant.reference.model import Reference
from consultant.reference.note_codes import ends
from consultant.reference.note_files import Documents, Note, documents_for, note_files, read_note
from consultant.reference.pack_files import PackError

MOST_WORDS = 170  # more is not read in a draft that quotes three notes
MEDICARE_BEGAN = date(1966, 7, 1)
FARTHEST_YEARS = 3
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a note, in a sentence."""

    file: str
    problem: str
    is_error: bool = True


def check_folder(folder: Traversable, reference: Reference, today: date) -> Iterator[Problem]:
    """Every problem of the notes in a folder, by file. Never raises for what stands in a file."""
    try:
        documents = documents_for(folder)
        notes = list(note_files(folder))
    except PackError as error:
        yield Problem(error.file, str(error))
        return
    if not notes:
        yield Problem(folder.name, "the folder has no note: their names end with .md", is_error=False)
    lookups = _Lookups(reference)
    for file in notes:
        yield from _check_file(file, documents, lookups, today)


class _Lookups:
    """What the store says of codes, each asked once: most stand in several notes."""

    def __init__(self, reference: Reference) -> None:
        self.in_force = cache(lambda code, on: reference.code(code, on) is not None)
        self.known = cache(lambda code: reference.known(code) is not None)


def _check_file(file: Traversable, documents: Documents, lookups: _Lookups, today: date) -> Iterator[Problem]:
    try:
        note = read_note(file, documents)
    except PackError as error:
        yield Problem(file.name, str(error))
        return
    for problem in check_note(note, today):
        yield Problem(file.name, problem)
    for doubt in _doubts(note, lookups, today):
        yield Problem(file.name, doubt, is_error=False)


def check_note(note: Note, today: date) -> Iterator[str]:
    """What is wrong with a note that could be read."""
    if unknown := _outside(note.topics, tuple(Topic)):
        yield f"no topic {unknown}: use {', '.join(Topic)}"
    if not note.codes and not note.topics:
        yield "it names no code and no topic: nobody will find it"
    if (count := len(note.text.split())) > MOST_WORDS:
        yield f"it has {count} words: write at most {MOST_WORDS}, or make two notes of it"
    if note.effective < MEDICARE_BEGAN:
        yield f"effective {note.effective} is before Medicare began: no claim is that old"
    if note.effective.year > today.year + FARTHEST_YEARS:
        yield f"effective {note.effective} is too far ahead: check the year"
    for name in ("codes", "topics"):
        values = getattr(note, name)
        if len(set(values)) < len(values):
            yield f"one of its {name} stands twice"


def _doubts(note: Note, lookups: _Lookups, today: date) -> Iterator[str]:
    if note.payer is not None and note.payer not in PAYERS:
        yield f"questions name no payer {note.payer!r}: use {', '.join(PAYERS)}"
    day = max(note.effective, min(note.last_day or today, today))
    named = sorted({end for written in note.codes for end in ends(written)})
    missing = [code for code in named if not lookups.in_force(code, day)]
    if unknown := [code for code in missing if not lookups.known(code)]:
        yield f"the loaded data knows nothing of {_some(unknown)}"
    if dead := [code for code in missing if lookups.known(code)]:
        yield f"not in force on {day}: {_some(dead)}"


def _outside(values: Collection[str], allowed: Collection[str]) -> str:
    return ", ".join(repr(value) for value in values if value not in allowed)


def _some(codes: list[str]) -> str:
    more = len(codes) - _SHOWN
    return ", ".join(codes[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
