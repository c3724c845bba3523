"""The sample accounts: whose mailbox an address is, and whose password. Knows no protocol and no disk."""

import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consultant.mail.listening import ListeningError

# Account addresses become folder names on disk: nothing but these characters gets there.
_PLAIN_ADDRESS = re.compile(r"[a-z0-9][a-z0-9._+-]*@[a-z0-9][a-z0-9.-]*")


class UnusableAccount(ListeningError):
    """An account whose address the embedded server cannot serve."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"embedded mail: {address!r} cannot be an account. Use letters, digits and . _ + - around one @."
        )


@dataclass(frozen=True, slots=True)
class Account:
    """One sample account; the address is its log-in name too."""

    address: str
    password: str


class Accounts:
    """All accounts, found by address without regard to case. Raises UnusableAccount."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._passwords = {account.address.lower(): account.password for account in accounts}
        for address in self._passwords:
            if not _PLAIN_ADDRESS.fullmatch(address):
                raise UnusableAccount(address)

    def __iter__(self) -> Iterator[str]:
        return iter(self._passwords)

    def owner(self, recipient: str) -> str | None:
        """The account that an address belongs to: itself, or `user+anything@domain` (RFC 5233) of it."""
        address = recipient.lower()
        local_part, _, domain = address.rpartition("@")
        user, _, _ = local_part.partition("+")
        return next((name for name in (address, f"{user}@{domain}") if name in self._passwords), None)

    def password(self, address: str) -> str:
        """The password of an account by its lower-case address; KeyError where there is none."""
        return self._passwords[address]

    def allows(self, login: bytes, password: bytes) -> bool:
        """Whether that is the account's password, as SMTP sends both."""
        known = self._passwords.get(login.decode("utf-8", "replace").lower())
        return known is not None and hmac.compare_digest(known.encode(), password)
