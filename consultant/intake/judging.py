"""What is a mail to us? Small steps, each answering one question, ending in exactly one verdict.

Read `STEPS` downwards: that is what happens to an incoming mail. The steps look but change nothing, so the
same judgement serves the dry run; consultant.intake.taking_in carries the verdict out.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from config.settings import Settings
from consultant.cases.mails import WITH_PATIENT_DATA
from consultant.intake.looking import Seen
from consultant.intake.thanks import only_thanks
from consultant.mail.addresses import without_tag
from consultant.mail.authentication import Proof
from consultant.mail.composing import is_writable
from consultant.mail.machine import Bounce, Kind
from consultant.mail.pgp import without_encrypted
from consultant.mail.reading import IncomingMail
from consultant.mail.reply_address import BounceReply, CaseReply, ConfirmReply, DraftReply, Reply, ReplyAddresses

IN_DOUBT = "sender-in-doubt"
MOST_IN_DOUBT = 10  # cases that may wait for one claimed address at a time


class Outcome(enum.StrEnum):
    """What a mail turned out to be."""

    QUESTION = "question"  # opens a case
    FOLLOW_UP = "follow_up"  # joins one
    THANKS = "thanks"  # belongs to one, and asks nothing
    DECISION = "decision"  # a consultant decides by mail
    CONFIRMATION = "confirmation"  # somebody says that a mail in their name is theirs
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
    confirms_id: int | None = None  # the mail that is confirmed


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

    def asked_to_confirm(self, message_id: int) -> str | None:
        """The address that was asked whether it wrote that mail."""
        ...

    def cases_in_doubt(self, address: str) -> int:
        """How many cases wait because nothing proves that the address asked."""
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
        for _, verdict in self.ask(seen, lookups):
            if verdict is not None:
                return verdict
        raise AssertionError("the last step reaches a verdict on every mail")

    def ask(self, seen: Seen, lookups: Lookups) -> Iterator[tuple[Step, Verdict | None]]:
        """Each step that is asked and its answer, up to the verdict."""
        for step in STEPS:
            verdict = step(seen, lookups, self)
            yield step, replace(verdict, step=step.__name__) if verdict else None
            if verdict is not None:
                return

    def believes(self, seen: Seen) -> bool:
        """Whether the sender counts as who they say: proven, or taken at their word where nothing is proven."""
        authentication = seen.authentication
        if authentication.proof is Proof.PASS:
            return authentication.domain == (seen.mail.from_address or "").rpartition("@")[2]
        return authentication.proof is not Proof.FAIL and self.settings.trust.unproven_senders == "take"

    def holds(self, seen: Seen) -> bool:
        """Whether the mail has to wait for what it says of a patient."""
        return self.settings.patient_data == "hold" and bool(seen.identifiers)

    def addressed(self, seen: Seen) -> list[Reply]:
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
    """Does it report that a letter of ours failed? Only a report to the letter's signed envelope address counts."""
    if seen.machine.kind is not Kind.BOUNCE:
        return None
    signed = [each.letter_id for each in judge.addressed(seen) if isinstance(each, BounceReply)]
    if signed:
        return Verdict(Outcome.BOUNCE, seen.machine.reason, letter_id=signed[0])
    enclosed = _enclosed_letter(seen.machine.bounce, lookups)
    if enclosed is not None:  # whoever has the letter can write such a report
        return Verdict(Outcome.QUARANTINED, "bounce-by-message-id", letter_id=enclosed)
    return Verdict(Outcome.BOUNCE, seen.machine.reason)


