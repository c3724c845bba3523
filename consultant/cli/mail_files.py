"""Mails in files: an .eml, a folder of them, or an mbox (RFC 4155). Reads only, one mail in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

MBOX_START = b"From "
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files that these paths stand for: themselves, or every .eml and .mbox below a folder."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(each for each in path.rglob("*") if _is_mail(each))
        else:
            found.append(path)
    return found


def mails_in(file: Path) -> Iterator[tuple[str, bytes]]:
    """Each mail of the file with its name: the path, and `#1`, `#2` … in an mbox. Raises OSError."""
    with file.open("rb") as opened:
        start = opened.read(len(MBOX_START))
        opened.seek(0)
        if start != MBOX_START or file.suffix.lower() == ".eml":
            yield str(file), opened.read()
            return
        for number, raw in enumerate(_split(opened), start=1):
            yield f"{file}#{number}", raw


def _is_mail(path: Path) -> bool:
    return path.suffix.lower() in (".eml", ".mbox") and path.is_file()


def _split(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The mails of an mbox: each begins after a line "From …" at the start or below an empty line."""
    mail: list[bytes] = []
    started, after_blank = False, True
    for line in lines:
        if after_blank and line.startswith(MBOX_START):
            if started:
                yield _unquoted(mail)
            mail, started = [], True
        else:
            mail.append(line)
        after_blank = not line.strip(b"\r\n")
    yield _unquoted(mail)


def _unquoted(mail: list[bytes]) -> bytes:
    """Without the ">" that an mbox puts before "From " in the text."""
    return _QUOTED_FROM.sub(rb"\1", b"".join(mail))
