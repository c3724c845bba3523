"""Files, folders, zips and zips in zips, as downloaded: opened within bounds, handed on as single files.

Nothing is unpacked to a place that an archive names. Must not know what the files mean.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZipFile, ZipInfo

from consultant.reference.formats import UNREADABLE, FormatError, Source

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
SPOOL_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold. The largest that an agency ships is some gigabytes, packed about ten to one."""

    depth: int = 4
    files: int = 5_000
    file_bytes: int = 4 << 30
    all_bytes: int = 16 << 30
    ratio: int = 300
    ratio_from_bytes: int = 16 << 20


@contextmanager
def opened_paths(paths: list[Path], limits: Limits | None = None) -> Iterator[list[Source]]:
    """The single files below these paths, in the order given; they can be read until the block ends.

    Raises FormatError for a path that is not there, and for an archive that is damaged, encrypted or beyond bounds.
    """
    with ExitStack() as stack:
        opener = _Opener(limits or Limits(), stack)
        yield [source for path in paths for file in _files(path) for source in opener.file(file, _name(file, path))]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith("."))
    if not path.is_file():
        raise FormatError(f"{path}: there is no such file or folder. Name the files as they were downloaded.")
    return [path]


def _name(file: Path, given: Path) -> str:
    """As a zip of the folder would name it: an agency writes the release on what it packs its files into."""
    return file.name if file == given else f"{given.resolve().name}/{file.relative_to(given).as_posix()}"


class _Opener:
    """Opens one archive after another, and counts what it met against the limits."""

    def __init__(self, limits: Limits, stack: ExitStack) -> None:
        self._limits, self._stack = limits, stack
        self._bytes = self._files = 0

    def file(self, path: Path, name: str) -> Iterator[Source]:
        source = Source(name, path.stat().st_size, lambda: path.open("rb"))
        if not _is_zip(source):
            yield source
            return
        yield from self._archive(source, self._stack.enter_context(path.open("rb")), depth=1)

    def _archive(self, source: Source, file: IO[bytes], depth: int) -> Iterator[Source]:
        """The files of a zip; a workbook, which is a zip too, is one file."""
        archive = self._opened(source, file)
        members = [member for member in archive.infolist() if not member.is_dir()]
        for member in members:
            self._admit(source, member)
        if any(member.filename == "[Content_Types].xml" for member in members):
            yield source
            return
        if depth > self._limits.depth:
            raise FormatError(f"{source.name}: zips within zips, deeper than {self._limits.depth}. Unpack it by hand.")
        for member in members:
            inner = _member(source, archive, member)
            if _is_zip(inner):
                yield from self._archive(inner, self._spooled(inner), depth + 1)
            else:
                yield inner

    def _opened(self, source: Source, file: IO[bytes]) -> ZipFile:
        try:
            return self._stack.enter_context(ZipFile(file))
        except UNREADABLE as error:
            raise FormatError(
                f"{source.name}: the zip is damaged or was cut off ({error}). Download it again."
            ) from error

    def _admit(self, source: Source, member: ZipInfo) -> None:
        """Raises FormatError for what no agency ships: a bomb, or a locked file."""
        limits = self._limits
        self._files += 1
        self._bytes += member.file_size
        inflated = member.file_size > limits.ratio_from_bytes
        if inflated and member.file_size > limits.ratio * max(member.compress_size, 1):
            raise FormatError(f"{source.name}, {member.filename}: unpacks to {member.file_size:,} bytes. Not opened.")
        if member.file_size > limits.file_bytes or self._bytes > limits.all_bytes or self._files > limits.files:
            raise FormatError(f"{source.name}: holds more than can be loaded at once. Load its files one by one.")
        if member.flag_bits & 1:
            raise FormatError(f"{source.name}, {member.filename}: is encrypted. Unpack it with its password first.")

    def _spooled(self, source: Source) -> IO[bytes]:
        """A zip out of a zip, where it can be read from any place."""
        spool = self._stack.enter_context(SpooledTemporaryFile(max_size=SPOOL_BYTES))  # noqa: SIM115 - the stack closes it
        try:
            with source.open() as file:
                shutil.copyfileobj(file, spool)
        except UNREADABLE as error:
            raise FormatError(f"{source.name}: cannot be unpacked ({error}). Download it again.") from error
        return spool


def _member(source: Source, archive: ZipFile, member: ZipInfo) -> Source:
    return Source(f"{source.name}/{member.filename}", member.file_size, lambda: archive.open(member))  # type: ignore[arg-type,return-value]


def _is_zip(source: Source) -> bool:
    try:
        with source.open() as file:
            return file.read(len(ZIP)) in (ZIP, EMPTY_ZIP)
    except UNREADABLE as error:
        raise FormatError(f"{source.name}: cannot be read ({error}). Download it again.") from error
