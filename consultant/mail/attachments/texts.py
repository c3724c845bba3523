"""The texts of a mail's files, within one time for all of them. Knows no case and keeps nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consultant.mail.attachments.extraction import Extracted, Limits, can_extract, extract_text
from consultant.mail.attachments.listing import AttachedFile, Attachment

SECONDS = 5  # for all files of a mail
SECONDS_EACH = 3
MOST_FILES = 5  # whose text is read
MEMORY_MB = 384
CHARACTERS = 50_000  # of one file: as many as are read for codes

TOO_MANY = f"only the first {MOST_FILES} files of a mail are read"
NO_TIME = "there was no time left to read it"
PICTURE = "it is a picture"
FAILED = "reading it failed"

# What protects a mail or only wraps its content, and what carries no question.
_WITHOUT_WORDS = frozenset({
    "application/pgp-signature", "application/pgp-encrypted", "application/pgp-keys", "application/pkcs7-signature",
    "application/x-pkcs7-signature", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/ms-tnef",
    "application/vnd.ms-tnef", "text/calendar", "text/vcard", "text/x-vcard",
})  # fmt: skip
_LARGEST_ORNAMENT = 20_000  # bytes of a picture that stands in a signature or a letterhead


@dataclass(frozen=True, slots=True)
class FileText:
    """What was read of one file; `position` is its place in `IncomingMail.attachments`, from 0."""

    position: int
    name: str
    text: str
    cut: bool
    problem: str | None


def read_files(files: Sequence[AttachedFile], deadline: float) -> tuple[FileText, ...]:
    """The texts of a mail's files, as far as there is time until `deadline` (of `time.monotonic`), in order.

    Each file that may hold words is in it, with the problem where it was not read.
    """
    return tuple(_texts(files, deadline))


def unread_files(attachments: tuple[Attachment, ...], problem: str) -> tuple[FileText, ...]:
    """The same of files none of which was read, and why."""
    return tuple(
        FileText(position, each.name, "", False, problem)
        for position, each in enumerate(attachments)
        if _may_hold_words(each)
    )


def _texts(files: Sequence[AttachedFile], deadline: float) -> Iterator[FileText]:
    read = 0
    for position, file in enumerate(files):
        if not _may_hold_words(file.attachment):
            continue
        extracted = _extracted(file, read, deadline)
        read += can_extract(file.content, file.attachment.type)
        yield FileText(position, file.attachment.name, extracted.text, extracted.cut, extracted.problem)


def _extracted(file: AttachedFile, read: int, deadline: float) -> Extracted:
    if file.attachment.sniffed.startswith("image/"):
        return Extracted("", False, PICTURE)
    if not can_extract(file.content, file.attachment.type):
        return extract_text(file.content, file.attachment.type)
    seconds = int(deadline - time.monotonic())
    if read >= MOST_FILES or seconds < 1:
        return Extracted("", False, TOO_MANY if read >= MOST_FILES else NO_TIME)
    return extract_text(file.content, file.attachment.type, Limits(min(seconds, SECONDS_EACH), MEMORY_MB, CHARACTERS))


def _may_hold_words(attachment: Attachment) -> bool:
    if attachment.type in _WITHOUT_WORDS or attachment.sniffed in _WITHOUT_WORDS:
        return False
    ornament = attachment.inline and attachment.content_id is not None and attachment.size <= _LARGEST_ORNAMENT
    return not (ornament and attachment.sniffed.startswith("image/"))
