"""The page of a case, and what a consultant orders there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from consultant.cases import review
from consultant.db.cases import AuditEvent, Case, Decision, Draft
from consultant.mail.outcome import Refused
from tests.conversation import CHRIS, MARIA, QUESTION, Conversation, text_of
from tests.integration.web.visitor import Visitor

CASE = "/cases/C-2026-000001"
ANSWER = "## Short answer\n\nReport 96422 once and 96423 four times.\n"


@pytest.fixture
def asked(post: Conversation) -> Conversation:
    """A conversation in which a question has been drafted."""
    post.writes(f"Maria Lopez <{MARIA}>", "Infusion & <b>pump</b>", f"{QUESTION}\n\n<script>alert(1)</script>")
    return post


def test_the_page_shows_the_question_what_was_found_and_the_draft(asked: Conversation, ana: Visitor) -> None:
    page = ana.opens(CASE)
    assert page.status == 200
    source = page.body.decode()
    assert '<mark class="code" title="CPT">96423</mark>' in source
    assert "&lt;script&gt;alert(1)" in source
    assert "<script>alert" not in source
    assert "5 h 30 min = 1 initial hour" in page.text
    assert "<dt>Time</dt><dd>5 h 30 min</dd>" in source
    assert 'class="severity-caution"' in source
    assert "Physician Fee Schedule" in page.text
    assert "to judge before approval" in page.text
    assert "9 consults left, 1 reserved" in page.text
    assert "24 h" in page.text or "1 day left" in page.text
    assert "style=" not in source
    assert "<title>C-2026-000001 ·" in source


def test_who_saw_a_case_stands_in_its_trail_once(asked: Conversation, ana: Visitor) -> None:
    ana.opens(CASE)
    ana.opens(CASE)
    with asked.service.reading() as session:
        views = session.scalars(select(AuditEvent.actor).where(AuditEvent.action == "view")).all()
    assert views == ["consultant:1"]


def test_approval_waits_for_a_persons_judgement(asked: Conversation, ana: Visitor) -> None:
    assert "disabled" in ana.opens(CASE).text
    refused = ana.sends(f"{CASE}/approval", version=1, markdown="Yes. [[ Really? ]]")
    assert refused.status == 422
    assert "[[ Really? ]]" in refused.text
    assert "Replace each of them by your judgement" in refused.text
    assert asked.newest_draft().version == 1
    assert asked.case().state == "drafted"


def test_changed_text_is_saved_and_approved_in_one(asked: Conversation, ana: Visitor) -> None:
    done = ana.sends(f"{CASE}/approval", version=1, markdown=ANSWER.replace("\n", "\r\n"))
    assert (done.status, done.location) == (303, f"{CASE}?done=approved")
    asked.settle()
    assert "Report 96422 once" in text_of(asked.letter_to(MARIA))
    assert "Ana Reyes, CPC" in text_of(asked.letter_to(MARIA))
    assert (asked.newest_draft().version, asked.newest_draft().author_id) == (2, 1)
    assert asked.balance().consumed == 1
    page = ana.opens(done.location or "")
    assert "Approved. The answer is on its way." in page.text
    assert "Approve, version 2, by Ana Reyes (web)" in page.text
    assert "Approve and send" not in page.text


def test_saving_makes_a_version_and_keeps_the_earlier_one(asked: Conversation, ana: Visitor) -> None:
    assert ana.sends(f"{CASE}/drafts", version=1, markdown=ANSWER).location == f"{CASE}?done=saved"
    page = ana.opens(CASE)
    assert "version 2, by Ana Reyes" in page.text
    assert "Version 1, by template" in page.text
    assert '<button class="primary" id="approve"' in page.body.decode()
    assert asked.case().state == "in_review"


@pytest.mark.parametrize("order", ["approval", "drafts"])
def test_a_form_sent_twice_counts_once(asked: Conversation, ana: Visitor, order: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        sent = [threads.submit(ana.sends, f"{CASE}/{order}", version=1, markdown=ANSWER) for _ in range(4)]
    assert {each.result().status for each in sent} == {303}
    asked.settle()
    assert ana.sends(f"{CASE}/{order}", version=1, markdown=ANSWER).status == 303
    with asked.service.reading() as session:
        assert session.scalars(select(func.count()).select_from(Draft)).one() == 2
        assert session.scalars(select(func.count()).select_from(Decision)).one() == (order == "approval")
    assert asked.balance().consumed == (order == "approval")


def test_a_stale_page_is_refused_and_what_was_typed_is_kept(asked: Conversation, ana: Visitor) -> None:
    with asked.desk() as desk:
        review.edit(desk, desk.case("C-2026-000001"), 1, "By Chris.", asked.consultant(desk, CHRIS))
        desk.work.commit()
    for order in ("approval", "drafts"):
        page = ana.sends(f"{CASE}/{order}", version=1, markdown="By Ana, on the first version.")
        assert page.status == 409
        assert "version 2 is the newest" in page.text
        assert "By Ana, on the first version." in page.text
        assert "By Chris." in page.text
        assert 'name="version" value="2"' in page.text
    assert asked.newest_draft().markdown == "By Chris."
    declined = ana.sends(f"{CASE}/declination", version=1, words="Out of scope, I think.")
    assert declined.status == 409
    assert "Out of scope, I think." in declined.text
    assert asked.case().state == "in_review"


def test_a_question_is_declined_with_a_reason(asked: Conversation, ana: Visitor) -> None:
    refused = ana.sends(f"{CASE}/declination", version=1, words="  ")
    assert refused.status == 422
    assert "The reason is empty." in refused.text
    for _ in range(2):
        assert ana.sends(f"{CASE}/declination", version=1, words="A legal question.").status == 303
    asked.settle()
    assert "A legal question." in text_of(asked.letter_to(MARIA))
    assert asked.case().state == "declined"
    assert asked.balance().available == 10


def test_the_member_is_asked_and_the_clock_stops(asked: Conversation, ana: Visitor) -> None:
    for _ in range(2):
        assert ana.sends(f"{CASE}/question", version=1, words="When did it start?").status == 303
    asked.settle()
    assert "When did it start?" in text_of(asked.letter_to(MARIA))
    assert "clock stopped" in ana.opens(CASE).text
    too_late = ana.sends(f"{CASE}/approval", version=1, markdown=ANSWER)
    assert too_late.status == 409
    assert "C-2026-000001 is awaiting member now: it is not possible to edit" in too_late.text
    assert "it may have been decided meanwhile" in too_late.text


def test_a_case_is_held_for_a_reason_of_the_list_and_resumed(asked: Conversation, ana: Visitor) -> None:
    assert ana.sends(f"{CASE}/hold", reason="Mrs Miller, born 1950").status == 400
    for _ in range(2):
        assert ana.sends(f"{CASE}/hold", reason="second_opinion").location == f"{CASE}?done=held"
    assert "Held: a second opinion is wanted" in ana.opens(CASE).text
    for _ in range(2):
        assert ana.sends(f"{CASE}/resumption").location == f"{CASE}?done=resumed"
    asked.settle()
    assert asked.case().state == "drafted"
    assert asked.newest_draft().version == 2


def test_a_case_without_allowance_cannot_be_resumed(post: Conversation, ana: Visitor) -> None:
    for subject in ("First", "Second"):
        post.writes("jon@urology.example", subject, QUESTION)
    page = ana.sends("/cases/C-2026-000002/resumption")
    assert page.status == 409
    assert "has no consult left" in page.text
    assert "Held: no allowance left" in page.text


def test_an_answer_that_was_refused_can_be_approved_again_as_it_stands(asked: Conversation, ana: Visitor) -> None:
    asked.postman.outcomes[MARIA] = Refused(550, "no such mailbox")
    ana.sends(f"{CASE}/approval", version=1, markdown=ANSWER)
    asked.settle()
    assert asked.case().state == "undeliverable"
    asked.postman.outcomes.clear()
    assert ana.sends(f"{CASE}/approval", version=2, markdown=ANSWER).status == 303
    asked.settle()
    assert asked.case().state == "answered"
    assert asked.newest_draft().version == 3
    assert asked.balance().consumed == 1


def test_the_next_case_that_needs_review_is_one_step_away(asked: Conversation, ana: Visitor) -> None:
    asked.writes(MARIA, "Another", "Is 99213 billable with 96372?")
    assert '/cases/C-2026-000002">Next case' in ana.opens(CASE).text


def test_a_form_without_a_version_is_refused(asked: Conversation, ana: Visitor) -> None:
    for version in ("", "x", "1e9", "99999999999"):
        assert ana.sends(f"{CASE}/approval", version=version, markdown=ANSWER).status == 400
    with asked.service.reading() as session:
        assert session.scalars(select(Case.state)).one() == "drafted"
