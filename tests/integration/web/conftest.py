"""The console over the conversation's service, served for real on a loopback port."""

from collections.abc import Iterator

import pytest

from consultant.web.app import make_web
from consultant.web.serving import WebServer
from tests.conversation import Conversation
from tests.integration.web.visitor import Visitor


@pytest.fixture
def stranger(post: Conversation) -> Iterator[Visitor]:
    """Somebody at the console who has not signed in."""
    server = WebServer(make_web(post.service), "127.0.0.1", 0)
    server.start()
    yield Visitor(server.port)
    server.stop(5)


@pytest.fixture
def ana(post: Conversation, stranger: Visitor) -> Visitor:
    """A consultant who has signed in."""
    visitor = Visitor(stranger.port)
    visitor.signs_in(post)
    return visitor
