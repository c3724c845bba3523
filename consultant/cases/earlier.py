"""Earlier approved answers to questions like this one, and what the data says differently since.

For consultants only: nothing of one member's case comes into a draft to another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from consultant.db.answered import AnsweredTerm
from consultant.db.cases import Case, Decision, Draft
from consultant.findings import find
from consultant.findings.model import Finding, Severity
from consultant.questions.gist import CODE, MODIFIER, PAIR, WORD
from consultant.questions.model import CodeMention, Question, System, Topic
from consultant.reference.model import Reference

MOST_OFFERED = 3
_WEIGHTS = ((PAIR, 8), (CODE, 4), (MODIFIER, 1), (WORD, 1))
_LEAST = 4  # one code, or four words
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An approved answer. `shared` are the terms that it has in common; `changed` what the data says otherwise now."""

    case_reference: str
    at: datetime
    reviewed_by: str
    markdown: str
    shared: tuple[str, ...]
    changed: tuple[str, ...]


def keep_terms(session: Session, decision: Decision) -> None:
    """Note what the approved answer is about, in the transaction of its approval."""
    terms = decision.draft.facts.get("gist", ())
    session.add_all(AnsweredTerm(term=term, decision_id=decision.id) for term in dict.fromkeys(terms))


def earlier_answers(
    session: Session, asked: Case, draft: Draft, *, reference: Reference, today: date
) -> tuple[EarlierAnswer, ...]:
    """The likest answers of other cases, the newest first among those alike."""
    terms = draft.facts.get("gist", ())
    by_codes = [term for term in terms if not term.startswith(WORD)]
    # Where codes are named, words tell little: half of all questions share some.
    shared = _shared(session, by_codes or terms, asked)
    wanted = select(Decision).where(Decision.id.in_(shared)).options(joinedload(Decision.case))
    found = {each.id: each for each in session.scalars(wanted)}
    return tuple(_answer(found[decision_id], terms, reference, today) for decision_id, terms in shared.items())


def _shared(session: Session, terms: Sequence[str], asked: Case) -> dict[int, tuple[str, ...]]:
    """The terms in common with each of the likest answers, the likest first."""
    if not terms:
        return {}
    weight = case(*((AnsweredTerm.term.startswith(kind), points) for kind, points in _WEIGHTS), else_=0)
    likest = (
        select(AnsweredTerm.decision_id)
        .join(Decision, Decision.id == AnsweredTerm.decision_id)
        .where(AnsweredTerm.term.in_(terms), Decision.case_id != asked.id)
        .group_by(AnsweredTerm.decision_id)
        .having(func.sum(weight) >= _LEAST)
        .order_by(func.sum(weight).desc(), AnsweredTerm.decision_id.desc())
        .limit(MOST_OFFERED)
    )
    ids = session.scalars(likest).all()
    in_common = select(AnsweredTerm).where(AnsweredTerm.decision_id.in_(ids), AnsweredTerm.term.in_(terms))
    rows = session.scalars(in_common.order_by(AnsweredTerm.term)).all()
    return {likely: tuple(row.term for row in rows if row.decision_id == likely) for likely in ids}


def _answer(decision: Decision, terms: Sequence[str], reference: Reference, today: date) -> EarlierAnswer:
    return EarlierAnswer(
        case_reference=decision.case.number,
        at=decision.at,
        reviewed_by=decision.consultant.name,
        markdown=decision.text,
        shared=tuple(_in_words(term) for term in terms if not term.startswith(PAIR)),
        changed=_changed(decision.draft.facts, reference, today),
    )


def _in_words(term: str) -> str:
    kind, _, name = term.partition(":")
    return f"modifier {name}" if f"{kind}:" == MODIFIER else name


def _changed(facts: Mapping[str, Any], reference: Reference, today: date) -> tuple[str, ...]:
    """What the store says for today of the same codes and did not say for the day of that answer."""
    try:
        on = date.fromisoformat(facts["on"])
    except (KeyError, ValueError):
        return ()
    question = _question(facts)
    then = {_substance(each) for each in find(question, reference, on)}
    now = [each for each in find(question, reference, today) if each.severity is not Severity.GAP and each.codes]
    return tuple(each.statement for each in now if _substance(each) not in then)


def _substance(finding: Finding) -> tuple[str, str]:
    """What it states, whatever the day it was looked up for."""
    return finding.kind, _DATE.sub("", finding.statement)


def _question(facts: Mapping[str, Any]) -> Question:
    """As much of the question as was kept beside its draft: no word of the member."""
    return Question(
        text="",
        codes=tuple(_mentions(facts.get("codes", ()))),
        topics=tuple(Topic(each) for each in facts.get("topics", ())),
        payer=facts.get("payer"),
        minutes=facts.get("minutes"),
    )


def _mentions(codes: Iterable[Mapping[str, Any]]) -> Iterable[CodeMention]:
    for each in codes:
        yield CodeMention(
            system=System(each["system"]),
            code=each["code"],
            start=0,
            end=0,
            as_written=each["code"] or "",
            range_from=each.get("from"),
            range_to=each.get("to"),
            units=each.get("units"),
            modifiers=tuple(each.get("modifiers", ())),
        )
