"""Our side of an issuer, against a real one over loopback: what it gives, and each way in which it can fail."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from starlette.responses import JSONResponse, RedirectResponse

from config.settings import OAuthSettings
from consultant.mail.oauth.device import await_grant
from consultant.mail.oauth.errors import Pending, Refused, TryLater
from consultant.mail.oauth.issuer import Issuer
from tests.services.certificates import Authority
from tests.services.issuer import CLIENT_ID, CLIENT_SECRET, TokenIssuer, broken, running_issuer
from tests.services.processes import free_port

Client = Callable[..., Issuer]
MARIA = "maria@clinic.example"


def test_consent_on_another_device_gives_tokens(client: Client, issuer: TokenIssuer) -> None:
    code = client().start_device()
    assert code.verification_uri == f"{issuer.url}/enter"
    with pytest.raises(Pending):
        client().ask_for_grant(code)
    issuer.approve(code.user_code, MARIA)
    grant = client().ask_for_grant(code)
    assert grant.refresh_token
    assert grant.lifetime == timedelta(hours=1)
    assert grant.access_token not in repr(grant)
    assert code.device_code not in repr(code)


def test_waiting_keeps_the_pace_that_the_issuer_asks_for(client: Client, issuer: TokenIssuer) -> None:
    code = client().start_device()
    issuer.slow_down = 1
    now, waits = [0.0], []

    def pause(seconds: float) -> None:
        now[0] += seconds
        waits.append(seconds)
        if len(waits) == 2:
            issuer.answers = [broken(502)]
        if len(waits) == 4:
            issuer.approve(code.user_code, MARIA)

    grant = await_grant(client(), code, clock=lambda: now[0], pause=pause)
    assert grant.refresh_token
    assert waits == [1, 6, 12, 12]


def test_nobody_is_waited_for_longer_than_the_code_lasts(client: Client) -> None:
    code = client().start_device()
    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += 300

    with pytest.raises(Refused, match="expired_token"):
        await_grant(client(), code, clock=lambda: now[0], pause=pause)
    assert now[0] <= 900


def test_a_no_ends_the_waiting(client: Client, issuer: TokenIssuer) -> None:
    code = client().start_device()
    issuer.deny(code.user_code)
    with pytest.raises(Refused, match="access_denied"):
        await_grant(client(), code, clock=time.monotonic, pause=lambda _: None)


def test_consent_in_a_browser_gives_tokens(client: Client) -> None:
    asked = client().ask_in_browser(MARIA)
    ended_at = requests.get(asked.url, allow_redirects=False, timeout=5).headers["location"]
    assert ended_at.startswith("http://localhost?code=")
    assert client().redeem(asked, f"  {ended_at}\n").refresh_token


def test_the_answer_to_another_request_is_not_taken(client: Client) -> None:
    ours, theirs = client().ask_in_browser(MARIA), client().ask_in_browser("eve@clinic.example")
    injected = requests.get(theirs.url, allow_redirects=False, timeout=5).headers["location"]
    with pytest.raises(Refused, match="does not belong to this request"):
        client().redeem(ours, injected)
    with pytest.raises(Refused, match="copy the whole address"):
        client().redeem(ours, "http://localhost")
    with pytest.raises(Refused, match="access_denied"):
        client().redeem(ours, f"http://localhost?error=access_denied&state={ours.state}")


def test_a_code_without_its_verifier_is_worth_nothing(client: Client) -> None:
    asked = client().ask_in_browser(MARIA)
    address = requests.get(asked.url, allow_redirects=False, timeout=5).headers["location"]
    other = client().ask_in_browser(MARIA)
    stolen = type(other)(other.url, asked.state, other.verifier)
    with pytest.raises(Refused, match="invalid_grant"):
        client().redeem(stolen, address)


def test_a_renewal_brings_the_next_refresh_token(client: Client, issuer: TokenIssuer) -> None:
    first = issuer.consented(MARIA)["refresh_token"]
    second = client().refresh(first).refresh_token
    assert second not in (None, first)
    assert client().refresh(str(second)).refresh_token


def test_an_issuer_that_does_not_rotate_leaves_the_old_one(client: Client, issuer: TokenIssuer) -> None:
    issuer.rotates = False
    first = issuer.consented(MARIA)["refresh_token"]
    assert client().refresh(first).refresh_token is None


def test_a_client_with_a_secret_proves_it(client: Client, issuer: TokenIssuer) -> None:
    token = issuer.consented(MARIA)["refresh_token"]
    with pytest.raises(Refused, match="invalid_client") as refused:
        client(client_secret="another").refresh(token)
    assert not refused.value.grant_gone
    assert client(client_secret=CLIENT_SECRET).refresh(token).access_token
    assert client(client_secret=CLIENT_SECRET).start_device().user_code


def test_a_refusal_never_repeats_the_token(client: Client, issuer: TokenIssuer) -> None:
    token = issuer.consented(MARIA)["refresh_token"]
    client().refresh(token)
    with pytest.raises(Refused, match=r"Reuse of …\.") as refused:
        client().refresh(token)
    assert refused.value.grant_gone


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (broken(500), "500 Server Error"),
        (broken(429), "429 Client Error"),
        (broken(200), "makes no sense"),
        (JSONResponse({"error": "temporarily_unavailable"}, 503), "503 Server Error"),
        (JSONResponse({"error": "server_error"}, 400), "has trouble"),
        (JSONResponse(["access_token"]), "makes no sense"),
        (JSONResponse({"access_token": "a"}), "makes no sense"),
        (JSONResponse({"access_token": 7, "token_type": "Bearer"}), "makes no sense"),
        (JSONResponse({"access_token": "a", "token_type": "mac"}), "makes no sense"),
        (JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": "soon"}), "makes no sense"),
        (JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": -1}), "makes no sense"),
        (JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 10**12}), "makes no sense"),
        (RedirectResponse("http://127.0.0.1:9/", 307), "makes no sense"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_issuer_in_trouble_is_asked_again_later(client: Client, issuer: TokenIssuer, answer: Any, said: str) -> None:
    issuer.answers = [answer]
    with pytest.raises(TryLater, match=said) as trouble:
        client().refresh("a-refresh-token")
    assert "a-refresh-token" not in str(trouble.value)


def test_an_issuer_that_cannot_be_reached(client: Client) -> None:
    with pytest.raises(TryLater, match="cannot be reached"):
        client(token_url=f"http://localhost:{free_port()}/token").refresh("token")


def test_a_lifetime_that_is_not_told_is_taken_to_be_short(client: Client, issuer: TokenIssuer) -> None:
    issuer.lifetime = None
    assert client().refresh(issuer.consented(MARIA)["refresh_token"]).lifetime == timedelta(minutes=10)


def test_a_consent_without_a_refresh_token_is_refused(client: Client, issuer: TokenIssuer) -> None:
    code = client().start_device()
    issuer.answers = [JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 3600})]
    with pytest.raises(Refused, match="no_refresh_token"):
        client().ask_for_grant(code)


@pytest.mark.parametrize(
    ("name", "ended", "trusted", "good"),
    [
        ("localhost", False, True, True),
        ("other.example", False, True, False),
        ("localhost", True, True, False),
        ("localhost", False, False, False),
    ],
    ids=["good", "wrong host", "expired", "unknown authority"],
)
def test_the_issuers_certificate_is_verified(
    authority: Authority, name: str, ended: bool, trusted: bool, good: bool
) -> None:
    with running_issuer(authority.certificate(name, ended=ended)) as encrypted:
        settings = OAuthSettings(
            client_id=CLIENT_ID,
            token_url=f"{encrypted.url}/token",
            device_url=f"{encrypted.url}/device",
            scopes="mail",
            ca_file=authority.file if trusted else None,
        )
        if good:
            assert Issuer(settings).start_device().user_code
            return
        with pytest.raises(TryLater, match="certificate is not trusted"):
            Issuer(settings).refresh("token")
        assert encrypted.forms == []
