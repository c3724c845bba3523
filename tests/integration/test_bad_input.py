"""Mail as it should not be: each kind has one stated outcome, and none is lost or answered wrongly."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text

from config.settings import Settings
from consultant.db.messages import Message
from consultant.intake import quarantine
from consultant.intake.claiming import claim, end_leases
from consultant.intake.quarantine import NobodyToAnswer, NotSetAside
from consultant.intake.storing import Arrival, store
from consultant.intake.taking_in import MOST_INTERRUPTIONS, take_in
from tests.conversation import ANA, CONSULT, MARIA, Conversation, html_of, text_of

HEAD = f"From: Maria Lopez <{MARIA}>\r\nTo: {CONSULT}\r\n"
PLAIN = HEAD + "Subject: Question\r\nMessage-ID: <a@clinic.example>\r\n\r\n"


def test_an_unknown_charset_is_read_as_well_as_can_be(post: Conversation) -> None:
    raw = (
        HEAD
        + "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=x-klingon\r\n\r\nIs 99213-25 right?\r\n"
    )
    assert post.verdict(post.arrives(raw.encode())) == ("question", "new-question")
    assert "99213" in post.newest_draft().markdown


def test_without_message_id_it_is_answered_and_its_double_known(post: Conversation) -> None:
    raw = (HEAD + "Subject: no id\r\n\r\nIs 99213 right?\r\n").encode()
    assert post.verdict(post.arrives(raw)) == ("question", "new-question")
    assert post.verdict(post.arrives(raw)) == ("duplicate", "same-content")
    assert post.letter_to(MARIA)["In-Reply-To"] is None


@pytest.mark.parametrize("sender", ["", "From: \r\n", "From: nobody\r\n", "From: a@x.example, b@y.example\r\n"])
def test_without_one_sender_it_waits_for_a_person(post: Conversation, sender: str) -> None:
    arrived = post.arrives(f"{sender}To: {CONSULT}\r\nSubject: x\r\n\r\nIs 99213 right?\r\n".encode())
    assert post.verdict(arrived) == ("quarantined", "no-sender")
    assert post.postman.delivered == []
    with pytest.raises(NobodyToAnswer):
        quarantine.accept(post.service, arrived)


def test_an_empty_mail_waits_for_a_person(post: Conversation) -> None:
    arrived = post.arrives((HEAD + "Subject:\r\n\r\n \r\n").encode())
    assert post.verdict(arrived) == ("quarantined", "empty")
    assert post.cases() == []


def test_a_question_in_the_subject_alone_is_a_question(post: Conversation) -> None:
    post.arrives((HEAD + "Subject: Is 99213-25 right?\r\n\r\n").encode())
    assert "99213" in post.newest_draft().markdown


def test_html_alone_is_read_and_its_script_reaches_nobody(post: Conversation) -> None:
    raw = (
        HEAD + "Subject: html\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        "<p>Is <b>99213-25</b> right?</p><script>alert('boo')</script><img src=http://x.example/p.png onerror=alert(1)>"
    )
    post.arrives(raw.encode())
    review = post.review_for(ANA)
    assert "99213-25" in text_of(review)
    for part in (text_of(review), html_of(review), text_of(post.letter_to(MARIA)), html_of(post.letter_to(MARIA))):
        assert "boo" not in part
        assert "onerror" not in part


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?Hello=0D=0ABcc:_victim@x.example?=",
        "=?utf-8?b?SGVsbG8NCkJjYzogdmljdGltQHguZXhhbXBsZQ==?=",
        "Hello\r\n Bcc: victim@x.example",
    ],
)
def test_a_newline_in_a_subject_makes_no_header(post: Conversation, subject: str) -> None:
    post.arrives(f"{HEAD}Subject: {subject}\r\n\r\nCan I bill 96423 with 96422 for a 2 hour infusion?\r\n".encode())
    post.answers(ANA, post.review_for(ANA), "APPROVE\n")
    for _, letter in post.postman.delivered:
        assert letter["Bcc"] is None
        assert "\n" not in str(letter["Subject"])
    assert post.case().state == "answered"


def test_what_a_member_writes_makes_no_placeholder_marker_or_template(post: Conversation) -> None:
    tricks = "[[ approve me? ]] {{ 7 * 7 }} {% raw %}\r\n----- END ANSWER -----\r\n----- BEGIN ANSWER -----\r\n"
    post.arrives(f"{PLAIN}99213? {tricks}".encode())
    assert "approve me" not in post.newest_draft().markdown
    decided = post.answers(ANA, post.review_for(ANA), text_of(post.review_for(ANA)).replace("\n", "\n> "))
    assert post.verdict(decided)[1] == "refused-unclear"


def test_a_mail_that_cannot_be_taken_in_is_quarantined_after_three_tries(post: Conversation) -> None:
    with post.service.work() as work:
        work.session.execute(text("DELETE FROM plan WHERE name = 'guest'"))  # a fault of ours, of whatever kind
        work.commit()
    [message_id] = store(
        post.service, [Arrival(b"From: gus@new.example\r\nTo: consult@consult.example\r\n\r\n99213?\r\n")]
    )
    post.due.clear()
    for _ in range(3):
        with pytest.raises(Exception, match="no plan"):
            take_in(post.service, message_id)
        post.now = post.now.replace(minute=post.now.minute + 3)
    take_in(post.service, message_id)
    assert post.verdict(message_id) == ("quarantined", "too-many-tries")
    quarantine.discard(post.service, message_id)
    assert post.message(message_id).state == "discarded"


def test_a_mail_that_was_under_way_at_every_end_of_the_process_is_quarantined_at_last(post: Conversation) -> None:
    [message_id] = store(post.service, [Arrival((PLAIN + "99213?\r\n").encode())])
    post.due.clear()
    for _ in range(MOST_INTERRUPTIONS):
        claim(post.service)
        with post.service.work() as work:
            end_leases(work.session)
            work.commit()
    take_in(post.service, message_id)
    assert post.verdict(message_id) == ("quarantined", "too-many-tries")


def test_what_was_set_aside_wrongly_is_taken_as_a_question(post: Conversation) -> None:
    arrived = post.writes(MARIA, "Out of office", "Is 99213 right?", Auto_Submitted="auto-replied")
    assert post.cases() == []
    quarantine.accept(post.service, arrived)
    post.settle()
    assert post.verdict(arrived) == ("question", "accepted-by-a-person")
    assert post.case().state == "drafted"
    with pytest.raises(NotSetAside):
        quarantine.accept(post.service, arrived)


def test_a_quarantined_mail_can_be_tried_again(post: Conversation) -> None:
    arrived = post.arrives((HEAD + "Subject:\r\n\r\n").encode())
    quarantine.retry(post.service, arrived)
    post.settle()
    assert post.verdict(arrived) == ("quarantined", "empty")


def test_two_copies_of_the_service_do_not_write_to_each_other(post: Conversation) -> None:
    post.writes(MARIA, "Question", "Is 99213 right?")
    letter = post.letter_to(MARIA)
    before = len(post.postman.delivered)
    sent = post.arrives(letter.as_bytes().replace(b"<", b"<x", 1))
    assert post.verdict(sent)[0] in ("machine", "own_letter", "quarantined")
    assert len(post.postman.delivered) == before


def test_whatever_comes_the_bytes_are_kept_as_they_came(post: Conversation) -> None:
    for raw in (b"", b"\x00\xff\xfe", b"\r\n" * 1000, b"From: a@x.example\n" * 5000):
        message_id = post.arrives(raw, results=None)
        with post.service.reading() as session:
            assert session.scalar(select(Message.raw).where(Message.id == message_id)) == raw
        assert post.message(message_id).state != "stored"


def test_a_person_sees_what_went_wrong_with_a_mail_that_was_set_aside(post: Conversation) -> None:
    with post.service.work() as work:
        work.session.execute(text("DELETE FROM plan WHERE name = 'guest'"))
        work.commit()
    arrived = post.arrives(b"From: gus@new.example\r\nTo: consult@consult.example\r\n\r\n99213?\r\n")
    assert "UnknownPlan" in str(post.message(arrived).trouble)


def test_the_operator_is_told_once_of_each_mail_that_is_set_aside(ready_database_url: str) -> None:
    post = Conversation(ready_database_url, operator_address="ops@clinic.example")
    arrived = post.writes(MARIA, "", "")
    [alarm] = post.letters_to("ops@clinic.example")
    assert alarm["Subject"] == f"Mail {arrived} was set aside"
    assert alarm["Auto-Submitted"]
    assert f"/mail/{arrived}" in text_of(alarm)
    assert MARIA not in str(alarm)
    quarantine.retry(post.service, arrived)
    post.settle()
    assert post.verdict(arrived) == ("quarantined", "empty")
    assert len(post.letters_to("ops@clinic.example")) == 1
    post.close()


def test_an_alarm_never_goes_to_the_consult_address() -> None:
    with pytest.raises(ValidationError, match="alarm about mail would become mail"):
        Settings(operator_address="Consult@consult.example")
