"""The queue, the mail, the letters, the members, and how the service is."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from consultant.db.credentials import MailboxCredential
from consultant.db.letters import Letter, LetterState
from consultant.db.messages import Message
from consultant.intake.credentials import keep
from consultant.intake.polling import note_failure, note_success
from consultant.letters.samples import SAMPLES
from consultant.mail.oauth.issuer import Grant
from consultant.mail.outcome import Refused, Uncertain
from consultant.web.app import make_web
from consultant.web.serving import WebServer
from tests.conversation import MARIA, QUESTION, Conversation, as_received
from tests.integration.web.visitor import Visitor

CASE = "/cases/C-2026-000001"
ANSWER = "Report 96422 once and 96423 four times."


def references(ana: Visitor, query: str) -> list[str]:
    source = ana.opens(f"/?{query}").body.decode()
    return [line.split("/cases/")[1].split('"')[0] for line in source.splitlines() if '<th scope="row"' in line]


@pytest.fixture
def busy(post: Conversation) -> Conversation:
    """Three cases: a guest's, due in three days; a member's, due in one; a guest's held for want of allowance."""
    post.writes("Jon Bakker <jon@urology.example>", "Visit", "Is 99213-25 payable with J9271 x 2 for C78.7?")
    post.writes(f"Maria Lopez <{MARIA}>", "Infusion", QUESTION)
    post.writes("Jon Bakker <jon@urology.example>", "More", "And 96413?")
    return post


def test_the_queue_goes_by_deadline_and_marks_what_is_late(busy: Conversation, ana: Visitor) -> None:
    assert references(ana, "") == ["C-2026-000002", "C-2026-000001", "C-2026-000003"]
    busy.passes(hours=25)
    ana.signs_in(busy)
    page = ana.opens("/")
    assert page.body.decode().count('class="due due-late">overdue by 1 h<') == 1
    assert "1 day 23 h left" in page.text
    assert 'Needs review <span class="count">2' in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("show=held", ["C-2026-000003"]),
        ("show=review", ["C-2026-000002", "C-2026-000001"]),
        ("show=nonsense", ["C-2026-000002", "C-2026-000001", "C-2026-000003"]),
        ("q=000002", ["C-2026-000002"]),
        ("q=mArIa", ["C-2026-000002"]),
        ("q=urology.example", ["C-2026-000001", "C-2026-000003"]),
        ("q=96423", ["C-2026-000002"]),
        ("q=j9271", ["C-2026-000001"]),
        ("q=c78.7", ["C-2026-000001"]),
        ("q=99215", []),
        ("q=%25", []),
        ("show=held&q=jon", ["C-2026-000003"]),
    ],
)
def test_cases_are_filtered_and_found(busy: Conversation, ana: Visitor, query: str, found: list[str]) -> None:
    assert references(ana, query) == found


def test_a_long_list_comes_in_pages(post: Conversation, ana: Visitor) -> None:
    for number in range(27):
        post.writes(f"guest{number}@clinic.example", "Visit", "Is 99213 right?")
    first, second = references(ana, "page=1"), references(ana, "page=2")
    assert (len(first), len(second)) == (25, 2)
    assert not set(first) & set(second)
    assert "Page 2 of 2" in ana.opens("/?page=99").text
    assert ana.opens("/?page=-1").status == 200


def test_the_queue_says_what_needs_a_person(post: Conversation, ana: Visitor) -> None:
    assert "set aside" not in ana.opens("/").text
    post.arrives(b"Subject: from nobody\r\n\r\nhello\r\n")
    post.postman.outcomes[MARIA] = Uncertain("connection lost")
    post.writes(MARIA, "Infusion", QUESTION)
    page = ana.opens("/").text
    assert "1 mail</a> set aside" in page
    assert "1 letter</a> failed, or went out with an unknown outcome" in page


def test_every_mail_is_listed_with_its_verdict(busy: Conversation, ana: Visitor) -> None:
    busy.writes("Robot <robot@shop.example>", "Away", "I am away.", Auto_Submitted="auto-replied")
    busy.arrives(b"Subject: from nobody\r\n\r\nhello\r\n")
    page = ana.opens("/mail").text
    for shown in ("Question", "Machine", "Quarantined", "no-sender", "maria@clinic.example", "C-2026-000002"):
        assert shown in page
    aside = ana.opens("/mail?show=set-aside").text
    assert "from nobody" in aside
    assert "robot@shop.example" not in aside


