"""A member's reply that says what was misread is taken as a correction: in the receipt, the draft and the console."""

from __future__ import annotations

from consultant.cases import review
from tests.conversation import MARIA, Conversation, text_of

ASKED = "Can we bill 96422 and 96423-59 x 4 on DOS 3/3/2026 for Medicare? 5 hours in the office, left arm."


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_a_reply_to_the_receipt_corrects_the_question(post: Conversation) -> None:
    post.writes(MARIA, "Infusion", ASKED)
    receipt = post.letter_to(MARIA)
    assert "- Codes: 96422, 96423 × 4 - " in in_one_line(text_of(receipt))
    post.passes(hours=25)  # no address gets two receipts about a case in a day
    post.answers(MARIA, receipt, "It is 96413 instead of 96422, and the date of service was 3/4/2026.")
    told = in_one_line(text_of(post.letter_to(MARIA)))
    assert "Codes: 96423 × 4, 96413" in told
    assert "Date of service: 2026-03-04" in told
    facts = post.newest_draft().facts
    assert post.newest_draft().version == 2
    assert [each["code"] for each in facts["codes"]] == ["96423", "59", "96413"]
    assert facts["date_of_service"] == facts["on"] == "2026-03-04"
    assert facts["circumstances"]["sides"] == ["left"]
    assert facts["corrections"] == [
        "Codes: 96422, 96423 × 4 → 96423 × 4, 96413",
        "Date of service: 2026-03-03 → 2026-03-04",
    ]
    assert ["96422"] not in [each["codes"] for each in facts["findings"]]


def test_what_a_follow_up_to_an_answer_asks_corrects_nothing(post: Conversation) -> None:
    post.writes(MARIA, "Infusion", ASKED)
    with post.desk() as desk:
        case = desk.case_by_id(post.case().id)
        from_ana = post.consultant(desk)
        review.edit(desk, case, 1, post.resolved(), from_ana)
        review.approve(desk, case, 2, from_ana, via="web")
        desk.work.commit()
    post.settle()
    post.passes(hours=1)
    post.answers(MARIA, post.letter_to(MARIA), "Not 96422 but 96413: is that payable too?")
    facts = post.newest_draft().facts
    assert [each["code"] for each in facts["codes"]] == ["96422", "96413"]
    assert facts["corrections"] == []
