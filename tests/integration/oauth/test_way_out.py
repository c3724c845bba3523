"""Letters leave by an SMTP server that takes access tokens only."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from consultant.cli.mail_accounts import courier_of
from consultant.intake.credentials import access_token
from consultant.mail.courier import Courier, CourierError
from consultant.mail.outcome import Accepted, Parcel, TryLater
from tests.integration.oauth.conftest import USERNAME, Post
from tests.services.certificates import Authority
from tests.services.issuer import TokenIssuer, broken
from tests.services.processes import free_port
from workers.running import make_courier

PARCEL = Parcel(b"Subject: x\r\n\r\ny\r\n", USERNAME, ("dana@clinic.example",))


@dataclass
class Relay:
    """Takes mail of whoever shows a token that the issuer knows."""

    issuer: TokenIssuer
    port: int = 0
    taken: list[bytes] = field(default_factory=list)

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> AuthResult:  # noqa: N802
        user, token = base64.b64decode(words[1]).decode().removesuffix("\1\1").split("\1auth=Bearer ")
        return await self._judged(server, user.removeprefix("user="), token, b"")

    async def auth_OAUTHBEARER(self, server: SMTP, words: list[str]) -> AuthResult:  # noqa: N802
        head, host, port, bearer, *_ = base64.b64decode(words[1]).decode().split("\1")
        assert (host, port) == ("host=localhost", f"port={self.port}")
        user = head.removeprefix("n,a=").removesuffix(",")
        return await self._judged(server, user, bearer.removeprefix("auth=Bearer "), b"\1")

    async def _judged(self, server: SMTP, user: str, token: str, farewell: bytes) -> AuthResult:
        if self.issuer._access.get(token) == user:
            return AuthResult(success=True)
        answer = await server.challenge_auth(json.dumps({"status": "401", "scope": f"mail {token}"}))
        assert answer == farewell
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        return "250 taken"


@pytest.fixture
def relay(issuer: TokenIssuer, authority: Authority) -> Iterator[Relay]:

    pem = authority.certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem.chain, pem.key)
    relay = Relay(issuer, free_port())
    controller = Controller(
        relay, "127.0.0.1", relay.port, auth_required=True, tls_context=context, require_starttls=True
    )
    controller.start()
    yield relay
    controller.stop()


@pytest.fixture
def courier(relay: Relay, authority: Authority, post: Post) -> Callable[[str], Courier]:
    """The courier of the settings, as workers make it."""

    def made(mechanism: str) -> Courier:
        smtp = {"host": "localhost", "port": relay.port, "username": USERNAME, "auth": mechanism}
        given = {**post.conversation.settings.smtp.model_dump(), **smtp, "ca_file": authority.file}
        way_out = type(post.conversation.settings.smtp).model_validate(given)
        settings = post.conversation.settings.model_copy(update={"smtp": way_out})
        return make_courier(settings, lambda: post.conversation.service)

    return made


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_a_letter_leaves_with_the_mailboxs_token(
    post: Post, relay: Relay, courier: Callable[[str], Courier], mechanism: str
) -> None:
    post.connect()
    assert isinstance(send(courier(mechanism)), Accepted)
    post.conversation.now += timedelta(hours=1)
    assert isinstance(send(courier(mechanism)), Accepted)
    assert post.issuer.refreshed == 1
    assert relay.taken == [PARCEL.raw] * 2


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_a_token_that_the_relay_refuses_says_why_and_the_letter_waits(
    post: Post, relay: Relay, courier: Callable[[str], Courier], mechanism: str
) -> None:
    post.connect()
    token = access_token(post.conversation.service, post.imap)
    post.issuer._access.clear()
    outcome = send(courier(mechanism))
    assert isinstance(outcome, TryLater)
    assert "refuses our access token: 535" in outcome.text
    assert "status 401, scope mail …" in outcome.text
    assert token not in outcome.text
    assert relay.taken == []


def test_without_a_token_the_letter_waits_and_the_relay_is_left_alone(
    post: Post, relay: Relay, courier: Callable[[str], Courier]
) -> None:
    outcome = send(courier("xoauth2"))
    assert isinstance(outcome, TryLater)
    assert "consultant mailbox connect" in outcome.text
    post.connect()
    post.conversation.now += timedelta(hours=2)
    post.issuer.answers = [broken()]
    with pytest.raises(CourierError, match="wants an access token: the issuer answers with an error"):
        courier("xoauth2").check()
    assert isinstance(send(courier("xoauth2")), Accepted)


def test_a_password_is_used_where_the_settings_say_so(post: Post) -> None:
    def never() -> str:
        raise AssertionError

    assert courier_of(post.conversation.settings.smtp, never)._token_now() == ""


def send(courier: Courier) -> object:
    return courier.send(PARCEL, before_data=lambda: None)
