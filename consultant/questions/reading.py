"""From the text of a mail to a Question: every reader is asked once, and what they found is put together."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate

from consultant.questions.asking import read_asks
from consultant.questions.circumstances import read_circumstances
from consultant.questions.codes import read_codes
from consultant.questions.durations import read_minutes
from consultant.questions.labelled_codes import read_labelled_codes
from consultant.questions.model import NAMED_APART, CodeMention, Enclosure, Question
from consultant.questions.modifiers import read_modifiers
from consultant.questions.not_codes import blank_not_codes
from consultant.questions.own_words import own_words
from consultant.questions.passages import MOST_READ, Passages
from consultant.questions.patient_data import in_passages
from consultant.questions.payers import read_payer
from consultant.questions.service_date import read_service_dates
from consultant.questions.tables import read_tables
from consultant.questions.topics import read_topics
from consultant.questions.tying import tied
from consultant.questions.words import Words

Key = tuple[str, str | None, str | None, str | None]
_COLUMN_NAME = re.compile(r"\b(?:mod|modifier|units?|qty|quantity|pos|dx|icd|diagnosis|rev)", re.IGNORECASE)


def read_question(
    text: str,
    *,
    subject: str = "",
    sent_on: date,
    is_reply: bool = True,
    enclosures: Sequence[Enclosure] = (),
) -> Question:
    """Read one question. Never raises; the same text always gives the same question.

    `Question.text` is the subject, an empty line and the text (the text alone without a subject): offsets
    point into it. `sent_on` is the day the mail was sent. Of a text of more than `MOST_READ` characters only
    the beginning is read; `Question.unread` says how much was not. `is_reply` says whether an older
    mail in the text may be history. Enclosures are read for codes only: of those that the question itself names, its
    own words count.
    """
    question, words = _read(text, subject, sent_on, is_reply, enclosures)
    codes = tuple(mention for mention in question.codes if mention.found_in is None)
    return replace(question, topics=read_topics(words, codes), asks=read_asks(words, codes))


def read_for_receipt(
    text: str,
    *,
    subject: str = "",
    sent_on: date,
    is_reply: bool = True,
    enclosures: Sequence[Enclosure] = (),
) -> Question:
    """The same without what is asked of these codes (`topics` and `asks`): no receipt tells it, and a mail that has
    just come waits for no answer yet."""
    return _read(text, subject, sent_on, is_reply, enclosures)[0]


def _read(
    text: str, subject: str, sent_on: date, is_reply: bool, enclosures: Sequence[Enclosure]
) -> tuple[Question, Words]:
    """The question but for what it asks, and the words of it that count."""
    whole = f"{subject}\n\n{text}" if subject else text
    read = _beginning(whole)
    body = own_words(read, subject, is_reply=is_reply)
    words = Words(body)
    passages = Passages(body, words)
    codes = _mentions(whole, passages, words)
    dates = read_service_dates(passages.text, sent_on)
    question = Question(
        text=whole,
        codes=(*codes, *_enclosed(enclosures, {_key(each) for each in codes})),
        payer=read_payer(words),
        date_of_service=dates[0] if len(dates) == 1 else None,
        minutes=read_minutes(passages.text),
        unread=len(whole) - len(read),
        service_dates=dates,
        circumstances=read_circumstances(passages, words),
        patient_data=in_passages(body, passages, words),
    )
    return question, words


def _enclosed(enclosures: Iterable[Enclosure], known: set[Key]) -> Iterator[CodeMention]:
    """The codes that only the enclosures name, each in the first one that does."""
    for enclosure in enclosures:
        text = _beginning(enclosure.text)
        words = Words(text)
        for mention in _mentions(text, Passages(text, words), words):
            if mention.system not in NAMED_APART and _key(mention) not in known:
                known.add(_key(mention))
                yield replace(mention, found_in=enclosure.name)


def _beginning(whole: str) -> str:
    """As much as is read; no word is cut in two, for half a number might look like a code."""
    if len(whole) <= MOST_READ:
        return whole
    end = max(whole.rfind(" ", 0, MOST_READ), whole.rfind("\n", 0, MOST_READ))
    return whole[: end if end > 0 else MOST_READ]


def _mentions(whole: str, passages: Passages, words: Words) -> tuple[CodeMention, ...]:
    codes_only, in_tables = _tables(blank_not_codes(passages.text))
    found = sorted((*in_tables, *read_labelled_codes(codes_only)), key=lambda m: m.start)
    for others in (read_codes(codes_only), read_modifiers(codes_only, words)):
        found = sorted([*found, *_beside(found, others)], key=lambda m: m.start)
    found = tied(codes_only, found)
    return tuple(sorted(_once_each(_put_back(found, whole, passages)), key=lambda m: (m.start, m.end)))


def _tables(text: str) -> tuple[str, list[CodeMention]]:
    """A table has its columns apart, and a line of names above."""
    if ("\t" in text or "|" in text or "  " in text) and _COLUMN_NAME.search(text):
        return read_tables(text)
    return text, []


def _beside(found: list[CodeMention], others: Iterable[CodeMention]) -> Iterator[CodeMention]:
    """Of the others those that overlap nothing that was found; what was found comes in the order written."""
    starts, ends = [m.start for m in found], [0, *accumulate((m.end for m in found), max)]
    return (m for m in others if ends[bisect_left(starts, m.end)] <= m.start)


def _put_back(mentions: Iterable[CodeMention], whole: str, passages: Passages) -> Iterator[CodeMention]:
    """Each mention at its place in the whole text, as it is written there."""
    for mention in mentions:
        start = passages.place(mention.start)
        end = start + mention.end - mention.start
        is_there = start == mention.start and whole[start:end] == mention.as_written
        yield mention if is_there else replace(mention, start=start, end=end, as_written=whole[start:end])


def _once_each(mentions: Iterable[CodeMention]) -> Iterable[CodeMention]:
    """Each code where it was first written; modifiers and units of later mentions are kept with it."""
    first: dict[Key, CodeMention] = {}
    for mention in sorted(mentions, key=lambda m: (m.start, m.end)):
        key = _key(mention)
        first[key] = _joined(first[key], mention) if key in first else mention
    return first.values()


def _key(mention: CodeMention) -> Key:
    return mention.system, mention.code, mention.range_from, mention.range_to


def _joined(first: CodeMention, again: CodeMention) -> CodeMention:
    """Units that differ from place to place are units not stated."""
    units = first.units if again.units in (None, first.units) else again.units if first.units is None else None
    modifiers = tuple(dict.fromkeys(first.modifiers + again.modifiers))
    says_more = (units, modifiers) != (first.units, first.modifiers)
    return replace(first, units=units, modifiers=modifiers) if says_more else first
