"""The files of a mail in a real browser: their text and the folded history open by a click, on any screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conversation import Conversation
from tests.e2e.test_console import console, sign_in
from tests.integration.test_attached_files import CLAIM, SCAN, mail

__all__ = ["console"]
HISTORY = "On Mon, 2 Mar 2026, Payer <desk@payer.example> wrote:\n> 99213 was denied.\n"


@pytest.fixture
def post(sqlite_url: str) -> Conversation:
    """A service with a question that came with files."""
    conversation = Conversation(sqlite_url)
    files = (("claim.pdf", "application/pdf", CLAIM), ("a" * 150 + ".pdf", "application/pdf", SCAN))
    conversation.arrives(mail(f"Is 96422 right?\n\n{HISTORY}", *files, Subject="Re: Denial"))
    return conversation


@pytest.mark.parametrize("width", [390, 1366])
def test_text_of_files_and_history_open_by_a_click(
    browser_page: Page, console: str, post: Conversation, width: int
) -> None:
    page = browser_page
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, console, post)
    for path in ("/cases/C-2026-000001", "/mail/1"):
        page.goto(console + path)
        read, history = page.get_by_text("96413 and J1885 x 4").first, page.get_by_text("> 99213 was denied.").first
        expect(read).to_be_hidden()
        expect(history).to_be_hidden()
        page.get_by_text("Text of claim.pdf").click()
        page.get_by_text("Quoted history, signature and footers").first.click()
        expect(read).to_be_visible()
        expect(history).to_be_visible()
        expect(page.get_by_text("there is no text in the file").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    post.close()
