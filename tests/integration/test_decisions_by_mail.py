"""Decisions by mail through many kinds of clients: what must not be taken for an approval is not."""

from __future__ import annotations

import pytest

from tests.conversation import ANA, MARIA, QUESTION, Conversation, text_of

MEMBER = f"Maria Lopez <{MARIA}>"
WROTE = "\n\nOn Mon, Mar 2, 2026 at 9:00 AM Consult Desk <consult@consult.example> wrote:\n\n"


@pytest.fixture
def ready(post: Conversation) -> Conversation:
    """A case whose review mail holds a draft without placeholders."""
    post.writes(MEMBER, "Infusion", QUESTION)
    text = f"APPROVE\n\n----- BEGIN ANSWER -----\n{post.resolved()}\n----- END ANSWER -----\n"
    post.answers(ANA, post.review_for(ANA), text)
    assert post.newest_draft().version == 2
    return post


def quoted(post: Conversation) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text_of(post.review_for(ANA)).replace("\r\n", "\n").split("\n"))


def sent_to_member(post: Conversation) -> list[str]:
    return [text_of(each) for each in post.letters_to(MARIA) if each["Auto-Submitted"] is None]


@pytest.mark.parametrize(
    "words",
    [
        "Approve? not sure",
        "Approve?",
        "Approve only if Chris agrees",
        "approve after you fix the MUE line",
        "APPROVED is not what I would say",
        "Approve not",
        "Approve: no",
        "APPROVE - but please change 'Yes' to 'No'",
        "approve with changes: remove the third line",
        "APPROVED? I don't think so",
        "Approved by Chris already?",
        "APPROVE DECLINE",
        "APPROVE\n\nWait: no. The MUE line is wrong, please hold.",
    ],
)
def test_an_approval_with_a_condition_or_a_doubt_sends_nothing(ready: Conversation, words: str) -> None:
    ready.answers(ANA, ready.review_for(ANA), words + WROTE + quoted(ready))
    assert sent_to_member(ready) == []
    assert "did not take effect" in text_of(ready.letter_to(ANA))


@pytest.mark.parametrize(
    "words",
    ["APPROVE", "Approved.", "approve!", "APPROVE\n\nThanks", "APPROVE\n\nKind regards,\nAna Reyes, CPC\n+1 555 0100"],
)
def test_a_plain_approval_still_counts(ready: Conversation, words: str) -> None:
    ready.answers(ANA, ready.review_for(ANA), words + WROTE + quoted(ready))
    assert len(sent_to_member(ready)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Please do not send this yet, I only started",
        "I would not approve this yet",
        "Chris, what do you think?",
        "On leave, back Monday",
    ],
)
def test_edited_text_below_words_that_say_something_else_is_asked_back(ready: Conversation, words: str) -> None:
    ready.answers(ANA, ready.review_for(ANA), words + WROTE + quoted(ready).replace("Yes: 96423", "No: 96423"))
    assert sent_to_member(ready) == []


def test_a_vacation_text_above_a_quote_that_the_client_changed_sends_nothing(ready: Conversation) -> None:
    """No Auto-Submitted, and a client that writes bullets its own way: nobody edited and nobody approved."""
    ready.answers(ANA, ready.review_for(ANA), "I am away until Monday." + WROTE + quoted(ready).replace("> - ", "> • "))
    assert sent_to_member(ready) == []


def test_a_remark_between_the_quoted_lines_does_not_go_to_the_member(ready: Conversation) -> None:
    text = quoted(ready).replace("> ## The working", "\nThis line is wrong, who wrote that??\n\n> ## The working")
    ready.answers(ANA, ready.review_for(ANA), WROTE.strip() + "\n\n" + text)
    assert not any("who wrote that" in each for each in sent_to_member(ready))


@pytest.mark.parametrize(
    "history",
    [
        "\n\n{plain}",  # a client that puts nothing between
        "\n\nGesendet: Montag, 02. März 2026\nVon: consult@consult.example\nAn: Ana\nBetreff: Draft\n\n{plain}",
        "\n\n    On Monday, March 2, 2026 at 09:00 AM EST, Desk <consult@consult.example> wrote:  \n \n {indented}",
    ],
    ids=["bare", "gmx", "yahoo"],
)
def test_a_reason_does_not_carry_the_review_mail_to_the_member(ready: Conversation, history: str) -> None:
    plain = text_of(ready.review_for(ANA)).replace("\r\n", "\n")
    below = history.format(plain=plain, indented=plain.replace("\n", "\n "))
    ready.answers(ANA, ready.review_for(ANA), "DECLINE outside our scope" + below)
    for each in ready.letters_to(MARIA):
        assert "Reply to this mail with one of these" not in text_of(each)


def test_a_finnish_reply_prefix_is_no_forward(ready: Conversation) -> None:
    review = ready.review_for(ANA)
    ready.writes(
        ANA,
        f"VS: {review['Subject']}",
        "DECLINE no scope" + WROTE + quoted(ready),
        to=str(review["Reply-To"]),
        answering=review,
    )
    assert not any("APPROVE to send" in text_of(each) for each in ready.letters_to(MARIA))


@pytest.mark.parametrize("verb", ["DECLINE", "ASK"])
def test_a_signature_is_no_reason(ready: Conversation, verb: str) -> None:
    plain = text_of(ready.review_for(ANA))
    header = (
        "From: Consult Desk <consult@consult.example>\nSent: Monday, March 2, 2026 9:00 AM\nTo: ana@consult.example"
    )
    outlook = f"{verb}\n\nKind regards,\nAna Reyes, CPC\n\n{header}\nSubject: Draft\n\n{plain}"
    ready.answers(ANA, ready.review_for(ANA), outlook)
    assert ready.case().state == "in_review"


@pytest.mark.parametrize("words", ["Decline? or ask?", "Ask Chris about this one", "Ask? no. Approve."])
def test_a_verb_inside_a_sentence_is_no_order(ready: Conversation, words: str) -> None:
    ready.answers(ANA, ready.review_for(ANA), words + WROTE + quoted(ready))
    assert ready.case().state == "in_review"
