"""Two hundred forged mails: none spends, joins, decides or learns anything; each has its verdict all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from consultant.allowance.members import enrol, plan_named
from consultant.db.cases import AuditEvent, Case, Decision, Draft, Invitation
from consultant.db.ledger import LedgerEntry
from consultant.db.letters import Letter
from consultant.db.messages import Message
from consultant.db.people import Consultant, Member
from consultant.intake import quarantine
from tests.conversation import ANA, MARIA, Conversation
from tests.integration.forgeries import NAMES, Stolen, forgeries

BEN = "ben@practice.example"
SHORT = "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?"
# A mail that was set aside may leave a trace on the case that it points to, and nothing else.
TRACES = ("decision_by_another", "decision_in_doubt", "follow_up_in_doubt", "bounce_by_message_id")

Scene = tuple[Conversation, dict[str, bytes]]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Maria has an answer, a draft under review and a mail in doubt; Ben has a case; Eve has read all their mail."""
    path: Path = tmp_path_factory.mktemp("forged") / "test.db"
    post = Conversation(f"sqlite:///{path}", accept_guests=False)
    with post.service.work() as work:
        enrol(work.session, "Ben Okafor", BEN, plan_named(work.session, "standard"), now=post.now)
        work.commit()
    post.writes(MARIA, "First", SHORT)
    post.answers(ANA, post.review_for(ANA), "APPROVE\n")
    answer = post.letter_to(MARIA)
    post.writes(BEN, "Ben's", SHORT)
    post.writes(MARIA, "Second", SHORT)
    receipt, review = post.letter_to(MARIA), post.review_for(ANA)
    in_doubt = post.writes(MARIA, "In doubt", SHORT, results=None)
    quarantine.ask_sender(post.service, in_doubt)
    post.settle()
    stolen = Stolen(
        case_address=str(receipt["Reply-To"]),
        other_case_address=str(post.letter_to(BEN)["Reply-To"]),
        draft_address=str(review["Reply-To"]),
        confirm_address=str(post.letter_to(MARIA)["Reply-To"]),
        receipt_id=str(receipt["Message-ID"]),
        answer_id=str(answer["Message-ID"]),
    )
    yield post, dict(forgeries(stolen, {"member": MARIA, "consultant": ANA}))
    post.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_forged_mail_spends_joins_decides_and_learns_nothing(scene: Scene, name: str) -> None:
    post, mails = scene
    before = _all_that_counts(post)
    arrived = post.arrives(mails[name], results=None)
    assert _all_that_counts(post) == before
    outcome, reason = post.verdict(arrived)
    assert (outcome, reason) == ("question", "sender-in-doubt") or outcome in (
        "quarantined",
        "question",
        "confirmation",
    )
    row = post.message(arrived)
    if row.case_id is not None:
        case = next(each for each in post.cases() if each.id == row.case_id)
        assert (case.state, case.held_reason) in {("held", "sender_in_doubt"), ("held", "unknown_sender")}


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(NAMES)) >= 200


def test_a_flood_of_forged_mails_does_not_keep_the_true_member_out(post: Conversation) -> None:
    for number in range(45):
        post.writes(MARIA, f"forged {number}", SHORT, results=None)
    held = [case for case in post.cases() if case.held_reason == "sender_in_doubt"]
    assert len(held) == 10
    assert post.letters_to(MARIA) == []
    arrived = post.writes(MARIA, "Infusion", SHORT)
    assert post.verdict(arrived) == ("question", "new-question")
    assert post.balance().available == 9


def test_a_forged_copy_that_comes_first_does_not_make_the_true_mail_a_duplicate(post: Conversation) -> None:
    head = f"From: {MARIA}\r\nSubject: Infusion\r\nMessage-ID: <1@clinic.example>\r\n\r\n"
    copy = post.arrives((head + SHORT).encode(), results=None)
    again = post.arrives((head + SHORT).encode(), results=None)
    true = post.arrives((head + SHORT).encode())
    late = post.arrives((head + SHORT).encode(), results=None)
    assert post.verdict(copy) == ("question", "sender-in-doubt")
    assert post.verdict(again) == ("duplicate", "same-content")
    assert post.verdict(true) == ("question", "new-question")
    assert post.verdict(late) == ("duplicate", "same-content")


def _all_that_counts(post: Conversation) -> object:
    """Everything that a forged mail must leave as it is."""
    with post.service.reading() as session:
        waiting = select(Case.id).where(Case.held_reason.is_not(None))
        joined = select(Message.id, Message.case_id).where(
            Message.case_id.is_not(None), Message.case_id.not_in(waiting)
        )
        events = select(AuditEvent.id).where(AuditEvent.case_id.not_in(waiting), AuditEvent.action.not_in(TRACES))
        cases = select(Case.id, Case.state, Case.due_at, Case.answered_at).where(Case.id.not_in(waiting))
        reserved = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.case_id.is_not(None))
        known = select(Member.id, Member.name).where(Member.is_guest.is_(False))
        used = select(Invitation.id, Invitation.used_at)
        return [
            *(list(map(tuple, session.execute(each))) for each in (joined, events, cases, reserved, known, used)),
            *(
                session.scalar(select(func.count()).select_from(table))
                for table in (Letter, Draft, Decision, Consultant)
            ),
            post.balance(),
            len(post.postman.delivered),
        ]
