"""Everything that the one page of a case shows, gathered in one reading of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from consultant.allowance import ledger
from consultant.allowance.ledger import Balance
from consultant.cases.discretion import Discretion
from consultant.cases.drafts import gather, meaning_of, request_of
from consultant.cases.earlier import EarlierAnswer, earlier_answers
from consultant.cases.mails import BY_THE_MEMBER
from consultant.cases.states import Action, may_move
from consultant.db.attachments import AttachmentText
from consultant.db.cases import AuditEvent, Case, CaseState, Decision, Draft
from consultant.db.letters import Letter
from consultant.db.messages import Message
from consultant.db.people import Consultant
from consultant.drafting.placeholders import unresolved
from consultant.letters import Review
from consultant.mail.reading import IncomingMail, read_mail
from consultant.questions.enclosures import shown_name
from consultant.reference.model import Reference
from consultant.web import queries


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the member's words; `code` names the code set where it was recognised as a code."""

    text: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A sentence of the member's that asks something, and what it is about."""

    sentence: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MailIn:
    """A mail of the case as it came."""

    message: Message
    mail: IncomingMail
    texts: Mapping[int, AttachmentText]  # of its attachments, by their position
    marked: Mapping[int, tuple[Stretch, ...]]  # the same cut where the newest draft found codes in them

    @property
    def asks(self) -> bool:
        """Whether the member's question is in it."""
        return self.message.verdict_outcome in BY_THE_MEMBER


