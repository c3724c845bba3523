"""Where facts are missing the draft asks for them; ASK alone sends that, and the reply leads to an answer."""

from __future__ import annotations

from tests.conversation import ANA, MARIA, Conversation, text_of

MEMBER = f"Maria Lopez <{MARIA}>"
ASKED = "How many units of 97110 and 97140 do we bill? Medicare, DOS 3/4/2026."


def test_ask_alone_sends_what_the_draft_asks_and_the_reply_is_worked_out(post: Conversation) -> None:
    post.writes(MEMBER, "Therapy", ASKED)
    review = post.review_for(ANA)
    assert "Needs information" in text_of(review)
    assert "ASK alone sends" in " ".join(text_of(review).split())
    post.answers(ANA, review, "ASK")
    question = post.letter_to(MARIA)
    assert post.case().state == "awaiting_member"
    assert "- How many minutes did 97110 and 97140 each take?" in text_of(question)
    assert "[[" not in text_of(question)
    assert "#" not in text_of(question)
    post.answers(MEMBER, question, "97110 was 25 minutes and 97140 was 13 minutes.")
    draft = post.newest_draft()
    assert "97110 × 2 and 97140 × 1" in draft.markdown
    assert draft.facts["confidence"] != "needs information"


def test_what_asks_cannot_be_approved_by_mistake(post: Conversation) -> None:
    post.writes(MEMBER, "Therapy", ASKED)
    post.answers(ANA, post.review_for(ANA), "APPROVE")
    assert "did not take effect" in text_of(post.letter_to(ANA))
    assert post.case().state == "drafted"


def test_a_text_that_a_person_wrote_is_not_sent_by_ask_alone(post: Conversation) -> None:
    post.writes(MEMBER, "Therapy", "Is 96423 paid with 96422? Medicare, DOS 3/4/2026.")
    post.answers(ANA, post.review_for(ANA), "ASK")
    assert "did not take effect" in text_of(post.letter_to(ANA))
    assert post.case().state == "drafted"
