"""How asking an issuer for a token can fail, told by what has to be done about it. No message holds a token."""

from __future__ import annotations

# The grant itself is gone: only a person can give a new one (RFC 6749 section 5.2; OpenID Connect Core 3.1.2.6).
GRANT_GONE = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})


class OAuthTrouble(Exception):
    """No token could be had."""


class TryLater(OAuthTrouble):
    """The issuer was not reached, or had trouble of its own."""


class Pending(OAuthTrouble):
    """Nobody has given consent yet (RFC 8628 section 3.5)."""

    def __init__(self, *, slow_down: bool) -> None:
        super().__init__("nobody has given consent yet")
        self.slow_down = slow_down


class Refused(OAuthTrouble):
    """The issuer says no, with an error code of RFC 6749 section 5.2 or of RFC 8628 section 3.5."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(f"the issuer refuses: {code}{f' ({description})' if description else ''}")
        self.code = code

    @property
    def grant_gone(self) -> bool:
        """Whether asking again is of no use before somebody consents anew."""
        return self.code in GRANT_GONE
