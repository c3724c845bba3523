"""The guidelines library in memory: which notes speak of these codes and topics on a day.

A note of an operator's folder stands in place of ours of the same name on the days on which it holds. Must not know
where the notes are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from consultant.reference.issues import window
from consultant.reference.model import Guideline, Source
from consultant.reference.note_codes import is_range, speaks_of
from consultant.reference.note_files import Note, NoteSource

_KEPT = 4096  # answers, some kilobytes each at the most


@dataclass(frozen=True, slots=True)
class Shelved:
    """A note and the folder that it is from: its name, empty for ours, and its place; a higher place wins."""

    note: Note
    folder: str
    place: int

    def holds(self, on: date) -> bool:
        """Whether it is in force on that day: first and last day included."""
        return self.note.effective <= on and (self.note.last_day is None or on <= self.note.last_day)

    def speaks_of(self, code: str) -> bool:
        """Whether the code, in capitals, is one of its own or in one of its ranges."""
        return any(speaks_of(written, code) for written in self.note.codes)


class Library:
    """Every loaded note. What is asked often is worked out once: rules ask for the same notes again and again."""

    def __init__(self, shelved: Iterable[Shelved]) -> None:
        self.notes = tuple(sorted(shelved, key=lambda each: (each.note.slug, -each.place)))
        self._by_code: dict[str, set[int]] = {}
        self._by_topic: dict[str, set[int]] = {}
        self._ranges: dict[str, set[int]] = {}
        for number, each in enumerate(self.notes):
            for written in each.note.codes:
                (self._ranges if is_range(written) else self._by_code).setdefault(written, set()).add(number)
            for topic in each.note.topics:
                self._by_topic.setdefault(topic, set()).add(number)
        self._speaking_of = lru_cache(maxsize=_KEPT)(self._find)
        self._answer = lru_cache(maxsize=_KEPT)(self._make_answer)

    def about(self, codes: Sequence[str], topics: Sequence[str], on: date) -> tuple[Guideline, ...]:
        """Those in force: of most of these codes first, then of most of these topics, then by name."""
        hits: dict[int, set[str]] = {}
        for code in {code.strip().upper() for code in codes}:
            for number in self._speaking_of(code):
                hits.setdefault(number, set()).add(code)
        touched = {str(topic) for topic in topics}
        for topic in touched:
            for number in self._by_topic.get(topic, ()):
                hits.setdefault(number, set())
        found = self._winners(sorted(hits), on)
        found.sort(key=lambda n: (-len(hits[n]), -len(touched.intersection(self.notes[n].note.topics)), n))
        return tuple(self._answer(number, frozenset(hits[number]), on) for number in found)

    def named(self, slug: str) -> tuple[Shelved, ...]:
        """The notes of that name, the one that wins first."""
        return tuple(each for each in self.notes if each.note.slug == slug)

    def _make_answer(self, number: int, asked: frozenset[str], on: date) -> Guideline:
        return guideline(self.notes[number], asked, on)

    def _find(self, code: str) -> frozenset[int]:
        """The numbers of the notes that speak of the code."""
        found = set(self._by_code.get(code, ()))
        for written, numbers in self._ranges.items():
            if speaks_of(written, code):
                found |= numbers
        return frozenset(found)

    def _winners(self, numbers: Iterable[int], on: date) -> list[int]:
        """Of each name the note that wins on that day. A loser is left out even where the winner was not asked for."""
        return [n for n in numbers if self.notes[n].holds(on) and not self._is_beaten(n, on)]

    def _is_beaten(self, number: int, on: date) -> bool:
        """Notes of one name stand side by side, the highest place first."""
        slug = self.notes[number].note.slug
        while number > 0 and self.notes[number - 1].note.slug == slug:
            number -= 1
            if self.notes[number].holds(on):
                return True
        return False


def guideline(shelved: Shelved, asked: Iterable[str], on: date) -> Guideline:
    """The note as an answer. Its codes are those that it names singly, and those asked for that its ranges hold."""
    note = shelved.note
    singly = [written for written in note.codes if not is_range(written)]
    main, *also = (_source(each, shelved.folder, on) for each in note.sources)
    return Guideline(
        slug=note.slug,
        title=note.title,
        text=note.text,
        topics=note.topics,
        codes=tuple(sorted({*singly, *asked})),
        source=main,
        also=tuple(also),
        ranges=tuple(written for written in note.codes if is_range(written)),
        payer=note.payer,
        folder=shelved.folder,
    )


def _source(source: NoteSource, folder: str, on: date) -> Source:
    document = source.document
    days = window(document.effective_from, document.effective_to, on)
    place = f"{source.section}, as noted in {folder}" if folder else source.section
    return Source(document.name, document.edition, days, place)
