"""The whole loop, step by step: a question in, a draft, a decision, an answer out, the consult counted once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from consultant.cases import review
from consultant.cases.review import StaleDraft, UnresolvedPlaceholders
from consultant.cases.states import IllegalMove
from consultant.db.letters import Letter
from consultant.db.work import Step
from consultant.mail.outcome import Refused, TryLater
from tests.conversation import ANA, CHRIS, MARIA, MONDAY, QUESTION, Conversation, html_of, text_of

MEMBER = f"Maria Lopez <{MARIA}>"


def test_a_question_is_received_drafted_approved_and_answered_once(post: Conversation) -> None:
    asked = post.writes(MEMBER, "Infusion", QUESTION)
    assert post.verdict(asked) == ("question", "new-question")

    receipt = post.letter_to(MARIA)
    assert receipt["Auto-Submitted"] == "auto-replied"
    assert post.case().number in str(receipt["Subject"])
    assert "96423" in text_of(receipt)
    assert "9 consults" in text_of(receipt)
    assert post.case().due_at == MONDAY + timedelta(hours=24)

    draft = post.newest_draft()
    assert (draft.version, draft.author_id) == (1, None)
    assert "96423 × 4" in draft.markdown

    _approve_in_console(post)
    answer = post.letter_to(MARIA)
    assert answer["In-Reply-To"] == post.message(asked).message_id
    assert str(post.message(asked).message_id) in str(answer["References"])
    assert answer["Auto-Submitted"] is None
    assert "Ana Reyes, CPC" in text_of(answer)
    assert "Ana Reyes, CPC" in html_of(answer)
    assert "9 consults" in text_of(answer)
    assert "96423 × 4" in html_of(answer)

    assert post.case().state == "answered"
    balance = post.balance()
    assert (balance.available, balance.reserved, balance.consumed) == (9, 0, 1)


def test_an_answer_leaves_with_an_envelope_that_ties_its_bounce_and_notices_with_none(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    senders = {parcel.envelope_to[0]: parcel.envelope_from for parcel in post.postman.parcels}
    assert senders[ANA] == ""
    assert senders[MARIA].startswith("consult+b")


def test_a_draft_with_an_open_placeholder_is_not_approved(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    with post.desk() as desk, pytest.raises(UnresolvedPlaceholders, match="Does the record support"):
        review.approve(desk, desk.case(post.case().number), 1, post.consultant(desk), via="web")
    assert post.case().state == "drafted"


def test_by_mail_the_edited_text_between_the_markers_is_approved(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    edited = f"Hi,\n----- BEGIN ANSWER -----\n{post.resolved()}\n\nBill 96423 four times.\n----- END ANSWER -----\n"
    decided = post.answers(ANA, post.review_for(ANA), edited)
    assert post.verdict(decided) == ("decision", "edit")
    answer = post.letter_to(MARIA)
    assert "Bill 96423 four times." in text_of(answer)
    assert "[[" not in text_of(answer)
    assert post.newest_draft().version == 2
    assert post.balance().consumed == 1


def test_by_mail_approve_sends_the_draft_as_it_stands(post: Conversation) -> None:
    asked = _drafted_without_placeholders(post)
    decided = post.answers(ANA, post.review_for(ANA), "Approve.\n\nAna\n")
    assert post.verdict(decided) == ("decision", "approve")
    assert post.case().state == "answered"
    answer = post.letter_to(MARIA)
    assert answer["In-Reply-To"] == answer["References"] == post.message(asked).message_id


def test_by_mail_decline_gives_the_consult_back_and_tells_the_reason(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    decided = post.answers(ANA, post.review_for(ANA), "DECLINE This is a question of law, not of coding.\n")
    assert post.verdict(decided) == ("decision", "decline")
    assert "question of law" in text_of(post.letter_to(MARIA))
    assert post.case().state == "declined"
    assert (post.balance().available, post.balance().consumed) == (10, 0)


def test_by_mail_ask_stops_the_clock_until_the_member_replies(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    post.answers(ANA, post.review_for(ANA), "ASK Was it the same line all the time?\n")
    question = post.letter_to(MARIA)
    assert "same line" in text_of(question)
    assert post.case().state == "awaiting_member"

    due = post.case().due_at
    post.passes(hours=10)
    replied = post.answers(MEMBER, question, "Yes, one line.\n")
    assert post.verdict(replied) == ("follow_up", "signed-address")
    assert post.case().state == "drafted"
    assert post.case().due_at == due + timedelta(hours=10)
    assert post.newest_draft().version == 2
    assert post.balance().reserved == 1


def test_by_mail_approve_above_changed_text_is_asked_back(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    text = f"APPROVE\n\n----- BEGIN ANSWER -----\n{post.resolved()}\n----- END ANSWER -----\n"
    decided = post.answers(ANA, post.review_for(ANA), text)
    assert post.verdict(decided) == ("decision", "confirm")
    assert post.case().state == "in_review"
    second = post.review_for(ANA)
    assert "version 2" in str(second["Subject"])
    post.answers(ANA, second, "APPROVE\n")
    assert post.case().state == "answered"


def test_an_approval_from_the_wrong_person_changes_nothing(post: Conversation) -> None:
    _drafted_without_placeholders(post)
    stranger = post.answers("eve@elsewhere.example", post.review_for(ANA), "APPROVE\n")
    colleague = post.answers(CHRIS, post.review_for(ANA), "APPROVE\n")
    assert post.verdict(stranger) == post.verdict(colleague) == ("quarantined", "decision-by-another")
    assert post.letters_to("eve@elsewhere.example") == []
    assert post.case().state == "drafted"


def test_an_approval_with_a_false_token_opens_nothing(post: Conversation) -> None:
    _drafted_without_placeholders(post)
    address = str(post.review_for(ANA)["Reply-To"])
    forged = (
        address[: address.index("@") - 1]
        + ("a" if address[address.index("@") - 1] != "a" else "b")
        + "@consult.example"
    )
    sent = post.writes(ANA, "Re: draft", "APPROVE\n", to=forged)
    assert post.verdict(sent) == ("quarantined", "consultant-without-token")
    assert post.case().state == "drafted"


def test_an_approval_sent_twice_answers_once_and_says_so(post: Conversation) -> None:
    _drafted_without_placeholders(post)
    review_mail = post.review_for(ANA)
    post.answers(ANA, review_mail, "APPROVE\n")
    again = post.answers(ANA, review_mail, "APPROVE\n\nonce more\n")
    assert post.verdict(again) == ("decision", "refused-used-invitation")
    assert "already used" in " ".join(text_of(post.letter_to(ANA)).split())
    assert _answers(post) == 1
    assert post.balance().consumed == 1


def test_two_consultants_approve_and_the_first_one_counts(post: Conversation) -> None:
    _drafted_without_placeholders(post)
    post.answers(ANA, post.review_for(ANA), "APPROVE\n")
    second = post.answers(CHRIS, post.review_for(CHRIS), "APPROVE\n")
    assert post.verdict(second) == ("decision", "refused-illegal-move")
    assert _answers(post) == 1


def test_an_approval_of_a_draft_that_changed_since_is_refused(post: Conversation) -> None:
    _drafted_without_placeholders(post)
    with post.desk() as desk:
        review.edit(desk, desk.case(post.case().number), 1, "Quite another answer.", post.consultant(desk, CHRIS))
        desk.work.commit()
    decided = post.answers(ANA, post.review_for(ANA), "APPROVE\n")
    assert post.verdict(decided) == ("decision", "refused-stale-draft")
    assert "version 2" in text_of(post.letter_to(ANA))
    assert post.case().state == "in_review"
    with post.desk() as desk, pytest.raises(StaleDraft):
        review.approve(desk, desk.case(post.case().number), 1, post.consultant(desk), via="web")


def test_the_same_mail_by_two_ways_is_one_case(post: Conversation) -> None:
    raw = _question_bytes()
    first = post.arrives(b"Delivered-To: consult@consult.example\r\n" + raw)
    second = post.arrives(b"Delivered-To: desk@consult.example\r\nReceived: from elsewhere\r\n" + raw)
    assert post.verdict(first) == ("question", "new-question")
    assert post.verdict(second) == ("duplicate", "same-content")
    assert post.message(second).duplicate_of_id == first
    assert post.balance().available == 9
    assert len(post.letters_to(MARIA)) == 1


def test_one_message_id_with_two_contents_is_two_mails(post: Conversation) -> None:
    raw = _question_bytes()
    post.arrives(raw)
    post.arrives(raw.replace(b"96423", b"96415"))
    assert len(post.cases()) == 2


def test_a_reply_to_the_answer_is_a_follow_up_on_the_same_case_and_costs_nothing(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    followed = post.answers(MEMBER, post.letter_to(MARIA), "Thank you. And with modifier 59?\n")
    assert post.verdict(followed) == ("follow_up", "signed-address")
    assert post.case().state == "drafted"
    assert post.case().due_at == post.now + timedelta(hours=24)
    _approve_in_console(post, version=2)
    assert post.case().state == "answered"
    assert (post.balance().available, post.balance().consumed) == (9, 1)
    assert _answers(post) == 2


def test_a_thank_you_under_the_answer_calls_nobody_back(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    sent = len(post.postman.parcels)
    thanked = post.answers(MEMBER, post.letter_to(MARIA), "Thank you so much, very helpful!\n\nBest regards\nMaria\n")
    assert post.verdict(thanked) == ("thanks", "asks-nothing")
    assert (post.case().state, len(post.postman.parcels)) == ("answered", sent)
    asked = post.answers(MEMBER, post.letter_to(MARIA), "Thank you, and 96425\n")
    assert post.verdict(asked) == ("follow_up", "signed-address")


def test_an_answer_within_an_unmarked_quotation_is_not_taken_for_a_thank_you(post: Conversation) -> None:
    """Outlook quotes without signs: what the member wrote among our lines cannot be told from them."""
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    below = "-----Original Message-----\nFrom: Consult Desk\nSent: Tuesday\nTo: Maria\nSubject: Re: Infusion\n\n"
    written = f"Thank you!\n\n{below}96423 may be reported with 96422.\nAnd on the next day as well, with 96425\n"
    sent = post.answers(MEMBER, post.letter_to(MARIA), written)
    assert post.verdict(sent) == ("follow_up", "signed-address")


def test_a_reply_that_lost_the_signed_address_is_joined_by_its_references(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    followed = post.writes(MEMBER, "Re: Infusion", "And on the next day?", answering=post.letter_to(MARIA))
    assert post.verdict(followed) == ("follow_up", "in-reply-to")


def test_a_stranger_who_learnt_the_reply_address_joins_nothing(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    sent = post.answers("eve@elsewhere.example", post.letter_to(MARIA), "What was asked here?\n")
    assert post.verdict(sent) == ("quarantined", "case-of-another")
    assert post.letters_to("eve@elsewhere.example") == []


def test_a_reply_long_after_the_answer_is_a_new_case(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    post.passes(days=31)
    assert post.case().state == "closed"
    post.answers(MEMBER, post.letter_to(MARIA), "One year later: what of 96425?\n")
    first, second = post.cases()
    assert second.previous_case_id == first.id


def test_an_unknown_sender_becomes_a_guest_with_one_consult(post: Conversation) -> None:
    post.writes("Gus <gus@new.example>", "Hello", "What is modifier 25 for?")
    assert post.balance("gus@new.example").available == 0
    second = post.writes("Gus <gus@new.example>", "More", "What is modifier 57 for?")
    assert post.verdict(second)[0] == "question"
    case = post.cases()[-1]
    assert (case.state, case.held_reason) == ("held", "no_allowance")
    told = post.letter_to("gus@new.example")
    assert "Nothing is lost" in text_of(told)
    assert "consult@consult.example" in text_of(told)
    again = [letter for letter in post.letters_to("gus@new.example") if case.number in text_of(letter)]
    assert len(again) == 1


def test_no_guests_where_the_operator_wants_none(ready_database_url: str) -> None:
    post = Conversation(ready_database_url, accept_guests=False)
    post.writes("Gus <gus@new.example>", "Hello", "What is modifier 25 for?")
    assert (post.case().state, post.case().held_reason) == ("held", "unknown_sender")
    post.writes("Gus <gus@new.example>", "Hello again", "And what is modifier 59 for?")
    assert [(case.state, case.held_reason) for case in post.cases()] == [("held", "unknown_sender")] * 2
    assert post.letters_to("gus@new.example") == []
    post.close()


def test_a_vacation_reply_is_kept_and_never_answered(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    before = len(post.postman.delivered)
    sent = post.writes(MEMBER, "Out of office", "I am away.", Auto_Submitted="auto-replied")
    assert post.verdict(sent) == ("machine", "auto_reply:vacation-subject")
    assert len(post.postman.delivered) == before
    assert post.balance().available == 9


def test_a_bounce_of_the_answer_gives_the_consult_back_and_shows_the_case(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    assert post.balance().consumed == 1
    letter = post.letter_to(MARIA)
    report = _bounce(str(letter["Message-ID"]))
    bounced = post.arrives(report, envelope_from="", envelope_to=(post.postman.parcels[-1].envelope_from,))
    assert post.verdict(bounced)[0] == "bounce"
    assert post.case().state == "undeliverable"
    assert (post.balance().available, post.balance().consumed) == (10, 0)


def test_a_refused_answer_gives_the_consult_back_and_can_be_approved_again(post: Conversation) -> None:
    post.postman.outcomes[MARIA] = Refused(550, "no such user")
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    assert post.case().state == "undeliverable"
    assert post.balance().available == 10

    del post.postman.outcomes[MARIA]
    _approve_in_console(post, version=2, edited=" Sent again.")
    assert post.case().state == "answered"
    assert (post.balance().available, post.balance().consumed) == (9, 1)


@pytest.mark.parametrize(
    "outcome",
    [Refused(550, "550 5.1.1 no such user"), TryLater(451, "451 4.3.0 busy"), TryLater(None, "the connection failed")],
)
def test_what_the_server_said_is_kept_as_it_said_it(post: Conversation, outcome: Refused | TryLater) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    post.postman.outcomes[MARIA] = outcome
    _approve_in_console(post)
    with post.desk() as desk:
        said = desk.session.scalars(select(Letter.last_response).where(Letter.kind == "answer")).all()
    assert said == [outcome.text]


def test_a_busy_server_is_tried_again_later_with_the_same_letter(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    post.postman.outcomes[MARIA] = TryLater(451, "busy")
    _approve_in_console(post)
    assert post.case().state == "approved"
    del post.postman.outcomes[MARIA]
    post.passes(minutes=2)
    tries = [parcel.raw for parcel in post.postman.parcels if parcel.envelope_from]
    assert len(tries) == 2
    assert tries[0] == tries[1]
    assert post.case().state == "answered"


def test_what_the_member_adds_while_the_answer_leaves_is_a_follow_up(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    receipt = post.letter_to(MARIA)
    post.postman.outcomes[MARIA] = TryLater(451, "busy")
    _approve_in_console(post)
    post.now += timedelta(seconds=10)
    post.answers(MEMBER, receipt, "One thing more: it was 96425.\n")
    assert post.case().state == "approved"
    post.postman.outcomes.clear()
    post.passes(hours=1)
    assert post.case().state == "drafted"
    assert "96425" in post.newest_draft().markdown


def test_the_same_decision_at_once_is_refused_the_second_time(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    with post.desk() as desk, pytest.raises(IllegalMove):
        review.approve(desk, desk.case(post.case().number), 2, post.consultant(desk), via="web")


def test_every_step_may_run_again(post: Conversation) -> None:
    post.writes(MEMBER, "Infusion", QUESTION)
    _approve_in_console(post)
    delivered, balance = len(post.postman.delivered), post.balance()
    post.do(Step.TAKE_IN, 1)
    post.do(Step.DRAFT, post.case().id)
    for letter_id in range(1, delivered + 1):
        post.do(Step.DELIVER, letter_id)
    post.passes(minutes=1)
    assert len(post.postman.delivered) == delivered
    assert post.case().state == "answered"
    assert post.balance() == balance


def _approve_in_console(post: Conversation, *, version: int = 1, edited: str = "") -> None:
    with post.desk() as desk:
        case, ana = desk.case(post.case().number), post.consultant(desk)
        draft = review.edit(desk, case, review.newest_draft(desk, case).version, post.resolved() + edited, ana)
        review.approve(desk, case, draft.version, ana, via="web")
        desk.work.commit()
    post.settle()


def _drafted_without_placeholders(post: Conversation) -> int:
    """A question whose draft leaves nothing to judge."""
    asked = post.writes(MEMBER, "Infusion", "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?")
    assert "[[" not in post.newest_draft().markdown
    return asked


def _answers(post: Conversation) -> int:
    return sum(parcel.envelope_from != "" for parcel in post.postman.parcels)


def _question_bytes() -> bytes:
    return (
        f"From: {MEMBER}\r\nTo: consult@consult.example\r\nSubject: Infusion\r\nMessage-ID: <one@clinic.example>\r\n"
        "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n\r\nCan I bill 96423 with 96422?\r\n"
    ).encode()


def _bounce(message_id: str) -> bytes:
    return (
        "From: Mail Delivery System <mailer-daemon@relay.example>\r\nTo: consult@consult.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"
        f"Final-Recipient: rfc822; {MARIA}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()
