"""Writing a letter into the outbox, in the transaction of whatever it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import select

from config.settings import Settings
from consultant.db.letters import Letter
from consultant.db.work import Step, UnitOfWork
from consultant.letters.kinds import LetterContent
from consultant.letters.rendering import Letters
from consultant.mail.composing import compose, new_message_id
from consultant.mail.reply_address import ReplyAddresses


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a letter hangs: the mail it answers and the chain behind that."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """A letter that is wanted. `key` says what it is for: it is written once."""

    content: LetterContent
    key: str
    to: str
    reply_to: str | None = None
    thread: Thread = Thread()
    case_id: int | None = None
    case_reference: str | None = None
    decision_id: int | None = None


class Details(TypedDict, total=False):
    """What else a letter may be given: the other fields of LetterRequest."""

    reply_to: str | None
    thread: Thread
    case_id: int | None
    case_reference: str | None
    decision_id: int | None


@dataclass(frozen=True, slots=True)
class Post:
    """Writes letters for one unit of work."""

    work: UnitOfWork
    settings: Settings
    letters: Letters
    reply_addresses: ReplyAddresses
    now: datetime

    def write(self, content: LetterContent, *, key: str, to: str, **details: Unpack[Details]) -> Letter:
        """The letter with this key: the one written before, or a new one that is due at once."""
        [letter] = self.write_all([LetterRequest(content, key, to, **details)])
        return letter

    def write_all(self, wanted: Sequence[LetterRequest]) -> list[Letter]:
        """The letters that are wanted, in order: those written before, and new ones that are due at once.

        Bytes, Message-ID and envelope sender are fixed here. Automatic mail leaves from the null sender
        (RFC 3834 section 3.3); other letters from an address that ties a bounce to them.
        """
        session = self.work.session
        keys = [each.key for each in wanted]
        written = {letter.key: letter for letter in session.scalars(select(Letter).where(Letter.key.in_(keys)))}
        new = {each.key: self._compose(each) for each in wanted if each.key not in written}
        session.add_all(new.values())
        session.flush()
        for letter in new.values():
            if not letter.automatic:
                letter.envelope_from = self.reply_addresses.for_bounce(letter.id)
            self.work.wake(Step.DELIVER, letter.id)
        return [(new | written)[each] for each in keys]

    def _compose(self, wanted: LetterRequest) -> Letter:
        address = self.settings.consult_address
        message_id = new_message_id(address.rpartition("@")[2])
        raw = compose(
            rendered=self.letters.render(wanted.content),
            from_=(self.settings.service_name, address),
            to=wanted.to,
            reply_to=wanted.reply_to,
            message_id=message_id,
            date=self.now,
            in_reply_to=wanted.thread.in_reply_to,
            references=wanted.thread.references,
            automatic=wanted.content.automatic,
            case_reference=wanted.case_reference,
        )
        return Letter(
            kind=wanted.content.template, automatic=wanted.content.automatic, envelope_from="", to_address=wanted.to,
            message_id=message_id, raw=raw, written_at=self.now, next_attempt_at=self.now,
            key=wanted.key, case_id=wanted.case_id, decision_id=wanted.decision_id,
        )  # fmt: skip


def chain(message_id: str | None, references: Sequence[str]) -> Thread:
    """The thread of a reply to that mail (RFC 5322 section 3.6.4)."""
    if message_id is None:
        return Thread()
    return Thread(message_id, (*references, message_id))
