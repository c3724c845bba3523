"""Whether an order that comes again was carried out already: a double click, or a form sent anew."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from consultant.db.cases import Case, CaseState, Decision, DecisionKind, Draft
from consultant.db.people import Consultant


def saved_so(session: Session, case: Case, by: Consultant, text: str) -> bool:
    """Whether this consultant's text is the newest version already."""
    newest = _newest_draft(session, case)
    return newest is not None and newest.author_id == by.id and newest.markdown == _as_kept(text)


def decided_so(session: Session, case: Case, by: Consultant, kind: DecisionKind, text: str) -> bool:
    """Whether this consultant has just decided the newest version in this way, with these words."""
    newest = _newest_draft(session, case)
    decision = session.scalar(select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1))
    if newest is None or decision is None or decision.draft_id != newest.id:
        return False
    if case.state == CaseState.UNDELIVERABLE:
        return False
    return (decision.consultant_id, decision.kind, decision.text) == (by.id, kind, _as_kept(text))


def _newest_draft(session: Session, case: Case) -> Draft | None:
    return session.scalar(select(Draft).where(Draft.case_id == case.id).order_by(Draft.version.desc()).limit(1))


def _as_kept(text: str) -> str:
    """A browser sends line ends as CR LF."""
    return text.replace("\r\n", "\n").strip()
