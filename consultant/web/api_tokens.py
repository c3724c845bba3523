"""Tokens of programs: made by an operator, shown once, kept as hashes, revoked for good.

A token opens the JSON API over the reference store and nothing else: no case, no mail, no member.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consultant.db.people import ApiToken

BEARER = "bearer "  # RFC 6750 section 2.1; the scheme in any case
LONGEST = 200


class TokenError(ValueError):
    """There is a token of that name already, or none."""


def make_token(session: Session, name: str, now: datetime) -> str:
    """A new token, which nobody can show again. Raises TokenError where the name is taken, by a revoked one too."""
    if session.scalar(select(ApiToken).where(ApiToken.name == name)) is not None:
        raise TokenError("a token of that name exists or existed: choose another name")
    token = secrets.token_urlsafe(32)
    session.add(ApiToken(name=name, token_sha256=_hash(token), created_at=now))
    return token


def revoke_token(session: Session, name: str, now: datetime) -> ApiToken:
    """Let the token open nothing from now on. Raises TokenError where there is none of that name."""
    found = session.scalar(select(ApiToken).where(ApiToken.name == name))
    if found is None:
        raise TokenError("there is no such token: see `consultant api-token list`")
    found.revoked_at = found.revoked_at or now
    return found


def program_of(session: Session, authorization: str) -> str | None:
    """The name of the program whose token the header `Authorization` carries."""
    if len(authorization) > LONGEST or not authorization.lower().startswith(BEARER):
        return None
    token = authorization[len(BEARER) :].strip()
    wanted = select(ApiToken.name).where(ApiToken.token_sha256 == _hash(token), ApiToken.revoked_at.is_(None))
    return session.scalar(wanted)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
