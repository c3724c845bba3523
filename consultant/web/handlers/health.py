"""Whether the service is well, for whoever watches it. Open to all: holds no personal data."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from consultant.web.condition import condition
from consultant.web.visits import Visit

log = structlog.get_logger(__name__)


def show(visit: Visit) -> Response:
    """200 when all is well; 503 with the problems by name otherwise."""
    try:
        with visit.service.reading() as session:
            now = condition(session, visit.service)
    except SQLAlchemyError as error:
        log.error("health: the database does not answer", error=type(error).__name__)
        return JSONResponse({"status": "unwell", "database": "unreachable", "problems": ["database"]}, 503)
    named = {"mailbox": bool(now.late_mailboxes), "work": now.work_stuck, "access": now.access_refused > 0}
    problems = [name for name, wrong in named.items() if wrong]
    facts = {
        "status": "unwell" if problems else "well",
        "database": "ok",
        "mailbox_read_at": _iso(now.mailbox_read_at),
        "oldest_due_work": _iso(now.oldest_due_work),
        "problems": problems,
    }
    return JSONResponse(facts, 503 if problems else 200)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
