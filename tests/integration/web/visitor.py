"""A person with a browser, as far as pages need one: follows nothing by itself, keeps cookies, fills in forms."""

from __future__ import annotations

import html
import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.conversation import ANA, Conversation, text_of


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The source of the page, with entities read."""
        return html.unescape(self.body.decode())

    @property
    def location(self) -> str | None:
        """Where the page says to look next."""
        return self.headers["Location"]


class Visitor:
    """Talks HTTP to the console."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie: str | None = None

    def opens(self, path: str, method: str = "GET", **headers: str) -> Page:
        """Open a page."""
        return self._request(method, path, None, headers)

    def sends(self, path: str, /, origin: str | None = "own", **fields: str | int) -> Page:
        """Send a form as a browser does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if origin is not None:
            headers["Origin"] = f"http://127.0.0.1:{self.port}" if origin == "own" else origin
        return self._request("POST", path, urlencode(fields).encode(), headers)

    def posts(self, path: str, body: bytes, **headers: str) -> Page:
        """Send JSON as a program does."""
        return self._request("POST", path, body, {"Content-Type": "application/json", **headers})

    def signs_in(self, post: Conversation, address: str = ANA) -> Page:
        """Ask for a link, read the mail, press the button."""
        self.sends("/sign-in", address=address)
        post.settle()
        return self.uses(link_in(post, address))

    def uses(self, path: str) -> Page:
        """Press the button behind a sign-in link."""
        page = self.sends(path)
        cookie = page.headers["Set-Cookie"]
        self.cookie = cookie.partition(";")[0] if cookie else None
        return page

    def _request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Page:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            cookie = {"Cookie": self.cookie} if self.cookie else {}
            connection.request(method, path, body, {name.replace("_", "-"): v for name, v in headers.items()} | cookie)
            response = connection.getresponse()
            return Page(response.status, response.headers, response.read())
        finally:
            connection.close()


def link_in(post: Conversation, address: str = ANA) -> str:
    """The path of the sign-in link in somebody's newest letter."""
    found = re.search(r"https?://[^/\s]+(/sign-in/\S+)", text_of(post.letter_to(address)))
    assert found, "the newest letter holds no sign-in link"
    return found[1]
