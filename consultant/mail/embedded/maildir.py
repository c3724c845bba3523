"""Mails as files: one Maildir, and the Maildir++ folders beside an inbox. Knows no IMAP and no SMTP.

A mail is written to `tmp/`, synced, renamed into `new/` (or `cur/` with flags) and the directory synced, so
that after a power cut it is there whole or not at all. Files are never changed afterwards, only renamed:
a `file` below is the name relative to the Maildir, such as `new/…` or `cur/…:2,S`.
"""

import itertools
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

_PLACES = ("new", "cur")
_FLAGS_MARK = ":2,"
_sequence = itertools.count()


class Maildir:
    """One directory with `new/`, `cur/` and `tmp/`. All methods block; OSError is the caller's to answer."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Make the directories; what a crash left in `tmp/` was never acknowledged to anybody, and goes."""
        for place in (*_PLACES, "tmp"):
            (self.path / place).mkdir(parents=True, exist_ok=True)
        for leftover in (self.path / "tmp").iterdir():
            leftover.unlink()

    def stage(self, raw: bytes, kept_at: datetime) -> str:
        """Write and sync a mail under `tmp/`, not yet visible. Returns its unique name for `publish`."""
        name = _unique_name()
        path = self.path / "tmp" / name
        with path.open("xb") as file:
            file.write(raw)
            file.flush()
            os.utime(file.fileno(), (kept_at.timestamp(), kept_at.timestamp()))
            os.fsync(file.fileno())
        return name

    def publish(self, name: str, flags: str = "") -> str:
        """Make a staged mail visible, for good. Returns its file."""
        file = _file(name, flags)
        (self.path / "tmp" / name).rename(self.path / file)
        _sync_directory((self.path / file).parent)
        return file

    def files(self) -> list[str]:
        """All mails, in the order in which they were first kept."""
        found = [f"{place}/{entry.name}" for place in _PLACES for entry in (self.path / place).iterdir()]
        return sorted(found, key=lambda file: file.partition("/")[2])

    def read(self, file: str) -> bytes:
        """The mail, octet by octet."""
        return (self.path / file).read_bytes()

    def kept_at(self, file: str) -> datetime:
        """When the mail was received (IMAP's internal date)."""
        return datetime.fromtimestamp((self.path / file).stat().st_mtime, UTC)

    def flag(self, file: str, flags: str) -> str:
        """Give a mail exactly these flag letters. Returns its file from now on."""
        if flags == flags_of(file):
            return file
        flagged = _file(file.partition("/")[2].partition(_FLAGS_MARK)[0], flags)
        (self.path / file).rename(self.path / flagged)
        return flagged

    def move(self, file: str, into: "Maildir") -> None:
        """Move a mail to another Maildir, where it has the same file."""
        (self.path / file).rename(into.path / file)

    def copy(self, file: str, into: "Maildir") -> str:
        """Copy a mail to another Maildir, or this one. Returns its file there."""
        copied = _file(_unique_name(), flags_of(file))
        # Files never change, so both folders may share one.
        (into.path / copied).hardlink_to(self.path / file)
        return copied

    def remove(self, file: str) -> None:
        """Expunge a mail."""
        (self.path / file).unlink()


def flags_of(file: str) -> str:
    """The flag letters in a file's name."""
    return file.partition(_FLAGS_MARK)[2]


def folder_path(inbox: Path, name: str) -> Path:
    """Where the folder with that IMAP name (levels parted by `/`) lies beside its inbox, as Maildir++ says.

    Every character with a meaning to the file system is escaped. Raises ValueError for a name that is not
    one: an empty level, or longer than file systems take.
    """
    levels = [quote(level, safe=" ").replace(".", "%2E") for level in name.split("/")]
    directory = "." + ".".join(levels)
    if not all(levels) or len(directory) > 200:
        raise ValueError(name)
    return inbox / directory


def folder_names(inbox: Path) -> list[str]:
    """The IMAP names of all folders beside an inbox."""
    directories = (entry.name for entry in inbox.iterdir() if entry.name.startswith(".") and entry.is_dir())
    return sorted("/".join(unquote(level) for level in name[1:].split(".")) for name in directories)


def remove_folder(path: Path) -> None:
    """Delete a folder with its mails."""
    shutil.rmtree(path)


def _unique_name() -> str:
    # Fixed widths, so that the order of names is the order of arrival.
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    return f"{seconds}.M{nanoseconds // 1000:06}P{os.getpid()}Q{next(_sequence):06}.localhost"


def _file(name: str, flags: str) -> str:
    return f"cur/{name}{_FLAGS_MARK}{flags}" if flags else f"new/{name}"


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
