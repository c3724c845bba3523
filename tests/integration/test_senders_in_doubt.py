"""A mail whose sender nothing proves waits; the true address is asked by one click, and its word takes the mail on."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from consultant.intake import quarantine
from consultant.intake.quarantine import AskedAlready, NothingToConfirm
from tests.conversation import ANA, CONSULT, MARIA, QUESTION, Conversation, text_of

SHORT = "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?"


def test_an_unproven_question_is_held_and_nobody_is_written_to(post: Conversation) -> None:
    arrived = post.writes(MARIA, "Infusion", QUESTION, results="none")
    assert post.verdict(arrived) == ("question", "sender-in-doubt")
    row = post.message(arrived)
    assert (row.proof, row.proof_method, row.proof_why) == ("none", "", "nothing-aligned")
    assert (post.case().state, post.case().held_reason) == ("held", "sender_in_doubt")
    assert post.postman.delivered == []
    assert (post.balance().available, post.balance().reserved) == (10, 0)


def test_the_true_address_confirms_and_the_question_goes_on_as_if_it_had_just_come(post: Conversation) -> None:
    arrived = post.writes(MARIA, "Something secret of the forger", QUESTION, results="none")
    post.passes(hours=30)
    letter = _asked(post, arrived)
    assert "secret" not in str(letter)
    assert (letter["Auto-Submitted"], post.postman.parcels[-1].envelope_from) == ("auto-generated", "")
    said = post.answers(MARIA, letter, "Confirm.\n\nMaria\n")
    assert post.verdict(said) == ("confirmation", "confirmed")
    assert post.case().state == "drafted"
    assert post.message(arrived).vouched_by == "sender"
    assert "96423" in text_of(post.letter_to(MARIA))
    assert post.balance().reserved == 1
    assert (post.case().due_at - post.now).total_seconds() == 24 * 3600


def test_the_answer_needs_no_other_proof_but_the_word_and_the_right_address(post: Conversation) -> None:
    letter = _asked(post, post.writes(MARIA, "Infusion", QUESTION, results=None))
    said = [
        post.writes("eve@evil.example", "Re: ", "CONFIRM", to=str(letter["Reply-To"])),
        post.writes(MARIA, "Re: ", "What is this?", to=str(letter["Reply-To"]), results=None),
        post.writes(MARIA, "Away", "CONFIRM", to=str(letter["Reply-To"]), Auto_Submitted="auto-replied"),
        post.writes(MARIA, "Re: ", "CONFIRM", to=str(letter["Reply-To"]), results="dmarc=fail"),
        post.writes(MARIA, "Re: ", "CONFIRM", to=str(letter["Reply-To"]).replace("+v1-", "+v2-")),
    ]
    assert [post.verdict(each)[1] for each in said] == [
        "confirmed-by-another", "refused-no-word", "auto_reply:auto-submitted", "sender-disproved",
        "new-question",
    ]  # fmt: skip
    assert post.cases()[0].state == "held"
    assert post.verdict(post.answers(MARIA, letter, "CONFIRM"))[1] == "confirmed"
    assert post.cases()[0].state == "drafted"


def test_a_confirmation_is_good_once_and_for_two_weeks(post: Conversation) -> None:
    first = _asked(post, post.writes(MARIA, "One", QUESTION, results=None))
    post.answers(MARIA, first, "CONFIRM")
    assert post.verdict(post.answers(MARIA, first, "CONFIRM again"))[1] == "refused-nothing-waits"
    assert post.balance().reserved == 1
    post.passes(hours=25)
    second = _asked(post, post.writes(MARIA, "Two", QUESTION, results=None))
    post.passes(days=15)
    assert post.verdict(post.answers(MARIA, second, "CONFIRM"))[1] == "refused-too-late"
    assert post.cases()[1].state == "held"


def test_an_address_is_asked_once_a_mail_and_once_a_day(post: Conversation) -> None:
    first, second = (post.writes(MARIA, name, QUESTION, results=None) for name in ("One", "Two"))
    _asked(post, first)
    for each in (first, second):
        with pytest.raises(AskedAlready):
            quarantine.ask_sender(post.service, each)
    post.passes(hours=25)
    _asked(post, second)
    with pytest.raises(AskedAlready):
        quarantine.ask_sender(post.service, first)
    assert len(post.letters_to(MARIA)) == 2


def test_what_is_proven_or_led_to_something_needs_no_confirmation(post: Conversation) -> None:
    arrived = post.writes(MARIA, "Infusion", QUESTION)
    with pytest.raises(NothingToConfirm):
        quarantine.ask_sender(post.service, arrived)


def test_an_unproven_reply_joins_nothing_until_it_is_confirmed(post: Conversation) -> None:
    post.writes(MARIA, "Infusion", QUESTION)
    receipt = post.letter_to(MARIA)
    arrived = post.writes(MARIA, "Re: ", "It was 2 hours.", to=str(receipt["Reply-To"]), results="none")
    assert post.verdict(arrived) == ("quarantined", "follow-up-in-doubt")
    assert (post.case().state, post.newest_draft().version) == ("drafted", 1)
    post.answers(MARIA, _asked(post, arrived), "CONFIRM")
    assert post.verdict(arrived) == ("follow_up", "signed-address")
    assert post.newest_draft().version == 2
    assert post.balance().reserved == 1


def test_a_decision_needs_the_token_and_the_proof(post: Conversation) -> None:
    post.writes(MARIA, "Infusion", SHORT)
    review = post.review_for(ANA)
    arrived = post.writes(ANA, "Re: ", "APPROVE\n", to=str(review["Reply-To"]), results="none")
    assert post.verdict(arrived) == ("quarantined", "decision-in-doubt")
    assert post.case().state == "drafted"
    assert post.verdict(post.answers(ANA, review, "APPROVE\n")) == ("decision", "approve")


def test_without_allowance_a_confirmed_question_waits_for_that(post: Conversation) -> None:
    for number in range(10):
        post.writes(MARIA, f"q{number}", f"{SHORT} {number}")
    arrived = post.writes(MARIA, "One too many", QUESTION, results=None)
    post.answers(MARIA, _asked(post, arrived), "CONFIRM")
    case = post.cases()[-1]
    assert (case.state, case.held_reason) == ("held", "no_allowance")
    assert "no consult" in text_of(post.letter_to(MARIA)).lower()


def test_a_stranger_in_doubt_is_entered_without_the_name_that_was_claimed(post: Conversation) -> None:
    post.writes('"Your Bank" <new@gus.example>', "Hello", SHORT, results=None)
    assert post.postman.delivered == []
    with post.service.reading() as session:
        assert session.get_one(type(post.case()), 1).member.name == "new@gus.example"


def test_too_large_a_mail_tells_only_a_proven_sender_and_once_a_day(ready_sqlite_url: str) -> None:
    post = Conversation(ready_sqlite_url, max_message_bytes=2000)
    reasons = [
        post.verdict(post.writes(MARIA, f"big {number}", "x " * 2000, results=results))[1]
        for number, results in enumerate((None, "dmarc=pass", "dmarc=pass"))
    ]
    assert reasons == ["too-large-in-doubt", "too-large", "too-large"]
    assert len(post.letters_to(MARIA)) == 1
    post.close()


def test_where_nothing_is_to_be_proven_senders_are_taken_at_their_word(ready_sqlite_url: str) -> None:
    post = Conversation(ready_sqlite_url, trust={"unproven_senders": "take", "authserv_ids": ["mx.consult.example"]})
    taken = post.writes(MARIA, "Infusion", QUESTION, results=None)
    disproved = post.writes(MARIA, "Infusion", SHORT, results="dmarc=fail")
    assert post.verdict(taken) == ("question", "new-question")
    assert post.verdict(disproved) == ("quarantined", "sender-disproved")
    post.close()


def test_where_no_server_is_named_nothing_is_proven_and_everything_waits(ready_sqlite_url: str) -> None:
    post = Conversation(ready_sqlite_url, trust={})
    arrived = post.writes(MARIA, "Infusion", QUESTION)
    assert post.verdict(arrived) == ("question", "sender-in-doubt")
    assert post.message(arrived).proof_why == "no-authserv-id-configured"
    post.close()


def test_a_mail_that_went_round_in_circles_is_set_aside(post: Conversation) -> None:
    raw = f"From: {MARIA}\r\nTo: {CONSULT}\r\nSubject: q\r\n\r\n{SHORT}\r\n".encode()
    arrived = post.arrives(b"Received: from a by b\r\n" * 51 + raw)
    assert post.verdict(arrived) == ("quarantined", "too-many-hops")
    assert post.postman.delivered == []


def test_a_bounce_tied_by_the_enclosed_message_id_alone_is_for_a_person(
    post: Conversation, bounce_report: Callable[[str], bytes]
) -> None:
    post.writes(MARIA, "Infusion", SHORT)
    post.answers(ANA, post.review_for(ANA), "APPROVE\n")
    answer = post.letter_to(MARIA)
    arrived = post.arrives(bounce_report(str(answer["Message-ID"])), envelope_from="", results=None)
    assert post.verdict(arrived) == ("quarantined", "bounce-by-message-id")
    assert post.case().state == "answered"
    assert post.balance().consumed == 1


@pytest.fixture
def bounce_report() -> Callable[[str], bytes]:
    """A server's report that the letter with this Message-ID did not arrive."""
    return lambda message_id: (
        "From: MAILER-DAEMON@relay.example\r\nTo: consult@consult.example\r\nSubject: Undelivered\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"
        f"Final-Recipient: rfc822; {MARIA}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    ).encode()


def _asked(post: Conversation, arrived: int) -> EmailMessage:
    """One click, and the letter that it sends."""
    quarantine.ask_sender(post.service, arrived)
    post.settle()
    return post.letter_to(MARIA)
