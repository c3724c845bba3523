"""Members and their plans, consultants, and consultants' sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consultant.db.base import Base, UtcDateTime


class Plan(Base):
    """What a member is entitled to: consults a period (days) and hours until an answer is due."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("consults >= 0", name="consults"),
        CheckConstraint("period_days > 0", name="period_days"),
        CheckConstraint("answer_hours > 0", name="answer_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    consults: Mapped[int]
    period_days: Mapped[int]
    answer_hours: Mapped[int]


class Member(Base):
    """Someone who may ask. A guest is a member on the guest plan whom nobody has entered by hand."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    is_guest: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    plan: Mapped[Plan] = relationship()
    addresses: Mapped[list[MemberAddress]] = relationship(back_populates="member", order_by="MemberAddress.id")


class MemberAddress(Base):
    """An address that belongs to exactly one member, in the form that addresses are compared in."""

    __tablename__ = "member_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)

    member: Mapped[Member] = relationship(back_populates="addresses")


class Consultant(Base):
    """A certified coder who reviews drafts. `credentials` stand behind the name in every answer ("CPC")."""

    __tablename__ = "consultant"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    credentials: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(320), unique=True)
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def signature(self) -> str:
        """Name and credentials as a member reads them."""
        return f"{self.name}, {self.credentials}" if self.credentials else self.name


class SignInLink(Base):
    """A one-time link mailed to a consultant. Only the hash of its token is kept."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultant_id: Mapped[int] = mapped_column(ForeignKey("consultant.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebSession(Base):
    """A signed-in browser. Only the hash of its cookie is kept."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultant_id: Mapped[int] = mapped_column(ForeignKey("consultant.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    consultant: Mapped[Consultant] = relationship()


class ApiToken(Base):
    """A program that may ask the reference store. Only the hash of its token is kept; a revoked one stays listed."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
