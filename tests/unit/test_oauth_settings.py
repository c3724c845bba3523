"""The settings of mail accounts: what may not be, and what is missing, is told before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config.settings import ImapSettings, OAuthSettings, Settings, SmtpSettings
from consultant.mail.oauth.endpoints import endpoints_of

GOOGLE = {"provider": "google", "client_id": "desk"}


@pytest.mark.parametrize("kind", [ImapSettings, SmtpSettings])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", ""])
def test_clear_text_stays_on_this_machine(kind: type[ImapSettings | SmtpSettings], host: str) -> None:
    assert kind(host=host, tls="none").tls == "none"


@pytest.mark.parametrize("kind", [ImapSettings, SmtpSettings])
@pytest.mark.parametrize("host", ["mail.example", "10.0.0.7", "localhost.example", "127.0.0.1.example", "::2"])
def test_clear_text_to_another_machine_must_be_allowed(kind: type[ImapSettings | SmtpSettings], host: str) -> None:
    with pytest.raises(ValidationError, match="set tls to tls or starttls"):
        kind(host=host, tls="none")
    assert kind(host=host, tls="none", allow_cleartext=True).host == host
    assert kind(host=host, tls="starttls").host == host


@pytest.mark.parametrize(
    ("oauth", "missing"),
    [
        ({}, ["oauth.client_id", "oauth.token_url", "oauth.device_url or authorize_url"]),
        ({"client_id": "x"}, ["oauth.token_url", "oauth.device_url or authorize_url"]),
        ({"provider": "microsoft"}, ["oauth.client_id"]),
        (GOOGLE, []),
        ({"client_id": "x", "token_url": "https://i.example/t", "authorize_url": "https://i.example/a"}, []),
        ({"client_id": "x", "token_url": "https://i.example/t", "device_url": "https://i.example/d"}, []),
    ],
)
def test_what_tokens_need_is_named(oauth: dict[str, str], missing: list[str]) -> None:
    settings = OAuthSettings.model_validate(oauth)
    assert settings.missing() == missing
    if missing:
        with pytest.raises(ValidationError, match=missing[0]):
            ImapSettings(auth="xoauth2", oauth=settings)
    assert ImapSettings(oauth=settings).auth == "password"


@pytest.mark.parametrize("url", ["http://issuer.example/t", "ftp://localhost/t", "issuer.example/t", "https:///t"])
def test_tokens_are_asked_for_over_https(url: str) -> None:
    with pytest.raises(ValidationError, match="must begin with https://"):
        OAuthSettings(token_url=url)


def test_an_issuer_on_this_machine_needs_no_https() -> None:
    assert OAuthSettings(device_url="http://localhost:8080/d").device_url


def test_the_way_out_takes_the_token_of_the_same_mailbox() -> None:
    imap = {"username": "consult@consult.example", "auth": "xoauth2", "oauth": GOOGLE}
    smtp = {"username": "consult@consult.example", "auth": "xoauth2"}
    assert settings(imap=imap, smtp=smtp).smtp.auth == "xoauth2"
    for other in ({**smtp, "username": "other@consult.example"}, {**smtp, "username": ""}):
        with pytest.raises(ValidationError, match=r"give smtp\.username the name"):
            settings(imap=imap, smtp=other)
    with pytest.raises(ValidationError, match=r"imap\.auth"):
        settings(smtp=smtp)


def test_a_file_of_certificates_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="does not point to a file"):
        ImapSettings(ca_file=tmp_path / "nowhere.pem")


def test_the_addresses_of_google_and_microsoft_are_known() -> None:
    google = endpoints_of(OAuthSettings.model_validate(GOOGLE))
    assert (google.device, google.scopes) == ("", "https://mail.google.com/")
    assert google.authorize_options["access_type"] == "offline"
    microsoft = endpoints_of(OAuthSettings(provider="microsoft", tenant="consult.example", client_id="desk"))
    assert microsoft.token == "https://login.microsoftonline.com/consult.example/oauth2/v2.0/token"
    assert "offline_access" in microsoft.scopes.split()


def test_what_is_given_goes_before_what_is_known() -> None:
    given = {"provider": "microsoft", "client_id": "desk", "scopes": "IMAP", "token_url": "https://us.example/t"}
    endpoints = endpoints_of(OAuthSettings.model_validate(given))
    assert (endpoints.token, endpoints.scopes) == ("https://us.example/t", "IMAP")
    assert endpoints.device.endswith("/organizations/oauth2/v2.0/devicecode")


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)
