"""Files made in the agencies' layouts from rows of our own making, and reading one to its end."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from consultant.reference.formats import Format, Release, RowError, Source
from consultant.reference.formats.records import peek

AGENCY = Path(__file__).parents[5] / "shared" / "reference"


def file(name: str, content: str | bytes) -> Source:
    """A file of that name. Text is encoded in UTF-8 and keeps its line ends."""
    raw = content.encode() if isinstance(content, str) else content
    return Source(name, len(raw), lambda: io.BytesIO(raw))


def lines(*texts: str) -> str:
    return "".join(f"{text}\r\n" for text in texts)


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def fixed(*placed: tuple[int, str], width: int) -> str:
    """A line with each text from its position on, counted from 1."""
    line = [" "] * width
    for position, text in placed:
        line[position - 1 : position - 1 + len(text)] = text
    return "".join(line)


@dataclass(frozen=True)
class Reading:
    """All that came out of a file."""

    rows: list[Any]
    bad: list[str]
    skipped: dict[str, int]


def release_of(form: Format, source: Source) -> Release | None:
    return form.recognise(source, peek(source))


def read(form: Format, source: Source) -> Reading:
    release = release_of(form, source)
    assert release is not None, f"{source.name} is not recognised as {form.kind}"
    rows = form.rows(source, release)
    found: list[Any] = []
    bad: list[str] = []
    while True:
        try:
            found.append(next(rows))
        except StopIteration:
            return Reading(found, bad, dict(rows.skipped))  # type: ignore[attr-defined]
        except RowError as error:
            bad.append(str(error))


@cache
def members(archive: str) -> dict[str, Source]:
    """The files in one of the agency's zips, by name."""
    found = {}
    path = AGENCY / archive
    with zipfile.ZipFile(path) as opened:
        for name in opened.namelist():
            found[name] = file(f"{path.name}/{name}", opened.read(name))
    return found


def on_disk(path: str) -> Source:
    place = AGENCY / path
    return Source(place.name, place.stat().st_size, lambda: place.open("rb"))
