"""Making a database ready for work: its tables, the plans of the settings, starter data and guidelines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from config.settings import Settings
from consultant.allowance.members import ensure_plans
from consultant.db.migrate import upgrade
from consultant.db.work import UnitOfWork
from consultant.reference.notes import load_guidelines
from consultant.reference.pack import load_starter
from consultant.service import let_sleep


def set_up(engine: Engine, settings: Settings, *, now: datetime) -> None:
    """Bring the database to this version. May be run again at any time: what is there stays as it is.

    Raises PackError when the starter pack or a guideline note cannot be read, and SQLAlchemy's errors when the
    database cannot be used.
    """
    upgrade(engine)
    plans = [(each.name, each.consults, each.period_days, each.answer_hours) for each in settings.plans]
    with UnitOfWork(engine, let_sleep) as work:
        ensure_plans(work.session, plans)
        load_starter(work.session, now)
        load_guidelines(work.session, settings.guideline_folders, now)
        work.commit()
