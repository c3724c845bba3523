"""A mail on its way out, and the four ends that one attempt to hand it over can have.

Knows no protocol, so that whoever decides what an end means needs to know none either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail and its envelope. The empty `envelope_from` is the null sender.

    The first of `envelope_to` is the recipient that counts; the others are copies, and may be refused.
    """

    raw: bytes = field(repr=False)
    envelope_from: str
    envelope_to: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raises ValueError when there is no recipient or an address could break out of its command."""
        if not self.envelope_to or not all(self.envelope_to):
            raise ValueError("a parcel needs at least one recipient")
        if any(re.search(r"[\x00-\x20\x7f<>]", address) for address in (self.envelope_from, *self.envelope_to)):
            raise ValueError("an envelope address may hold no blank, control character or angle bracket")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The relay took responsibility for the mail (RFC 5321 section 4.2.5)."""

    response: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not sent; another attempt may succeed. `code` is the relay's, None when it gave none; `text` begins with it."""

    code: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not sent, and never will be: the relay refused this sender, recipient or content for good."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Handed over whole, but no reply came: it may be on its way. Must not be sent again blindly."""

    text: str


Outcome = Accepted | TryLater | Refused | Uncertain
"""The texts are the relay's words, one short line. They may name the recipient: keep them out of logs."""
