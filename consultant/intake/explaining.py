"""The dry run: what the service would make of a mail, as plain data, changing nothing.

Later versions add keys; none is renamed or taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from consultant.cases.discretion import discretion_of
from consultant.cases.drafts import facts_of
from consultant.cases.understanding import understanding
from consultant.drafting.working import Working, work_out
from consultant.intake.claiming import trust_of
from consultant.intake.judging import Judge, Lookups, Outcome, Step, Verdict
from consultant.intake.looking import Seen, Unread, look
from consultant.mail.attachments.listing import Attachment
from consultant.mail.attachments.texts import FileText
from consultant.mail.machine import Bounce, Kind
from consultant.mail.reading import IncomingMail
from consultant.questions import enclosure, read_question
from consultant.questions.model import Question
from consultant.reference.model import Reference

COMMAND, OWN_LETTER = "command", "own_letter"
DRAFTED = {Outcome.QUESTION, Outcome.FOLLOW_UP}
NOTHING_UNDERSTOOD: dict[str, Any] = understanding(Question(""))


class KnowsNobody:
    """The look-ups of a service without a database."""

    def own_letter(self, message_id: str) -> int | None:
        """No letter is ours."""
        return None

    def case_of_letter(self, message_id: str) -> int | None:
        """There are no cases."""
        return None

    def takes_part(self, case_id: int, address: str) -> bool:
        """There are no cases."""
        return False

    def invited(self, invitation_id: int) -> str | None:
        """Nobody was asked to decide."""
        return None

    def asked_to_confirm(self, message_id: int) -> str | None:
        """Nobody was asked."""
        return None

    def cases_in_doubt(self, address: str) -> int:
        """There are no cases."""
        return 0

    def is_known(self, address: str) -> bool:
        """There are no members."""
        return False

    def is_consultant(self, address: str) -> bool:
        """There are no consultants."""
        return False


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains mails. `today` stands for the day of a mail that has no date of its own."""

    judge: Judge
    lookups: Lookups
    reference: Reference
    templates: Sequence[Path]
    today: date

    def explain(self, raw: bytes, path: str) -> dict[str, Any]:
        """What would be understood of the mail, and the draft that would follow; `path` says which mail it is.

        The `start` and `end` of a code, and of a sentence that asks, are offsets into `reply_text`; null, and first in
        order, where it stands in the subject alone. Codes that an attached file alone names come last, with offsets
        into its `text`.
        Nothing is read out of a mail that a machine wrote, and nothing is drafted for one that opens or joins no case.
        """
        seen = look(Unread(raw, trust=trust_of(self.judge.settings)), self.today)
        discreet = discretion_of(self.judge.settings)
        mail = discreet.mail(seen.mail)
        steps = list(self.judge.ask(seen, self.lookups))
        verdict = next(answer for _, answer in steps if answer is not None)
        kind = _kind(seen, verdict)
        working = self._work_out(seen) if kind == Kind.QUESTION else None
        drafted = working if verdict.outcome in DRAFTED else None
        return {
            "path": path,
            "kind": kind,
            **_mail(mail, discreet.files(seen.files)),
            **(_understood(working, mail) if working else NOTHING_UNDERSTOOD),
            "bounce": _bounce(seen.machine.bounce),
            "findings": facts_of(drafted)["findings"] if drafted else [],
            "suggestions": facts_of(drafted)["suggestions"] if drafted else [],
            "draft": _draft(drafted) if drafted else None,
            "verdict": {"outcome": verdict.outcome.value, "reason": verdict.reason, "step": verdict.step},
            "authentication": _authentication(seen),
            "steps": [_step(step, answer) for step, answer in steps],
        }

    def _work_out(self, seen: Seen) -> Working:
        mail, files = seen.mail, discretion_of(self.judge.settings).files(seen.files)
        return work_out(
            mail.reply_text,
            subject=mail.subject,
            sent_on=mail.date.date() if mail.date else self.today,
            reference=self.reference,
            templates=self.templates,
            is_reply=mail.is_reply,
            by_edition=self.judge.settings.service_dates == "edition",
            enclosures=[enclosure(each.name, each.text, cut=each.cut, problem=each.problem) for each in files],
        )


