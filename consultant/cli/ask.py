"""`consultant ask`: a question put in as if a member had mailed it."""

from __future__ import annotations

import re
import sys
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select

from consultant.cases.drafts import draft_case
from consultant.cli.cases import draft_facts, mail_facts
from consultant.cli.context import opened_service
from consultant.cli.errors import NotFound, reported
from consultant.cli.exit_codes import ExitCode
from consultant.cli.members import usable
from consultant.cli.printing import AsJson, print_facts, print_json, print_text
from consultant.db.cases import Case, Draft
from consultant.db.messages import Message
from consultant.intake.storing import Arrival, store
from consultant.intake.taking_in import take_in
from consultant.mail.characters import clean, one_line
from consultant.mail.composing import new_message_id
from consultant.mail.parts import split_message
from consultant.service import Service

File = Annotated[str, typer.Argument(help="An .eml or a text file; - or nothing is standard input.")]
Sender = Annotated[str, typer.Option("--from", metavar="ADDRESS", help="Address of the member; an .eml has its own.")]

_HEADER_LINE = re.compile(rb"[!-9;-~]+:|[ \t]")


@reported
def ask(
    file: File = "-",
    from_: Sender = "",
    subject: Annotated[str, typer.Option(help="Subject, where plain text is sent.")] = "Question",
    wait: Annotated[bool, typer.Option("--wait", help="Draft it now, and show the draft.")] = False,
    as_json: AsJson = False,
) -> None:
    """Submit a question as a member: an .eml as it is, plain text as a mail from --from.

    It is taken in at once. Without --wait the draft is left to the workers, or to the next sweep.
    """
    content = _read(file)
    is_mail = file.lower().endswith(".eml") or looks_like_mail(content)
    if not is_mail and not from_:
        raise typer.BadParameter("plain text needs --from ADDRESS, the address of the member")
    with opened_service() as service:
        raw = content if is_mail else written_as_mail(service, content, usable(from_), subject)
        facts = _submit(service, Arrival(raw, vouched_by="operator"), wait=wait)
    _tell(facts, as_json)
    if facts["case"] is None or (wait and facts["draft"] is None):
        raise typer.Exit(ExitCode.REFUSED)


def looks_like_mail(content: bytes) -> bool:
    """Whether it begins with the header of a mail, From among its fields (RFC 5322 section 2.2)."""
    header = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    lines = header.split(b"\n")
    return all(_HEADER_LINE.match(line) for line in lines) and bool(split_message(content).headers.raw("from"))


def written_as_mail(service: Service, content: bytes, sender: str, subject: str) -> bytes:
    """The text as a mail program would send it to the consult address."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = service.settings.consult_address
    mail["Subject"] = one_line(subject)
    mail["Date"] = format_datetime(service.clock())
    mail["Message-ID"] = new_message_id(sender.rpartition("@")[2])
    mail.set_content(clean(content.decode("utf-8", "replace")))
    return mail.as_bytes()


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror or error}") from error


def _submit(service: Service, arrival: Arrival, *, wait: bool) -> dict[str, Any]:
    (message_id,) = store(service, [arrival])
    take_in(service, message_id)
    with service.reading() as session:
        case_id = session.get_one(Message, message_id).case_id
    if wait and case_id is not None:
        draft_case(service, case_id)
    return _outcome(service, message_id)


def _outcome(service: Service, message_id: int) -> dict[str, Any]:
    with service.reading() as session:
        mail = session.get_one(Message, message_id)
        case = session.get(Case, mail.case_id) if mail.case_id else None
        newest = select(Draft).where(Draft.case_id == mail.case_id).order_by(Draft.version.desc()).limit(1)
        draft = session.scalar(newest)
        verdict = mail_facts(mail)
        return {
            "mail": message_id,
            "case": case.number if case else None,
            "state": case.state if case else None,
            "held_reason": case.held_reason if case else None,
            "verdict": {name: verdict[name] for name in ("outcome", "reason", "step")},
            "draft": draft_facts(draft) if draft else None,
        }


def _tell(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(facts)
        return
    print_facts({name: value for name, value in facts.items() if name != "draft"})
    if facts["draft"]:
        print_text(f"\n{facts['draft']['markdown']}")
