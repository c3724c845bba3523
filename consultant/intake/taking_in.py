"""Taking stored mail in: looked at, judged once, and everything that follows from the verdict in one transaction.

Many mails share a transaction as long as all goes well. When anything goes wrong, each gets one of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from config.logs import place_of
from consultant.cases.desk import Desk, at_desk
from consultant.db.messages import Message, MessageState
from consultant.intake.claiming import TOGETHER, Claimed, claim, give_back, note_failure
from consultant.intake.following import Intake, follow, write_down
from consultant.intake.judging import IN_DOUBT, Judge, Outcome, Verdict
from consultant.intake.looking import Seen, Unreadable
from consultant.intake.lookups import DatabaseLookups
from consultant.intake.rates import COUNTED, Rates, domain_of
from consultant.mail.machine import Kind
from consultant.service import Service

MOST_INTERRUPTIONS = 10  # a mail that was under way at so many ends of the process may well be what ends it
BATCHES = 20  # by one call of take_in_waiting: whoever calls it has other things to do as well
RACES = 5  # how often others may come first before we give up for now
# Another worker has just taken in the same content or entered the same guest, or we stand in each other's way.
RACE = (IntegrityError, OperationalError)
# What others may be working on at this moment, in another order: a mail about it has a transaction to itself.
ALONE = {
    Outcome.FOLLOW_UP,
    Outcome.THANKS,
    Outcome.DECISION,
    Outcome.CONFIRMATION,
    Outcome.BOUNCE,
    Outcome.OWN_LETTER,
}
# A copy that came by a list or a robot must not stand in the way of the same mail when it comes directly.
KEYLESS = {Outcome.DUPLICATE, Outcome.MACHINE}
log = structlog.get_logger(__name__)

Look = tuple[Claimed, Seen]


def take_in(service: Service, message_id: int) -> None:
    """Take that mail in. Safe to call twice or at once; after too many tries the mail is quarantined."""
    _take_in(service, claim(service, message_id))


def take_in_waiting(service: Service, together: int = TOGETHER) -> bool:
    """Take in what waits, oldest first, batch by batch, at most so many mails `together`. Whether more may be waiting:
    then call it again."""
    for _ in range(BATCHES):
        claimed = claim(service, together=together)
        if not claimed:
            return False
        try:
            _take_in(service, claimed)
        except Exception as error:  # noqa: BLE001 - one mail's trouble is not the next one's; it is tried again
            log.error("mail not taken in", message=claimed[0].id, error=type(error).__name__, place=place_of(error))
    return True


def _take_in(service: Service, claimed: Sequence[Claimed]) -> None:
    fresh = []
    for each in claimed:
        if each.attempts >= service.settings.max_attempts or each.interruptions > MOST_INTERRUPTIONS:
            _set_aside(service, each, "too-many-tries")
        else:
            fresh.append(each)
    looks: list[Look] = []
    for each, seen in zip(fresh, _look(service, fresh), strict=True):
        if isinstance(seen, Unreadable):
            _note_unreadable(service, each, seen)
        else:
            looks.append((each, seen))
    _settle(service, looks)


def _look(service: Service, mails: Sequence[Claimed]) -> Sequence[Seen | Unreadable]:
    try:
        return service.look([each.unread for each in mails], service.clock().date())
    except Exception:
        give_back(service, [each.id for each in mails])  # no reader could be had: that is no mail's doing
        raise


def _note_unreadable(service: Service, mail: Claimed, unreadable: Unreadable) -> None:
    """It is tried again once its lease has run out, and quarantined after the last try."""
    _note_failure(service, mail.id, unreadable.reason)
    attempt = mail.attempts + 1
    if attempt >= service.settings.max_attempts:
        _set_aside(service, mail, unreadable.reason)
    else:
        log.warning("mail not looked at", message=mail.id, reason=unreadable.reason, attempt=attempt)


def _set_aside(service: Service, mail: Claimed, reason: str) -> None:
    with at_desk(service) as desk:
        row = desk.session.get_one(Message, mail.id, with_for_update=True)
        if row.state == MessageState.STORED:
            write_down(desk, row, Verdict(Outcome.QUARANTINED, reason, step="take_in"))
            desk.work.commit()
            log.error("mail quarantined", message=mail.id, reason=reason)


def _note_failure(service: Service, message_id: int, trouble: str) -> None:
    """Count the try, with what a person will want to know of a mail that is set aside in the end."""
    with service.work() as work:
        note_failure(work.session, message_id, trouble[:200])
        work.commit()


def _settle(service: Service, looks: Sequence[Look]) -> None:
    """Judge the mails and do what follows: together, or one by one where anything stands in the way of that."""
    if len(looks) == 1:
        _settle_alone(service, looks[0])
        return
    try:
        left = _settle_in_the_end(service, looks)
    except Exception as error:  # noqa: BLE001 - nothing was committed; whose trouble it was shows one by one
        log.info("mails taken in one by one", count=len(looks), error=type(error).__name__, place=place_of(error))
        left = looks
    for each in left:
        try:
            _settle_alone(service, each)
        except Exception as error:  # noqa: BLE001 - one mail's trouble is not the next one's; it is tried again
            log.error("mail not taken in", message=each[0].id, error=type(error).__name__, place=place_of(error))


def _settle_alone(service: Service, look: Look) -> None:
    try:
        _settle_in_the_end(service, [look])
    except Exception as error:
        _note_failure(service, look[0].id, f"{type(error).__name__} in {place_of(error)}")
        raise


def _settle_in_the_end(service: Service, looks: Sequence[Look]) -> Sequence[Look]:
    """As `_settle_together`, looking again where another worker came in between."""
    for _ in range(RACES - 1):
        with contextlib.suppress(*RACE):
            return _settle_together(service, looks)
    return _settle_together(service, looks)


def _settle_together(service: Service, looks: Sequence[Look]) -> Sequence[Look]:
    """One transaction for all of the mails, but for those that need one to themselves: these are left."""
    if not looks:
        return []
    with at_desk(service) as desk:
        rows = _hold(desk.session, [mail.id for mail, _ in looks])
        waiting = [(mail, seen) for mail, seen in looks if mail.id in rows]
        judge = Judge(service.settings, service.reply_addresses)
        verdicts = _judge(judge, desk, rows, waiting)
        alone = {mail.id for mail, _ in waiting if len(looks) > 1 and _is_about_a_case(verdicts[mail.id])}
        together = [look for look in waiting if look[0].id not in alone]
        let_in = _by_turn(desk, rows, together, verdicts)
        _enter_contents(desk.session, judge, let_in, verdicts)
        follow([Intake(desk, seen, rows[mail.id], verdicts[mail.id]) for mail, seen in let_in])
        for mail, seen in together:  # last of all, so that each row is written once
            _record(rows[mail.id], seen)
        desk.work.commit()
    for mail, _ in let_in:
        row = rows[mail.id]
        log.info(
            "mail taken in", message=mail.id, outcome=row.verdict_outcome, reason=row.verdict_reason,
            step=row.verdict_step,
        )  # fmt: skip
    return [look for look in waiting if look[0].id in alone]


def _is_about_a_case(verdict: Verdict) -> bool:
    pointed = (verdict.case_id, verdict.invitation_id, verdict.letter_id)
    return verdict.outcome in ALONE or any(each is not None for each in pointed)


def _hold(session: Session, ids: Sequence[int]) -> dict[int, Message]:
    """The rows that still wait, held until the end of the transaction."""
    wanted = select(Message).where(Message.id.in_(ids), Message.state == MessageState.STORED)
    return {row.id: row for row in session.scalars(wanted.order_by(Message.id).with_for_update())}


def _judge(judge: Judge, desk: Desk, rows: dict[int, Message], looks: Sequence[Look]) -> dict[int, Verdict]:
    """The verdict on each mail, by its number. Only the first arrival of a content counts, of those that may count; one
    whose sender is in doubt never stands in the way of one that is proven."""
    lookups = DatabaseLookups(desk.session, [seen for _, seen in looks])
    first = _first_arrivals(desk.session, {key for _, seen in looks for key in _keys(seen)})
    verdicts = {}
    for mail, seen in looks:
        sure, _ = _keys(seen)
        key = _key(judge, seen)
        counts = first.get(sure) or first.get(key) or mail.id
        if counts == mail.id:
            verdicts[mail.id] = judge.judge(seen, lookups)
        else:
            rows[mail.id].duplicate_of_id = counts
            verdicts[mail.id] = Verdict(Outcome.DUPLICATE, "same-content", step="take_in")
        if verdicts[mail.id].outcome not in KEYLESS:
            first[key] = mail.id
    return verdicts


def _keys(seen: Seen) -> tuple[str, str]:
    """The key of the content, and the one that it holds while its sender is in doubt."""
    key = seen.mail.content_key
    return key, hashlib.sha256(f"in doubt {key}".encode()).hexdigest()


def _key(judge: Judge, seen: Seen) -> str:
    sure, in_doubt = _keys(seen)
    return sure if seen.machine.kind is not Kind.QUESTION or judge.believes(seen) else in_doubt


def _first_arrivals(session: Session, keys: set[str]) -> dict[str, int]:
    """Which of these contents were taken in already, and by which mail."""
    held = select(Message.intake_key, Message.id).where(Message.intake_key.in_(keys))
    return {key: message_id for key, message_id in session.execute(held) if key is not None}


def _enter_contents(session: Session, judge: Judge, looks: Sequence[Look], verdicts: dict[int, Verdict]) -> None:
    """The database lets only one mail hold the key of a content: a second one cannot open a second case.

    The keys are entered in order: two workers with copies of the same mails would else wait for each other.
    """
    keys = sorted((_key(judge, seen), mail.id) for mail, seen in looks if verdicts[mail.id].outcome not in KEYLESS)
    if keys:
        session.execute(update(Message), [{"id": message_id, "intake_key": key} for key, message_id in keys])


def _by_turn(
    desk: Desk, rows: dict[int, Message], looks: Sequence[Look], verdicts: dict[int, Verdict]
) -> Sequence[Look]:
    """Those whose turn it is; the others are put off."""
    rates = Rates(desk.session, desk.settings.rates, _senders(looks), desk.now)
    let_in = []
    for mail, seen in looks:
        row, sender, verdict = rows[mail.id], seen.mail.from_address, verdicts[mail.id]
        counted = sender is not None and verdict.outcome.value in COUNTED and verdict.reason != IN_DOUBT
        turn = rates.wait(sender or "", has_waited=row.wait_until is not None) if counted else None
        if turn is None:
            let_in.append((mail, seen))
        else:
            row.wait_until, row.lease_until = turn, None
            log.warning("mail waits its turn", message=mail.id, until=turn.isoformat())
    return let_in


def _record(row: Message, seen: Seen) -> None:
    """What the mail says of itself, and what is proven of it. This try has come to its end."""
    sender, found = seen.mail.from_address, seen.authentication
    row.interruptions -= 1
    row.message_id = (seen.mail.message_id or "")[:1000] or None
    if sender is not None:
        row.sender, row.sender_domain = sender, domain_of(sender)
    row.proof, row.proof_method, row.proof_why = found.proof, found.method, found.why


def _senders(looks: Sequence[Look]) -> set[str]:
    return {seen.mail.from_address for _, seen in looks if seen.mail.from_address is not None}
