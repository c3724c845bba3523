"""A simulated week with everything that answers by itself: nobody gets more than one automatic mail a day and case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import select

from consultant.db.cases import AuditEvent
from consultant.db.letters import Letter
from consultant.db.people import Consultant
from consultant.letters.samples import SAMPLES
from tests.conversation import CONSULT, Conversation

OTHER = "desk@other.example"
SHORT = "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?"
Robot = Callable[[EmailMessage], dict[str, str] | None]  # its answer to a letter, as header fields and "text"


def polite_vacation(letter: EmailMessage) -> dict[str, str] | None:
    """Answers people only (RFC 3834)."""
    if letter["Auto-Submitted"]:
        return None
    return {"Subject": "Out of office", "Auto-Submitted": "auto-replied", "text": "I am away until Monday."}


def rude_vacation(_letter: EmailMessage) -> dict[str, str] | None:
    """Answers everything, like a person."""
    return {"Subject": "Hello", "text": "Thank you for the mail, I shall see to it next week."}


def no_reply(letter: EmailMessage) -> dict[str, str] | None:
    """Answers everything to the address in From, under a subject of its own: a new question each time."""
    return {"Subject": f"Ticket {letter['Message-ID']}", "To": CONSULT, "text": f"Not read: {letter['Subject']}"}


def bouncing_host(letter: EmailMessage) -> dict[str, str] | None:
    """Reports even on letters from the null sender, which no host should, to whoever stands in From."""
    return {
        "From": "MAILER-DAEMON@gone.example", "To": CONSULT, "Subject": "Undelivered Mail Returned to Sender",
        "text": f"This mail could not be delivered: 550 5.1.1 no such user <x@gone.example>\n\n{letter['Message-ID']}",
    }  # fmt: skip


def mailing_list(letter: EmailMessage) -> dict[str, str] | None:
    """Sends what it gets to all who are on it, us among them."""
    return {"Subject": f"[list] {letter['Subject']}", "List-Id": "<list.example>", "text": "To all."}


ROBOTS: dict[str, Robot] = {
    "polite@away.example": polite_vacation,
    "rude@away.example": rude_vacation,
    "noreply@shop.example": no_reply,
    "x@gone.example": bouncing_host,
    "all@list.example": mailing_list,
}


class World:
    """Two copies of the service and the robots, wired together."""

    def __init__(self, here: Conversation, there: Conversation) -> None:
        self.here, self.there = here, there
        self._seen = {id(here): 0, id(there): 0}

    def goes_round(self) -> None:
        """Everybody gets what was sent to them, and answers in their way."""
        for service, other in ((self.here, self.there), (self.there, self.here)):
            new = service.postman.delivered[self._seen[id(service)] :]
            self._seen[id(service)] += len(new)
            for to, letter in new:
                if other.service.reply_addresses.is_ours(to):
                    other.arrives(letter.as_bytes(), envelope_to=(to,), envelope_from="")
                elif to in ROBOTS:
                    self._answer(service, to, letter)

    def _answer(self, service: Conversation, robot: str, letter: EmailMessage) -> None:
        said = ROBOTS[robot](letter)
        if said is None:
            return
        text, subject = said.pop("text"), said.pop("Subject")
        sender, to = said.pop("From", robot), said.pop("To", str(letter["Reply-To"] or letter["From"]))
        fields = {name.replace("-", "_"): value for name, value in said.items()}
        service.writes(sender, subject, text, to=to, answering=None if to == CONSULT else letter, **fields)

    def passes(self, span: timedelta) -> None:
        """Time goes by on both machines."""
        for service in (self.here, self.there):
            service.passes(seconds=span.total_seconds())
        self.goes_round()


@pytest.fixture
def world(ready_sqlite_url: str, sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """Two copies, each with its own database."""
    copyfile(sqlite_template, tmp_path / "there.sqlite3")
    here = Conversation(ready_sqlite_url)
    there = Conversation(f"sqlite:///{tmp_path / 'there.sqlite3'}", consult_address=OTHER)
    yield World(here, there)
    here.close()
    there.close()


def test_in_a_week_nobody_gets_more_than_one_automatic_mail_a_day_and_case(world: World) -> None:
    for robot in ROBOTS:
        world.here.writes(robot, "A question", f"{SHORT} {robot}")
    world.here.writes(OTHER, "A question", f"{SHORT} of the other desk")
    world.there.writes(CONSULT, "A question", f"{SHORT} of this desk")
    for _ in range(7 * 8):
        world.passes(timedelta(hours=3))

    for service in (world.here, world.there):
        for times in _written_to_strangers(service).values():
            assert all(later - earlier >= timedelta(hours=24) for earlier, later in pairwise(times))
    written = _written_to_strangers(world.here)
    count = {address: sum(len(times) for (to, _), times in written.items() if to == address) for address in ROBOTS}
    assert count == {
        "polite@away.example": 1, "x@gone.example": 1, "all@list.example": 1,
        "rude@away.example": 1,  # its answers join its case; the first is answered by nothing, so no second comes
        "noreply@shop.example": 2,  # the guest's one consult, then "no allowance"; what comes after that is not told
    }  # fmt: skip


def test_two_copies_fall_silent_at_once(world: World) -> None:
    world.here.writes(OTHER, "A question", SHORT)  # forged or not: it looks as if the other desk had asked
    world.there.writes(CONSULT, "A question", SHORT)
    for _ in range(10):
        world.passes(timedelta(hours=24))
    assert [len(service.letters_to(address)) for service, address in _sides(world)] == [1, 1]


def test_a_receipt_that_is_not_written_is_noted_on_the_case(post: Conversation) -> None:
    post.writes("maria@clinic.example", "Infusion", SHORT)
    receipt = post.letter_to("maria@clinic.example")
    post.answers("maria@clinic.example", receipt, "It was 2 hours.")
    assert len(post.letters_to("maria@clinic.example")) == 1
    with post.service.reading() as session:
        actions = list(session.scalars(select(AuditEvent.action)))
    assert "not_told_again" in actions
    post.passes(hours=25)
    post.answers("maria@clinic.example", receipt, "And 10 minutes.")
    assert len(post.letters_to("maria@clinic.example")) == 2


def _sides(world: World) -> list[tuple[Conversation, str]]:
    return [(world.here, OTHER), (world.there, CONSULT)]


def _written_to_strangers(service: Conversation) -> dict[tuple[str, int | None], list[datetime]]:
    """When each address got its automatic mail, by case; consultants work here and get a mail for each draft."""
    written: dict[tuple[str, int | None], list[datetime]] = defaultdict(list)
    with service.service.reading() as session:
        ours = select(Consultant.address)
        letters = session.scalars(select(Letter).where(Letter.automatic, Letter.to_address.not_in(ours)))
        for letter in letters.all():
            written[letter.to_address, letter.case_id].append(letter.written_at)
    return written


@pytest.mark.parametrize("kind", [name for name, letter in SAMPLES.items() if letter.automatic])
def test_each_automatic_letter_says_so_and_leaves_from_the_null_sender(post: Conversation, kind: str) -> None:
    with post.desk() as desk:
        desk.post.write(SAMPLES[kind], key="one", to="somebody@clinic.example")
        desk.work.commit()
    post.settle()
    [parcel] = post.postman.parcels
    assert parcel.envelope_from == ""
    letter = post.letter_to("somebody@clinic.example")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Auto-Response-Suppress"] == "All"
