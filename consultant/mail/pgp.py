"""OpenPGP text that stands inline in a mail (RFC 9580 sections 6 and 7): what was signed, shown without its armour.

No signature is checked and nothing is decrypted. Knows text only.
"""

import re

_ENCRYPTED = re.compile(r"^-----BEGIN PGP MESSAGE-----", re.MULTILINE)
_END_OF_ENCRYPTED = "-----END PGP MESSAGE-----"
_CLEARTEXT = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:(?:Hash|Charset|Comment|Version|NotDashEscaped):[^\n]*\n){0,9}[ \t]*\n",
    re.MULTILINE,
)
_SIGNATURE = "\n-----BEGIN PGP SIGNATURE-----\n"
_ARMOUR = re.compile(
    r"\n-----BEGIN PGP SIGNATURE-----\n(?:(?:Hash|Charset|Comment|Version):[^\n]*\n){0,9}[ \t]*\n?"
    r"[A-Za-z0-9+/=\n]{0,20000}-----END PGP SIGNATURE-----[ \t]*(?:\n|\Z)"
)
_DASH_ESCAPE = re.compile(r"^- ", re.MULTILINE)
_MOST_BLOCKS = 20


def is_encrypted(text: str) -> bool:
    """Whether an encrypted message stands in the text."""
    return "-----BEGIN PGP MESSAGE" in text and _ENCRYPTED.search(text) is not None


def without_encrypted(text: str) -> str:
    """The text without the encrypted messages in it: what is left can be read without a key."""
    pieces: list[str] = []
    at = 0
    for begin in _ENCRYPTED.finditer(text):
        if begin.start() < at:
            continue
        pieces.append(text[at : begin.start()])
        end = text.find(_END_OF_ENCRYPTED, begin.end())
        at = len(text) if end < 0 else end + len(_END_OF_ENCRYPTED)
    return "".join([*pieces, text[at:]])


def without_armour(text: str) -> tuple[str, bool]:
    """The text with each cleartext-signed block as it was before signing, and whether there was one."""
    if _SIGNATURE not in text:
        return text, False
    pieces: list[str] = []
    at = 0
    while len(pieces) < 2 * _MOST_BLOCKS and (block := _block(text, at)) is not None:
        start, signed, end = block
        pieces += [text[at:start], _DASH_ESCAPE.sub("", signed) + "\n"]
        at = end
    return "".join([*pieces, text[at:]]), bool(pieces)


def _block(text: str, at: int) -> tuple[int, str, int] | None:
    """Start, signed text and end of the next block that is whole."""
    begin = _CLEARTEXT.search(text, at)
    signature = text.find(_SIGNATURE, begin.end() - 1) if begin else -1
    armour = _ARMOUR.match(text, signature) if signature >= 0 else None
    return (begin.start(), text[begin.end() : signature], armour.end()) if begin and armour else None