@dataclass(frozen=True, slots=True)
class LetterOut:
    """A letter of the case. `text` is left out where it only repeats what this page shows."""

    letter: Letter
    text: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the audit trail, with the actor's name where it is a consultant."""

    at: datetime
    actor: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case and all around it."""

    case: Case
    previous: Case | None
    following: Case | None
    balance: Balance
    question: tuple[Stretch, ...]
    asks: tuple[Asking, ...]
    mails: tuple[MailIn, ...]
    drafts: tuple[Draft, ...]
    decisions: tuple[Decision, ...]
    letters: tuple[LetterOut, ...]
    events: tuple[Event, ...]
    earlier: tuple[EarlierAnswer, ...]

    @property
    def draft(self) -> Draft | None:
        """The newest version."""
        return self.drafts[0] if self.drafts else None

    @property
    def confidence(self) -> str:
        """How far the data decides it, in a sentence; empty for a text that a person wrote."""
        return meaning_of(self.draft) if self.draft else ""

    @property
    def request(self) -> str:
        """What the draft asks the member instead of answering; else empty."""
        return request_of(self.draft) if self.draft else ""

    @property
    def to_judge(self) -> tuple[str, ...]:
        """The placeholders that stand in the newest version."""
        return unresolved(self.draft.markdown) if self.draft else ()

    @property
    def decided(self) -> bool:
        """Whether the newest version was decided on already, and its letter did not arrive."""
        return self.draft is not None and any(each.draft_id == self.draft.id for each in self.decisions)

    @property
    def reviewable(self) -> bool:
        """Whether a consultant can decide now."""
        return self.draft is not None and may_move(self.case, Action.APPROVE)

    @property
    def holdable(self) -> bool:
        """Whether the case can be held now."""
        return may_move(self.case, Action.HOLD)

    @property
    def held(self) -> bool:
        """Whether the case waits for a person."""
        return self.case.state == CaseState.HELD

    @property
    def unfinished(self) -> bool:
        """Whether the deadline still counts."""
        return self.case.state in queries.OPEN


def read_case(
    session: Session, number: str, now: datetime, reference: Reference, discreet: Discretion
) -> CaseFile | None:
    """The case of that number with all that its page shows, as far as it may; None when there is none."""
    case = session.scalar(select(Case).where(Case.reference == number).options(joinedload(Case.member)))
    if case is None:
        return None
    drafts = _drafts(session, case)
    facts = drafts[0].facts if drafts else {}
    mails = _mails(session, case, facts.get("codes", ()), discreet)
    words = _words(session, case, discreet) if mails else ""
    return CaseFile(
        case=case,
        previous=session.get(Case, case.previous_case_id) if case.previous_case_id else None,
        following=queries.next_to_review(session, case),
        balance=ledger.balance(session, case.member_id, now=now),
        question=in_stretches(words, facts.get("codes", ())),
        asks=_asks(words, facts.get("asks", ())),
        mails=mails,
        drafts=drafts,
        decisions=_decisions(session, case),
        letters=_letters(session, case),
        events=_events(session, case),
        earlier=_earlier(session, case, drafts, reference, now),
    )


def in_stretches(text: str, codes: Sequence[Mapping[str, Any]], *, found_in: str | None = None) -> tuple[Stretch, ...]:
    """The text, of the question or of that file, cut where codes were found in it. An offset that does not
    fit the text any more marks nothing."""
    stretches, at = [], 0
    in_text = (code for code in codes if code.get("found_in") == found_in)
    for each in sorted(in_text, key=lambda code: int(code["start"])):
        start, end = int(each["start"]), int(each["end"])
        if start < at or end <= start or text[start:end] != each["as_written"]:
            continue
        stretches += [Stretch(text[at:start]), Stretch(text[start:end], str(each["system"]))]
        at = end
    stretches.append(Stretch(text[at:]))
    return tuple(each for each in stretches if each.text)


def _words(session: Session, case: Case, discreet: Discretion) -> str:
    """The words that the newest draft was made from, as consultant.questions read them: subject first."""
    material = gather(session, case)
    subject, text = discreet.texts([material.subject, material.text])
    return f"{subject}\n\n{text}" if subject else text


def _asks(words: str, asks: Sequence[Mapping[str, Any]]) -> tuple[Asking, ...]:
    cut = ((" ".join(words[each["start"] : each["end"]].split()), tuple(each["topics"])) for each in asks)
    return tuple(Asking(sentence, topics) for sentence, topics in cut if sentence)


def _drafts(session: Session, case: Case) -> tuple[Draft, ...]:
    found = select(Draft).where(Draft.case_id == case.id).options(joinedload(Draft.author))
    return tuple(session.scalars(found.order_by(Draft.version.desc())))


def _decisions(session: Session, case: Case) -> tuple[Decision, ...]:
    found = select(Decision).where(Decision.case_id == case.id)
    found = found.options(joinedload(Decision.consultant), joinedload(Decision.draft))
    return tuple(session.scalars(found.order_by(Decision.id.desc())))


def _earlier(
    session: Session, case: Case, drafts: Sequence[Draft], reference: Reference, now: datetime
) -> tuple[EarlierAnswer, ...]:
    """Answers that may serve again, while there is one to be written."""
    if not drafts or not may_move(case, Action.APPROVE):
        return ()
    return earlier_answers(session, case, drafts[0], reference=reference, today=now.date())


def _mails(
    session: Session, case: Case, codes: Sequence[Mapping[str, Any]], discreet: Discretion
) -> tuple[MailIn, ...]:
    found = select(Message).where(Message.case_id == case.id).options(undefer(Message.raw)).order_by(Message.id)
    return tuple(_mail(session, each, codes, discreet) for each in session.scalars(found))


def _mail(session: Session, message: Message, codes: Sequence[Mapping[str, Any]], discreet: Discretion) -> MailIn:
    texts = queries.attachment_texts(session, message.id)
    marked = {position: in_stretches(row.text, codes, found_in=shown_name(row.name)) for position, row in texts.items()}
    return MailIn(message, discreet.mail(read_mail(message.raw)), texts, marked)


def _letters(session: Session, case: Case) -> tuple[LetterOut, ...]:
    found = select(Letter).where(Letter.case_id == case.id).order_by(Letter.id)
    return tuple(
        LetterOut(each, None if each.kind == Review.template else read_mail(each.raw).text)
        for each in session.scalars(found)
    )


def _events(session: Session, case: Case) -> tuple[Event, ...]:
    names = {f"consultant:{row.id}": row.name for row in session.execute(select(Consultant.id, Consultant.name))}
    found = select(AuditEvent).where(AuditEvent.case_id == case.id).order_by(AuditEvent.id.desc())
    return tuple(
        Event(each.at, names.get(each.actor, each.actor), each.action, _detail(each.detail))
        for each in session.scalars(found)
    )


def _detail(detail: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in detail.items())
