"""Signing in by a mailed link, and what keeps others out."""

from __future__ import annotations

from sqlalchemy import select, update

from consultant.db.letters import Letter
from consultant.db.people import Consultant, SignInLink, WebSession
from tests.conversation import ANA, CHRIS, Conversation, text_of
from tests.integration.web.visitor import Visitor, link_in


def test_a_page_asked_for_first_is_shown_after_signing_in(post: Conversation, stranger: Visitor) -> None:
    asked = stranger.opens("/mail")
    assert (asked.status, asked.location) == (303, "/sign-in?next=/mail")
    assert 'name="next" value="/mail"' in stranger.opens("/sign-in?next=/mail").text

    stranger.sends("/sign-in", address=ANA, next="/mail")
    post.settle()
    letter = post.letter_to(ANA)
    assert letter["Auto-Submitted"] == "auto-generated"
    link = link_in(post)
    assert "Sign in to the console" in stranger.opens(link).text

    done = stranger.uses(link)
    assert (done.status, done.location) == (303, "/mail")
    cookie = done.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "secure" not in cookie.lower()  # the console of the tests has no https
    assert "Ana Reyes" in stranger.opens("/mail").text


def test_a_known_and_an_unknown_address_are_answered_alike(post: Conversation, stranger: Visitor) -> None:
    known, unknown, none = (stranger.sends("/sign-in", address=each) for each in (ANA, "eve@other.example", "?"))
    assert (known.status, known.location) == (unknown.status, unknown.location) == (none.status, none.location)
    post.settle()
    assert len(post.postman.delivered) == 1
    assert "If a consultant has this address" in stranger.opens(known.location or "").text


def test_an_address_is_compared_without_regard_to_case(post: Conversation, stranger: Visitor) -> None:
    stranger.sends("/sign-in", address=f" {ANA.upper()} ")
    post.settle()
    assert link_in(post)


def test_a_link_works_once(post: Conversation, stranger: Visitor) -> None:
    stranger.signs_in(post)
    other = Visitor(stranger.port)
    used = other.uses(link_in(post))
    assert used.status == 410
    assert "Ask for a new one" in used.text
    assert other.cookie is None


def test_opening_a_link_does_not_use_it_up(post: Conversation, stranger: Visitor) -> None:
    stranger.sends("/sign-in", address=ANA)
    post.settle()
    for method in ("HEAD", "GET", "GET"):
        assert stranger.opens(link_in(post), method).status == 200
    assert stranger.uses(link_in(post)).status == 303


def test_a_link_that_is_too_old_does_not_work(post: Conversation, stranger: Visitor) -> None:
    stranger.sends("/sign-in", address=ANA)
    post.settle()
    post.passes(minutes=post.settings.web.sign_in_minutes + 1)
    assert stranger.uses(link_in(post)).status == 410


def test_at_most_five_links_an_hour_are_mailed(post: Conversation, stranger: Visitor) -> None:
    for _ in range(7):
        stranger.sends("/sign-in", address=ANA)
    post.settle()
    assert len(post.letters_to(ANA)) == 5
    stranger.sends("/sign-in", address=CHRIS)
    post.settle()
    assert len(post.letters_to(CHRIS)) == 1
    post.passes(minutes=61)
    stranger.sends("/sign-in", address=ANA)
    post.settle()
    assert len(post.letters_to(ANA)) == 6


def test_a_session_ends_by_itself(post: Conversation, ana: Visitor) -> None:
    assert ana.opens("/").status == 200
    post.passes(hours=post.settings.web.session_hours)
    assert ana.opens("/").status == 303


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(ana: Visitor) -> None:
    out = ana.sends("/sign-out")
    assert (out.status, out.location) == (303, "/sign-in")
    assert ana.opens("/").status == 303


def test_a_consultant_who_left_is_out_at_once(post: Conversation, ana: Visitor) -> None:
    with post.service.work() as work:
        work.session.execute(update(Consultant).where(Consultant.address == ANA).values(active=False))
        work.commit()
    assert ana.opens("/").status == 303


def test_only_hashes_of_tokens_are_kept(post: Conversation, ana: Visitor) -> None:
    token = link_in(post).removeprefix("/sign-in/")
    assert ana.cookie
    with post.service.reading() as session:
        kept = {*session.scalars(select(SignInLink.token_sha256)), *session.scalars(select(WebSession.token_sha256))}
    assert kept.isdisjoint({token, ana.cookie.partition("=")[2]})


def test_a_sign_in_letter_is_not_shown_to_another_consultant(post: Conversation, ana: Visitor) -> None:
    with post.service.reading() as session:
        letter = session.scalars(select(Letter).where(Letter.kind == "sign-in")).one()
    page = ana.opens(f"/letters/{letter.id}")
    assert page.status == 200
    assert link_in(post) not in page.text
    assert "Not shown" in page.text


def test_a_link_leads_to_no_other_site(post: Conversation, stranger: Visitor) -> None:
    stranger.sends("/sign-in", address=ANA, next="//evil.example/")
    post.settle()
    assert "evil" not in text_of(post.letter_to(ANA))
    assert stranger.uses(f"{link_in(post)}?next=https://evil.example/").location == "/"


def test_what_was_written_is_not_lost_when_the_session_has_ended(post: Conversation, ana: Visitor) -> None:
    post.passes(hours=post.settings.web.session_hours)
    page = ana.sends("/cases/C-2026-000001/drafts", version=1, markdown="Half an hour's work on an answer.")
    assert page.status == 401
    assert "Half an hour's work on an answer." in page.text
