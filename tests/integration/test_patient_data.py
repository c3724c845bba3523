"""What becomes of patient data: by the operator's choice the case waits, or it is masked wherever a mail is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from consultant.cases import opening
from consultant.cases.states import Actor, Who
from consultant.db.attachments import AttachmentText
from consultant.intake import quarantine
from consultant.intake.explaining import Explainer, KnowsNobody
from consultant.intake.judging import Judge
from consultant.web.app import make_web
from consultant.web.serving import WebServer
from tests.conversation import ANA, MARIA, Conversation, html_of, text_of
from tests.integration.test_attached_files import mail
from tests.integration.web.visitor import Visitor

NAMED = "Patient: Jane Roe, DOB 3/4/1961, MRN 4455667. Can we bill 96422 for her? Jane Roe had 2 hours on DOS 3/3/2026."
CLEAN = "Can we bill 96422 for 2 hours on DOS 3/3/2026, Medicare?"
SECRETS = ("Jane", "Roe", "3/4/1961", "4455667")


@pytest.fixture
def holding(ready_sqlite_url: str) -> Iterator[Conversation]:
    conversation = Conversation(ready_sqlite_url, patient_data="hold")
    yield conversation
    conversation.close()


@pytest.fixture
def masking(ready_sqlite_url: str) -> Iterator[Conversation]:
    conversation = Conversation(ready_sqlite_url, patient_data="mask")
    yield conversation
    conversation.close()


def standing(post: Conversation) -> tuple[str, str | None]:
    return post.case().state, post.case().held_reason


def test_a_question_that_names_a_patient_waits_and_is_not_counted(holding: Conversation) -> None:
    before = holding.balance()
    sent = holding.writes(MARIA, "About Jane Roe", NAMED)
    assert holding.verdict(sent) == ("question", "patient-data")
    assert standing(holding) == ("held", "patient_data")
    assert holding.balance() == before
    notice = holding.letter_to(MARIA)
    for words in (text_of(notice), html_of(notice)):
        assert all(f"{kind}" in words for kind in ("name", "date of birth", "medical record number"))
    assert not any(secret in notice.as_string() for secret in SECRETS)
    assert holding.letters_to(ANA) == []
    assert notice["Auto-Submitted"] == "auto-replied"


def test_a_reply_without_takes_the_case_up_and_leaves_the_first_mail_out(holding: Conversation) -> None:
    holding.writes(MARIA, "Infusion", NAMED.replace("96422", "96413"))
    holding.answers(MARIA, holding.letter_to(MARIA), CLEAN)
    assert standing(holding) == ("drafted", None)
    assert holding.balance().reserved == 1
    assert [each["code"] for each in holding.newest_draft().facts["codes"]] == ["96422"]
    assert not any(secret in text_of(holding.review_for(ANA)) for secret in SECRETS)


def test_a_person_can_take_it_all_the_same(holding: Conversation) -> None:
    sent = holding.writes(MARIA, "Infusion", NAMED)
    with holding.desk() as desk:
        by = Actor(Who.CONSULTANT, holding.consultant(desk).id)
        opening.resume(desk, desk.case_by_id(holding.case().id), by=by)
        desk.work.commit()
    holding.settle()
    assert standing(holding) == ("drafted", None)
    assert holding.verdict(sent) == ("question", "patient-data-taken")
    holding.answers(MARIA, holding.letter_to(MARIA), "The payer is Aetna.")
    facts = holding.newest_draft().facts
    assert ([each["code"] for each in facts["codes"]], facts["payer"]) == (["96422"], "Aetna")


def test_a_follow_up_that_names_a_patient_holds_its_case_and_gives_the_consult_back(holding: Conversation) -> None:
    holding.writes(MARIA, "Infusion", CLEAN)
    assert holding.balance().reserved == 1
    sent = holding.answers(MARIA, holding.letter_to(MARIA), "It is about Jane Roe, DOB 3/4/1961.")
    assert holding.verdict(sent) == ("follow_up", "patient-data")
    assert standing(holding) == ("held", "patient_data")
    assert holding.balance().reserved == 0
    holding.passes(hours=25)
    holding.answers(MARIA, holding.letter_to(MARIA), "Modifier 59?")
    assert standing(holding) == ("drafted", None)
    assert holding.balance().reserved == 1
    assert [each["code"] for each in holding.newest_draft().facts["codes"]] == ["96422", "59"]


def test_a_date_of_service_holds_nothing_up(holding: Conversation) -> None:
    sent = holding.writes(MARIA, "Infusion", CLEAN)
    assert holding.verdict(sent) == ("question", "new-question")


def test_a_sender_in_doubt_is_told_only_once_proven(holding: Conversation) -> None:
    sent = holding.writes(MARIA, "Infusion", NAMED, results=None)
    assert standing(holding) == ("held", "sender_in_doubt")
    assert holding.letters_to(MARIA) == []
    quarantine.ask_sender(holding.service, sent)
    holding.settle()
    holding.answers(MARIA, holding.letter_to(MARIA), "CONFIRM")
    assert standing(holding) == ("held", "patient_data")
    assert "medical record number" in text_of(holding.letter_to(MARIA))
    assert holding.balance().reserved == 0
    holding.answers(MARIA, holding.letter_to(MARIA), CLEAN)
    assert standing(holding) == ("drafted", None)


def test_masked_is_all_that_is_shown_or_stored_but_the_mail_itself(masking: Conversation) -> None:
    note = ("note.txt", "text/plain", b"Patient: Jane Roe, DOB 3/4/1961\nCodes 96415 and 96423")
    masking.arrives(mail(NAMED, note, Subject="Patient: Jane Roe"))
    server = WebServer(make_web(masking.service), "127.0.0.1", 0)
    server.start()
    ana = Visitor(server.port)
    ana.signs_in(masking)
    case = masking.case()
    pages = [ana.opens(path).text for path in (f"/cases/{case.reference}", "/mail", "/mail/1", "/")]
    raw = ana.opens("/mail/1/raw").text
    server.stop(5)
    with masking.service.reading() as session:
        stored = [row.text for row in session.scalars(select(AttachmentText))]
    facts = masking.newest_draft().facts
    reviewed = text_of(masking.letters_to(ANA)[0])
    for shown in (*pages, *stored, case.subject, json.dumps(facts), reviewed, masking.newest_draft().markdown):
        assert not any(secret in shown for secret in SECRETS)
    assert "████████ had 2 hours on DOS 3/3/2026." in " ".join(pages[0].split())
    assert (facts["date_of_service"], facts["patient_data"][:2]) == ("2026-03-03", ["name", "date of birth"])
    assert {each["code"] for each in facts["codes"]} == {"96422", "96415", "96423"}
    assert "Jane Roe" in raw


def test_the_dry_run_shows_no_more_than_the_service(masking: Conversation) -> None:
    note = ("note.txt", "text/plain", b"Patient: Jane Roe, DOB 3/4/1961\nCodes 96415")
    judge = Judge(masking.settings, masking.service.reply_addresses)
    explainer = Explainer(judge, KnowsNobody(), masking.service.reference, (), date(2026, 3, 2))
    told = explainer.explain(mail(NAMED, note, Subject="Patient: Jane Roe"), "a.eml")
    assert not any(secret in json.dumps(told, ensure_ascii=False) for secret in SECRETS)
    assert told["patient_data"][:2] == ["name", "date of birth"]
    assert [each["code"] for each in told["codes"]] == ["96422", "96415"]


def test_a_date_of_service_can_be_kept_as_the_edition_only(ready_sqlite_url: str) -> None:
    post = Conversation(ready_sqlite_url, patient_data="mask", service_dates="edition")
    sent = "96422 on DOS 3/3/2026, then 96423 performed on March 5, 2026?"
    post.writes(MARIA, "DOS 3/3/2026", sent)
    facts = post.newest_draft().facts
    assert (facts["date_of_service"], facts["on"], facts["service_dates"]) == (
        "2026-01-01",
        "2026-01-01",
        ["2026-01-01"],
    )
    receipt, review = text_of(post.letters_to(MARIA)[0]), text_of(post.letters_to(ANA)[0])
    assert "in the quarter from 2026-01-01" in " ".join(receipt.split())
    for shown in (receipt, review, post.case().subject, post.newest_draft().markdown, json.dumps(facts)):
        assert not any(day in shown for day in ("3/3/2026", "2026-03-03", "March 5"))
    post.close()
