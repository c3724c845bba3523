"""`consultant replay`: stored mail through intake again, to see what a new version or another setting makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import select

from consultant.cli.context import opened_service
from consultant.cli.errors import NotFound, reported
from consultant.cli.printing import AsJson, print_json, print_text
from consultant.db.messages import Message
from consultant.intake.replaying import Replayed
from consultant.intake.replaying import replay as replay_one
from consultant.service import Service


@reported
def replay(
    mails: Annotated[list[int] | None, typer.Argument(metavar="MAIL...", help="Numbers of mails.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Every mail that arrived on that day (UTC) or later.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every mail.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take stored mail through intake again; no mail leads to a second case.

    What was set aside, or waits, is taken in anew. What led to something stands: it is judged again, and where the
    verdict would be another today, that is shown.
    """
    with opened_service() as service:
        numbers = list(mails or []) + _stored(service, since.date() if since else None, everything)
        if not numbers:
            raise NotFound("no mail is named: give the numbers of mails, --since DAY or --all")
        for replayed in _replayed(service, numbers):
            _tell(replayed, as_json)


def _stored(service: Service, since: date | None, everything: bool) -> list[int]:
    if since is None and not everything:
        return []
    wanted = select(Message.id).order_by(Message.id)
    if since is not None:
        wanted = wanted.where(Message.arrived_at >= datetime.combine(since, time.min, UTC))
    with service.reading() as session:
        return list(session.scalars(wanted))


def _replayed(service: Service, numbers: Sequence[int]) -> Iterator[Replayed]:
    columns = (TextColumn("mails"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=len(numbers) < 2) as progress:
        for number in progress.track(numbers):
            yield replay_one(service, number)


def _tell(replayed: Replayed, as_json: bool) -> None:
    if as_json:
        print_json({**asdict(replayed), "differs": replayed.differs})
        return
    recorded, now = (" ".join(filter(None, each)) or "nothing yet" for each in (replayed.recorded, replayed.now))
    what = "taken in anew" if replayed.taken_in else "stands"
    change = f"{recorded} → {now}" if replayed.differs or replayed.taken_in else now
    print_text(f"mail {replayed.mail}: {change}; {what}")
