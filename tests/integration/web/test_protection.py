"""Who may see which page, what other sites cannot make a browser do, and what every answer carries."""

from __future__ import annotations

import logging

import pytest
from starlette.routing import Mount, Route

from consultant.db.cases import Draft
from consultant.web.app import LARGEST_FORM, make_web
from consultant.web.routes import RESOURCES
from consultant.web.visits import Permission
from tests.conversation import MARIA, QUESTION, Conversation
from tests.integration.web.visitor import Visitor

OPEN = {"/health", "/sign-in", "/sign-in/{token}"}


def address(path: str) -> str:
    return path.replace("{id:int}", "1").replace("{reference}", "C-2026-000001").replace("{token}", "x")


def test_every_page_needs_a_sign_in_but_those_listed_here(post: Conversation, stranger: Visitor) -> None:
    post.writes(MARIA, "Infusion", QUESTION)
    for resource in RESOURCES:
        for method in set(resource.handlers) - {"HEAD"}:
            page = (
                stranger.sends(address(resource.path)) if method == "POST" else stranger.opens(address(resource.path))
            )
            turned_away = (
                page.status == 401 or (page.location or "").startswith("/sign-in?") or page.location == "/sign-in"
            )
            assert turned_away != (resource.path in OPEN) or page.location == "/sign-in?sent=1", resource.path
    assert {each.path for each in RESOURCES if each.permission is Permission.OPEN} == OPEN


def test_the_application_has_no_page_beside_the_table(post: Conversation) -> None:
    routes = make_web(post.service).routes
    assert [each.path for each in routes if isinstance(each, Route)] == [each.path for each in RESOURCES]
    assert [each.path for each in routes if isinstance(each, Mount)] == ["/static"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://127.0.0.1"},
    ],
)
def test_another_site_cannot_send_an_order(ana: Visitor, headers: dict[str, str]) -> None:
    assert ana.opens("/sign-out", "POST", **headers).status == 403
    assert ana.opens("/").status == 200


@pytest.mark.parametrize("headers", [{}, {"Sec_Fetch_Site": "same-origin"}])
def test_our_own_pages_and_programs_can(ana: Visitor, headers: dict[str, str]) -> None:
    assert ana.opens("/sign-out", "POST", **headers).status == 303


def test_every_answer_is_protected(ana: Visitor, stranger: Visitor) -> None:
    pages = [ana.opens("/"), stranger.opens("/"), stranger.opens("/nothing"), stranger.opens("/sign-in")]
    pages += [
        stranger.opens("/static/console.css"),
        stranger.opens("/health"),
        ana.opens("/sign-out", "POST", Origin="x"),
    ]
    for page in pages:
        assert page.headers["Content-Security-Policy"].startswith(
            "default-src 'none'; style-src 'self'; script-src 'self'"
        )
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Server"] is None


def test_only_the_samples_may_be_styled_in_place(ana: Visitor) -> None:
    policy = ana.opens("/letters/samples").headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self'" in policy


def test_what_is_not_there_is_said_in_the_same_look(ana: Visitor) -> None:
    for path in (
        "/nothing",
        "/cases/C-1999-000001",
        "/mail/99",
        "/mail/99/raw",
        "/letters/99",
        "/members/99",
        "/static/x",
    ):
        page = ana.opens(path)
        assert page.status == 404, path
        assert "console.css" in page.text
    assert ana.sends("/mail/99/discard").status == ana.sends("/letters/99/again").status == 404
    for path in ("/mail/", "/letters/", "/members/"):
        assert ana.opens(f"{path}99999999999999999999").status == 404
    assert ana.sends("/cases/C-1999-000001/resumption").status == 404


def test_a_method_that_a_page_does_not_take_is_refused(ana: Visitor) -> None:
    refused = ana.opens("/", "DELETE")
    assert refused.status == 405
    assert {each.strip() for each in refused.headers["Allow"].split(",")} == {"GET", "HEAD"}
    assert ana.opens("/cases/C-2026-000001/approval").status == 405


def test_head_is_get_without_the_body(ana: Visitor) -> None:
    page = ana.opens("/", "HEAD")
    assert (page.status, page.body) == (200, b"")


def test_a_form_that_is_too_large_is_refused(ana: Visitor) -> None:
    assert ana.sends("/sign-in", address="a" * (LARGEST_FORM + 1)).status == 413


def test_an_error_of_ours_shows_and_logs_nothing_of_what_it_was_about(
    post: Conversation, ana: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    post.writes(MARIA, "Infusion", QUESTION)
    broken = {"codes": [{"start": "secret"}]}  # facts as no version of ours wrote them
    with post.service.work() as work:
        work.session.add(Draft(case_id=1, version=2, markdown="Yes.", facts=broken, created_at=post.now))
        work.commit()
    with caplog.at_level(logging.ERROR):
        page = ana.opens("/cases/C-2026-000001")
    assert page.status == 500
    assert "Something went wrong" in page.text
    assert "secret" not in page.text + caplog.text
    assert "review console: unexpected ValueError" in caplog.text
