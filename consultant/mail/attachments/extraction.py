"""The text in an attached file, for finding codes: whatever the file holds, it costs bounded time and memory.

Formats that take a library to read are read in a process of their own, with limits that the kernel keeps; what it
wrote before it was stopped counts. Text and attached messages are read here, as the text of a mail is. Knows nothing
of cases.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from consultant.mail.attachments import sniffing
from consultant.mail.attachments.outcomes import CUT, DAMAGED, LOCKED, TOO_LARGE, WHOLE
from consultant.mail.characters import clean
from consultant.mail.charsets import decode
from consultant.mail.html_text import html_to_text
from consultant.mail.invitations import readable
from consultant.mail.reading import read_mail

_ROOT = Path(__file__).parents[3]
_READERS = {
    sniffing.PDF: "pdf",
    sniffing.DOCX: "docx",
    sniffing.XLSX: "xlsx",
    sniffing.RTF: "rtf",
}
_DECODED_HERE = frozenset({"text/plain", "text/csv", "text/tab-separated-values", "text/html", "text/calendar"})
_MESSAGES = frozenset({"message/rfc822", "message/global"})
_MARKUP = 5  # so many times the text that is wanted may be read of HTML

_PROBLEMS = {
    LOCKED: "the file is locked with a password",
    DAMAGED: "the file is damaged or no such file",
    TOO_LARGE: "the file needs more memory than it may have",
}

_EMPTY = "there is no text in the file: perhaps it holds pictures of pages"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost."""

    seconds: int = 10  # of wall-clock; the same of CPU
    memory_mb: int = 512  # of address space
    characters: int = 200_000  # of text; the rest is cut


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text, whether the file holds more of it, and why there is less or none (None when all went well)."""

    text: str
    cut: bool
    problem: str | None


def can_extract(content: bytes, media_type: str) -> bool:
    """Whether there is a reader for the file, by its content first and by what its sender says then."""
    kind = _kind(content, media_type)
    return kind in _READERS or kind in _DECODED_HERE or kind in _MESSAGES


def extract_text(content: bytes, media_type: str, limits: Limits | None = None) -> Extracted:
    """The text of the file; never raises, and takes little longer than `limits.seconds`."""
    limits = limits or Limits()
    kind = _kind(content, media_type)
    if kind in _READERS:
        return _read_apart(content, _READERS[kind], limits)
    if kind in _MESSAGES:
        return _message(content, limits)
    if kind in _DECODED_HERE:
        return _decoded(content, kind, limits)
    return Extracted("", False, "no text is read from files of this type")


def _kind(content: bytes, media_type: str) -> str:
    if media_type in _MESSAGES:
        return media_type
    sniffed = sniffing.sniff(content)
    if sniffed == "text/plain" and media_type.startswith("text/") and media_type in _DECODED_HERE:
        return media_type
    return sniffed


def _decoded(content: bytes, kind: str, limits: Limits) -> Extracted:
    written, problem = decode(content, None)[0], None
    text = written[: _MARKUP * limits.characters]
    cut = len(text) < len(written)
    if kind == "text/html":
        text, problem = html_to_text(text)
    text = clean(text)
    text = readable(text) if kind == "text/calendar" else text
    return Extracted(text[: limits.characters], cut or len(text) > limits.characters, problem)


def _message(content: bytes, limits: Limits) -> Extracted:
    mail = read_mail(content)
    names = [f"[{attachment.name}]" for attachment in mail.attachments]
    text = "\n".join([mail.subject, "", mail.text, *names]).strip("\n")
    problem = next(iter(mail.cut), None)
    return Extracted(text[: limits.characters], len(text) > limits.characters or bool(mail.cut), problem)


def _read_apart(content: bytes, reader: str, limits: Limits) -> Extracted:
    numbers = (limits.seconds, limits.memory_mb, limits.characters)
    command = [
        sys.executable,
        "-s",
        "-P",
        "-m",
        "consultant.mail.attachments.reading_process",
        reader,
        *map(str, numbers),
    ]
    # Nothing of the service's settings and secrets goes along.
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8:replace", "PATH": os.defpath}
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            written, _ = process.communicate(content, timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            written, _ = process.communicate()
    text = clean(written.decode("utf-8", "ignore"))[: limits.characters]
    if process.returncode in (WHOLE, CUT):
        return Extracted(text, process.returncode == CUT, None if text.strip() else _EMPTY)
    problem = _PROBLEMS.get(
        process.returncode, f"reading the file was stopped after {limits.seconds} s or by its limits"
    )
    return Extracted(text, True, problem)
