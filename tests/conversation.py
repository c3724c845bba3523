"""Tests that read as a mail conversation: people write, the service works until it is quiet, people read.

The service is the real one over a real database; only time and the carrier of letters are the test's own.
"""

from __future__ import annotations

import email
import email.policy
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from config.settings import Settings
from consultant.allowance import ledger
from consultant.allowance.ledger import Balance
from consultant.allowance.members import enrol, member_with, plan_named
from consultant.cases.delivery import deliver
from consultant.cases.desk import Desk, at_desk
from consultant.cases.drafts import draft_case
from consultant.cases.sweeping import sweep
from consultant.db.cases import Case, Draft
from consultant.db.engine import open_engine
from consultant.db.messages import Message
from consultant.db.migrate import NotMigrated, check
from consultant.db.people import Consultant
from consultant.db.work import Step
from consultant.intake.storing import Arrival, store
from consultant.intake.taking_in import take_in_waiting
from consultant.mail.outcome import Accepted, Outcome, Parcel
from consultant.service import Service, open_service
from consultant.setting_up import set_up

CONSULT = "consult@consult.example"
MARIA = "maria@clinic.example"
ANA = "ana@consult.example"
CHRIS = "chris@consult.example"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OUR_MX = "mx.consult.example"  # our receiving server, as it signs what it found
PASSED = "dmarc=pass"
BELIEVING = {"unproven_senders": "take"}  # settings of a service that takes senders at their word
QUESTION = "Can I bill 96423 with 96422 for a 5½ hour infusion, Medicare?"


@dataclass
class Postman:
    """Carries letters into people's hands; `refuse` lets a test decide otherwise for a recipient."""

    delivered: list[tuple[str, EmailMessage]] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    parcels: list[Parcel] = field(default_factory=list)

    def send(self, parcel: Parcel, *, before_data: Callable[[], None]) -> Outcome:
        """Deliver, or answer as the test laid down for this recipient."""
        to = parcel.envelope_to[0]
        outcome = self.outcomes.get(to, Accepted("250 taken"))
        before_data()
        self.parcels.append(parcel)
        if isinstance(outcome, Accepted):
            self.delivered.append((to, _read(parcel.raw)))
        return outcome


