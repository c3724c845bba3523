"""What was downloaded, in a folder: a whole file with its record, and the beginning of one that broke off.

A file is whole only if its bytes have the digest of its record, so that a kill between writing one and the other does
no harm. Parts and records begin with a dot: `consultant reference load FOLDER` passes over them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO


class InUse(Exception):
    """Another process is fetching into the same folder."""


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of a file a server gave: its validators (RFC 9110 §8.8), empty where it named none."""

    address: str
    etag: str = ""
    last_modified: str = ""

    @property
    def strong(self) -> str:
        """What proves that two parts are of one version: an entity tag that is not weak; else nothing does."""
        return "" if self.etag.startswith("W/") else self.etag


@dataclass(frozen=True, slots=True)
class Record:
    """A whole file: the version that it is, its size in bytes and SHA-256."""

    version: Version
    size: int
    sha256: str


class KeptFile:
    """One file of a folder, whole or in part."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name
        self._folder = folder
        self._record = folder / f".{name}.json"
        self._part, self._part_version = folder / f".{name}.part", folder / f".{name}.part.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and hold it alone. Raises InUse."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InUse(f"another fetch is writing to {self._folder}: let it finish") from error
            yield

    def whole(self) -> Record | None:
        """The record of the whole file, None where there is none or its bytes are others."""
        values = _read(self._record)
        if values is None or not self.path.is_file():
            return None
        try:
            record = Record(Version(**values["version"]), int(values["size"]), str(values["sha256"]))
        except (KeyError, TypeError, ValueError):
            return None
        return record if digest(self.path) == record.sha256 else None

    def part(self) -> tuple[Version, int] | None:
        """The version that a part is of, and how many bytes of it there are."""
        values = _read(self._part_version)
        if values is None or not self._part.is_file():
            return None
        try:
            return Version(**values), self._part.stat().st_size
        except TypeError:
            return None

    @contextmanager
    def writing(self, version: Version, at: int) -> Iterator[BinaryIO]:
        """The part, to be written on from `at`; what was written stays, whatever happens."""
        if at == 0:
            self.forget_part()
            _write(self._part_version, asdict(version))
        with self._part.open("r+b" if at else "wb") as file:
            file.seek(at)
            file.truncate()
            try:
                yield file
            finally:
                file.flush()
                os.fsync(file.fileno())

    @property
    def unfinished(self) -> Path:
        """Where the part is."""
        return self._part

    def finish(self, version: Version) -> Record:
        """Make the part the whole file."""
        record = Record(version, self._part.stat().st_size, digest(self._part))
        self._part.replace(self.path)
        _write(self._record, asdict(record))
        self._part_version.unlink(missing_ok=True)
        return record

    def forget_part(self) -> None:
        """Throw the part away."""
        self._part.unlink(missing_ok=True)
        self._part_version.unlink(missing_ok=True)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return values if isinstance(values, dict) else None


def _write(path: Path, values: object) -> None:
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(values), "utf-8")
    new.replace(path)
