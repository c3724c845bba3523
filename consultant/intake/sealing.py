"""Encrypting what the database keeps of a mailbox's tokens (Fernet: AES-128-CBC with HMAC-SHA-256).

The key comes of the service's secret key and the account's name (HKDF, RFC 5869), so that a copy of the database alone
opens nothing, and a row put in another's place does not open either. Knows nothing of tokens.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"consultant: tokens of a mailbox, 1: "


class CannotOpen(Exception):
    """It was sealed with another key, or for another account, or was tampered with."""


class Seal:
    """Seals and opens the secrets of one account."""

    def __init__(self, secret_key: bytes, account: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE + account.encode()).derive(secret_key)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, secret: str) -> bytes:
        """The secret, encrypted."""
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """The secret again. Raises CannotOpen."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise CannotOpen("sealed with another key") from error
