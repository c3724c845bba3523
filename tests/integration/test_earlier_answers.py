"""A consultant who gets a question like an earlier one is shown how that was answered, and what changed since."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from consultant.cases.earlier import EarlierAnswer, earlier_answers
from consultant.db.answered import AnsweredTerm
from consultant.db.cases import Case, Draft
from consultant.reference.model import Reference
from tests.conversation import ANA, MARIA, QUESTION, Conversation
from tests.unit.findings.fakes import FakeReference, entry

MEMBER = f"Maria Lopez <{MARIA}>"
LATER = date(2026, 6, 1)
UNCHANGED = FakeReference(codes=[entry("96422"), entry("96423")])
ENDED = FakeReference(codes=[entry("96422"), entry("96423", ended=date(2026, 4, 30))])


def answered(post: Conversation, text: str) -> None:
    """The member asks, and a consultant approves an answer."""
    post.writes(MEMBER, "A question", text)
    edited = f"----- BEGIN ANSWER -----\n{post.resolved()}\n----- END ANSWER -----\n"
    post.answers(ANA, post.review_for(ANA), edited if "[[" in post.newest_draft().markdown else "APPROVE")
    assert post.cases()[-1].state == "answered"


def offered(post: Conversation, reference: Reference = UNCHANGED) -> tuple[EarlierAnswer, ...]:
    """What is offered for the newest case."""
    with post.service.reading() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        draft = session.scalars(select(Draft).where(Draft.case_id == case.id)).one()
        return earlier_answers(session, case, draft, reference=reference, today=LATER)


def test_the_answer_to_the_same_codes_is_offered_with_its_date(post: Conversation) -> None:
    answered(post, QUESTION)
    post.passes(days=2)
    post.writes(MEMBER, "Again", "Does 96423 need 96422 for Medicare?")
    [earlier] = offered(post)
    assert (earlier.case_reference, earlier.reviewed_by) == ("C-2026-000001", "Ana Reyes")
    assert earlier.at.date() == date(2026, 3, 2)
    assert earlier.shared == ("96422", "96423")
    assert earlier.changed == ()
    assert "## Short answer" in earlier.markdown


def test_a_rule_that_changed_since_is_named(post: Conversation) -> None:
    answered(post, QUESTION)
    post.writes(MEMBER, "Again", "Does 96423 need 96422 for Medicare?")
    [earlier] = offered(post, ENDED)
    assert any("96423 ended on 2026-04-30" in each for each in earlier.changed)
    assert not any("96422 ended" in each for each in earlier.changed)


def test_the_likest_comes_first_and_what_shares_no_code_is_not_offered(post: Conversation) -> None:
    answered(post, "Is 96413 paid with 36591? Medicare, DOS 1/5/2026")
    answered(post, "Is 96413 paid with 96415? Medicare, DOS 1/5/2026")
    answered(post, "Units of J1885 for 30 mg? Medicare, DOS 1/5/2026")
    post.writes(MEMBER, "Port", "36591 with 96413, is there an edit?")
    assert [each.case_reference for each in offered(post)] == ["C-2026-000001", "C-2026-000002"]


def test_without_a_code_words_find_it(post: Conversation) -> None:
    answered(post, "When may a nurse flush an implanted port, and is the saline flush reportable alone?")
    post.writes(MEMBER, "Port", "Is a flush of the implanted port by the nurse with saline reportable?")
    [earlier] = offered(post)
    assert {"flush", "implanted", "nurse", "port", "reportable", "saline"} <= set(earlier.shared)


def test_an_answer_that_was_never_approved_is_never_offered(post: Conversation) -> None:
    post.writes(MEMBER, "First", QUESTION)
    post.writes(MEMBER, "Second", f"{QUESTION} Please.")
    assert offered(post) == ()
    with post.service.reading() as session:
        assert session.scalars(select(AnsweredTerm)).all() == []
