"""Signing in with an access token: the SASL mechanisms XOAUTH2 and OAUTHBEARER (RFC 7628), for IMAP and SMTP alike."""

from __future__ import annotations

import json
from typing import Literal

from consultant.mail.characters import one_line

Mechanism = Literal["xoauth2", "oauthbearer"]
_LONGEST_REASON = 200


class BearerDialogue:
    """What the client says: the token once, and to anything after that only that it is through.

    A server that refuses the token tells why in a challenge, and gives its verdict when that is answered.
    """

    def __init__(self, mechanism: Mechanism, username: str, token: str, host: str, port: int) -> None:
        self.mechanism = mechanism.upper()
        self.reason = ""  # why the token was refused, as the server says
        self._token = token
        if mechanism == "xoauth2":
            self._first, self._last = f"user={username}\1auth=Bearer {token}\1\1", ""
        else:
            name = username.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 section 4
            self._first = f"n,a={name},\1host={host}\1port={port}\1auth=Bearer {token}\1\1"
            self._last = "\1"  # RFC 7628 section 3.2.3

    def __call__(self, challenge: bytes | None = None) -> str:
        """The answer to a challenge of the server."""
        if not challenge:
            return self._first
        self.reason = self.blotted(_reason(challenge))
        return self._last

    def blotted(self, text: str) -> str:
        """What a server says, without the token."""
        return without(text, self._token)


def without(text: str, *secrets: str) -> str:
    """The text with these secrets blotted out, should a server repeat them."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    return text


def _reason(challenge: bytes) -> str:
    """The JSON object of RFC 7628 section 3.2.2 in words; what is none, as it is."""
    text = challenge.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        text = ", ".join(f"{name} {value}" for name, value in found.items())
    return one_line(text)[:_LONGEST_REASON]