def set_aside_machine_mail(seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Did a machine write it? It is never answered (RFC 3834 section 2)."""
    if seen.machine.kind is Kind.QUESTION:
        return None
    return Verdict(Outcome.MACHINE, f"{seen.machine.kind}:{seen.machine.reason}")


def end_loop(seen: Seen, _lookups: Lookups, judge: Judge) -> Verdict | None:
    """Has it passed through so many servers that it goes round in circles (RFC 5321 section 6.3)?"""
    if len(seen.mail.headers.raw("received")) > judge.settings.trust.max_hops:
        return Verdict(Outcome.QUARANTINED, "too-many-hops")
    return None


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


def set_aside_forged(seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Does our own mail server say that it is not from whom it claims?"""
    return Verdict(Outcome.QUARANTINED, "sender-disproved") if seen.authentication.proof is Proof.FAIL else None


def refuse_too_large(seen: Seen, _lookups: Lookups, judge: Judge) -> Verdict | None:
    """Is it small enough to work on?"""
    if seen.size <= judge.settings.max_message_bytes:
        return None
    if not judge.believes(seen):
        return Verdict(Outcome.QUARANTINED, "too-large-in-doubt")
    return Verdict(Outcome.QUARANTINED, "too-large")


def recognise_confirmation(seen: Seen, lookups: Lookups, judge: Judge) -> Verdict | None:
    """Does somebody confirm that a mail in their name is theirs? The signed address that only they know proves it."""
    for each in judge.addressed(seen):
        if isinstance(each, ConfirmReply):
            if lookups.asked_to_confirm(each.message_id) != seen.mail.from_address:
                return Verdict(Outcome.QUARANTINED, "confirmed-by-another")
            return Verdict(Outcome.CONFIRMATION, "confirmed", confirms_id=each.message_id)
    return None


def recognise_decision(seen: Seen, lookups: Lookups, judge: Judge) -> Verdict | None:
    """Was it sent to the signed address of a draft, by the consultant whom that was given to, and proven so?"""
    for each in judge.addressed(seen):
        if isinstance(each, DraftReply):
            invited = lookups.invited(each.invitation_id)
            if invited is None or invited != seen.mail.from_address:
                return Verdict(Outcome.QUARANTINED, "decision-by-another", invitation_id=each.invitation_id)
            if not judge.believes(seen):
                return Verdict(Outcome.QUARANTINED, "decision-in-doubt", invitation_id=each.invitation_id)
            return Verdict(Outcome.DECISION, "decision-by-mail", invitation_id=each.invitation_id)
    return None


def set_aside_encrypted(seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Can its words be read at all? We have nobody's key: a person writes back."""
    if not seen.mail.encrypted or without_encrypted(seen.mail.text).strip():
        return None
    return Verdict(Outcome.QUARANTINED, "encrypted")


def find_case(seen: Seen, lookups: Lookups, judge: Judge) -> Verdict | None:
    """Does it belong to a case? By signed address, then by the Message-IDs it answers, of a proven participant only."""
    signed = {each.case_id for each in judge.addressed(seen) if isinstance(each, CaseReply)}
    answered = (lookups.case_of_letter(each) for each in (*seen.mail.in_reply_to, *seen.mail.references))
    pointed = signed | {each for each in answered if each is not None}
    if len(pointed) > 1:
        return Verdict(Outcome.QUARANTINED, "points-to-several-cases")
    for case_id in pointed:
        if lookups.takes_part(case_id, seen.mail.from_address or ""):
            if not judge.believes(seen):
                return Verdict(Outcome.QUARANTINED, "follow-up-in-doubt", case_id=case_id)
            if _only_thanks(seen.mail):
                return Verdict(Outcome.THANKS, "asks-nothing", case_id=case_id)
            reason = "signed-address" if signed else "in-reply-to"
            return Verdict(Outcome.FOLLOW_UP, WITH_PATIENT_DATA if judge.holds(seen) else reason, case_id=case_id)
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


def hold_in_doubt(seen: Seen, lookups: Lookups, judge: Judge) -> Verdict | None:
    """Is it proven who asks? Else the case waits for a person, and nobody is written to."""
    if judge.believes(seen):
        return None
    if lookups.cases_in_doubt(seen.mail.from_address or "") >= MOST_IN_DOUBT:
        return Verdict(Outcome.QUARANTINED, "too-many-in-doubt")
    return Verdict(Outcome.QUESTION, "sender-in-doubt")


def hold_patient_data(seen: Seen, _lookups: Lookups, judge: Judge) -> Verdict | None:
    """Does it say who a patient is, and does the operator want none of that? Then the case waits."""
    return Verdict(Outcome.QUESTION, WITH_PATIENT_DATA) if judge.holds(seen) else None


def accept_question(_seen: Seen, _lookups: Lookups, _judge: Judge) -> Verdict | None:
    """Whatever is left is a question."""
    return Verdict(Outcome.QUESTION, "new-question")


STEPS: tuple[Step, ...] = (
    recognise_own_letter,
    set_aside_bounce,
    set_aside_machine_mail,
    end_loop,
    set_aside_own_address,
    require_sender,
    require_reachable_sender,
    set_aside_forged,
    refuse_too_large,
    recognise_confirmation,
    recognise_decision,
    set_aside_encrypted,
    find_case,
    set_aside_consultants,
    require_words,
    hold_in_doubt,
    hold_patient_data,
    accept_question,
)


def _only_thanks(mail: IncomingMail) -> bool:
    is_whole = not mail.attachments and not mail.cut and not mail.encrypted
    return mail.is_reply and is_whole and only_thanks(mail.reply_text, mail.folded, mail.from_name)


def _enclosed_letter(bounce: Bounce | None, lookups: Lookups) -> int | None:
    return lookups.own_letter(bounce.of) if bounce and bounce.of else None
