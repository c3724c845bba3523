"""What is a mail to us? Small steps, each answering one question, ending in exactly one verdict.

Read `STEPS` downwards: that is what happens to an incoming mail. The steps look but change nothing, so the
same judgement serves the dry run; consultant.intake.taking_in carries the verdict out.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from config.settings import Settings
from consultant.intake.looking import Seen
from consultant.mail.addresses import without_tag
from consultant.mail.composing import is_writable
from consultant.mail.machine import Bounce, Kind
from consultant.mail.pgp import without_encrypted
from consultant.mail.reply_address import BounceReply, CaseReply, DraftReply, ReplyAddresses


class Outcome(enum.StrEnum):
    """What a mail turned out to be."""

    QUESTION = "question"  # opens a case
    FOLLOW_UP = "follow_up"  # joins one
    DECISION = "decision"  # a consultant decides by mail
    BOUNCE = "bounce"  # a letter of ours did not arrive
    OWN_LETTER = "own_letter"  # the copy of a letter of ours: evidence that it was sent
    MACHINE = "machine"  # automatic mail: never answered
    DUPLICATE = "duplicate"  # the same mail came in before
    QUARANTINED = "quarantined"  # a person must look


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one verdict on a mail, the reason as a code, the step that reached it, and what it points at."""

    outcome: Outcome
    reason: str
    step: str = ""
    case_id: int | None = None
    invitation_id: int | None = None
    letter_id: int | None = None


class Lookups(Protocol):
    """What the steps ask the database."""

    def own_letter(self, message_id: str) -> int | None:
        """The letter of ours with that Message-ID."""
        ...

    def case_of_letter(self, message_id: str) -> int | None:
        """The case that a letter of ours is about."""
        ...

    def takes_part(self, case_id: int, address: str) -> bool:
        """Whether the address is one of the member whose case this is."""
        ...

    def invited(self, invitation_id: int) -> str | None:
        """The address of the consultant whom that invitation was sent to."""
        ...

    def is_known(self, address: str) -> bool:
        """Whether the address belongs to a member."""
        ...

    def is_consultant(self, address: str) -> bool:
        """Whether the address belongs to a consultant."""
        ...


Step = Callable[[Seen, Lookups, "Judge"], Verdict | None]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges mails by the settings and reply addresses of this service."""

    settings: Settings
    reply_addresses: ReplyAddresses

    def judge(self, seen: Seen, lookups: Lookups) -> Verdict:
        """The verdict of the first step that reaches one."""
        for step in STEPS:
            verdict = step(seen, lookups, self)
            if verdict is not None:
                return replace(verdict, step=step.__name__)
        raise AssertionError("the last step reaches a verdict on every mail")

    def addressed(self, seen: Seen) -> list[CaseReply | DraftReply | BounceReply]:
        """The signed addresses of ours that the mail was sent to."""
        read = (self.reply_addresses.read(address) for address in seen.recipients)
        return [each for each in read if each is not None]


def recognise_own_letter(seen: Seen, lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Is it a letter of ours coming back to us? Only who received it can know its Message-ID."""
    letter_id = lookups.own_letter(seen.mail.message_id) if seen.mail.message_id else None
    if letter_id is None:
        return None
    return Verdict(Outcome.OWN_LETTER, "own-message-id", letter_id=letter_id)


def set_aside_bounce(seen: Seen, lookups: Lookups, judge: Judge) -> Verdict | None:
    """Does it report that a letter of ours failed? Tied by the signed envelope address, then by the Message-ID."""
    if seen.machine.kind is not Kind.BOUNCE:
        return None
    signed = [each.letter_id for each in judge.addressed(seen) if isinstance(each, BounceReply)]
    letter_id = signed[0] if signed else _enclosed_letter(seen.machine.bounce, lookups)
    return Verdict(Outcome.BOUNCE, seen.machine.reason, letter_id=letter_id)