def _authentication(seen: Seen) -> dict[str, Any]:
    found = seen.authentication
    return {"proof": found.proof.value, "method": found.method, "domain": found.domain, "why": found.why}


def _step(step: Step, answer: Verdict | None) -> dict[str, Any]:
    """The question that a step asks, and what it answered; null where it went on to the next."""
    question = " ".join((step.__doc__ or "").split())
    reached = None if answer is None else f"{answer.outcome.value}: {answer.reason}"
    return {"step": step.__name__, "question": question, "answer": reached}


def _kind(seen: Seen, verdict: Verdict) -> str:
    if verdict.outcome is Outcome.OWN_LETTER:
        return OWN_LETTER
    if verdict.invitation_id is not None:
        return COMMAND
    return seen.machine.kind.value


def _mail(mail: IncomingMail, read: Sequence[FileText]) -> dict[str, Any]:
    files = {each.position: each for each in read}
    return {
        "from": mail.from_address,
        "from_name": mail.from_name,
        "to": list(mail.to),
        "subject": mail.subject,
        "text": mail.text,
        "reply_text": mail.reply_text,
        "signed": mail.signed,
        "encrypted": mail.encrypted,
        "cut": list(mail.cut),
        "attachments": [_attachment(each, files.get(position)) for position, each in enumerate(mail.attachments)],
    }


def _attachment(file: Attachment, read: FileText | None) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "sniffed": file.sniffed,
        "disguised": file.disguised,
        "inline": file.inline,
        "text": read.text if read else None,
        "cut": read.cut if read else False,
        "problem": read.problem if read else None,
    }


def _understood(working: Working, mail: IncomingMail) -> dict[str, Any]:
    facts = facts_of(working)
    facts["codes"] = _placed_in_reply(facts["codes"], mail, working.on)
    facts["asks"] = [_shifted(each, len(mail.subject) + 2 if mail.subject else 0) for each in facts["asks"]]
    return {name: facts[name] for name in NOTHING_UNDERSTOOD}


def _placed_in_reply(codes: list[dict[str, Any]], mail: IncomingMail, on: date) -> list[dict[str, Any]]:
    """The codes with offsets into the text that is printed beside them, which has no subject above it."""
    in_reply = {
        (each.system.value, each.code, each.range_from, each.range_to): each
        for each in read_question(mail.reply_text, sent_on=on, is_reply=mail.is_reply).codes
    }
    placed: list[dict[str, Any]] = []
    for code in codes:
        if code["found_in"]:
            placed.append(code)
            continue
        found = in_reply.get((code["system"], code["code"], code["from"], code["to"]))
        place = (found.start, found.end, found.as_written) if found else (None, None, code["as_written"])
        placed.append(code | dict(zip(("start", "end", "as_written"), place, strict=True)))
    return sorted(placed, key=_order)


def _shifted(ask: dict[str, Any], by: int) -> dict[str, Any]:
    """The sentence with offsets into the text alone; null where it begins in the subject."""
    in_subject = ask["start"] < by
    return ask | {name: None if in_subject else ask[name] - by for name in ("start", "end")}


def _order(code: dict[str, Any]) -> tuple[bool, int]:
    """Subject, text, files; within a file the codes stand in order already."""
    in_file = code["found_in"] is not None
    return in_file, 0 if in_file else -1 if code["start"] is None else code["start"]


def _bounce(bounce: Bounce | None) -> dict[str, Any] | None:
    if bounce is None:
        return None
    return {"recipients": list(bounce.recipients), "severity": bounce.severity, "of": bounce.of}


def _draft(working: Working) -> dict[str, Any]:
    draft = working.draft
    return {
        "subject": draft.subject,
        "markdown": draft.markdown,
        "placeholders": list(draft.placeholders),
    }
