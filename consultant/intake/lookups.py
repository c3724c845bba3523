"""What judging asks the database, over one session."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consultant.allowance.members import member_with
from consultant.db.cases import Case, Invitation
from consultant.db.letters import Letter
from consultant.db.people import Consultant, MemberAddress


class DatabaseLookups:
    """The answers as of this session; nothing is changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def own_letter(self, message_id: str) -> int | None:
        """The letter of ours with that Message-ID."""
        return self._session.scalar(select(Letter.id).where(Letter.message_id == message_id))

    def case_of_letter(self, message_id: str) -> int | None:
        """The case that a letter of ours is about."""
        return self._session.scalar(select(Letter.case_id).where(Letter.message_id == message_id))

    def takes_part(self, case_id: int, address: str) -> bool:
        """Whether the address is one of the member whose case this is."""
        found = select(func.count()).select_from(Case).join(MemberAddress, MemberAddress.member_id == Case.member_id)
        return bool(self._session.scalar(found.where(Case.id == case_id, MemberAddress.address == address)))

    def invited(self, invitation_id: int) -> str | None:
        """The address of the active consultant whom that invitation was sent to."""
        wanted = select(Consultant.address).join(Invitation, Invitation.consultant_id == Consultant.id)
        return self._session.scalar(wanted.where(Invitation.id == invitation_id, Consultant.active))

    def is_known(self, address: str) -> bool:
        """Whether the address belongs to a member."""
        return member_with(self._session, address) is not None

    def is_consultant(self, address: str) -> bool:
        """Whether the address belongs to a consultant."""
        return self._session.scalar(select(Consultant.id).where(Consultant.address == address)) is not None
