"""The console's HTTP server: its port, its start and its end."""

from __future__ import annotations

import time

import pytest

from consultant.mail.listening import PortTaken
from consultant.web.app import make_web
from consultant.web.serving import WebServer
from tests.conversation import Conversation
from tests.integration.web.visitor import Visitor


def test_a_port_that_is_taken_is_said_in_one_line(post: Conversation, stranger: Visitor) -> None:
    second = WebServer(make_web(post.service), "127.0.0.1", stranger.port)
    with pytest.raises(
        PortTaken, match=f"review console: port {stranger.port} on 127.0.0.1 is already taken.*set CONSULTANT_WEB__PORT"
    ):
        second.start()


def test_it_stops_within_a_second_and_frees_its_port(post: Conversation) -> None:
    server = WebServer(make_web(post.service), "127.0.0.1", 0)
    server.start()
    port = server.port
    assert Visitor(port).opens("/health").status == 200
    began = time.monotonic()
    server.stop(5)
    server.stop(5)
    assert time.monotonic() - began < 1
    again = WebServer(make_web(post.service), "127.0.0.1", port)
    again.start()
    assert Visitor(again.port).opens("/health").status == 200
    again.stop(5)


def test_it_logs_no_address_of_a_page(post: Conversation, capfd: pytest.CaptureFixture[str]) -> None:
    server = WebServer(make_web(post.service), "127.0.0.1", 0)
    server.start()
    Visitor(server.port).opens("/sign-in/a-token-that-nobody-may-read")
    server.stop(5)
    said = capfd.readouterr()
    assert "nobody-may-read" not in said.out + said.err
