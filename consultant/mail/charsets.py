"""Bytes of a named, misnamed or unnamed charset to text. Knows nothing of mail; never raises."""

import codecs
import re
from functools import lru_cache

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

# Charsets that hold ASCII text as it is, and those of them that need one byte a character.
_SINGLE_BYTE = frozenset(
    {f"cp{number}" for number in (*range(1250, 1259), 437, 850, 852, 855, 866, 874)}
    | {f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
    | {"koi8-r", "koi8-u", "mac-roman"}
)
_ASCII_FIRST = _SINGLE_BYTE | {"utf-8", "cp932", "cp949", "gb18030", "big5", "euc_jp"}
_WESTERN = frozenset({"cp1252", "cp1254", "iso8859-15"})
# Charsets in which one wrong byte may spoil all that follows.
_STATEFUL = frozenset({"utf-7", "utf-16", "utf-32", "hz", "iso2022_jp", "iso2022_kr", "iso2022_jp_2"})
_WIDER = {
    "big5": ("cp950", "big5hkscs"),
    "iso2022_jp": ("iso2022_jp_ext", "iso2022_jp_2004"),
    "euc_jp": ("euc_jis_2004",),
}
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

_SAMPLE_BYTES = 8192
# Below this share of non-ASCII bytes a text is Western with accents; guessers do badly on so little.
_MOSTLY_FOREIGN = 0.25
_FEWEST_FOREIGN = 16
# What mails without a word about their charset are written in; of charsets that differ in a few letters, the usual one.
_WRITTEN_IN_MAIL = [
    "cp1251", "koi8_r", "cp1250", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "cp932", "euc_jp",
    "gb18030", "big5", "cp949",
]  # fmt: skip


def decode(data: bytes, charset: str | None) -> tuple[str, str | None]:
    """The text of `data`, and a short sentence when it could not be read as declared (else None).

    A valid declared charset is honoured; bytes that are invalid in it become U+FFFD. Where the declaration
    cannot be true, or there is none, UTF-8 is tried, then a guess from the bytes, then windows-1252.
    """
    declared = _token(charset)
    if declared in _NAMES_NOTHING:
        return _guess(data)[0], None
    codec = _python_codec(declared)
    if codec is None:
        text, read_as = _guess(data)
        return text, f"unknown charset '{declared}': read as {read_as}"
    return _decode_as(data, codec)


def decode_unlabelled(data: bytes, likely: str | None = None) -> str:
    """Bytes that carry no charset by their nature, as bare 8-bit header fields do: UTF-8, else the likely one."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data, likely)[0]


def _token(charset: str | None) -> str:
    written = (charset or "").strip(" \t\r\n\"'").lower().removeprefix("charset=")
    words = re.split(r"[\s;,(]", written, maxsplit=1)
    return "".join(c for c in words[0].strip("\"'") if c.isprintable())[:40]


@lru_cache(maxsize=256)
def _python_codec(declared: str) -> str | None:
    if declared in _ALIASES:
        return _ALIASES[declared]
    if not _NAME.fullmatch(declared):
        return None
    name = declared.removeprefix("cs") if declared.startswith("csiso") else declared
    for candidate in (name, name.replace("cp-", "cp"), name.removeprefix("x-"), name.replace("win-", "windows-")):
        try:
            found = codecs.lookup(candidate)
            "".encode(found.name)  # LookupError for codecs that are no charsets, such as base64 and zlib
        except (LookupError, UnicodeError, ValueError):
            continue
        return None if found.name.replace("-", "_") in _NOT_CHARSETS else _SUPERSETS.get(found.name, found.name)
    return None


def _decode_as(data: bytes, codec: str) -> tuple[str, str | None]:
    if data.isascii() and codec in _ASCII_FIRST:
        return data.decode("ascii"), None
    try:
        text = data.decode(codec)
    except UnicodeError:
        return _decode_damaged(data, codec)
    if codec in _SINGLE_BYTE and (really := _as_utf_8(data, codec)) is not None:
        return really, f"declared as {codec}, which it is not: read as utf-8"
    return text, None


def _as_utf_8(data: bytes, codec: str) -> str | None:
    """The text when it can only be UTF-8 that was declared as something else.

    Letters in a charset of one byte a character hardly ever stand so that they would be valid UTF-8; in the Western
    ones never, in others a single pair may.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    foreign = sum(not c.isascii() for c in text) if len(text) < _SAMPLE_BYTES else 2
    return text if foreign >= (1 if codec in _WESTERN else 2) else None


def _decode_damaged(data: bytes, codec: str) -> tuple[str, str | None]:
    """Read bytes that are not all valid in the declared charset: a few are damage, most make it the wrong charset."""
    for wider in _WIDER.get(codec, ()):
        try:
            return data.decode(wider), None
        except UnicodeError:
            continue
    text = data.decode(codec, "replace")
    if codec == "cp1252":  # five unassigned bytes, nothing a reader can act on
        really = _as_utf_8(data, codec)
        return (text, None) if really is None else (really, f"declared as {codec}, which it is not: read as utf-8")
    sample = text[:_SAMPLE_BYTES]
    damaged = sample.count("\ufffd")
    whole = sum(not c.isascii() for c in sample) - damaged
    if codec not in _STATEFUL and damaged > whole:
        guessed, read_as = _guess(data)
        if read_as != codec:
            return guessed, f"declared as {codec}, which it is not: read as {read_as}"
    return text, f"bytes invalid in {codec}: shown as \ufffd"


def _guess(data: bytes) -> tuple[str, str]:
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark) and (text := _with_mark(data, codec)) is not None:
            return text, codec
    if b"\x1b$" in data and (japanese := _iso_2022(data)):
        return japanese
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.end == len(data) and error.start > 0 and not data[: error.start].isascii():  # cut within a character
            return data.decode("utf-8", "replace"), "utf-8"
        codec = _guess_from_bytes(data[:_SAMPLE_BYTES])
    try:
        return data.decode(codec), codec
    except UnicodeError:
        return data.decode("windows-1252", "replace"), "windows-1252"


def _with_mark(data: bytes, codec: str) -> str | None:
    """The text behind a byte order mark, if the bytes are not just two odd ones in front of something else."""
    try:
        return data.decode(codec) if codec == "utf-8-sig" or data.count(0) > len(data) // 20 else None
    except UnicodeError:
        return None


def _iso_2022(data: bytes) -> tuple[str, str] | None:
    """Text of seven bits that switches its charset by escape sequences (RFC 1468, RFC 1557)."""
    for codec in ("iso2022_jp", "iso2022_kr", "iso2022_jp_2"):
        try:
            return data.decode(codec), codec
        except UnicodeError:
            continue
    return None


def _guess_from_bytes(sample: bytes) -> str:
    foreign = sum(byte > 127 for byte in sample)
    if foreign < max(_FEWEST_FOREIGN, _MOSTLY_FOREIGN * len(sample)):
        return "windows-1252"
    best = charset_normalizer.from_bytes(sample, cp_isolation=_WRITTEN_IN_MAIL).best()
    return best.encoding if best else "windows-1252"