def test_a_mail_is_shown_as_text_and_downloaded_as_it_came(post: Conversation, ana: Visitor) -> None:
    raw = (
        b"From: Eve <eve@clinic.example>\r\nTo: consult@consult.example\r\nSubject: <i>Code</i>?\r\n"
        b"Message-ID: <1@clinic.example>\r\nContent-Type: text/html\r\n\r\n"
        b'<p>Is 96422 right?</p><script>steal()</script><img src="http://track.example/x.png">\r\n'
    )
    raw = as_received(raw)
    post.arrives(raw, results=None)
    page = ana.opens("/mail/1")
    source = page.body.decode()
    assert "Is 96422 right?" in source
    assert "&lt;i&gt;Code" in source
    assert "steal()" not in source
    assert "<img" not in source
    assert "new-question" in source
    assert "accept_question" in source
    download = ana.opens("/mail/1/raw")
    assert download.body == raw
    assert download.headers["Content-Type"].startswith("text/plain")
    assert download.headers["Content-Disposition"] == 'attachment; filename="mail-1.txt"'


def test_a_mail_set_aside_is_taken_as_a_question(post: Conversation, ana: Visitor) -> None:
    post.writes(f"Maria Lopez <{MARIA}>", "Away", QUESTION, Auto_Submitted="auto-replied")
    assert "Take it as a question" in ana.opens("/mail/1").text
    assert ana.sends("/mail/1/accept").location == "/mail/1?done=accept"
    post.settle()
    assert post.case().state == "drafted"
    again = ana.sends("/mail/1/accept")
    assert again.status == 409
    assert "what it led to stands" in again.text
    assert len(post.cases()) == 1


def test_a_mail_set_aside_is_discarded_or_taken_in_anew(post: Conversation, ana: Visitor) -> None:
    post.arrives(b"Subject: from nobody\r\n\r\nhello\r\n")
    refused = ana.sends("/mail/1/accept")
    assert refused.status == 409
    assert "no usable sender" in refused.text
    ana.sends("/mail/1/discard")
    assert "from nobody" in ana.opens("/mail?show=discarded").text
    assert "set aside" not in ana.opens("/").text
    ana.sends("/mail/1/retry")
    post.settle()
    assert post.verdict(1) == ("quarantined", "no-sender")


def answer_that(post: Conversation, ana: Visitor, outcome: Uncertain | Refused) -> Letter:
    """An answer whose delivery came out so."""
    post.writes(MARIA, "Infusion", QUESTION)
    post.postman.outcomes[MARIA] = outcome
    ana.sends(f"{CASE}/approval", version=1, markdown=ANSWER)
    post.settle()
    post.postman.outcomes.clear()
    with post.service.reading() as session:
        return session.scalars(select(Letter).where(Letter.kind == "answer")).one()


def test_a_letter_of_unknown_fate_is_settled_by_a_person(post: Conversation, ana: Visitor) -> None:
    letter = answer_that(post, ana, Uncertain("connection lost"))
    assert "connection lost" in ana.opens("/letters?show=trouble").text
    assert ANSWER in ana.opens(f"/letters/{letter.id}").text
    assert ana.sends(f"/letters/{letter.id}/delivered").status == 303
    assert (post.case().state, post.balance().consumed) == ("answered", 1)
    again = ana.sends(f"/letters/{letter.id}/delivered")
    assert again.status == 409
    assert post.balance().consumed == 1


def test_a_letter_that_did_not_arrive_gives_the_consult_back(post: Conversation, ana: Visitor) -> None:
    letter = answer_that(post, ana, Uncertain("connection lost"))
    ana.sends(f"/letters/{letter.id}/not-delivered")
    assert (post.case().state, post.balance().available) == ("undeliverable", 10)
    assert "settled by a person" in ana.opens(f"/letters/{letter.id}").text


@pytest.mark.parametrize("outcome", [Uncertain("connection lost"), Refused(550, "not today")])
def test_a_letter_sent_again_counts_its_consult_once(
    post: Conversation, ana: Visitor, outcome: Uncertain | Refused
) -> None:
    letter = answer_that(post, ana, outcome)
    assert ana.sends(f"/letters/{letter.id}/again").status == 303
    post.settle()
    assert len(post.letters_to(MARIA)) == 2  # the receipt and the answer
    assert (post.case().state, post.balance().consumed, post.balance().available) == ("answered", 1, 9)
    assert ana.sends(f"/letters/{letter.id}/again").status == 409


def test_each_kind_of_letter_is_shown_as_a_sample(ana: Visitor) -> None:
    source = ana.opens("/letters/samples").body.decode()
    assert source.count('<iframe sandbox srcdoc="') == len(SAMPLES)


