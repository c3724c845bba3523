"""Eight workers at once over one heap of mails: one verdict a mail, one case a question, and books that balance.

`SEEDS=50 pytest tests/integration/test_batches_at_once.py` deals fifty heaps to each database.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from consultant.allowance import ledger
from consultant.allowance.members import enrol, plan_named
from consultant.cases.opening import HELD_NO_ALLOWANCE
from consultant.db.cases import Case, CaseState
from consultant.db.ledger import EntryKind, LedgerEntry
from consultant.db.letters import Letter
from consultant.db.messages import Message, MessageState
from consultant.db.people import Member, MemberAddress
from consultant.intake.storing import Arrival, store
from consultant.intake.taking_in import take_in_waiting
from tests.conversation import BELIEVING, CONSULT, QUESTION, Conversation
from tests.integration.seeds import seeds

WORKERS = 8
TOGETHER = 10  # mails a batch: so there are several for each worker, and all of them overlap
MEMBERS = [f"member{number}@clinic.example" for number in range(8)]
GUESTS = [f"guest{number}@new.example" for number in range(8)]
CONSULTS = 10  # of each member's plan: some run out
POISON = "<poison@clinic.example>"


@dataclass(frozen=True, slots=True)
class Heap:
    """Mails in the order in which they lie there, and what should become of them."""

    mails: list[bytes]
    questions: dict[str, int]  # by sender
    outcomes: Counter[str]


@pytest.fixture
def desk(ready_database_url: str) -> Iterator[Conversation]:
    """A service with eight members, each with a case that is under way."""
    conversation = Conversation(
        ready_database_url,
        rates={"per_sender": 0, "per_domain": 0, "in_all": 0},
        trust=BELIEVING,
        plans=[
            {"name": "standard", "consults": CONSULTS, "period_days": 30, "answer_hours": 24},
            {"name": "guest", "consults": 2, "period_days": 30, "answer_hours": 24},
        ],
    )
    with conversation.service.work() as work:
        plan = plan_named(work.session, "standard")
        plan.consults = CONSULTS
        plan_named(work.session, "guest").consults = 2
        for address in MEMBERS:
            enrol(work.session, "Front Desk", address, plan, now=conversation.now)
        work.commit()
    store(conversation.service, [Arrival(_question(address, 0)) for address in MEMBERS])
    while take_in_waiting(conversation.service):
        pass
    conversation.now += timedelta(days=31)  # a new period: each member's grant is still to be booked
    yield conversation
    conversation.close()


@pytest.mark.parametrize("seed", seeds(1))
def test_every_mail_has_one_verdict_every_question_one_case_and_the_ledger_is_right(
    desk: Conversation, seed: int
) -> None:
    heap = _heap(desk, random.Random(seed))
    before = _outcomes(desk)
    store(desk.service, [Arrival(raw) for raw in heap.mails])
    _work(desk)
    assert _outcomes(desk) - before == heap.outcomes  # at the first try: no race and no deadlock cost a mail its turn
    assert _unread(desk) == []
    for sender, asked in heap.questions.items():
        _check_books(desk, sender, asked)


def test_a_mail_whose_settling_fails_is_the_only_one_that_does(desk: Conversation) -> None:
    heap = _heap(desk, random.Random(1))
    _refuse(desk, POISON)
    mails = [*heap.mails]
    mails.insert(80, _mail(MEMBERS[0], "poison", POISON))
    store(desk.service, [Arrival(raw) for raw in mails])
    _work(desk)
    [poisoned] = _unread(desk)
    assert poisoned.attempts == 1
    assert poisoned.trouble
    for _ in range(3):
        desk.now += timedelta(minutes=3)
        _work(desk)
    assert desk.verdict(poisoned.id) == ("quarantined", "too-many-tries")
    assert _outcomes(desk)["question"] == len(MEMBERS) + heap.outcomes["question"]
    for sender, asked in heap.questions.items():
        _check_books(desk, sender, asked)


def test_a_guest_whom_another_worker_has_just_entered_stays_a_guest(desk: Conversation) -> None:
    with desk.service.work() as work:
        plan = plan_named(work.session, "guest")
        first, second = (
            enrol(work.session, name, GUESTS[0], plan, now=desk.now, guest=True) for name in ("Gus", "Gus again")
        )
        assert first is second
        assert (first.name, first.is_guest) == ("Gus", True)


def _heap(desk: Conversation, chance: random.Random) -> Heap:
    """Two hundred mails: of members and guests, first and second copies, follow-ups, and mail of machines."""
    senders = [*chance.choices(MEMBERS, k=88), *chance.choices(GUESTS, k=32)]
    questions = [_question(sender, number) for number, sender in enumerate(senders, start=1)]
    copies = [_again(chance.choice(questions), number) for number in range(40)]
    follow_ups = [_follow_up(desk, case, number) for case in desk.cases() for number in range(4)]
    machines = [b"Auto-Submitted: auto-replied\r\n" + _question(MEMBERS[0], 1000 + number) for number in range(8)]
    mails = [*questions, *copies, *follow_ups, *machines]
    chance.shuffle(mails)
    outcomes = Counter(question=120, duplicate=40, follow_up=32, machine=8)
    return Heap(mails, dict(Counter(senders)), outcomes)


def _mail(sender: str, subject: str, message_id: str, to: str = CONSULT) -> bytes:
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {message_id}\r\n\r\n"
    return (head + QUESTION + "\r\n").encode()


def _question(sender: str, number: int) -> bytes:
    return _mail(sender, f"Question {number}", f"<question.{number}.{sender}>")


def _again(raw: bytes, number: int) -> bytes:
    return b"Received: from mx%d.example by mx.consult.example\r\n" % number + raw


def _follow_up(desk: Conversation, case: Case, number: int) -> bytes:
    to = desk.service.reply_addresses.for_case(case.id)
    sender = case.reply_to_address
    return _mail(sender, "One thing more", f"<more.{number}.{sender}>", to)


def _work(desk: Conversation) -> None:
    """Eight workers, all at once, until none finds anything."""
    start = threading.Barrier(WORKERS)

    def work(_: int) -> None:
        start.wait()
        while take_in_waiting(desk.service, TOGETHER):
            pass

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))


def _outcomes(desk: Conversation) -> Counter[str]:
    with desk.service.reading() as session:
        return Counter(each for each in session.scalars(select(Message.verdict_outcome)) if each is not None)


def _unread(desk: Conversation) -> list[Message]:
    with desk.service.reading() as session:
        return list(session.scalars(select(Message).where(Message.state == MessageState.STORED)))


def _check_books(desk: Conversation, sender: str, asked: int) -> None:
    """One case a question, a consult for each as long as there are any, and one receipt for each of these."""
    with desk.service.reading() as session:
        member = session.scalars(select(Member).join(MemberAddress).where(MemberAddress.address == sender)).one()
        cases = list(
            session.scalars(select(Case).where(Case.member_id == member.id, Case.opened_at == _day_of_heap(desk)))
        )
        entries = list(session.scalars(select(LedgerEntry).where(LedgerEntry.member_id == member.id)))
        letters = list(session.scalars(select(Letter.key).where(Letter.case_id.in_([case.id for case in cases]))))
        available = ledger.balance(session, member.id, now=desk.now).available
        granted = member.plan.consults
    paid = min(asked, granted)
    reserved = {entry.case_id for entry in entries if entry.kind == EntryKind.RESERVE}
    held = {case.id for case in cases if case.state == CaseState.HELD}
    assert len(cases) == asked
    assert len(held) == asked - paid
    assert all(case.held_reason == HELD_NO_ALLOWANCE for case in cases if case.id in held)
    assert {case.id for case in cases} - held == reserved & {case.id for case in cases}
    assert available == granted - paid
    assert len([entry for entry in entries if entry.kind == EntryKind.GRANT]) == (1 if member.is_guest else 2)
    refusals = min(1, len(held))  # of want of allowance nobody is told twice a day
    assert sum(key.endswith(":no-allowance") for key in letters) == refusals
    assert len(letters) == paid + refusals


def _day_of_heap(desk: Conversation) -> datetime:
    """The moment at which the heap was taken in."""
    with desk.service.reading() as session:
        return session.scalars(select(Case.opened_at).order_by(Case.opened_at.desc()).limit(1)).one()


def _refuse(desk: Conversation, message_id: str) -> None:
    """From now on the database itself refuses to settle the mail with that Message-ID."""
    trigger = f"CREATE TRIGGER refuse BEFORE UPDATE ON message FOR EACH ROW WHEN (NEW.message_id = '{message_id}')"
    with desk.service.work() as work:
        if desk.service.engine.dialect.name == "sqlite":
            work.session.execute(text(f"{trigger} BEGIN SELECT RAISE(ABORT, 'refused'); END"))
        else:
            body = "BEGIN RAISE EXCEPTION 'refused'; END"
            work.session.execute(text(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
            work.session.execute(text(f"{trigger} EXECUTE FUNCTION refuse()"))
        work.commit()
