"""Bytes of a named, misnamed or unnamed charset to text. Knows nothing of mail; never raises."""

import codecs
import re

import charset_normalizer

_NAME = re.compile(r"[A-Za-z0-9][\w.:+-]{0,39}", re.ASCII)

# What senders write, and the superset that they really use (WHATWG Encoding Standard, section 4.2).
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_ALIASES = {
    "ks_c_5601-1987": "cp949",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "unicode": "utf-16",
}
# Python calls these encodings too, but no mail is written in them, and some take quadratic time.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
# What a sender means who names no charset at all, or one that says "7 bit" of 8-bit text.
_NAMES_NOTHING = frozenset({"", "ascii", "us-ascii", "unknown-8bit", "x-unknown", "default", "8bit", "binary"})

_SAMPLE_BYTES = 8192
# Below this share of non-ASCII bytes a text is Western with accents; guessers do badly on so little.
_MOSTLY_FOREIGN = 0.25
_FEWEST_FOREIGN = 16


def decode(data: bytes, charset: str | None) -> tuple[str, str | None]:
    """The text of `data`, and a short sentence when it could not be read as declared (else None).

    A valid declared charset is honoured; bytes that are invalid in it become U+FFFD. Without one, UTF-8 is
    tried, then a guess from the bytes, then windows-1252.
    """
    declared = _token(charset)
    if declared in _NAMES_NOTHING:
        return _guess(data)[0], None
    codec = _python_codec(declared)
    if codec is None:
        text, read_as = _guess(data)
        return text, f"unknown charset '{declared}': read as {read_as}"
    return _decode_as(data, codec)


def decode_unlabelled(data: bytes) -> str:
    """Bytes that carry no charset by their nature, as bare 8-bit header fields do."""
    return _guess(data)[0]


def _token(charset: str | None) -> str:
    words = re.split(r"[\s;,(]", (charset or "").strip(" \t\r\n\"'"), maxsplit=1)
    return "".join(c for c in words[0].strip("\"'").lower() if c.isprintable())[:40]


def _python_codec(declared: str) -> str | None:
    if declared in _ALIASES:
        return _ALIASES[declared]
    if not _NAME.fullmatch(declared):
        return None
    name = declared.removeprefix("cs") if declared.startswith("csiso") else declared
    for candidate in (name, name.replace("cp-", "cp"), name.removeprefix("x-")):
        try:
            found = codecs.lookup(candidate)
            "".encode(found.name)  # LookupError for codecs that are no charsets, such as base64 and zlib
        except (LookupError, UnicodeError, ValueError):
            continue
        return None if found.name.replace("-", "_") in _NOT_CHARSETS else _SUPERSETS.get(found.name, found.name)
    return None


def _decode_as(data: bytes, codec: str) -> tuple[str, str | None]:
    try:
        return data.decode(codec), None
    except UnicodeError:
        text = data.decode(codec, "replace")
    if codec == "cp1252":  # five unassigned bytes, nothing a reader can act on
        return text, None
    return text, f"bytes invalid in {codec}: shown as \ufffd"


def _guess(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        codec = _guess_from_bytes(data[:_SAMPLE_BYTES])
    try:
        return data.decode(codec), codec
    except UnicodeError:
        return data.decode("windows-1252", "replace"), "windows-1252"


def _guess_from_bytes(sample: bytes) -> str:
    foreign = sum(byte > 127 for byte in sample)
    if foreign < max(_FEWEST_FOREIGN, _MOSTLY_FOREIGN * len(sample)):
        return "windows-1252"
    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best else "windows-1252"
