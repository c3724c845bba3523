"""Where the issuers are, and what to ask them for: Google's and Microsoft's addresses, or those of the settings.

Google lets no device have the scope for mail, so there a browser's answer is brought back by hand (RFC 8252).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.settings import OAuthSettings

MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
OUTLOOK = "https://outlook.office.com"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The three addresses of an issuer, empty where it has none for us, and what to ask for there."""

    token: str
    device: str
    authorize: str
    scopes: str  # separated by blanks (RFC 6749 section 3.3)
    authorize_options: Mapping[str, str] = field(default_factory=dict)


def endpoints_of(settings: OAuthSettings) -> Endpoints:
    """The addresses in force: what the settings give goes before what is known of the provider."""
    known = _known(settings)
    return Endpoints(
        token=settings.token_url or known.token,
        device=settings.device_url or known.device,
        authorize=settings.authorize_url or known.authorize,
        scopes=settings.scopes or known.scopes,
        authorize_options=known.authorize_options,
    )


def _known(settings: OAuthSettings) -> Endpoints:
    match settings.provider:
        case "google":
            return Endpoints(
                token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
                device="",
                authorize="https://accounts.google.com/o/oauth2/v2/auth",
                scopes="https://mail.google.com/",
                authorize_options={"access_type": "offline", "prompt": "consent"},  # else no refresh token
            )
        case "microsoft":
            base = MICROSOFT.format(tenant=settings.tenant)
            return Endpoints(
                token=f"{base}/token",
                device=f"{base}/devicecode",
                authorize=f"{base}/authorize",
                scopes=f"{OUTLOOK}/IMAP.AccessAsUser.All {OUTLOOK}/SMTP.Send offline_access",
            )
    return Endpoints("", "", "", "")
