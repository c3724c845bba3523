"""Reading a folder of guideline notes: Markdown files that begin with their facts in TOML between two lines of `+++`.

    +++
    title = "Modifier 25: a visit of its own"
    effective = 2003-10-01
    last_day = 2030-12-31                                   # where the rule has ended
    payer = "Medicare"                                      # where it is the rule of one payer
    topics = ["modifiers"]
    codes = ["25", "99202-99215"]
    sources = [{document = "pub-100-04", section = "ch. 12 §30.6.6"}]
    +++
    The rule, in your own words.

A note of a single source may say `release` and `locator` in place of `sources`. Documents are those of the library's
`documents.csv` and of the folder's own, where it has one. Must not know the database.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from consultant.reference.note_codes import is_well_formed
from consultant.reference.pack_files import PackError, lines_of

Fact = TypeVar("Fact")

DOCUMENTS = "documents.csv"
DOCUMENT_COLUMNS = ("key", "name", "edition", "effective_from", "effective_to")
FENCE = "+++\n"
KEYS = frozenset(
    ("title", "effective", "last_day", "payer", "topics", "codes", "sources", "release", "locator")
)  # fmt: skip
LONGEST_TITLE, LONGEST_SLUG, LONGEST_PAYER = 200, 60, 40
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")


class NoteError(PackError):
    """A note cannot be read. The message names the file, the place in it, and what to do; nothing was loaded."""


@dataclass(frozen=True, slots=True)
class Document:
    """A published document that notes are taken from, and the days that this edition of it is for."""

    name: str
    edition: str
    effective_from: date
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class NoteSource:
    """A section of a document."""

    document: Document
    section: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note as its file has it. `codes` may hold ranges."""

    slug: str
    title: str
    text: str
    effective: date
    last_day: date | None
    payer: str | None
    codes: tuple[str, ...]
    topics: tuple[str, ...]
    sources: tuple[NoteSource, ...]


Documents = Mapping[str, Document]


def library() -> Traversable:
    """The folder of the library that comes with the program."""
    return files("consultant.reference") / "guidelines"


def read_folder(folder: Traversable) -> list[Note]:
    """All notes of a folder by name. Raises PackError."""
    documents = documents_for(folder)
    return [read_note(file, documents) for file in note_files(folder)]


def note_files(folder: Traversable) -> Iterator[Traversable]:
    """The notes of a folder, by name. Raises NoteError when it is none."""
    if not folder.is_dir():
        raise NoteError(str(folder), 1, "folder", "there is none", "Make it, or correct `guideline_folders`.")
    yield from sorted((file for file in folder.iterdir() if file.name.endswith(".md")), key=lambda file: file.name)


def documents_for(folder: Traversable) -> Documents:
    """The library's documents and the folder's own. Raises PackError."""
    own = folder / DOCUMENTS
    return _documents(library() / DOCUMENTS) | (_documents(own) if own.is_file() else {})


def digest(notes: list[Note]) -> str:
    """The same for the same notes."""
    return hashlib.sha256(repr([asdict(note) for note in notes]).encode()).hexdigest()


def read_note(file: Traversable, documents: Documents) -> Note:
    """One note. Raises NoteError."""
    front = _front_matter(file)
    if unknown := sorted(front.facts.keys() - KEYS):
        raise front.wrong(unknown[0], "there is no such key", f"Use {', '.join(sorted(KEYS))}.")
    first = front.fact("effective", date)
    last = front.fact("last_day", date) if "last_day" in front.facts else None
    if last is not None and last < first:
        raise front.wrong("last_day", f"{last} lies before {first}", "The last day cannot precede the first.")
    return Note(
        slug=_slug(file, front),
        title=front.text("title", LONGEST_TITLE),
        text=front.body,
        effective=first,
        last_day=last,
        payer=front.text("payer", LONGEST_PAYER) if "payer" in front.facts else None,
        codes=_codes(front),
        topics=front.texts("topics"),
        sources=tuple(_sources(front, documents)),
    )


