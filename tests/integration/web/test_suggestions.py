"""A question without a code: the consultant is offered some, marked as such; the member never sees them."""

from __future__ import annotations

from tests.conversation import ANA, MARIA, Conversation, text_of
from tests.integration.web.visitor import Visitor

ASKED = "How do we bill for low back pain treated with an infusion of a chemotherapy drug by a pump?"


def test_suggestions_are_shown_to_the_consultant_alone(post: Conversation, ana: Visitor) -> None:
    post.writes(MARIA, "Infusion", ASKED)
    draft = post.newest_draft()
    codes = [each["code"] for each in draft.facts["suggestions"]]
    assert 0 < len(codes) <= 5
    [review] = [letter for letter in post.letters_to(ANA) if letter["Reply-To"]]
    page = ana.opens(f"/cases/{post.case().reference}").text
    assert "It names no code. These are suggestions" in " ".join(text_of(review).split())
    assert "<h3>Suggestions</h3>" in page
    assert draft.markdown.startswith("## Short answer\n\n[[ The question names no code")
    for code in codes:
        assert f"- {code}: " in text_of(review)
        assert f"<code>{code}</code>" in page
        assert not any(code in text_of(letter) for letter in post.letters_to(MARIA))
