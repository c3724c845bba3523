"""After a crash of a trial run: the embedded server's own Maildirs tell whether a letter got there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from consultant.cases.delivery import settle_sent
from consultant.cases.desk import at_desk
from consultant.cases.states import SYSTEM
from consultant.db.letters import Letter, LetterState
from consultant.outbox import queue
from consultant.service import Service


def settle_by_maildirs(service: Service, maildirs: Path) -> None:
    """Settle each letter whose sender died while it left: it lies in a Maildir, or it leaves again."""
    with at_desk(service) as desk:
        queue.recover(desk.session, now=desk.now)
        for letter in desk.session.scalars(select(Letter).where(Letter.state == LetterState.UNCERTAIN)):
            if _lies_in(maildirs, letter.message_id):
                settle_sent(desk, letter, "found in its Maildir", by=SYSTEM)
            else:
                queue.send_again(letter, now=desk.now)
        desk.work.commit()


def _lies_in(maildirs: Path, message_id: str) -> bool:
    wanted = message_id.encode()
    return any(wanted in path.read_bytes() for path in maildirs.rglob("*") if path.is_file())
