"""File names that are safe to show and to store. Knows text only."""

import re

from consultant.mail.characters import one_line

LONGEST_NAME = 200
_UNSAFE = re.compile(r'[<>:"|?*]')
_SEPARATORS = re.compile(r"[/\\]")
_LONGEST_SUFFIX = 20

SUFFIXES = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/tiff": ".tif",
}


def safe_name(written: str, number: int, media_type: str) -> tuple[str, bool]:
    """A name without a path, control characters and surprises, made up when nothing is left; and whether it was cut."""
    name = _UNSAFE.sub("_", _SEPARATORS.split(one_line(written))[-1]).strip(" .")
    if not name:
        return f"attachment-{number}{SUFFIXES.get(media_type, '')}", False
    if len(name) <= LONGEST_NAME:
        return name, False
    stem, dot, suffix = name.rpartition(".")
    if len(suffix) > _LONGEST_SUFFIX:
        return name[:LONGEST_NAME], True
    return stem[: LONGEST_NAME - len(suffix) - 1] + dot + suffix, True
