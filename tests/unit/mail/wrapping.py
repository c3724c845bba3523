"""What other formats wrap, in bytes, for tests: a winmail.dat, and an opaque signature."""

import base64
import struct

from consultant.mail.tnef import SIGNATURE
from tests.unit.mail.letters import letter, multipart

SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
ENVELOPED_DATA = bytes.fromhex("06092a864886f70d010703")
DATA = bytes.fromhex("06092a864886f70d010701")


def attribute(level: int, name: int, value: bytes) -> bytes:
    """A TNEF attribute."""
    return struct.pack("<BHHI", level, name, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*written: tuple[int, int, bytes]) -> bytes:
    """MAPI properties of one value each; fixed sizes have no length."""
    found = struct.pack("<I", len(written))
    for kind, identifier, value in written:
        length = b"" if kind == 3 else struct.pack("<II", 1, len(value))
        found += struct.pack("<HH", kind, identifier) + length + value + b"\x00" * (-len(value) % 4)
    return found


def winmail(*, body: bytes = b"", mapi: bytes = b"") -> bytes:
    """A winmail.dat with one file in it."""
    described = properties((3, 0x0E20, b"\x04\x00\x00\x00"), (0x1F, 0x3707, "op nöte.txt\x00".encode("utf-16-le")))
    return (
        SIGNATURE
        + b"\x01\x00"
        + attribute(1, 0x9007, struct.pack("<II", 1252, 0))
        + (attribute(1, 0x800C, body) if body else b"")
        + (attribute(1, 0x9003, mapi) if mapi else b"")
        + attribute(2, 0x9002, b"\x00" * 14)
        + attribute(2, 0x8010, b"OPNTE~1.TXT\x00")
        + attribute(2, 0x800F, b"99213 with 25")
        + attribute(2, 0x9005, described)
    )


def with_winmail(text: str, content: bytes) -> bytes:
    """A mail of Outlook."""
    part = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    body, content_type = multipart("mixed", "\r\n" + text, part + base64_lines(content))
    return letter(body, content_type=content_type)


def base64_lines(content: bytes) -> bytes:
    """The content as a mail carries it."""
    return base64.encodebytes(content)


def der(tag: int, content: bytes) -> bytes:
    """An element of definite length."""
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x84" + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def ber(tag: int, content: bytes) -> bytes:
    """An element of indefinite length."""
    return bytes([tag]) + b"\x80" + content + b"\x00\x00"


def signed(inner: bytes, *, pieces: bool) -> bytes:
    """A CMS SignedData that holds the bytes; nobody signed it."""
    if pieces:
        octets = ber(0x24, b"".join(der(0x04, inner[at : at + 50]) for at in range(0, len(inner), 50)))
        encapsulated = ber(0x30, DATA + ber(0xA0, octets))
        data = ber(0x30, der(0x02, b"\x01") + der(0x31, b"") + encapsulated)
        return ber(0x30, SIGNED_DATA + ber(0xA0, data))
    encapsulated = der(0x30, DATA + der(0xA0, der(0x04, inner)))
    return der(0x30, SIGNED_DATA + der(0xA0, der(0x30, der(0x02, b"\x01") + der(0x31, b"") + encapsulated)))
