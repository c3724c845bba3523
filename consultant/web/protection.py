"""What holds for every answer and every POST: strict headers, and no orders from other sites.

Plain ASGI; knows no page.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def protect(headers: MutableHeaders) -> None:
    """Add the headers that every answer has. A page may bring a policy of its own."""
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("Cache-Control", "no-store")
    headers["X-Content-Type-Options"] = "nosniff"
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms. Other sites learn nothing.
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"


class StrictHeaders:
    """Adds the protective headers to each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_protected)


class SameOriginOnly:
    """Refuses what another site makes a browser send (CSRF), by Sec-Fetch-Site, or by Origin where that is missing.

    A request with neither comes from no browser and carries no cookie that it was not given by hand.
    """

    def __init__(self, app: ASGIApp, refusal: str, public_url: str) -> None:
        self._app = app
        self._refusal = refusal
        self._public_host = urlsplit(public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is safe or comes from our own pages."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or self._is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        response: Response = HTMLResponse(self._refusal, 403)
        await response(scope, receive, send)

    def _is_own(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return True
        host = urlsplit(origin).netloc
        return host != "" and host in {headers.get("host"), self._public_host}
