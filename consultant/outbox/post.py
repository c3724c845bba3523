"""Writing a letter into the outbox, in the transaction of whatever it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
class Post:
    """Writes letters for one unit of work."""

    work: UnitOfWork
    settings: Settings
    letters: Letters
    reply_addresses: ReplyAddresses
    now: datetime

    def write(
        self,
        content: LetterContent,
        *,
        key: str,
        to: str,
        reply_to: str | None = None,
        thread: Thread = Thread(),
        case_id: int | None = None,
        case_reference: str | None = None,
        decision_id: int | None = None,
    ) -> Letter:
        """The letter with this key: the one written before, or a new one that is due at once.

        Bytes, Message-ID and envelope sender are fixed here. Automatic mail leaves from the null sender
        (RFC 3834 section 3.3); other letters from an address that ties a bounce to them.
        """
        written = self.work.session.scalar(select(Letter).where(Letter.key == key))
        if written is not None:
            return written
        letter = self._compose(content, to, reply_to, thread, case_reference)
        letter.key, letter.case_id, letter.decision_id = key, case_id, decision_id
        self.work.session.add(letter)
        self.work.session.flush()
        if not letter.automatic:
            letter.envelope_from = self.reply_addresses.for_bounce(letter.id)
        self.work.wake(Step.DELIVER, letter.id)
        return letter

    def _compose(
        self,
        content: LetterContent,
        to: str,
        reply_to: str | None,
        thread: Thread,
        case_reference: str | None,
    ) -> Letter:
        address = self.settings.consult_address
        message_id = new_message_id(address.rpartition("@")[2])
        raw = compose(
            rendered=self.letters.render(content),
            from_=(self.settings.service_name, address),
            to=to,
            reply_to=reply_to,
            message_id=message_id,
            date=self.now,
            in_reply_to=thread.in_reply_to,
            references=thread.references,
            automatic=content.automatic,
            case_reference=case_reference,
        )
        return Letter(
            kind=content.template, automatic=content.automatic, envelope_from="", to_address=to,
            message_id=message_id, raw=raw, written_at=self.now, next_attempt_at=self.now,
        )  # fmt: skip


def chain(message_id: str | None, references: Sequence[str]) -> Thread:
    """The thread of a reply to that mail (RFC 5322 section 3.6.4)."""
    if message_id is None:
        return Thread()
    return Thread(message_id, (*references, message_id))
