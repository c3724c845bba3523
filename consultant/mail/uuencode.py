"""Files that stand as uuencoded lines, by themselves or in the middle of a text (POSIX `uuencode`).

Knows bytes and text only.
"""

import binascii
import re

_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_FILE = re.compile(
    r"^begin [0-7]{3,4} (?P<name>[^\n]{1,255})\n(?P<lines>(?:[\x20-\x60]{1,90}\n)+?)"
    r"[`\x20]?\n?end[ \t]*(?=\n|\Z)",
    re.MULTILINE,
)
_MOST_FILES = 100
_MOST_BLANKS_LOST = 8


def decode_uuencoded(content: bytes) -> bytes:
    """The file behind the first `begin` line, as far as its lines can be read."""
    begin = _BEGIN.search(content)
    decoded: list[bytes] = []
    for line in content[begin.end() if begin else 0 :].splitlines():
        if line == b"end":
            break
        decoded.append(_line(line))
    return b"".join(decoded)


def take_out_files(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without the files in it, and those files by name; what only looks like one stays in the text."""
    if "begin " not in text:
        return text, []
    files: list[tuple[str, bytes]] = []
    rest: list[str] = []
    at = 0
    for found in _FILE.finditer(text):
        lines = found["lines"].splitlines()
        if len(files) < _MOST_FILES and all(_has_its_length(line) for line in lines):
            files.append((found["name"].strip(), b"".join(_line(line.encode("ascii")) for line in lines)))
            rest.append(text[at : found.start()])
            at = found.end()
    return "".join([*rest, text[at:]]), files


def _has_its_length(line: str) -> bool:
    """Whether the line is as long as its first letter says; a few blanks at its end may have been lost, or a letter
    be too many."""
    wanted = 1 + ((ord(line[0]) - 32 & 63) + 2) // 3 * 4
    return wanted - _MOST_BLANKS_LOST <= len(line) and len(line.rstrip()) <= wanted + 1


def _line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # a wrong length letter: what is there counts (as uudecode does)
        return _line_by_its_letters(line)


def _line_by_its_letters(line: bytes) -> bytes:
    wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:wanted])
    except binascii.Error:
        return b""
