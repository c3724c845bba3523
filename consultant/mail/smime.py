"""The content of an opaque S/MIME signature (RFC 8551 section 3.5.2, RFC 5652), and what an S/MIME part is.

Reads just enough BER (X.690) to find the signed bytes, lengths and pieces included. No signature is checked and
nothing is decrypted. Knows bytes only; never raises.
"""

from collections.abc import Iterator
from typing import Literal

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_ENVELOPED = (
    bytes.fromhex("06092a864886f70d010703"),
    bytes.fromhex("060b2a864886f70d0109100117"),
)
_COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
_DEEPEST = 12
_MOST_ELEMENTS = 20_000
_OCTET_STRING = 0x04
_CONSTRUCTED = 0x20

Kind = Literal["signed", "encrypted", "compressed", "unknown"]


def kind_of(content: bytes) -> Kind:
    """What the CMS object holds, by the object identifier at its beginning."""
    head = content[:40]
    if _SIGNED_DATA in head:
        return "signed"
    if any(identifier in head for identifier in _ENVELOPED):
        return "encrypted"
    return "compressed" if _COMPRESSED in head else "unknown"


def signed_content(content: bytes) -> bytes | None:
    """The bytes that were signed; None when the object does not hold them or cannot be read."""
    try:
        return _signed_content(content)
    except (IndexError, ValueError):
        return None


def _signed_content(data: bytes) -> bytes | None:
    # ContentInfo { oid, [0] SignedData { version, digests, EncapsulatedContentInfo { oid, [0] OCTET STRING } … } }
    content_info = _first(data, 0, len(data))
    explicit = _child(data, content_info, 1)
    encapsulated = _child(data, _child(data, explicit, 0), 2)
    octets = _child(data, _child(data, encapsulated, 1), 0)
    return b"".join(_octets(data, octets))


_Element = tuple[int, int, int]  # tag, start and end of its content


def _first(data: bytes, start: int, end: int) -> _Element:
    for element in _elements(data, start, end):
        return element
    raise ValueError("nothing there")


def _child(data: bytes, parent: _Element, number: int) -> _Element:
    for index, element in enumerate(_elements(data, parent[1], parent[2])):
        if index == number:
            return element
    raise ValueError("no such element")


def _elements(data: bytes, start: int, end: int) -> Iterator[_Element]:
    at = start
    count = 0
    while at < end and count < _MOST_ELEMENTS:
        tag, body, body_end, after = _read(data, at, end, 0)
        if tag == 0 and body == body_end:  # the end of an indefinite length
            return
        yield tag, body, body_end
        at = after
        count += 1


def _read(data: bytes, at: int, end: int, depth: int) -> tuple[int, int, int, int]:
    """Tag, start and end of the content, and where the next element starts."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length == 0x80:
        content_end = _end_of_indefinite(data, at, end, depth)
        return tag, at, content_end, content_end + 2
    if length > 0x80:
        count = length & 0x7F
        if count > 8:
            raise ValueError("a length of more than eight bytes")
        length = int.from_bytes(data[at : at + count], "big")
        at += count
    # A cut file still shows what there is.
    return tag, at, min(at + length, end), min(at + length, end)


def _end_of_indefinite(data: bytes, at: int, end: int, depth: int) -> int:
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    for _ in range(_MOST_ELEMENTS):
        if at >= end or data[at : at + 2] == b"\x00\x00":
            return min(at, end)
        at = _read(data, at, end, depth + 1)[3]
    raise ValueError("too many elements")


def _octets(data: bytes, element: _Element) -> Iterator[bytes]:
    """The pieces of an octet string, which may be cut into others."""
    tag, start, end = element
    if tag == _OCTET_STRING:
        yield data[start:end]
    elif tag == _OCTET_STRING | _CONSTRUCTED:
        for piece in _elements(data, start, end):
            if piece[0] == _OCTET_STRING:
                yield data[piece[1] : piece[2]]
    else:
        raise ValueError("no octet string")
