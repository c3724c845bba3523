"""The agencies' own file formats, one module a kind: what every one of them is, to the loader.

A format knows one kind of file: it tells from a file's first bytes and name whether it is of that kind and of
which release, and yields its rows as typed tuples, in file order. It knows no database and no other format.
Values are as the agency means them: codes verbatim in capitals (leading zeros kept or put back), dates as dates
(both ends in force), money as Decimal. Descriptions that belong to the AMA (CPT) or the ADA (CDT) are not yielded.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, Protocol
from zipfile import BadZipFile

# What reading a damaged, locked or unusual file or zip member raises. A password and a way of packing that Python does
# not know are both a RuntimeError (zipfile).
UNREADABLE = (OSError, EOFError, BadZipFile, zlib.error, RuntimeError)
HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Source:
    """One file, as downloaded or as found in a zip. `name` is its path there; `open` gives its bytes from the start."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Release:
    """Which issue of which kind a file is: label as the agency counts ("2026Q1", "FY2026", "2026-04").

    `variant` tells apart the files of one issue (a setting: "practitioner"). `effective_from` and `effective_to`
    are the first and last day for which the agency published it, None where the file does not say.
    """

    kind: str
    label: str
    variant: str
    effective_from: date | None
    effective_to: date | None


class FormatError(Exception):
    """A file that cannot be read as what it seems to be: names file, line and column, and says what to do."""


class RowError(FormatError):
    """One row that makes no sense. The iterator that raised it goes on with the next row when asked again."""


class Format(Protocol):
    """One kind of file."""

    kind: str

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """The release that this file is, judged by its first HEAD_BYTES, then by its name; None: another kind.

        Raises FormatError for a file of this kind whose release cannot be told.
        """
        ...

    def rows(self, source: Source, release: Release) -> Iterator[Any]:
        """The file's rows, each a NamedTuple of the format's module.

        Raises FormatError where the file breaks off or is not what its head promised. Raises RowError for one
        bad row only if asking for the next row goes on behind it.
        """
        ...
