"""In the console: how far a sender is proven, and one click that asks the true address."""

from __future__ import annotations

from tests.conversation import MARIA, QUESTION, Conversation
from tests.integration.web.visitor import Visitor


def test_a_mail_shows_how_far_its_sender_is_proven(post: Conversation, ana: Visitor) -> None:
    post.writes(MARIA, "Infusion", QUESTION)
    page = ana.opens("/mail/1").text
    assert "proven" in page
    assert "dmarc-pass" in page
    assert "Ask the sender" not in page


def test_one_click_on_a_held_case_asks_the_true_address_once(post: Conversation, ana: Visitor) -> None:
    post.writes(MARIA, "Infusion", QUESTION, results="none")
    post.writes(MARIA, "Another", QUESTION)
    waiting = ana.opens("/?show=verify").text
    assert "Verify sender" in waiting
    assert post.cases()[0].number in waiting
    assert post.cases()[1].number not in waiting
    case = ana.opens(f"/cases/{post.cases()[0].number}").text
    assert "doubt about the sender" in case
    assert "Ask the sender to confirm" in case
    assert "nothing-aligned" in ana.opens("/mail/1").text
    assert ana.sends("/mail/1/confirmation").location == "/mail/1?done=confirmation"
    post.settle()
    letter = post.letter_to(MARIA)
    assert "Did you write" in str(letter["Subject"])
    again = ana.sends("/mail/1/confirmation")
    assert again.status == 409
    assert "asked already" in again.text
    post.answers(MARIA, letter, "CONFIRM")
    assert post.cases()[0].state == "drafted"


def test_nobody_is_asked_about_a_mail_that_needs_no_proof(post: Conversation, ana: Visitor) -> None:
    post.writes(MARIA, "Infusion", QUESTION)
    refused = ana.sends("/mail/1/confirmation")
    assert refused.status == 409
    assert "does not wait for its sender" in refused.text
