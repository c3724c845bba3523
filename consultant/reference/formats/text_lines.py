"""The lines of a text file as an agency ships it: bounded, decoded line by line, with errors that name the place.

Knows no layout: what a line means is the business of the format that asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, NoReturn

from consultant.reference.formats import UNREADABLE, FormatError, RowError, Source

LONGEST_LINE = 8 * 1024 * 1024  # bytes; the longest seen is a cell of HTML of some 32,000 characters
UTF8_MARK = b"\xef\xbb\xbf"
AGAIN = "Download the file again."


class RawLine(NamedTuple):
    """One line as bytes with its end, and its number from 1."""

    number: int
    raw: bytes


class Skipped(NamedTuple):
    """A line or an element that carries no row, counted so that nothing vanishes unseen: its line, and why."""

    line: int
    reason: str


def raw_lines(source: Source) -> Iterator[RawLine]:
    """The lines of the file, one at a time. Raises FormatError when it cannot be read, or is no text."""
    with opened(source) as stream:
        number = 0
        while raw := _read_line(source, stream, number + 1):
            number += 1
            yield RawLine(number, raw.removeprefix(UTF8_MARK) if number == 1 else raw)


def opened(source: Source) -> BinaryIO:
    """The file's bytes from the start. Raises FormatError when it cannot be opened."""
    try:
        return source.open()
    except UNREADABLE as error:
        broken_off(source, 1, error)


def _read_line(source: Source, stream: BinaryIO, number: int) -> bytes:
    try:
        raw = stream.readline(LONGEST_LINE)
    except UNREADABLE as error:
        broken_off(source, number, error)
    if b"\0" in raw:
        wrong(source, number, raw.index(0) + 1, "a zero byte: this is no plain text", AGAIN)
    if len(raw) >= LONGEST_LINE:
        wrong(source, number, LONGEST_LINE, "the line does not end", AGAIN)
    return raw


def decoded(source: Source, line: RawLine) -> str:
    """The line's text without its end: UTF-8, else Windows-1252, line by line because agencies mix them.

    Raises RowError when it is neither.
    """
    try:
        text = line.raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = line.raw.decode("cp1252")
        except UnicodeDecodeError as error:
            bad_row(source, line.number, error.start + 1, "neither UTF-8 nor Windows-1252", "Save it in one of them.")
    return text.rstrip("\r\n")


def head_lines(source: Source, head: bytes) -> list[str]:
    """The whole lines at the start of the file, for telling its kind; bytes that are no text become marks."""
    lines = head.removeprefix(UTF8_MARK).decode("utf-8", errors="replace").splitlines()
    return lines if len(head) >= source.size else lines[:-1]


def bad_row(source: Source, line: int, column: int | str, problem: str, remedy: str) -> NoReturn:
    """One row makes no sense; the rest of the file may."""
    raise RowError(_message(source, line, column, problem, remedy))


def broken_off(source: Source, line: int, error: Exception) -> NoReturn:
    """The bytes of the file cannot be had: it is gone, or its archive is damaged."""
    raise FormatError(_message(source, line, 1, f"the file cannot be read any further ({error})", AGAIN)) from error


def wrong(source: Source, line: int, column: int | str, problem: str, remedy: str) -> NoReturn:
    """The file is not what it seemed to be, or breaks off."""
    raise FormatError(_message(source, line, column, problem, remedy))


def _message(source: Source, line: int, column: int | str, problem: str, remedy: str) -> str:
    return f"{source.name}, line {line}, column {column}: {problem}. {remedy}"