def set_aside_machine_mail(seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Did a machine write it? It is never answered (RFC 3834 section 2)."""
    if seen.machine.kind is Kind.QUESTION:
        return None
    return Verdict(Outcome.MACHINE, f"{seen.machine.kind}:{seen.machine.reason}")


def set_aside_own_address(seen: Seen, _lookups: Lookups, judge: Judge) -> Verdict | None:
    """Does it claim to come from the consult address itself? Answering would be writing to ourselves."""
    if seen.mail.from_address and without_tag(seen.mail.from_address) == judge.settings.consult_address.lower():
        return Verdict(Outcome.QUARANTINED, "from-our-own-address")
    return None


def require_sender(seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Is there anybody to answer?"""
    if seen.mail.from_address is None:
        return Verdict(Outcome.QUARANTINED, "no-sender")
    return None


def require_reachable_sender(seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Can a letter of ours be addressed to them? Our letters go to ASCII addresses without quoting."""
    return None if is_writable(seen.mail.from_address or "") else Verdict(Outcome.QUARANTINED, "sender-not-writable")


def refuse_too_large(seen: Seen, _lookups: Lookups, judge: Judge) -> Verdict | None:
    """Is it small enough to work on?"""
    if seen.size > judge.settings.max_message_bytes:
        return Verdict(Outcome.QUARANTINED, "too-large")
    return None


def recognise_decision(seen: Seen, lookups: Lookups, judge: Judge) -> Verdict | None:
    """Was it sent to the signed address of a draft, by the consultant whom that was given to?"""
    for each in judge.addressed(seen):
        if isinstance(each, DraftReply):
            invited = lookups.invited(each.invitation_id)
            if invited is None or invited != seen.mail.from_address:
                return Verdict(Outcome.QUARANTINED, "decision-by-another", invitation_id=each.invitation_id)
            return Verdict(Outcome.DECISION, "decision-by-mail", invitation_id=each.invitation_id)
    return None


def set_aside_encrypted(seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Can its words be read at all? We have nobody's key: a person writes back."""
    readable = without_encrypted(seen.mail.text).strip()
    return None if readable or not seen.mail.encrypted else Verdict(Outcome.QUARANTINED, "encrypted")


def find_case(seen: Seen, lookups: Lookups, judge: Judge) -> Verdict | None:
    """Does it belong to a case? By signed address, then by the Message-IDs it answers, of a known participant only."""
    signed = {each.case_id for each in judge.addressed(seen) if isinstance(each, CaseReply)}
    answered = (lookups.case_of_letter(each) for each in (*seen.mail.in_reply_to, *seen.mail.references))
    pointed = signed | {each for each in answered if each is not None}
    if len(pointed) > 1:
        return Verdict(Outcome.QUARANTINED, "points-to-several-cases")
    for case_id in pointed:
        if lookups.takes_part(case_id, seen.mail.from_address or ""):
            reason = "signed-address" if signed else "in-reply-to"
            return Verdict(Outcome.FOLLOW_UP, reason, case_id=case_id)
    return Verdict(Outcome.QUARANTINED, "case-of-another") if signed else None


def set_aside_consultants(seen: Seen, lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Is it a consultant's mail that decides nothing? Better looked at than opened as a case."""
    sender = seen.mail.from_address or ""
    if lookups.is_consultant(sender) and not lookups.is_known(sender):
        return Verdict(Outcome.QUARANTINED, "consultant-without-token")
    return None


def require_words(seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Is there anything to answer?"""
    if not seen.mail.text.strip() and not seen.mail.subject.strip() and not seen.mail.attachments:
        return Verdict(Outcome.QUARANTINED, "empty")
    return None


def accept_question(_seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Whatever is left is a question."""
    return Verdict(Outcome.QUESTION, "new-question")


STEPS: tuple[Step, ...] = (
    recognise_own_letter,
    set_aside_bounce,
    set_aside_machine_mail,
    set_aside_own_address,
    require_sender,
    require_reachable_sender,
    refuse_too_large,
    recognise_decision,
    set_aside_encrypted,
    find_case,
    set_aside_consultants,
    require_words,
    accept_question,
)


def _enclosed_letter(bounce: Bounce | None, lookups: Lookups) -> int | None:
    return lookups.own_letter(bounce.of) if bounce and bounce.of else None
