"""The text of a Word document: body, then headers, footers, notes and comments. Runs in the reading process only.

Read element by element, because the libraries for it build the whole document first, leave out text boxes and notes,
and show deleted text as written.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import IO

from lxml import etree

_PARTS = re.compile(r"word/(?:document|footnotes|endnotes|comments|header[0-9]*|footer[0-9]*)[0-9]*\.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
# Elements whose text is a copy of text that stands elsewhere, for older readers.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BETWEEN = {"p": "\n", "tab": "\t", "br": "\n", "cr": "\n", "tc": "\t", "tr": "\n", "noBreakHyphen": "-"}


def pieces(content: bytes) -> Iterator[str]:
    """Text paragraph by paragraph; cells of a table divided by tabs."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if _PARTS.fullmatch(name)]
        if "word/document.xml" not in names:
            raise ValueError("no document in it")
        for name in sorted(names, key=lambda name: (name != "word/document.xml", name)):
            with archive.open(name) as part:
                yield from _text_of(part)


def _text_of(part: IO[bytes]) -> Iterator[str]:
    cells = fallbacks = 0
    for event, element in etree.iterparse(part, events=("start", "end"), resolve_entities=False, no_network=True):
        if element.tag == _FALLBACK:
            fallbacks += 1 if event == "start" else -1
        kind = _local(element.tag)
        if kind == "tc":
            cells += 1 if event == "start" else -1
        if event == "end":
            if kind == "t" and not fallbacks:
                yield element.text or ""
            elif kind in _BETWEEN and not fallbacks:
                yield " " if kind == "p" and cells else _BETWEEN[kind]
            if kind in ("p", "tc", "tr", "t"):
                element.clear(keep_tail=True)


def _local(tag: object) -> str:
    name = str(tag)
    return name.rpartition("}")[2] if name.startswith((_W, _STRICT_W)) else ""
