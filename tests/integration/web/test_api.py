"""The JSON API: who may ask, what it answers, and what it says of a request that is wrong."""

from __future__ import annotations

import json
from typing import Any

from consultant.web.api_tokens import make_token, revoke_token
from consultant.web.rates import Rates
from tests.conversation import Conversation
from tests.integration.web.visitor import Page, Visitor


def token_for(post: Conversation, name: str) -> dict[str, str]:
    with post.service.work() as work:
        token = make_token(work.session, name, post.service.clock())
        work.commit()
    return {"Authorization": f"Bearer {token}"}


def told(page: Page, status: int = 200) -> Any:
    assert page.status == status, page.text
    assert page.headers["Content-Type"].startswith("application/json")
    return json.loads(page.body)


def test_a_program_asks_with_its_token_until_it_is_revoked(post: Conversation, stranger: Visitor) -> None:
    page = stranger.opens("/api/code/96423")
    assert "token" in told(page, 401)["error"]
    assert page.headers["WWW-Authenticate"] == "Bearer"
    theirs = token_for(post, "scrubber")
    assert told(stranger.opens("/api/code/96423?on=2026-05-01", **theirs))["entry"]["code"] == "96423"
    told(stranger.opens("/api/code/96423", Authorization="Bearer wrong"), 401)
    told(stranger.opens("/api/code/96423", Authorization="Basic " + theirs["Authorization"][7:]), 401)
    assert stranger.opens("/members", **theirs).status == 303  # to the sign-in: a token opens no page
    with post.service.work() as work:
        revoke_token(work.session, "scrubber", post.service.clock())
        work.commit()
    told(stranger.opens("/api/code/96423", **theirs), 401)


def test_a_consultant_who_is_signed_in_needs_no_token(ana: Visitor) -> None:
    found = told(ana.opens("/api/pair?codes=96423,99213&on=2026-05-01"))
    assert [each["code"] for each in found["add_ons_without_primary"]] == ["96423"]
    assert found["setting"] == "practitioner"


def test_an_unknown_code_is_an_answer(ana: Visitor) -> None:
    found = told(ana.opens("/api/code/QQQQQ"))
    assert (found["code"], found["entry"], found["newest"]) == ("QQQQQ", None, None)
    estimate = told(ana.opens("/api/estimate?code=99213&on=2019-01-01&units=2"))
    assert estimate["prices"] == []
    assert estimate["no_estimate"]


def test_a_wrong_field_is_named(ana: Visitor) -> None:
    for address, field in {
        "/api/code/96423?on=tomorrow": "on",
        f"/api/code/{'9' * 200}": "code",
        "/api/pair?codes=1,2&setting=moon": "setting",
        "/api/pair": "codes",
        f"/api/pair?codes={','.join(['99213'] * 201)}": "codes",
        "/api/estimate?code=99213&units=many": "units",
        "/api/estimate?code=99213&base_units=few": "base_units",
        "/api/estimate": "code",
    }.items():
        found = told(ana.opens(address), 400)
        assert found["field"] == field
        assert f'"{field}" must be' in found["error"]


def test_only_so_many_requests_a_minute(post: Conversation) -> None:
    rates, now = Rates(2), post.service.clock()
    assert [rates.allows("one", now) for _ in range(3)] == [True, True, False]
    assert rates.allows("another", now)
    assert rates.allows("one", now.replace(minute=(now.minute + 1) % 60))


def test_words_are_searched_in_the_body_of_a_request(post: Conversation, stranger: Visitor) -> None:
    theirs = token_for(post, "scrubber")
    asked = {"text": "low back pain", "on": "2026-05-01", "systems": ["ICD-10-CM"]}
    found = told(stranger.posts("/api/search", json.dumps(asked).encode(), **theirs))
    assert any(each["code"].startswith("M54.5") for each in found["hits"])
    assert told(stranger.posts("/api/search", b'{"text": ""}', **theirs), 400)["field"] == "text"
    for body in (b"", b"[]", b"{", b"\xff", b"[" * 10_000, b'{"text": "' + b"x" * 20_000 + b'"}'):
        assert "JSON object" in told(stranger.posts("/api/search", body, **theirs), 400)["error"]
    told(stranger.posts("/api/search", b"{}"), 401)
