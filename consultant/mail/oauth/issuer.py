"""One issuer of tokens (RFC 6749), as its client: consent by device (RFC 8628) or browser (RFC 7636), and renewal.

Every failure is one of the errors beside this module. Stores nothing, waits for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token

from config.settings import OAuthSettings
from consultant.mail.bearer import without
from consultant.mail.characters import one_line
from consultant.mail.oauth.endpoints import endpoints_of
from consultant.mail.oauth.errors import OAuthTrouble, Pending, Refused, TryLater
from consultant.mail.oauth.transport import BOUNDED, session_with

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
REDIRECT = "http://localhost"  # nobody listens there: the operator copies the address that the browser ends at
UNTOLD_LIFETIME = 600  # seconds, where the issuer does not say how long a token is good for
TRANSIENT = frozenset({"temporarily_unavailable", "server_error"})
_LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Grant:
    """Tokens as issued. `refresh_token` is None where the one that was used stays good."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person needs to give consent on a device of their own; times in seconds."""

    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: float
    interval: float
    device_code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BrowserRequest:
    """A consent asked for in a browser: the address to open, and what proves that the answer is ours."""

    url: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


class Issuer:
    """The issuer of the settings. Its methods raise Refused and TryLater."""

    def __init__(self, settings: OAuthSettings) -> None:
        self._settings = settings
        self._at = endpoints_of(settings)

    @property
    def lets_devices(self) -> bool:
        """Whether consent can be given by device code."""
        return bool(self._at.device)

    @property
    def lets_browsers(self) -> bool:
        """Whether consent can be given in a browser."""
        return bool(self._at.authorize)

    def refresh(self, refresh_token: str) -> Grant:
        """New tokens (RFC 6749 section 6). The issuer may hold the old refresh token for spent from then on."""
        with _told_apart(refresh_token), session_with(self._settings) as session:
            token = session.refresh_token(self._at.token, refresh_token=refresh_token, **BOUNDED)
            return _grant(token, refresh_token)

    def start_device(self) -> DeviceCode:
        """Ask for a code that a person can enter elsewhere (RFC 8628 section 3.1)."""
        asked = {"client_id": self._settings.client_id, "scope": self._at.scopes}
        with _told_apart(), session_with(self._settings) as session:
            auth = session.client_auth(session.token_endpoint_auth_method)
            answer = session.post(self._at.device, data=asked, auth=auth, **BOUNDED)
            return _device_code(session.parse_response_token(answer))

    def ask_for_grant(self, code: DeviceCode) -> Grant:
        """The tokens, once consent was given (RFC 8628 section 3.4). Raises Pending while it was not."""
        try:
            return self._fetch(DEVICE_GRANT, device_code=code.device_code)
        except Refused as refusal:
            if refusal.code in ("authorization_pending", "slow_down"):
                raise Pending(slow_down=refusal.code == "slow_down") from refusal
            raise

    def ask_in_browser(self, username: str) -> BrowserRequest:
        """A request for consent to the mailbox of that name (RFC 6749 section 4.1.1 with PKCE)."""
        verifier = generate_token(64)
        with session_with(self._settings) as session:
            session.code_challenge_method = "S256"
            url, state = session.create_authorization_url(
                self._at.authorize,
                code_verifier=verifier,
                redirect_uri=REDIRECT,
                scope=self._at.scopes,
                login_hint=username,
                **self._at.authorize_options,
            )
        return BrowserRequest(url, state, verifier)

    def redeem(self, request: BrowserRequest, address: str) -> Grant:
        """The tokens for the address that the browser ended at (RFC 6749 section 4.1.3)."""
        answer = {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
        if answer.get("state") != request.state:
            raise Refused("wrong_address", "it does not belong to this request: copy the whole address")
        if "code" not in answer:
            raise Refused(_text(answer.get("error", "no_code")), _text(answer.get("error_description", "")))
        return self._fetch(
            "authorization_code", code=answer["code"], redirect_uri=REDIRECT, code_verifier=request.verifier
        )

    def _fetch(self, grant_type: str, **asked: str) -> Grant:
        with _told_apart(*asked.values()), session_with(self._settings) as session:
            token = session.fetch_token(self._at.token, grant_type=grant_type, **asked, **BOUNDED)
            grant = _grant(token, None)
        if grant.refresh_token is None:
            raise Refused("no_refresh_token", "the issuer gave none: ask for the scope that it wants for that")
        return grant


@contextmanager
def _told_apart(*secrets: str) -> Iterator[None]:
    """Whatever goes wrong on the way to the issuer becomes one of our errors, without these secrets."""
    try:
        yield
    except OAuthTrouble:
        raise
    except AuthlibBaseError as error:
        code, description = (without(_text(each), *secrets) for each in (error.error, error.description))
        if code in TRANSIENT:
            raise TryLater(f"the issuer has trouble: {code} {description}".strip()) from None
        raise Refused(code, description) from None
    except requests.HTTPError as error:
        raise TryLater(f"the issuer answers with an error ({_text(error).split(' for url')[0]})") from None
    except requests.exceptions.SSLError as error:
        raise TryLater(f"the issuer's TLS certificate is not trusted: {_text(error)}") from None
    except (requests.ConnectionError, requests.Timeout) as error:
        raise TryLater(f"the issuer cannot be reached ({type(error).__name__})") from None
    except (requests.RequestException, LookupError, ValueError, TypeError, AttributeError) as error:
        raise TryLater(f"the issuer's answer makes no sense ({type(error).__name__})") from None


def _grant(token: Mapping[str, Any], used: str | None) -> Grant:
    if str(token.get("token_type", "")).lower() != "bearer":
        raise ValueError("not a bearer token")
    refresh_token = token.get("refresh_token")
    return Grant(
        access_token=_required(token["access_token"]),
        refresh_token=None if refresh_token in (None, used) else _required(refresh_token),
        lifetime=timedelta(seconds=_seconds(token.get("expires_in", UNTOLD_LIFETIME))),
    )


def _device_code(answer: Mapping[str, Any]) -> DeviceCode:
    # Google says verification_url, from before the RFC.
    address = answer.get("verification_uri") or answer["verification_url"]
    return DeviceCode(
        user_code=_text(_required(answer["user_code"])),
        verification_uri=_text(_required(address)),
        verification_uri_complete=_text(answer.get("verification_uri_complete", "")),
        expires_in=_seconds(answer["expires_in"]),
        interval=_seconds(answer.get("interval", 5)),
        device_code=_required(answer["device_code"]),
    )


def _required(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("not a text")
    return value


def _seconds(value: Any) -> float:
    seconds = float(value)
    if not 0 < seconds < 1e9:
        raise ValueError("not a time")
    return seconds


def _text(value: object) -> str:
    return one_line(str(value or ""))[:_LONGEST_TEXT]
