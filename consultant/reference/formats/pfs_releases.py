"""Which release a file of the Physician Fee Schedule bundle belongs to.

CMS publishes the bundle as RVUyyA to D (January, April, July, October; an R marks a correction). Most members name
the year alone; the quarter then stands only in the name of the zip (`rvu25d-0.zip`), a part of `Source.name`.
"""

from __future__ import annotations

import re
from datetime import date

from consultant.reference.formats import FormatError, Release, Source
from consultant.reference.formats.records import is_workbook, opening_records

BUNDLE = re.compile(r"rvu(\d{2})([a-d])r?(?![a-z])", re.IGNORECASE)
MONTHS = {"jan": "A", "apr": "B", "jul": "C", "oct": "D"}
FIRST_MONTH = {"A": 1, "B": 4, "C": 7, "D": 10}


def letter_of(month: str) -> str | None:
    """The bundle's letter for a month's English name: A for January."""
    return MONTHS.get(month[:3].lower())


def bundle_of(name: str) -> tuple[int, str] | None:
    """Year and letter from a path with a bundle's name in it."""
    found = BUNDLE.search(name)
    return (2000 + int(found[1]), found[2].upper()) if found else None


def pfs_release(
    kind: str, source: Source, *, year: int | None, letter: str | None = None, variant: str = ""
) -> Release:
    """The release of a year; of one quarter when the file or the bundle's name in its path tells it.

    The values hold to the end of the year or until the next release. Raises FormatError when no year can be told.
    """
    bundle = bundle_of(source.name)
    if year is None and bundle and letter in (None, bundle[1]):
        year = bundle[0]
    if year is None:
        raise FormatError(
            f"{source.name}: neither the file nor its name says the year. Load the zip as downloaded, or put the zip's "
            "name before the file's, as in rvu26a-OPPSCAP_Jan.csv."
        )
    if letter is None and bundle and bundle[0] == year:
        letter = bundle[1]
    first = date(year, FIRST_MONTH[letter or "A"], 1)
    return Release(kind, f"{year}{letter or ''}", variant, first, date(year, 12, 31))


def titled_release(
    kind: str, source: Source, head: bytes, *, title: re.Pattern[str], name: re.Pattern[str]
) -> Release | None:
    """The release of a file whose title holds the year, else its name with two digits; None where neither is there."""
    found = opening_records(source, head)
    titled = title.search(" ".join(cell for record in found for cell in record.cells))
    named = name.search(source.name)
    if titled:
        return pfs_release(kind, source, year=int(titled[1]))
    if named and (found or is_workbook(head)):
        return pfs_release(kind, source, year=2000 + int(named[1]))
    return None
