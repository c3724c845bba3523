"""ICD-10-CM index files (CDC XML): the alphabetic index, external causes, the tables of drugs and of neoplasms.

Terms hang below terms; codes and cross-references hang on terms. Codes are given without dot. A code of the index
is where to begin, not always a valid one: the tabular list has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any, NamedTuple

from consultant.reference.formats import Release, Source
from consultant.reference.formats.fiscal_release import fiscal_release
from consultant.reference.formats.safe_xml import pieces, root_name, stated_version, words
from consultant.reference.formats.text_lines import AGAIN, Skipped, wrong

ROOT = "ICD10CM.index"
CODE = re.compile(r"(?P<code>[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?)(?P<more>\.?-)?")
NO_CODE = {"-", "--"}
DEEPEST = 20  # levels of terms; the deepest seen has 9
WITH_CODE = {"code", "manif", "seecat", "subcat", "cell"}
REFERENCE = {"see", "seeAlso"}
VARIANTS = (
    ("drug", re.compile(rb"<head[^>]*>\s*Substance\s*</head>")),
    ("neoplasm", re.compile(rb"<head[^>]*>\s*Neoplasm\s*</head>")),
    ("external_cause", re.compile(rb"<title>[^<]*EXTERNAL CAUSE", re.I)),
    ("diseases", re.compile(rb"<title>[^<]*INDEX", re.I)),
)


class IndexTerm(NamedTuple):
    """A main term (level 0) or a term below another. `nemod` holds its nonessential modifiers in parentheses.

    `path` is the term with those above it, as cross-references write it ("Accident, transport, aircraft").
    """

    position: int
    parent: int | None
    level: int
    title: str
    nemod: str
    path: str


class IndexCode(NamedTuple):
    """A code given at a term, by a <code>, <manif>, <seecat>, <subcat> or <cell>; None where a cell has a dash.

    `more` says that the index puts a dash behind it: characters are missing. `heading` is the column of a table.
    """

    term: int
    kind: str
    heading: str
    code: str | None
    more: bool


class IndexReference(NamedTuple):
    """Words at a term that point elsewhere ("see", "seeAlso"), or words where a code was to be expected."""

    term: int
    kind: str
    text: str


IndexRow = IndexTerm | IndexCode | IndexReference | Skipped


class Icd10cmIndex:
    """One index of a release; the variant is diseases, external_cause, drug or neoplasm."""

    kind = "icd10cm-index"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise."""
        if root_name(head) != ROOT:
            return None
        variant = next((name for name, sign in VARIANTS if sign.search(head)), None)
        if variant is None:
            wrong(source, 1, 1, "neither title nor column heads tell which index it is", AGAIN)
        return fiscal_release(self.kind, source.name, variant=variant, version=stated_version(head))

    def rows(self, source: Source, release: Release) -> Iterator[IndexRow]:
        """See Format.rows: a term, what is given at it, then the terms below it."""
        walk = _Walk(source)
        for piece in pieces(source, ROOT, ("version", "title", "indexHeading", "letter")):
            if piece.tag == "letter":
                yield from walk.letter(piece)
            else:
                walk.headings |= {head.get("col"): words(head) for head in piece.findall("head")}
                yield Skipped(piece.sourceline, f"<{piece.tag}>: about the whole index")
        if not walk.letters:
            wrong(source, 1, 1, "no letter in it", AGAIN)


class _Walk:
    """Through the letters, a term before those below it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._positions = count(1)
        self.headings: dict[str | None, str] = {}
        self.letters = 0

    def letter(self, letter: Any) -> Iterator[IndexRow]:
        self.letters += 1
        for child in letter:
            if child.tag == "mainTerm":
                yield from self._term(child, None)
            else:
                yield Skipped(child.sourceline, f"<{child.tag}> of a letter")

    def _term(self, element: Any, above: IndexTerm | None) -> Iterator[IndexRow]:
        title, nemod = self._title(element)
        term = IndexTerm(
            position=next(self._positions),
            parent=above.position if above else None,
            level=above.level + 1 if above else 0,
            title=title,
            nemod=nemod,
            path=f"{above.path}, {title}" if above else title,
        )
        if term.level > DEEPEST:
            wrong(self._source, element.sourceline, 1, f"terms nested deeper than {DEEPEST} levels", AGAIN)
        yield term
        below = []
        for child in element:
            if child.tag == "term":
                below.append(child)
            elif child.tag != "title":
                yield self._given(child, term)
        for child in below:
            yield from self._term(child, term)

    def _title(self, element: Any) -> tuple[str, str]:
        title = element.find("title")
        if title is None:
            wrong(self._source, element.sourceline, 1, "a term without title", AGAIN)
        modifiers = title.findall("nemod")
        own = " ".join([title.text or "", *(modifier.tail or "" for modifier in modifiers)])
        return " ".join(own.split()), " ".join(words(modifier) for modifier in modifiers)

    def _given(self, child: Any, term: IndexTerm) -> IndexCode | IndexReference | Skipped:
        text = words(child)
        if child.tag in REFERENCE:
            return IndexReference(term.position, child.tag, text)
        if child.tag not in WITH_CODE:
            return Skipped(child.sourceline, f"<{child.tag}>: not known to this program")
        heading = self.headings.get(child.get("col"), "") if child.tag == "cell" else ""
        if text in NO_CODE:
            return IndexCode(term.position, child.tag, heading, None, False)
        found = CODE.fullmatch(text)
        if not found:
            return IndexReference(term.position, child.tag, text)
        return IndexCode(term.position, child.tag, heading, found["code"].replace(".", ""), found["more"] is not None)
