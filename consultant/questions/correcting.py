"""A member's reply to "this is what we understood", taken as a correction of the question.

What the reply states anew takes the place of what was understood; what it does not mention stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date

from consultant.questions.model import Circumstances, CodeMention, Enclosure, Question, System, Topic
from consultant.questions.reading import read_question
from consultant.questions.receipt import understood

# A code that the words before, or after, call wrong.
_WRONG_BEFORE = re.compile(
    r"\b(?:not|instead of|rather than|in place of|replace|remove|drop|without|change|ignore|delete|isn't|is not|never)"
    r"(?:\s(?:the|code|codes|cpt|hcpcs|dx|icd|modifier|pos|for))*\s?[\"'(]?\Z",
    re.IGNORECASE,
)
_WRONG_AFTER = re.compile(
    r"[\"')]?,?\s(?:should(?:'ve|\shave)?\s(?:be|been|read|say)|(?:is|was)\s(?:wrong|a\stypo|incorrect|a\smistake|not\sright)|"
    r"must\sbe|needs\sto\sbe|(?:->|=>|→))",
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"\b(?:i\smeant|we\smeant|meant\sto\s(?:say|write)|should\shave\s(?:said|written)|correct(?:ed|ion)?|typo|sorry|actually)\b",
    re.IGNORECASE,
)
_APART = (System.MODIFIER, System.POS)


def read_thread(
    texts: Sequence[str],
    *,
    subject: str = "",
    sent_on: date,
    is_reply: bool = True,
    enclosures: Sequence[Enclosure] = (),
) -> Question:
    """The question of the first text as the later ones, of the same member, correct it; see `read_question`."""
    first, *replies = texts
    question = read_question(first, subject=subject, sent_on=sent_on, is_reply=is_reply, enclosures=enclosures)
    for reply in replies:
        question = corrected(question, read_question(reply, sent_on=sent_on, is_reply=is_reply))
    return question


def corrected(question: Question, reply: Question) -> Question:
    """The question as it stands after the reply, and what changed. Its text is both texts, so that every offset still
    holds."""
    after = _taken_together(question, reply)
    return replace(after, corrections=(*question.corrections, *_changes(question, after)))


def _changes(before: Question, after: Question) -> Iterator[str]:
    """What is understood otherwise, or anew, line by line."""
    old, new = (dict(line.split(": ", 1) for line in understood(question)) for question in (before, after))
    for label in dict.fromkeys((*old, *new)):
        was, is_now = old.get(label, "not stated"), new.get(label, "not stated any more")
        if was != is_now:
            yield f"{label}: {was} → {is_now}"


def _taken_together(question: Question, reply: Question) -> Question:
    shift = len(question.text) + 2
    new = tuple(replace(m, start=m.start + shift, end=m.end + shift) for m in reply.codes)
    wrong = {(m.system, m.code) for m in reply.codes if _is_called_wrong(m, reply.text)}
    stated = tuple(m for m in new if (m.system, m.code) not in wrong)
    replaced = wrong | _silently_replaced(question, stated, reply.text, named_wrong=bool(wrong))
    kept = tuple(m for m in question.codes if (m.system, m.code) not in replaced | {(s.system, s.code) for s in stated})
    return replace(
        question,
        text=f"{question.text}\n\n{reply.text}",
        codes=_without_lost_modifiers(kept, replaced) + stated,
        topics=_topics(question, reply),
        payer=reply.payer or question.payer,
        date_of_service=reply.date_of_service or question.date_of_service,
        service_dates=reply.service_dates or question.service_dates,
        minutes=reply.minutes or question.minutes,
        unread=question.unread + reply.unread,
        asks=question.asks + tuple(replace(a, start=a.start + shift, end=a.end + shift) for a in reply.asks),
        circumstances=_newer(question.circumstances, reply.circumstances, shift),
        patient_data=question.patient_data
        + tuple(replace(d, start=d.start + shift, end=d.end + shift) for d in reply.patient_data),
    )


def _topics(question: Question, reply: Question) -> tuple[Topic, ...]:
    """A reply that touches nothing adds nothing."""
    touched = {*question.topics, *reply.topics} - {Topic.OTHER}
    return tuple(topic for topic in Topic if topic in touched) or (Topic.OTHER,)


def _is_called_wrong(mention: CodeMention, text: str) -> bool:
    before = text[max(0, mention.start - 40) : mention.start]
    return bool(_WRONG_BEFORE.search(before) or _WRONG_AFTER.match(text, mention.end))


def _silently_replaced(
    question: Question, stated: tuple[CodeMention, ...], text: str, *, named_wrong: bool
) -> set[tuple[System, str | None]]:
    """`I meant 96423` does not say instead of what: clear only where both name one code of that system."""
    if named_wrong or not _MEANT.search(text):
        return set()
    gone: set[tuple[System, str | None]] = set()
    for system in {m.system for m in stated}:
        old = {m.code for m in question.codes if m.system is system}
        new = {m.code for m in stated if m.system is system}
        if len(old) == len(new) == 1:
            gone |= {(system, code) for code in old - new}
    return gone


def _without_lost_modifiers(
    kept: tuple[CodeMention, ...], gone: set[tuple[System, str | None]]
) -> tuple[CodeMention, ...]:
    """A modifier called wrong hangs on no code any more."""
    lost = {code for system, code in gone if system in _APART}
    return tuple(replace(m, modifiers=tuple(each for each in m.modifiers if each not in lost)) for m in kept)


def _newer(old: Circumstances, new: Circumstances, shift: int) -> Circumstances:
    """Each circumstance as the reply states it, or as it was."""
    moved = replace(
        new,
        doses=tuple(replace(a, start=a.start + shift, end=a.end + shift) for a in new.doses),
        weights=tuple(replace(a, start=a.start + shift, end=a.end + shift) for a in new.weights),
    )
    unstated = Circumstances()
    stated = {
        f.name: getattr(moved, f.name) for f in fields(moved) if getattr(moved, f.name) != getattr(unstated, f.name)
    }
    return replace(old, **stated)