def test_members_are_shown_with_balance_cases_and_ledger(busy: Conversation, ana: Visitor) -> None:
    everybody = ana.opens("/members").text
    assert "Jon Bakker" in everybody
    found = ana.opens("/members?q=clinic.example").text
    assert "Maria Lopez" in found
    assert "Jon Bakker" not in found
    maria = ana.opens("/members/1").text
    for shown in ("plan standard", "C-2026-000002", "Reserve", "Grant", "2026-04-01"):
        assert shown in maria


def health(visitor: Visitor) -> tuple[int, dict[str, object]]:
    page = visitor.opens("/health")
    return page.status, json.loads(page.body)


def test_health_is_open_and_says_when_the_workers_do_not_work(post: Conversation, stranger: Visitor) -> None:
    assert health(stranger) == (
        200,
        {"status": "well", "database": "ok", "mailbox_read_at": None, "oldest_due_work": None, "problems": []},
    )
    post.writes(MARIA, "Infusion", QUESTION)
    with post.service.work() as work:
        work.session.execute(update(Letter).values(state=LetterState.PENDING, next_attempt_at=post.now))
        work.commit()
    assert health(stranger)[0] == 200
    post.now = post.now.replace(hour=post.now.hour + 1)
    status, said = health(stranger)
    assert (status, said["problems"], said["oldest_due_work"]) == (503, ["work"], "2026-03-02T09:00:00+00:00")


def test_a_mailbox_that_is_not_read_is_unhealthy_and_stands_in_the_queue(sqlite_url: str) -> None:
    post = Conversation(sqlite_url, imap={"host": "imap.example", "username": "consult", "poll_seconds": 60})
    server = WebServer(make_web(post.service), "127.0.0.1", 0)
    server.start()
    try:
        visitor = Visitor(server.port)
        visitor.signs_in(post)
        assert health(visitor)[0] == 200
        note_failure(post.service, "consult@imap.example", "refused")
        assert health(visitor)[1]["problems"] == ["mailbox"]
        assert "could not be read lately:" in visitor.opens("/").text
        note_success(post.service, "consult@imap.example")
        assert health(visitor) == (200, health(visitor)[1])
        post.passes(minutes=4)
        assert health(visitor)[0] == 503
        assert "all were read until" in visitor.opens("/").text
    finally:
        server.stop(5)
        post.close()


def test_a_mailbox_whose_access_is_refused_is_unhealthy_and_stands_in_the_queue(sqlite_url: str) -> None:
    imap = {"username": "consult", "auth": "xoauth2", "oauth": {"provider": "google", "client_id": "desk"}}
    post = Conversation(sqlite_url, imap=imap)
    keep(post.service, post.settings.imap, Grant("access", "refresh", timedelta(hours=1)), asked_at=post.now)
    server = WebServer(make_web(post.service), "127.0.0.1", 0)
    server.start()
    try:
        visitor = Visitor(server.port)
        visitor.signs_in(post)
        assert health(visitor)[0] == 200
        with post.service.work() as work:
            work.session.execute(update(MailboxCredential).values(refused_at=post.now, refusal="invalid_grant"))
            work.commit()
        assert (health(visitor)[0], health(visitor)[1]["problems"]) == (503, ["access"])
        assert "consultant mailbox connect" in visitor.opens("/").text
    finally:
        server.stop(5)
        post.close()


def test_health_says_when_the_database_is_gone(post: Conversation, stranger: Visitor) -> None:
    with post.service.work() as work:
        work.session.connection().exec_driver_sql("ALTER TABLE letter RENAME TO lost")
        work.commit()
    gone = {"status": "unwell", "database": "unreachable", "problems": ["database"]}
    assert health(stranger) == (503, gone)


def test_a_mail_that_waits_to_be_read_is_listed_too(post: Conversation, ana: Visitor) -> None:
    post.writes(MARIA, "Infusion", QUESTION)
    with post.service.work() as work:
        work.session.execute(update(Message).values(state="stored"))
        work.commit()
    assert "Waiting to be read" in ana.opens("/mail?show=waiting").text


def test_a_failed_letter_is_not_sent_again_behind_a_newer_answer(post: Conversation, ana: Visitor) -> None:
    post.writes(MARIA, "Infusion", "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?")
    post.postman.outcomes[MARIA] = Refused(550, "no such mailbox")
    ana.sends("/cases/C-2026-000001/approval", version=1, markdown="First answer.")
    post.settle()
    post.postman.outcomes.clear()
    ana.sends("/cases/C-2026-000001/approval", version=2, markdown="Second answer.")
    post.settle()
    with post.service.reading() as session:
        failed = session.scalars(select(Letter).where(Letter.state == "failed")).one()
    assert ana.sends(f"/letters/{failed.id}/again").status == 409
    assert post.case().state == "answered"
