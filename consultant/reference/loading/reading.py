"""A source that is watched: how far it has been read, and its digest. Must not know what is in it."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, BinaryIO, cast
from zipfile import BadZipFile

from consultant.reference.formats import FormatError, Source

CHUNK = 1 << 16


def watched(source: Source, read: Callable[[int], None]) -> Source:
    """The same file; `read` is told of every number of bytes that was read beyond what had been before."""
    furthest = 0

    def at(position: int) -> None:
        nonlocal furthest
        if position > furthest:
            read(position - furthest)
            furthest = position

    def opening() -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_Watched(source.open(), at), CHUNK))

    return replace(source, open=opening)


def sha256(source: Source) -> str:
    """The digest of the file's bytes. Raises FormatError when it cannot be read to its end."""
    digest = hashlib.sha256()
    try:
        with source.open() as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except (OSError, BadZipFile, zlib.error, EOFError) as error:
        raise FormatError(f"{source.name}: the file breaks off ({error}). Download it again.") from error
    return digest.hexdigest()


class _Watched(io.RawIOBase):
    def __init__(self, file: BinaryIO, at: Callable[[int], None]) -> None:
        self._file, self._at, self._position = file, at, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        self._position += len(found)
        self._at(self._position)
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()