class Conversation:
    """People, their mail, and a service that works whenever it is told to settle."""

    def __init__(self, url: str, **settings: object) -> None:
        self.now = MONDAY
        self.due: deque[tuple[Step, int]] = deque()
        self.postman = Postman()
        engine = open_engine(url)
        settings = {"trust": {"authserv_ids": [OUR_MX]}, **settings}
        self.settings = Settings(_env_file=None, secret_key="a secret of the tests only", **settings)  # type: ignore[arg-type]
        _make_ready(engine, self.settings)
        self.service: Service = open_service(
            self.settings,
            wake=lambda step, row: self.due.append((step, row)),
            clock=lambda: self.now,
            engine=engine,
        )
        self._enter_people()

    def close(self) -> None:
        """Leave the database."""
        self.service.engine.dispose()

    def _enter_people(self) -> None:
        with self.service.work() as work:
            enrol(work.session, "Maria Lopez", MARIA, plan_named(work.session, "standard"), now=self.now)
            work.session.add(Consultant(name="Ana Reyes", credentials="CPC", address=ANA))
            work.session.add(Consultant(name="Chris Lindqvist", credentials="CCS-P", address=CHRIS))
            work.commit()

    # What people do

    def writes(
        self,
        sender: str,
        subject: str,
        text: str,
        *,
        to: str = CONSULT,
        answering: EmailMessage | None = None,
        results: str | None = PASSED,
        **headers: str,
    ) -> int:
        """Somebody sends a mail, which our server finds to be theirs unless it has other `results`; it is stored and
        everything that follows is done. The id of the mail."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"], mail["Message-ID"] = format_datetime(self.now), make_msgid(domain="sender.example")
        if answering is not None:
            mail["In-Reply-To"] = mail["References"] = str(answering["Message-ID"])
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return self.arrives(mail.as_bytes(), results=results)

    def answers(self, sender: str, letter: EmailMessage, text: str) -> int:
        """Somebody replies to a letter of ours, as a mail client does."""
        return self.writes(sender, f"Re: {letter['Subject']}", text, to=str(letter["Reply-To"]), answering=letter)

    def arrives(
        self,
        raw: bytes,
        *,
        envelope_to: tuple[str, ...] = (),
        envelope_from: str | None = None,
        results: str | None = PASSED,
    ) -> int:
        """A mail comes in, just as it is, but for what our own receiving server puts on top: that it looked whose mail
        it is and found that well, or other `results`, or none."""
        received = as_received(raw, results) if results else raw
        [message_id] = store(self.service, [Arrival(received, None, envelope_from, envelope_to)])
        self.settle()
        return message_id

    def settle(self) -> None:
        """Let the workers do what they were woken for, until nobody is woken any more."""
        while self.due:
            step, row = self.due.popleft()
            self.do(step, row)

    def do(self, step: Step, row: int) -> None:
        """One task."""
        match step:
            case Step.TAKE_IN:
                take_in_waiting(self.service)
            case Step.DRAFT:
                draft_case(self.service, row)
            case Step.DELIVER:
                deliver(self.service, self.postman, row)

    def passes(self, **span: float) -> None:
        """Time goes by, the sweep looks around, and the workers work."""
        self.now += timedelta(**span)
        sweep(self.service)
        self.settle()

    # What people see

    def letters_to(self, address: str) -> list[EmailMessage]:
        """What lies in somebody's inbox, oldest first."""
        return [letter for to, letter in self.postman.delivered if to == address]

    def letter_to(self, address: str) -> EmailMessage:
        """The newest letter in somebody's inbox."""
        return self.letters_to(address)[-1]

    def review_for(self, address: str) -> EmailMessage:
        """The newest mail by which a consultant can decide."""
        return [letter for letter in self.letters_to(address) if letter["Reply-To"]][-1]

    def message(self, message_id: int) -> Message:
        """A mail with its verdict."""
        with self.service.reading() as session:
            return session.get_one(Message, message_id)

    def verdict(self, message_id: int) -> tuple[str | None, str | None]:
        """Outcome and reason of a mail."""
        message = self.message(message_id)
        return message.verdict_outcome, message.verdict_reason

    def cases(self) -> list[Case]:
        """All cases, oldest first."""
        with self.service.reading() as session:
            return list(session.scalars(select(Case).order_by(Case.id)))

    def case(self) -> Case:
        """The only case there is."""
        [case] = self.cases()
        return case

    def newest_draft(self) -> Draft:
        """The version to decide on, of the only case."""
        with self.service.reading() as session:
            return session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one()

    def balance(self, address: str = MARIA) -> Balance:
        """A member's balance."""
        with self.service.reading() as session:
            return ledger.balance(session, self.member_id(session, address), now=self.now)

    def member_id(self, session: Session, address: str) -> int:
        """A member's id."""
        member = member_with(session, address)
        assert member is not None
        return member.id

    def desk(self) -> AbstractContextManager[Desk]:
        """A transaction of a consultant at work: `with conversation.desk() as desk`."""
        return at_desk(self.service)

    def consultant(self, desk: Desk, address: str = ANA) -> Consultant:
        """The consultant of that address."""
        return desk.session.scalars(select(Consultant).where(Consultant.address == address)).one()

    def resolved(self) -> str:
        """The newest draft with every placeholder replaced by a judgement."""
        text = self.newest_draft().markdown
        while "[[" in text:
            start, end = text.index("[["), text.index("]]") + 2
            text = f"{text[:start]}Judged by a person.{text[end:]}"
        return text


def as_received(raw: bytes, results: str = PASSED) -> bytes:
    """A mail with what our receiving server found of its sender on top."""
    return f"Authentication-Results: {OUR_MX}; {results}\r\n".encode() + raw


def text_of(letter: EmailMessage) -> str:
    """The text part of a letter."""
    body = letter.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(letter: EmailMessage) -> str:
    """The HTML part of a letter."""
    body = letter.get_body(preferencelist=("html",))
    assert body is not None
    return str(body.get_content())


def _make_ready(engine: Engine, settings: Settings) -> None:
    """Set the database up, unless it is a copy of one that is."""
    try:
        check(engine)
    except NotMigrated:
        set_up(engine, settings, now=MONDAY)


def _read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)
