"""The HTTP session to an issuer: certificates verified as everywhere, every wait bounded, no redirect followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter

from config.settings import OAuthSettings
from consultant.mail.trust import tls_context

SECONDS = (10.0, 20.0)  # to connect, and for the issuer to go on


class _Trusting(HTTPAdapter):
    """Verifies with our TLS context, not with the list of certificates that requests brings along."""

    def __init__(self, ca_file: Path | None) -> None:
        self._context = tls_context(ca_file)
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, **options, ssl_context=self._context)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED"


def session_with(settings: OAuthSettings) -> OAuth2Session:
    """A session as our client. Use it as a context manager; give `**BOUNDED` with every request."""
    session = OAuth2Session(settings.client_id, settings.client_secret.get_secret_value() or None)
    session.mount("https://", _Trusting(settings.ca_file))
    return session


BOUNDED = {"timeout": SECONDS, "allow_redirects": False}
