"""Writing a letter into the outbox, in the transaction of whatever it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import insert, select

from config.settings import Settings
from consultant.db.letters import Letter
from consultant.db.new_ids import new_ids
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

    def write(self, content: LetterContent, *, key: str, to: str, **details: Unpack[Details]) -> None:
        """Write the letter with this key, due at once, unless it was written before."""
        self.write_all([LetterRequest(content, key, to, **details)])

    def write_all(self, wanted: Sequence[LetterRequest]) -> None:
        """Write those of the letters that were not written before; they are due at once.

        Bytes, Message-ID and envelope sender are fixed here. Automatic mail leaves from the null sender
        (RFC 3834 section 3.3); other letters from an address that ties a bounce to them.
        """
        session = self.work.session
        by_key = {each.key: each for each in wanted}
        written = set(session.scalars(select(Letter.key).where(Letter.key.in_(by_key))))
        new = [each for key, each in by_key.items() if key not in written]
        if not new:
            return
        ids = new_ids(session, Letter, len(new))
        session.execute(insert(Letter), [self._row(number, each) for number, each in zip(ids, new, strict=True)])
        for number in ids:
            self.work.wake(Step.DELIVER, number)

    def _row(self, number: int, wanted: LetterRequest) -> dict[str, Any]:
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
        automatic = wanted.content.automatic
        return {
            "id": number, "kind": wanted.content.template, "automatic": automatic,
            "envelope_from": "" if automatic else self.reply_addresses.for_bounce(number), "to_address": wanted.to,
            "message_id": message_id, "raw": raw, "written_at": self.now, "next_attempt_at": self.now,
            "key": wanted.key, "case_id": wanted.case_id, "decision_id": wanted.decision_id,
        }  # fmt: skip


def chain(message_id: str | None, references: Sequence[str]) -> Thread:
    """The thread of a reply to that mail (RFC 5322 section 3.6.4)."""
    if message_id is None:
        return Thread()
    return Thread(message_id, (*references, message_id))
