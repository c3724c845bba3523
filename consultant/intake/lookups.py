"""What judging asks the database, over one session. What a batch of mails will ask is looked up at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consultant.cases.opening import HELD_IN_DOUBT
from consultant.db.cases import Case, Invitation
from consultant.db.letters import Letter
from consultant.db.people import Consultant, MemberAddress
from consultant.intake.looking import Seen


class DatabaseLookups:
    """The answers as of this session; nothing is changed. Made for the mails of a batch, or for none in particular."""

    def __init__(self, session: Session, batch: Sequence[Seen] = ()) -> None:
        self._session = session
        self._asked = {message_id for seen in batch for message_id in _message_ids(seen)}
        self._senders = {seen.mail.from_address for seen in batch if seen.mail.from_address is not None}
        self._letters = self._letters_with(self._asked)
        self._members = self._addresses(MemberAddress, self._senders)
        self._consultants = self._addresses(Consultant, self._senders)

    def own_letter(self, message_id: str) -> int | None:
        """The letter of ours with that Message-ID."""
        return self._letter(message_id)[0]

    def case_of_letter(self, message_id: str) -> int | None:
        """The case that a letter of ours is about."""
        return self._letter(message_id)[1]

    def takes_part(self, case_id: int, address: str) -> bool:
        """Whether the address is one of the member whose case this is."""
        found = select(func.count()).select_from(Case).join(MemberAddress, MemberAddress.member_id == Case.member_id)
        return bool(self._session.scalar(found.where(Case.id == case_id, MemberAddress.address == address)))

    def invited(self, invitation_id: int) -> str | None:
        """The address of the active consultant whom that invitation was sent to."""
        wanted = select(Consultant.address).join(Invitation, Invitation.consultant_id == Consultant.id)
        return self._session.scalar(wanted.where(Invitation.id == invitation_id, Consultant.active))

    def asked_to_confirm(self, message_id: int) -> str | None:
        """The address that was asked whether it wrote that mail."""
        return self._session.scalar(select(Letter.to_address).where(Letter.key == confirmation_key(message_id)))

    def cases_in_doubt(self, address: str) -> int:
        """How many cases wait because nothing proves that the address asked."""
        found = select(func.count()).select_from(Case).join(MemberAddress, MemberAddress.member_id == Case.member_id)
        waiting = (MemberAddress.address == address) & (Case.held_reason == HELD_IN_DOUBT)
        return self._session.scalars(found.where(waiting)).one()

    def is_known(self, address: str) -> bool:
        """Whether the address belongs to a member."""
        known = self._members if address in self._senders else self._addresses(MemberAddress, {address})
        return address in known

    def is_consultant(self, address: str) -> bool:
        """Whether the address belongs to a consultant."""
        known = self._consultants if address in self._senders else self._addresses(Consultant, {address})
        return address in known

    def _letter(self, message_id: str) -> tuple[int | None, int | None]:
        letters = self._letters if message_id in self._asked else self._letters_with({message_id})
        return letters.get(message_id, (None, None))

    def _letters_with(self, message_ids: set[str]) -> dict[str, tuple[int | None, int | None]]:
        """Our letters with one of these Message-IDs: their ids and those of their cases."""
        if not message_ids:
            return {}
        wanted = select(Letter.message_id, Letter.id, Letter.case_id).where(Letter.message_id.in_(message_ids))
        return {message_id: (letter_id, case_id) for message_id, letter_id, case_id in self._session.execute(wanted)}

    def _addresses(self, table: type[MemberAddress] | type[Consultant], addresses: set[str]) -> set[str]:
        if not addresses:
            return set()
        return set(self._session.scalars(select(table.address).where(table.address.in_(addresses))))


def confirmation_key(message_id: int) -> str:
    """The key of the letter that asks whether a mail is its sender's."""
    return f"message:{message_id}:confirm"


def _message_ids(seen: Seen) -> Iterable[str]:
    """Every Message-ID by which a mail may point at a letter of ours."""
    mail, bounce = seen.mail, seen.machine.bounce
    enclosed = (bounce.of,) if bounce and bounce.of else ()
    own = (mail.message_id,) if mail.message_id else ()
    return (*own, *mail.in_reply_to, *mail.references, *enclosed)
