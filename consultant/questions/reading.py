"""From the text of a mail to a Question: every reader is asked once, and what they found is put together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from consultant.questions.codes import read_codes
from consultant.questions.durations import read_minutes
from consultant.questions.model import CodeMention, Question
from consultant.questions.modifiers import read_modifiers, read_places
from consultant.questions.not_codes import blank_not_codes
from consultant.questions.payers import read_payer
from consultant.questions.service_date import read_date_of_service
from consultant.questions.topics import read_topics

_SIGNATURE = re.compile(r"^-- ?\r?$", re.MULTILINE)


def read_question(text: str, *, subject: str = "", sent_on: date) -> Question:
    """Read one question. Never raises; the same text always gives the same question.

    `Question.text` is the subject, an empty line and the text (the text alone without a subject): offsets
    point into it. `sent_on` is the day the mail was sent.
    """
    whole = f"{subject}\n\n{text}" if subject else text
    return Question(
        text=whole,
        codes=_mentions(whole),
        topics=read_topics(body := _SIGNATURE.split(whole, maxsplit=1)[0]),
        payer=read_payer(body),
        date_of_service=read_date_of_service(body, sent_on),
        minutes=read_minutes(body),
    )


def _mentions(text: str) -> tuple[CodeMention, ...]:
    codes_only = blank_not_codes(text)
    found = list(read_codes(codes_only))
    taken = [(m.start, m.end) for m in found]
    for mention in (*read_places(codes_only), *read_modifiers(codes_only)):
        if not any(start < mention.end and mention.start < end for start, end in taken):
            found.append(mention)
            taken.append((mention.start, mention.end))
    return tuple(sorted(_once_each(found, text), key=lambda m: (m.start, m.end)))


def _once_each(mentions: Iterable[CodeMention], text: str) -> Iterable[CodeMention]:
    """Each code where it was first written; modifiers and units of later mentions are kept with it."""
    first: dict[tuple[str, str | None, str | None, str | None], CodeMention] = {}
    for mention in sorted(mentions, key=lambda m: (m.start, m.end)):
        key = (mention.system, mention.code, mention.range_from, mention.range_to)
        written = replace(mention, as_written=text[mention.start : mention.end])
        first[key] = _joined(first[key], mention) if key in first else written
    return first.values()


def _joined(first: CodeMention, again: CodeMention) -> CodeMention:
    """Units that differ from place to place are units not stated."""
    units = first.units if again.units in (None, first.units) else again.units if first.units is None else None
    modifiers = tuple(dict.fromkeys(first.modifiers + again.modifiers))
    return replace(first, units=units, modifiers=modifiers)
