"""ICD-10-CM tabular list (CDC XML): chapters, sections and codes as a tree, with all the notes that stand on them.

A note holds for everything below the node that it stands on: gather a code's notes along `parent`. Sections that
only embrace other sections (T20-T32) are made their parents. Whether a code is valid is for the order file to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any, Literal, NamedTuple

from consultant.reference.formats import Release, Source
from consultant.reference.formats.fiscal_release import fiscal_release
from consultant.reference.formats.order_file import CM_CODE
from consultant.reference.formats.safe_xml import pieces, root_name, stated_version, words
from consultant.reference.formats.seventh_characters import SeventhCharacters
from consultant.reference.formats.text_lines import AGAIN, Skipped, wrong

ROOT = "ICD10CM.tabular"
Level = Literal["chapter", "section", "diag", "extension"]
NOTES = {
    "inclusionTerm", "includes", "excludes1", "excludes2", "codeFirst", "useAdditionalCode", "codeAlso", "notes",
    "sevenChrNote",
}  # fmt: skip
NOT_A_ROW = {
    "sectionIndex": "the sections themselves are read",
    "introduction": "conventions of the book, of no code",
    "version": "told by the release",
}


class TabularNode(NamedTuple):
    """A chapter ("1"), section ("A00-A09"), code ("A000", without dot), or a code made of a 7th character.

    `position` counts in tabular order and is the node's key: a section may be called as its only category.
    `seven_chr_def` is the code whose definition of 7th characters applies here, None when none does.
    """

    position: int
    parent: int | None
    level: Level
    code: str
    desc: str
    placeholder: bool
    seven_chr_def: str | None


class TabularNote(NamedTuple):
    """One note, of the kind that the XML calls it ("excludes1", "codeFirst", …), on the node at that position.

    `sequence` counts the notes of the node. Notes of kind "sevenChrDef" explain the 7th character before them,
    those of kind "visualImpairment" are the lines of the table at H54.
    """

    node: int
    code: str
    kind: str
    sequence: int
    note: str


class SevenCharacter(NamedTuple):
    """A 7th character that the codes below the node take, where no definition is nearer."""

    node: int
    code: str
    char: str
    meaning: str


TabularRow = TabularNode | TabularNote | SevenCharacter | Skipped


class Icd10cmTabular:
    """The tabular list of a fiscal year, or of an update within it."""

    kind = "icd10cm-tabular"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise."""
        if root_name(head) != ROOT:
            return None
        return fiscal_release(self.kind, source.name, version=stated_version(head))

    def rows(self, source: Source, release: Release) -> Iterator[TabularRow]:
        """See Format.rows: a node, its notes, its 7th characters, then what is below it."""
        walk = _Walk(source)
        chapters = 0
        for piece in pieces(source, ROOT, ("version", "introduction", "chapter")):
            if piece.tag == "chapter":
                chapters += 1
                yield from walk.chapter(piece)
            else:
                yield Skipped(piece.sourceline, f"<{piece.tag}>: {NOT_A_ROW[piece.tag]}")
        if not chapters:
            wrong(source, 1, 1, "no chapter in it", AGAIN)


class _Walk:
    """Through the tree, parents first. Its depth is bounded: a code is longer than the code above it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._positions = count(1)

    def chapter(self, chapter: Any) -> Iterator[TabularRow]:
        node = self._node(None, "chapter", self._text(chapter, "name"), chapter)
        yield node
        yield from self._notes(chapter, node)
        embracing: list[tuple[str, TabularNode]] = []
        for section in chapter.findall("section"):
            name = section.get("id") or self._missing(section, "id")
            first, last = name[:3], name[-3:]
            while embracing and not embracing[-1][1].code[:3] <= first <= last <= embracing[-1][0]:
                embracing.pop()
            within = self._node(embracing[-1][1] if embracing else node, "section", name, section)
            yield within
            yield from self._notes(section, within)
            for diag in section.findall("diag"):
                yield from self._diag(diag, within, SeventhCharacters())
            if section.find("diag") is None:
                embracing.append((last, within))

    def _diag(self, diag: Any, parent: TabularNode, inherited: SeventhCharacters) -> Iterator[TabularRow]:
        code = self._text(diag, "name").replace(".", "")
        # No closer than the category: the list of 2021 has H54.512A below H54.511.
        below = parent.level != "diag" or (len(code) > len(parent.code) and code[:3] == parent.code[:3])
        if not (CM_CODE.fullmatch(code) and below):
            wrong(self._source, diag.sourceline, 1, f"{code!r} is no code below {parent.code}", AGAIN)
        applying = self._applying(diag, code, inherited)
        node = self._node(parent, "diag", code, diag, applying)
        yield node
        yield from self._notes(diag, node)
        children = diag.findall("diag")
        for child in children:
            yield from self._diag(child, node, applying)
        if not children:
            yield from self._extended(node, applying)

    def _extended(self, leaf: TabularNode, applying: SeventhCharacters) -> Iterator[TabularNode]:
        for code, meaning in applying.codes(leaf.code):
            desc = f"{leaf.desc}, {meaning}"
            yield TabularNode(next(self._positions), leaf.position, "extension", code, desc, False, applying.defined_at)

    def _applying(self, diag: Any, code: str, inherited: SeventhCharacters) -> SeventhCharacters:
        applying = inherited
        definition = diag.find("sevenChrDef")
        if definition is not None:
            found = [(self._char(extension), words(extension)) for extension in definition.findall("extension")]
            applying = applying.defined(code, tuple(found))
        for note in diag.findall("notes/note"):
            applying = applying.noted(words(note))
        return applying

    def _notes(self, element: Any, node: TabularNode) -> Iterator[TabularRow]:
        sequence = count(1)
        for child in element:
            if child.tag in NOTES:
                texts = [words(note) for note in child.findall("note")]
            elif child.tag == "visualImpairment":
                lines = child.findall("visCategory")
                texts = [" | ".join(words(cell) for cell in line.iter("heading", "value")) for line in lines]
            elif child.tag == "sevenChrDef":
                yield from (
                    SevenCharacter(node.position, node.code, self._char(extension), words(extension))
                    for extension in child.findall("extension")
                )
                texts = [words(note) for note in child.findall("note")]
            else:
                yield from _unread(child)
                continue
            for text in texts:
                yield TabularNote(node.position, node.code, child.tag, next(sequence), text)

    def _node(
        self,
        parent: TabularNode | None,
        level: Level,
        code: str,
        element: Any,
        applying: SeventhCharacters | None = None,
    ) -> TabularNode:
        return TabularNode(
            position=next(self._positions),
            parent=parent.position if parent else None,
            level=level,
            code=code,
            desc=self._text(element, "desc"),
            placeholder=element.get("placeholder") == "true",
            seven_chr_def=applying.defined_at or None if applying else None,
        )

    def _char(self, extension: Any) -> str:
        char: str = extension.get("char") or ""
        if not re.fullmatch(r"[0-9A-Z]", char):
            wrong(self._source, extension.sourceline, 1, f"{char!r} is no 7th character", AGAIN)
        return char

    def _text(self, element: Any, name: str) -> str:
        found = element.find(name)
        return (words(found) if found is not None else "") or self._missing(element, name)

    def _missing(self, element: Any, name: str) -> str:
        wrong(self._source, element.sourceline, 1, f"<{element.tag}> without {name}", AGAIN)


def _unread(child: Any) -> Iterator[Skipped]:
    if child.tag not in {"name", "desc", "section", "diag"}:
        yield Skipped(child.sourceline, f"<{child.tag}>: {NOT_A_ROW.get(child.tag, 'not known to this program')}")
