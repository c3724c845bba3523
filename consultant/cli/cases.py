"""`consultant cases`: what was asked, where it stands, and everything that happened to it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consultant.cases.desk import UnknownCase, at_desk
from consultant.cases.opening import resume as take_up
from consultant.cli.context import opened_service
from consultant.cli.errors import reported
from consultant.cli.printing import AsJson, print_facts, print_json, print_table, print_text
from consultant.db.cases import AuditEvent, Case, CaseState, Draft
from consultant.db.letters import Letter
from consultant.db.messages import Message
from consultant.drafting.placeholders import unresolved

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Cases and what happened to them.")

Number = Annotated[str, typer.Argument(metavar="CASE", help="Case number, such as C-2026-000123.")]


@app.command("list")
@reported
def list_cases(
    state: Annotated[CaseState | None, typer.Option(help="Only cases that stand here.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the cases, by deadline."""
    with opened_service() as service, service.reading() as session:
        wanted = select(Case).options(joinedload(Case.member)).order_by(Case.due_at, Case.id)
        if state is not None:
            wanted = wanted.where(Case.state == state)
        rows = [_facts(case) for case in session.scalars(wanted)]
    if as_json:
        print_json(rows)
        return
    columns = ("case", "state", "held_reason", "due_at", "member", "subject")
    print_table(columns, ([row[name] for name in columns] for row in rows))


@app.command()
@reported
def show(case: Number, as_json: AsJson = False) -> None:
    """Show a case: deadline, mails, drafts, letters and events."""
    with opened_service() as service, service.reading() as session:
        facts = _everything(session, _find(session, case))
    if as_json:
        print_json(facts)
        return
    mails, drafts, letters, events = (facts.pop(name) for name in ("mails", "drafts", "letters", "events"))
    print_facts(facts)
    for title, rows in (("Mails", mails), ("Letters", letters), ("Events", events)):
        columns = [name for name in rows[0] if name not in ("message_id", "written_at")] if rows else []
        print_table(columns, ([row[name] for name in columns] for row in rows), title=title)
    for draft in drafts:
        print_text(f"\nDraft {draft['version']} by {draft['author'] or 'template'}\n")
        print_text(draft["markdown"])


@app.command()
@reported
def resume(case: Number, as_json: AsJson = False) -> None:
    """Take up a held case: its consult is reserved and it is drafted."""
    with opened_service() as service, at_desk(service) as desk:
        found = desk.case(case)
        take_up(desk, found)
        desk.work.commit()
        facts = _facts(found)
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)


def _find(session: Session, number: str) -> Case:
    case = session.scalar(select(Case).where(Case.reference == number))
    if case is None:
        raise UnknownCase(number)
    return case


def _facts(case: Case) -> dict[str, Any]:
    return {
        "case": case.number,
        "state": case.state,
        "held_reason": case.held_reason,
        "member_id": case.member_id,
        "member": case.member.name,
        "subject": case.subject,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "answered_at": case.answered_at,
    }


def _everything(session: Session, case: Case) -> dict[str, Any]:
    mails = session.scalars(select(Message).where(Message.case_id == case.id).order_by(Message.id))
    drafts = session.scalars(select(Draft).where(Draft.case_id == case.id).order_by(Draft.version))
    letters = session.scalars(select(Letter).where(Letter.case_id == case.id).order_by(Letter.id))
    events = session.scalars(select(AuditEvent).where(AuditEvent.case_id == case.id).order_by(AuditEvent.id))
    return {
        **_facts(case),
        "mails": [mail_facts(each) for each in mails],
        "drafts": [draft_facts(each) for each in drafts],
        "letters": [_letter(each) for each in letters],
        "events": [
            {"at": each.at, "actor": each.actor, "action": each.action, "detail": each.detail} for each in events
        ],
    }


def mail_facts(mail: Message) -> dict[str, Any]:
    """A mail that arrived, and what was decided about it."""
    return {
        "id": mail.id,
        "arrived_at": mail.arrived_at,
        "size": mail.size,
        "state": mail.state,
        "outcome": mail.verdict_outcome,
        "reason": mail.verdict_reason,
        "step": mail.verdict_step,
        "trouble": mail.trouble,
        "wait_until": mail.wait_until,
    }


def draft_facts(draft: Draft) -> dict[str, Any]:
    """One version of a draft. `author` is null where a template wrote it."""
    return {
        "version": draft.version,
        "author": draft.author.name if draft.author else None,
        "created_at": draft.created_at,
        "markdown": draft.markdown,
        "placeholders": list(unresolved(draft.markdown)),
    }


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "kind": letter.kind,
        "to": letter.to_address,
        "state": letter.state,
        "attempts": letter.attempts,
        "written_at": letter.written_at,
        "sent_at": letter.sent_at,
        "response": letter.last_response,
        "message_id": letter.message_id,
    }
