"""A source that is watched: how far it has been read, and its digest. Must not know what is in it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any, BinaryIO, cast

from consultant.reference.formats import UNREADABLE, FormatError, Source

CHUNK = 1 << 16


class Watched:
    """A file whose reading is told of as it goes on, and whose digest is taken on the way.

    It may be opened and read from the start several times: only what goes beyond what had been read counts.
    """

    def __init__(self, source: Source, read: Callable[[int], None]) -> None:
        self.source = replace(source, open=self._open)
        self._open_original, self._read = source.open, read
        self._digest, self._furthest = hashlib.sha256(), 0

    def sha256(self) -> str:
        """The digest of the whole file; what nobody has read yet is read now. Raises FormatError."""
        if self._furthest < self.source.size:
            sha256(self.source)
        return self._digest.hexdigest()

    def _open(self) -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_Raw(self._open_original(), self._at), CHUNK))

    def _at(self, position: int, found: bytes) -> None:
        beyond = position - self._furthest
        if beyond > 0:
            self._digest.update(found[-beyond:])
            self._furthest = position
            self._read(beyond)


def sha256(source: Source) -> str:
    """The digest of the file's bytes. Raises FormatError when it cannot be read to its end."""
    digest = hashlib.sha256()
    try:
        with source.open() as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except UNREADABLE as error:
        raise FormatError(f"{source.name}: the file breaks off ({error}). Download it again.") from error
    return digest.hexdigest()


class _Raw(io.RawIOBase):
    def __init__(self, file: BinaryIO, at: Callable[[int, bytes], None]) -> None:
        self._file, self._at, self._position = file, at, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        self._position += len(found)
        self._at(self._position, found)
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()