def _documents(file: Traversable) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for line in lines_of(file, DOCUMENT_COLUMNS):
        first = line.day("effective_from")
        if line.text("key") in found:
            raise line.wrong("key", f"{line.text('key')!r} stands twice", "Give each document its own key.")
        last = line.last_day("effective_to", first)
        found[line.text("key")] = Document(line.text("name"), line.text("edition"), first, last)
    return found


@dataclass(frozen=True, slots=True)
class _FrontMatter:
    """The facts of a note; they are asked for by name."""

    file: str
    facts: dict[str, Any]
    body: str

    def wrong(self, name: str, problem: str, remedy: str) -> NoteError:
        return NoteError(self.file, 2, f"front matter {name!r}", problem, remedy)

    def fact(self, name: str, kind: type[Fact]) -> Fact:
        value = self.facts.get(name)
        if not isinstance(value, kind):
            raise self.wrong(name, f"{value!r} is no {kind.__name__}", f"Write `{name} = …` as TOML has it.")
        return value

    def text(self, name: str, longest: int) -> str:
        value = self.fact(name, str).strip()
        if not 0 < len(value) <= longest:
            raise self.wrong(name, f"it has {len(value)} characters", f"Write 1 to {longest}.")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.fact(name, list)
        for value in values:
            if not isinstance(value, str):
                raise self.wrong(name, f"{value!r} is no text", 'Write `["…", "…"]`.')
        return tuple(values)


def _front_matter(file: Traversable) -> _FrontMatter:
    try:
        _, *parts = file.read_text(encoding="utf-8").split(FENCE, 2)
    except UnicodeDecodeError as error:
        raise NoteError(file.name, 1, "text", str(error), "Save it as UTF-8.") from None
    if len(parts) != 2:
        raise NoteError(file.name, 1, "front matter", "it is missing", "Write it between two lines of +++.")
    try:
        facts = tomllib.loads(parts[0])
    except tomllib.TOMLDecodeError as error:
        raise NoteError(file.name, 2, "front matter", str(error), "Correct the TOML.") from None
    if not parts[1].strip():
        raise NoteError(file.name, 2, "text", "there is none", "Write the rule below the front matter.")
    return _FrontMatter(file.name, facts, parts[1].strip())


def _slug(file: Traversable, front: _FrontMatter) -> str:
    slug = file.name.removesuffix(".md")
    if not _SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        problem = f"the name {slug!r} is not of small letters, digits and hyphens, or too long"
        raise NoteError(front.file, 1, "name", problem, f"Rename the file: at most {LONGEST_SLUG} characters.")
    return slug


def _codes(front: _FrontMatter) -> tuple[str, ...]:
    codes = front.texts("codes")
    for code in codes:
        if not is_well_formed(code):
            raise front.wrong(
                "codes", f"{code!r} is no code and no range", "Write codes as 99213, ranges as 99202-99215."
            )
    return codes


def _sources(front: _FrontMatter, documents: Documents) -> Iterator[NoteSource]:
    listed: list[Any] = front.fact("sources", list) if "sources" in front.facts else [_short(front)]
    if not listed:
        raise front.wrong("sources", "there is none", "Name the document and the section that say so.")
    for source in listed:
        if not isinstance(source, dict) or source.keys() != {"document", "section"}:
            remedy = 'Write `sources = [{document = "…", section = "…"}]`.'
            raise front.wrong("sources", f"{source!r} is no document with its section", remedy)
        if source["document"] not in documents:
            raise front.wrong(
                "sources", f"no document {source['document']!r}", f"Add it to {DOCUMENTS}, or correct the key."
            )
        if not isinstance(source["section"], str) or not source["section"].strip():
            raise front.wrong("sources", "the section is missing", "Say where in the document it stands.")
        yield NoteSource(documents[source["document"]], source["section"].strip())


def _short(front: _FrontMatter) -> dict[str, str]:
    """The one source of a note that names no several."""
    return {"document": front.fact("release", str), "section": front.fact("locator", str)}
