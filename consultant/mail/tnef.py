"""What is in a winmail.dat (MS-OXTNEF): the files, and the body that Outlook put in there.

Only what a reader wants is taken: names, types and content of files, and the body as text, HTML or RTF. Objects in
objects (attached Outlook items) stay closed. Knows bytes only; never raises.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from consultant.mail.charsets import decode
from consultant.mail.remarks import Cut

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_FILES = 200
_LONGEST_RTF = 1_000_000  # bytes, packed or unpacked

_BODY, _ATTACH_TITLE, _ATTACH_DATA, _ATTACHMENT, _MAPI, _ATTACH_RENDER, _CODE_PAGE = (
    0x800C, 0x8010, 0x800F, 0x9005, 0x9003, 0x9002, 0x9007,
)  # fmt: skip
_PR_BODY, _PR_RTF, _PR_HTML, _PR_DATA, _PR_NAME, _PR_LONG_NAME, _PR_TYPE, _PR_CONTENT_ID = (
    0x1000, 0x1009, 0x1013, 0x3701, 0x3704, 0x3707, 0x370E, 0x3712,
)  # fmt: skip
_TEXT_8, _TEXT_16, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_FIXED_SIZES = {
    0x01: 4, 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16,
}  # fmt: skip
_MULTIPLE = 0x1000
# What every packed RTF may refer to without having said it (MS-OXRTFCP section 2.1.2.1).
_RTF_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_MOST_VALUES = 10_000


@dataclass(slots=True)
class TnefFile:
    """A file: its name and type as written ('' where they are not), and its content."""

    name: str = ""
    type: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What was found; `remarks` say what could not be read."""

    text: str = ""
    html: bytes = b""
    rtf: bytes = b""
    files: list[TnefFile] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_tnef(data: bytes) -> Tnef:
    """The files and the body; as much as can be read of a damaged one."""
    found = Tnef()
    charset = "cp1252"
    try:
        for name, value in _attributes(data):
            if name == _CODE_PAGE and len(value) >= 4:
                charset = f"cp{struct.unpack_from('<I', value)[0]}"
            elif name == _ATTACH_RENDER and len(found.files) >= MOST_FILES:
                found.remarks.append(Cut(f"winmail.dat with more than {MOST_FILES} files: the others were left unread"))
                break
            else:
                _take(found, name, value, charset)
    except (struct.error, ValueError):
        found.remarks.append(Cut("winmail.dat that is damaged: its end was left unread"))
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if not data.startswith(SIGNATURE):
        raise ValueError("no TNEF")
    at = 6
    while at + 9 <= len(data):
        _, name, _, length = struct.unpack_from("<BHHI", data, at)
        if at + 9 + length > len(data):
            raise ValueError("an attribute longer than the file")
        yield name, data[at + 9 : at + 9 + length]
        at += 9 + length + 2  # and its checksum


def _take(found: Tnef, name: int, value: bytes, charset: str) -> None:
    if name == _ATTACH_RENDER:
        found.files.append(TnefFile())
    elif name == _BODY:
        found.text = found.text or _text(value, charset)
    elif name == _MAPI:
        _take_body(found, value, charset)
    elif found.files and name == _ATTACH_TITLE:
        found.files[-1].name = found.files[-1].name or _text(value, charset)
    elif found.files and name == _ATTACH_DATA:
        found.files[-1].content = found.files[-1].content or value
    elif found.files and name == _ATTACHMENT:
        _describe(found.files[-1], value, charset)


def _take_body(found: Tnef, properties: bytes, charset: str) -> None:
    for identifier, kind, value in _properties(properties):
        if identifier == _PR_BODY:
            found.text = found.text or _property_text(kind, value, charset)
        elif identifier == _PR_HTML:
            found.html = found.html or value
        elif identifier == _PR_RTF:
            found.rtf = found.rtf or _unpacked(value, found.remarks)


def _describe(file: TnefFile, properties: bytes, charset: str) -> None:
    for identifier, kind, value in _properties(properties):
        if identifier == _PR_LONG_NAME:
            file.name = _property_text(kind, value, charset) or file.name
        elif identifier == _PR_NAME:
            file.name = file.name or _property_text(kind, value, charset)
        elif identifier == _PR_TYPE:
            file.type = _property_text(kind, value, charset)
        elif identifier == _PR_DATA:
            file.content = file.content or (value[16:] if kind == _OBJECT else value)


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Identifier, type and first value of each MAPI property (MS-OXTNEF section 2.1.3.4)."""
    count = struct.unpack_from("<I", data)[0]
    at = 4
    for _ in range(min(count, _MOST_VALUES)):
        kind, identifier = struct.unpack_from("<HH", data, at)
        at += 4
        if identifier & 0x8000:
            at = _behind_name(data, at)
        values, at = _values(data, at, kind)
        if values:
            yield identifier, kind & ~_MULTIPLE, values[0]


def _behind_name(data: bytes, at: int) -> int:
    """Named properties carry a GUID and a number, or a GUID and a name."""
    by_name, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (_padded(length) if by_name else 0)


def _values(data: bytes, at: int, kind: int) -> tuple[list[bytes], int]:
    size = _FIXED_SIZES.get(kind & ~_MULTIPLE)
    count = 1
    if kind & _MULTIPLE or size is None:
        count = struct.unpack_from("<I", data, at)[0]
        at += 4
    if count > _MOST_VALUES:
        raise ValueError("too many values")
    values = []
    for _ in range(count):
        length = size
        if length is None:
            length = struct.unpack_from("<I", data, at)[0]
            at += 4
        if at + length > len(data):
            raise ValueError("a value longer than its attribute")
        values.append(data[at : at + length])
        at += _padded(length)
    return values, at


def _padded(length: int) -> int:
    return length + -length % 4


def _property_text(kind: int, value: bytes, charset: str) -> str:
    if kind == _TEXT_16:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    return _text(value, charset) if kind == _TEXT_8 else ""


def _text(value: bytes, charset: str) -> str:
    return decode(value.rstrip(b"\x00"), charset)[0]


def _unpacked(value: bytes, remarks: list[str]) -> bytes:
    """RTF as Outlook packs it (MS-OXRTFCP section 2)."""
    if value[8:12] == b"MELA":
        return value[16:]
    if value[8:12] != b"LZFu" or len(value) > _LONGEST_RTF:
        remarks.append(Cut("winmail.dat with an RTF body that is damaged or too long: it was left unread"))
        return b""
    unpacked = bytearray(_RTF_DICTIONARY)
    tokens = iter(value[16:])
    for control in tokens:
        for bit in range(8):
            low = next(tokens, None)
            if low is None or len(unpacked) > _LONGEST_RTF:
                return bytes(unpacked[len(_RTF_DICTIONARY) :])
            if not control & 1 << bit:
                unpacked.append(low)
            elif not _copy(unpacked, low << 8 | next(tokens, 0)):
                return bytes(unpacked[len(_RTF_DICTIONARY) :])
    return bytes(unpacked[len(_RTF_DICTIONARY) :])


def _copy(unpacked: bytearray, reference: int) -> bool:
    """Repeat what stood at a place of the ring of 4096 bytes; False at the reference that ends the text."""
    behind = (len(unpacked) - (reference >> 4)) % 4096
    if not behind:
        return False
    start = len(unpacked) - behind
    for offset in range((reference & 15) + 2):
        at = start + offset
        unpacked.append(unpacked[at] if at >= 0 else 0x20)
    return True
