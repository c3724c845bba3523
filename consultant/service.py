"""The one place that knows the concrete parts: what a step of the work is handed."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config.settings import Settings
from consultant.db import tables as _  # relationships between tables need all of them  # noqa: F401
from consultant.db.engine import open_engine
from consultant.db.work import Step, UnitOfWork, Wake
from consultant.intake.looking import Look, look_here
from consultant.letters.rendering import Letters
from consultant.mail.reply_address import ReplyAddresses
from consultant.reference.model import Reference
from consultant.reference.remembered import Remembered
from consultant.reference.store import SqlReference


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that every step works with."""

    settings: Settings
    engine: Engine
    reference: Reference
    remembered: Remembered  # the same, for those who ask the same again and again
    letters: Letters
    reply_addresses: ReplyAddresses
    wake: Wake
    look: Look
    clock: Callable[[], datetime]

    def work(self) -> UnitOfWork:
        """A transaction that writes."""
        return UnitOfWork(self.engine, self.wake)

    def reading(self) -> Session:
        """A session for looking only."""
        return Session(self.engine)


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def let_sleep(step: Step, row_id: int) -> None:
    """Wake nobody: the sweep will find it."""


def open_service(
    settings: Settings,
    *,
    wake: Wake = let_sleep,
    look: Look = look_here,
    clock: Callable[[], datetime] = utc_now,
    engine: Engine | None = None,
) -> Service:
    """The service over its database, which must have been migrated."""
    engine = engine or open_engine(settings.database)
    reference = SqlReference(sessionmaker(engine))
    return Service(
        settings=settings,
        engine=engine,
        reference=reference,
        remembered=Remembered(reference, reference.stamp),
        letters=Letters(
            settings.template_folders,
            service_name=settings.service_name,
            consult_address=settings.consult_address,
        ),
        reply_addresses=ReplyAddresses(settings.consult_address, secret_key(settings)),
        wake=wake,
        look=look,
        clock=clock,
    )


def secret_key(settings: Settings) -> bytes:
    """The signing key: the setting, else one made once and kept in the state folder."""
    if settings.secret_key.get_secret_value():
        return settings.secret_key.get_secret_value().encode()
    path = settings.state_dir / "secret_key"
    if not path.exists():
        _write_once(path, secrets.token_hex(32))
    return path.read_bytes()


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all, and the first writer wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    made.touch(mode=0o600)
    made.write_text(text)
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
