"""Signed plus-addresses (RFC 5233): what a reply or a bounce is about stands in the address it is sent to.

The local part is `<base>+<kind><id>-<signature>`, all lower case since mail systems fold case,
and at most 64 octets (RFC 5321 section 4.5.3.1.1). The signature covers kind, id and base address,
so nothing can be swapped, and reading one needs no database. Knows no case, draft or letter but their
numbers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

_LONGEST_LOCAL_PART = 64
_SHORTEST_SECRET = 16
_MOST_DIGITS = 12
_SIGNATURE_LENGTH = 20  # base32 characters: 100 bits
_LONGEST_TAG = 1 + 1 + _MOST_DIGITS + 1 + _SIGNATURE_LENGTH
_CASE, _DRAFT, _BOUNCE, _CONFIRM = "c", "d", "b", "v"
_TAG = re.compile(
    rf"(?P<kind>[cdbv])(?P<id>0|[1-9][0-9]{{0,{_MOST_DIGITS - 1}}})"
    rf"-(?P<signature>[a-z2-7]{{{_SIGNATURE_LENGTH}}})"
)


@dataclass(frozen=True, slots=True)
class CaseReply:
    """The member's reply about a case."""

    case_id: int


@dataclass(frozen=True, slots=True)
class DraftReply:
    """A consultant's decision upon the draft that they were invited to review."""

    invitation_id: int


@dataclass(frozen=True, slots=True)
class BounceReply:
    """A delivery report about a letter of ours (it is the letter's envelope sender)."""

    letter_id: int


@dataclass(frozen=True, slots=True)
class ConfirmReply:
    """The word of a sender in doubt that they wrote that mail."""

    message_id: int


Reply = CaseReply | DraftReply | BounceReply | ConfirmReply

_REPLIES: dict[str, Callable[[int], Reply]] = {
    _CASE: CaseReply,
    _DRAFT: DraftReply,
    _BOUNCE: BounceReply,
    _CONFIRM: ConfirmReply,
}


class ReplyAddresses:
    """Makes and reads the signed addresses below one base address."""

    def __init__(self, base: str, secret: bytes) -> None:
        """`base` is the consult address, `secret` at least 16 bytes; ValueError when one cannot serve."""
        local, at, domain = base.lower().rpartition("@")
        if not at or not local or not base.isascii():
            raise ValueError("the consult address must look like consult@host.example, in ASCII")
        if len(local) + _LONGEST_TAG > _LONGEST_LOCAL_PART:
            longest = _LONGEST_LOCAL_PART - _LONGEST_TAG
            raise ValueError(f"before its @ the consult address may have at most {longest} characters")
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError(f"the secret that signs addresses must have at least {_SHORTEST_SECRET} bytes")
        self._local, self._domain, self._secret = local, domain, secret

    def for_case(self, case_id: int) -> str:
        """Where the member's replies about the case go."""
        return self._signed(_CASE, case_id)

    def for_draft(self, invitation_id: int) -> str:
        """Where the invited consultant's decision goes."""
        return self._signed(_DRAFT, invitation_id)

    def for_bounce(self, letter_id: int) -> str:
        """The envelope sender of a letter, to which its delivery reports come back."""
        return self._signed(_BOUNCE, letter_id)

    def for_confirmation(self, message_id: int) -> str:
        """Where the true address answers whether it wrote that mail."""
        return self._signed(_CONFIRM, message_id)

    def read(self, address: str) -> Reply | None:
        """What the address is about; None unless signed with this secret for this base. Case is ignored."""
        if not address.isascii():
            return None
        local, _, domain = address.lower().rpartition("@")
        base, _, tag = local.rpartition("+")
        found = _TAG.fullmatch(tag)
        if found is None or base != self._local or domain != self._domain:
            return None
        kind, number = found["kind"], int(found["id"])
        if not hmac.compare_digest(found["signature"], self._signature(kind, number)):
            return None
        return _REPLIES[kind](number)

    def is_ours(self, address: str) -> bool:
        """Whether mail to this address is for us: the consult address itself, or one that we signed."""
        return address.lower() == f"{self._local}@{self._domain}" or self.read(address) is not None

    def _signed(self, kind: str, number: int) -> str:
        if not 0 <= number < 10**_MOST_DIGITS:
            raise ValueError(f"an id in an address must be between 0 and {10**_MOST_DIGITS - 1}")
        return f"{self._local}+{kind}{number}-{self._signature(kind, number)}@{self._domain}"

    def _signature(self, kind: str, number: int) -> str:
        signed = f"consultant reply address 1\n{kind}\n{number}\n{self._local}@{self._domain}"
        digest = hmac.digest(self._secret, signed.encode("ascii"), hashlib.sha256)
        return base64.b32encode(digest).decode("ascii").lower()[:_SIGNATURE_LENGTH]
