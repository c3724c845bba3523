"""An issuer of tokens on loopback: device codes, a browser's consent, rotation with reuse detection, and bad days."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.services.certificates import Pem

CLIENT_ID = "consult-desk"
CLIENT_SECRET = "client secret of the tests"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Consent:
    """What one person agreed to: only `newest` of its refresh tokens is good, and none once it is revoked."""

    username: str
    newest: str = ""
    revoked: bool = False


@dataclass
class Device:
    """A device code, and what somebody made of it."""

    user_code: str
    username: str | None = None
    denied: bool = False
    asked: list[float] = field(default_factory=list)


class TokenIssuer:
    """The state of the issuer. A test sets the attributes, and plays the person who consents."""

    def __init__(self) -> None:
        self.url = ""
        self.begin_anew()

    def begin_anew(self) -> None:
        """An ordinary day, on which nobody has consented to anything."""
        self.rotates = True
        self.forgives_reuse = False  # whether an old refresh token is taken after the new one was given
        self.lifetime: int | None = 3600
        self.interval = 1
        self.slow_down = 0  # how many of the next device polls are told so
        self.answers: list[Response] = []  # given to the next token requests, before anything is looked at
        self.delay = 0.0  # seconds between spending a refresh token and answering
        self.spent = threading.Event()  # a refresh token was spent
        self.refreshed = 0
        self.reused = 0
        self.forms: list[dict[str, str]] = []
        self._consents: dict[str, Consent] = {}
        self._access: dict[str, str] = {}
        self._devices: dict[str, Device] = {}
        self._codes: dict[str, tuple[str, str]] = {}

    def approve(self, user_code: str, username: str) -> None:
        """Somebody signs in as this user, enters the code and agrees."""
        self._device(user_code).username = username

    def deny(self, user_code: str) -> None:
        """Somebody enters the code and says no."""
        self._device(user_code).denied = True

    def pending(self) -> Device | None:
        """The newest device code that waits for somebody."""
        return next((each for each in reversed(self._devices.values()) if each.username is None), None)

    def consented(self, username: str) -> dict[str, Any]:
        """Tokens, as if that user had agreed just now."""
        return self._tokens(Consent(username))

    def revoke(self, username: str) -> None:
        """The user withdraws each consent."""
        for consent in self._consents.values():
            consent.revoked = consent.revoked or consent.username == username
        self._access = {token: user for token, user in self._access.items() if user != username}

    def app(self) -> Starlette:
        """The endpoints."""
        return Starlette(
            routes=[
                Route("/device", self._start_device, methods=["POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/authorize", self._authorize),
                Route("/introspect", self._introspect, methods=["POST"]),
            ]
        )

    def _device(self, user_code: str) -> Device:
        return next(each for each in self._devices.values() if each.user_code == user_code)

    async def _form(self, request: Request) -> dict[str, str]:
        async with request.form() as form:
            given = {name: str(value) for name, value in form.items()}
        self.forms.append(given)
        basic = request.headers.get("authorization", "").removeprefix("Basic ")
        if basic and base64.b64decode(basic).decode() == f"{CLIENT_ID}:{CLIENT_SECRET}":
            given["client_id"] = CLIENT_ID
        elif basic:
            given["client_id"] = ""
        return given

    async def _start_device(self, request: Request) -> Response:
        given = await self._form(request)
        if given.get("client_id") != CLIENT_ID:
            return _error("invalid_client", 401)
        if "mail" not in given.get("scope", ""):
            return _error("invalid_scope")
        code, user_code = secrets.token_urlsafe(24), secrets.token_hex(4).upper()
        self._devices[code] = Device(user_code)
        return JSONResponse(
            {
                "device_code": code,
                "user_code": user_code,
                "verification_uri": f"{self.url}/enter",
                "verification_uri_complete": f"{self.url}/enter?code={user_code}",
                "expires_in": 900,
                "interval": self.interval,
            }
        )

    async def _token(self, request: Request) -> Response:
        given = await self._form(request)
        if self.answers:
            return self.answers.pop(0)
        if given.get("client_id") != CLIENT_ID:
            return _error("invalid_client", 401)
        match given.get("grant_type"):
            case "refresh_token":
                return await self._refresh(given["refresh_token"])
            case "authorization_code":
                return self._redeem(given)
            case "urn:ietf:params:oauth:grant-type:device_code":
                return self._poll(given["device_code"])
        return _error("unsupported_grant_type")

    def _poll(self, code: str) -> Response:
        device = self._devices.get(code)
        if device is None:
            return _error("expired_token")
        device.asked.append(time.monotonic())
        if self.slow_down:
            self.slow_down -= 1
            return _error("slow_down")
        if device.denied:
            return _error("access_denied")
        if device.username is None:
            return _error("authorization_pending")
        del self._devices[code]
        return JSONResponse(self.consented(device.username))

    def _redeem(self, given: dict[str, str]) -> Response:
        username, challenge = self._codes.pop(given["code"], ("", ""))
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        if not username or base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
            return _error("invalid_grant")
        return JSONResponse(self.consented(username))

    async def _refresh(self, token: str) -> Response:
        consent = self._consents.get(token)
        if consent is None or consent.revoked:
            return _error("invalid_grant", description="Token has been expired or revoked.")
        if token != consent.newest:
            self.reused += 1
            if not self.forgives_reuse:
                consent.revoked = True
                return _error("invalid_grant", description=f"Reuse of {token}.")
        self.refreshed += 1
        answer = self._tokens(consent)
        self.spent.set()
        await asyncio.sleep(self.delay)
        return JSONResponse(answer)

    async def _authorize(self, request: Request) -> Response:
        asked = request.query_params
        if asked["code_challenge_method"] != "S256" or asked["client_id"] != CLIENT_ID:
            return _error("invalid_request")
        code = secrets.token_urlsafe(16)
        self._codes[code] = (asked["login_hint"], asked["code_challenge"])
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _introspect(self, request: Request) -> Response:
        async with request.form() as form:
            username = self._access.get(str(form["token"]))
        return JSONResponse({"active": username is not None, **({"username": username} if username else {})})

    def _tokens(self, consent: Consent) -> dict[str, Any]:
        access = secrets.token_urlsafe(24)
        self._access[access] = consent.username
        answer: dict[str, Any] = {"access_token": access, "token_type": "Bearer"}
        if self.lifetime is not None:
            answer["expires_in"] = self.lifetime
        if self.rotates or not consent.newest:
            consent.newest = answer["refresh_token"] = secrets.token_urlsafe(24)
            self._consents[consent.newest] = consent
        return answer


def broken(status: int = 500) -> Response:
    """A page that is no JSON, as of a gateway."""
    return PlainTextResponse("<html>out of order</html>", status)


def _error(code: str, status: int = 400, *, description: str = "") -> Response:
    return JSONResponse({"error": code, **({"error_description": description} if description else {})}, status)


@contextmanager
def running_issuer(pem: Pem | None = None) -> Iterator[TokenIssuer]:
    """An issuer that lives for the block; https where there is a certificate."""
    issuer = TokenIssuer()
    config = uvicorn.Config(
        issuer.app(),
        log_config=None,
        lifespan="off",
        ws="none",
        ssl_certfile=pem.chain if pem else None,
        ssl_keyfile=pem.key if pem else None,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        issuer.url = f"{'https' if pem else 'http'}://localhost:{listener.getsockname()[1]}"
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        try:
            yield issuer
        finally:
            server.should_exit = server.force_exit = True
            thread.join(10)
