"""The sample people and the sample question of a trial run."""

from __future__ import annotations

import json
import secrets
import smtplib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from consultant.allowance.members import enrol, member_with, plan_named
from consultant.db.messages import Message
from consultant.db.people import Consultant
from consultant.service import Service

Role = Literal["consult", "member", "consultant"]
MEMBERS = (("Maria Lopez", "maria@clinic.example"), ("Ben Okafor", "ben@practice.example"))
CONSULTANTS = (
    ("Ana Reyes", "CPC", "ana@consult.example"),
    ("Chris Lindqvist", "CCS-P", "chris@consult.example"),
)
QUESTION = "Can I bill 96423 with 96422 for a 5½ hour infusion, Medicare?"


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """A mailbox of the embedded server."""

    role: Role
    address: str
    password: str


def sample_accounts(settings: Settings) -> list[SampleAccount]:
    """The consult mailbox, two members and two consultants; their passwords are made once and kept."""
    path = settings.state_dir / "accounts.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    wanted: list[tuple[Role, str]] = [
        ("consult", settings.consult_address),
        *(("member", address) for _, address in MEMBERS),
        *(("consultant", address) for _, _, address in CONSULTANTS),
    ]
    accounts = [SampleAccount(role, who, known.get(who) or secrets.token_urlsafe(9)) for role, who in wanted]
    write_private(path, json.dumps({each.address: each.password for each in accounts}, indent=2))
    return accounts


def enter_samples(session: Session, settings: Settings, *, now: datetime) -> None:
    """Enter the sample members and consultants, once."""
    for name, address in MEMBERS:
        if member_with(session, address) is None:
            enrol(session, name, address, plan_named(session, settings.member_plan), now=now)
    for name, credentials, address in CONSULTANTS:
        if session.scalar(select(Consultant.id).where(Consultant.address == address)) is None:
            session.add(Consultant(name=name, credentials=credentials, address=address))


def ask_first_question(service: Service, accounts: Sequence[SampleAccount], host: str, port: int) -> None:
    """On the very first start, let a sample member ask: always the same bytes, so a second try is no second case."""
    with service.reading() as session:
        if session.scalar(select(Message.id).limit(1)) is not None:
            return
    path = service.settings.state_dir / "first-question.eml"
    if not path.exists():
        write_private(path, _question(service.settings, service.clock()).as_bytes().decode())
    with smtplib.SMTP(host, port, timeout=5) as smtp:
        member = next(each for each in accounts if each.address == MEMBERS[0][1])
        smtp.login(member.address, member.password)
        smtp.sendmail(member.address, [service.settings.consult_address], path.read_bytes())


def run_facts(settings: Settings, accounts: list[SampleAccount]) -> dict[str, object]:
    """What scripts may want to know of a running service."""
    people = [asdict(each) for each in accounts if each.role != "consult"]
    return {
        "smtp": {"host": settings.smtp.host, "port": settings.smtp.port},
        "imap": {"host": settings.imap.host, "port": settings.imap.port},
        "web": {"url": settings.public_url},
        "consult": settings.consult_address,
        "accounts": people,
    }


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads: whole, or not at all."""
    made = path.with_name(path.name + ".new")
    made.unlink(missing_ok=True)
    made.touch(mode=0o600)
    made.write_text(text, encoding="utf-8")
    made.replace(path)


def _question(settings: Settings, now: datetime) -> EmailMessage:
    name, address = MEMBERS[0]
    mail = EmailMessage()
    mail["From"] = f"{name} <{address}>"
    mail["To"] = settings.consult_address
    mail["Subject"] = "96423 with 96422"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{secrets.token_hex(12)}@clinic.example>"
    mail.set_content(f"Hello,\n\n{QUESTION}\n\nThank you\nMaria\n")
    return mail
