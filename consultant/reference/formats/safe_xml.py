"""XML files read piece by piece: no document type, no entity, no network, bounded in size; errors name the place.

Knows no layout: which pieces there are is the business of the format that asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from consultant.reference.formats import UNREADABLE, Source
from consultant.reference.formats.text_lines import AGAIN, broken_off, opened, wrong

LARGEST = 64 * 1024 * 1024  # bytes; the largest seen has 10 million
FIRST_TAG = re.compile(rb"<([A-Za-z][\w.]*)")
VERSION = re.compile(rb"<version>\s*(20[0-9]{2})\s*</version>")


def root_name(head: bytes) -> str | None:
    """The name of the outermost element, or None when there is none or the file declares a document type."""
    found = FIRST_TAG.search(head)
    return found[1].decode("ascii", "replace") if found and b"<!DOCTYPE" not in head[: found.start()] else None


def stated_version(head: bytes) -> int | None:
    """The year in the <version> element that the CDC's files begin with."""
    found = VERSION.search(head)
    return int(found[1]) if found else None


def pieces(source: Source, root: str, names: tuple[str, ...]) -> Iterator[Any]:
    """Each element of those names right below the root, complete; it is gone when the next is asked for.

    Raises FormatError when the file is no well-formed XML with that root, declares a document type, or breaks off.
    """
    with opened(source) as stream:
        events = etree.iterparse(
            _Bounded(source, stream),
            events=("start", "end"),
            tag=(root, *names),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for event, element in events:
                _refuse_document_type(source, element)
                above = element.getparent()
                if event == "end" and above is not None and above.getparent() is None and above.tag == root:
                    yield element
                    _forget(element)
        except etree.XMLSyntaxError as error:
            line, column = error.position
            wrong(source, line or 1, column or 1, f"no well-formed XML ({error.msg})", AGAIN)
        if events.root.tag != root:
            wrong(source, 1, 1, f"the outermost element is not <{root}>", AGAIN)


def words(element: Any) -> str:
    """All text inside the element, on one line."""
    return " ".join("".join(element.itertext()).split())


def _refuse_document_type(source: Source, element: Any) -> None:
    if element.getroottree().docinfo.doctype:
        wrong(source, 1, 1, "the file declares a document type, which the agency's does not", AGAIN)


def _forget(element: Any) -> None:
    parent = element.getparent()
    while parent[0] is not element:
        del parent[0]
    element.clear()


class _Bounded:
    """A stream that gives up on a file beyond all measure, and tells reading errors as FormatError."""

    def __init__(self, source: Source, stream: BinaryIO) -> None:
        self._source = source
        self._stream = stream
        self._left = LARGEST

    def read(self, size: int) -> bytes:
        try:
            data = self._stream.read(size)
        except UNREADABLE as error:
            broken_off(self._source, 1, error)
        self._left -= len(data)
        if self._left < 0:
            wrong(self._source, 1, 1, "larger than any such file", AGAIN)
        return data
