"""Signing in without a password: a link mailed to a consultant, used once, becomes a session in a cookie.

Of links and cookies only hashes are kept. Knows no page.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from consultant.cases.desk import Desk, at_desk
from consultant.db.people import Consultant, SignInLink, WebSession
from consultant.letters import SignIn
from consultant.mail.addresses import normalise
from consultant.service import Service
from consultant.web.where_to import with_next

COOKIE = "consultant_session"
LINKS_PER_HOUR = 5
KEPT = timedelta(days=1)  # how long used-up links and ended sessions are kept


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The consultant whom a session belongs to."""

    id: int
    name: str


def mail_link(service: Service, address: str, following: str) -> None:
    """Mail a link that leads to `following`, if a consultant has that address and has not had too many."""
    wanted = normalise(address)
    with at_desk(service) as desk:
        consultant = desk.session.scalar(
            select(Consultant).where(Consultant.address == wanted, Consultant.active).with_for_update()
        )
        if consultant is None or _had_too_many(desk, consultant):
            return
        _forget_old(desk, consultant)
        _write_link(desk, consultant, following)
        desk.work.commit()


def use_link(service: Service, token: str) -> str | None:
    """Use up the link and begin a session: its cookie's value. None when it is unknown, used or too old."""
    cookie = secrets.token_urlsafe(32)
    with service.work() as work:
        now = service.clock()
        consultant_id = work.session.scalar(
            update(SignInLink)
            .where(
                SignInLink.token_sha256 == _hash(token),
                SignInLink.used_at.is_(None),
                SignInLink.expires_at > now,
                SignInLink.consultant_id.in_(select(Consultant.id).where(Consultant.active)),
            )
            .values(used_at=now)
            .returning(SignInLink.consultant_id)
        )
        if consultant_id is None:
            return None
        ends = now + timedelta(hours=service.settings.web.session_hours)
        session = WebSession(consultant_id=consultant_id, token_sha256=_hash(cookie), created_at=now, expires_at=ends)
        work.session.add(session)
        work.commit()
    return cookie


def who_is(service: Service, cookie: str | None) -> SignedIn | None:
    """The active consultant whose running session the cookie names."""
    if not cookie:
        return None
    with service.reading() as session:
        found = session.execute(
            select(Consultant.id, Consultant.name)
            .join(WebSession, WebSession.consultant_id == Consultant.id)
            .where(
                WebSession.token_sha256 == _hash(cookie),
                WebSession.expires_at > service.clock(),
                Consultant.active,
            )
        ).one_or_none()
    return None if found is None else SignedIn(found.id, found.name)


def end_session(service: Service, cookie: str | None) -> None:
    """Forget the session."""
    with service.work() as work:
        work.session.execute(delete(WebSession).where(WebSession.token_sha256 == _hash(cookie or "")))
        work.commit()


def _had_too_many(desk: Desk, consultant: Consultant) -> bool:
    lately = SignInLink.created_at > desk.now - timedelta(hours=1)
    count = select(func.count()).where(SignInLink.consultant_id == consultant.id, lately)
    return desk.session.scalars(count).one() >= LINKS_PER_HOUR


def _forget_old(desk: Desk, consultant: Consultant) -> None:
    limit = desk.now - KEPT
    for table in (SignInLink, WebSession):
        desk.session.execute(delete(table).where(table.consultant_id == consultant.id, table.expires_at < limit))


def _write_link(desk: Desk, consultant: Consultant, following: str) -> None:
    token = secrets.token_urlsafe(32)
    minutes = desk.settings.web.sign_in_minutes
    link = SignInLink(
        consultant_id=consultant.id,
        token_sha256=_hash(token),
        created_at=desk.now,
        expires_at=desk.now + timedelta(minutes=minutes),
    )
    desk.session.add(link)
    desk.session.flush()
    url = desk.settings.public_url + with_next(f"/sign-in/{token}", following)
    content = SignIn(consultant_name=consultant.name, link=url, minutes=minutes)
    desk.post.write(content, key=f"sign-in:{link.token_sha256}", to=consultant.address)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
