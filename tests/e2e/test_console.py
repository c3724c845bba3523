"""A consultant at work in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from consultant.cases import review
from consultant.web.app import make_web
from consultant.web.serving import WebServer
from tests.conversation import ANA, CHRIS, MARIA, QUESTION, Conversation, text_of
from tests.integration.web.visitor import link_in

CASE = "C-2026-000001"


@pytest.fixture
def post(sqlite_url: str) -> Iterator[Conversation]:
    """A service in which one question has been drafted."""
    conversation = Conversation(sqlite_url)
    conversation.writes(f"Maria Lopez <{MARIA}>", "Infusion", QUESTION)
    yield conversation
    conversation.close()


@pytest.fixture
def console(post: Conversation) -> Iterator[str]:
    """Where the console is."""
    server = WebServer(make_web(post.service), "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop(5)


def sign_in(page: Page, console: str, post: Conversation, path: str = "/") -> None:
    page.goto(console + path)
    page.get_by_label("Your mail address").fill(ANA)
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("status")).to_contain_text("a link is on its way")
    post.settle()
    page.goto(console + link_in(post))
    page.get_by_role("button", name="Sign in to the console").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def resolve(page: Page) -> None:
    """Write a judgement over each placeholder, found by a click on its question."""
    text = page.get_by_label("Text of the answer, in Markdown")
    while "[[" in text.input_value():
        page.locator("[data-placeholder]").first.click()
        page.keyboard.type("The record supports it.")


def test_a_case_is_judged_and_approved_by_keyboard(browser_page: Page, console: str, post: Conversation) -> None:
    page = browser_page
    sign_in(page, console, post)
    page.get_by_role("link", name=CASE).click()
    expect(page.get_by_role("heading", name=CASE)).to_be_visible()
    expect(page.locator("mark.code").first).to_have_text("96423")
    approve = page.get_by_role("button", name="Approve and send")
    expect(approve).to_be_disabled()
    page.get_by_label("Text of the answer, in Markdown").press("Control+Enter")  # not yet

    resolve(page)
    expect(approve).to_be_enabled()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Approved")

    post.settle()
    answer = text_of(post.letter_to(MARIA))
    assert "The record supports it." in answer
    assert "[[" not in answer
    page.reload()
    expect(page.get_by_role("heading", name=CASE)).to_contain_text("Answered")
    assert post.balance().consumed == 1


def test_the_page_first_asked_for_is_shown_after_signing_in(
    browser_page: Page, console: str, post: Conversation
) -> None:
    sign_in(browser_page, console, post, f"/cases/{CASE}")
    assert browser_page.url == f"{console}/cases/{CASE}"


def test_everything_works_without_script(browser: Browser, console: str, post: Conversation) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, console, post, f"/cases/{CASE}")
    text = page.get_by_label("Text of the answer, in Markdown")
    approve = page.get_by_role("button", name="Approve and send")
    expect(approve).to_be_disabled()
    text.fill(re.sub(r"\[\[.*?\]\]", "Judged.", text.input_value(), flags=re.DOTALL))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Saved as a new version")
    approve.click()
    expect(page.get_by_role("status")).to_contain_text("Approved")
    post.settle()
    assert "Judged." in text_of(post.letter_to(MARIA))
    context.close()


def test_two_consultants_at_once_lose_nothing(browser_page: Page, console: str, post: Conversation) -> None:
    page = browser_page
    sign_in(page, console, post, f"/cases/{CASE}")
    with post.desk() as desk:
        review.edit(desk, desk.case(CASE), 1, "By Chris.", post.consultant(desk, CHRIS))
        desk.work.commit()
    page.get_by_label("Text of the answer, in Markdown").fill("By Ana.")
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_role("alert")).to_contain_text("version 2 is the newest")
    expect(page.get_by_label("Your text", exact=True)).to_have_value("By Ana.")
    expect(page.get_by_label("Text of the answer, in Markdown")).to_have_value("By Chris.")
    page.get_by_role("button", name="Save mine as the newest version").click()
    expect(page.get_by_label("Text of the answer, in Markdown")).to_have_value("By Ana.")
    assert post.newest_draft().version == 3


def test_the_member_is_asked_from_the_page(browser_page: Page, console: str, post: Conversation) -> None:
    page = browser_page
    sign_in(page, console, post, f"/cases/{CASE}")
    page.get_by_text("Ask the member", exact=True).click()
    page.get_by_label("What do you need to know?").fill("Which pump?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", name=CASE)).to_contain_text("Awaiting member")
    post.settle()
    assert "Which pump?" in text_of(post.letter_to(MARIA))


@pytest.mark.parametrize("width", [390, 1366])
def test_no_page_is_wider_than_its_screen_or_breaks_its_own_policy(
    browser_page: Page, console: str, post: Conversation, width: int
) -> None:
    page = browser_page
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, console, post)
    for path in (
        "/",
        f"/cases/{CASE}",
        "/mail",
        "/mail/1",
        "/letters",
        "/letters/1",
        "/letters/samples",
        "/members",
        "/members/1",
    ):
        page.goto(console + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert said == []


def test_a_letters_html_is_shown_in_a_frame_that_may_run_nothing(
    browser_page: Page, console: str, post: Conversation
) -> None:
    page = browser_page
    sign_in(page, console, post, "/letters/samples")
    expect(page.frame_locator("iframe").first.get_by_text("Thank you for your question")).to_be_visible()
    assert page.locator("iframe").first.get_attribute("sandbox") == ""
