"""What was understood of a question, in short lines for the receipt.

Made of codes, of the names of enclosed files and of this project's own words only: never of the member's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from consultant.questions.editions import edition
from consultant.questions.model import NAMED_APART, CodeMention, Question, System

_DATE = "Date of service: "
_PREFIX = {System.DRG: "DRG ", System.NDC: "NDC ", System.REVENUE: "revenue code "}


def understood(question: Question) -> tuple[str, ...]:
    """One line a kind of thing understood; empty where nothing was."""
    return tuple(_lines(question))


def in_editions(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines with the date of service as the edition of the code sets only."""
    return tuple(
        f"{_DATE}{_quarter(date.fromisoformat(line.removeprefix(_DATE)))}" if line.startswith(_DATE) else line
        for line in lines
    )


def _quarter(day: date) -> str:
    return f"in the quarter from {edition(day).isoformat()} (the day itself is not kept)"


def hours_and_minutes(minutes: int) -> str:
    """330 as "5 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def _lines(question: Question) -> Iterator[str]:
    yield from _lines_of_codes(question)
    if modifiers := question.named(System.MODIFIER):
        yield f"Modifiers: {', '.join(modifiers)}"
    if places := question.named(System.POS):
        yield f"Place of service: {', '.join(places)}"
    elif question.circumstances.setting:
        yield f"Setting: {question.circumstances.setting}"
    if question.date_of_service:
        day = question.date_of_service
        yield f"{_DATE}{_quarter(day) if question.by_edition else day.isoformat()}"
    if question.payer:
        state = f" ({question.circumstances.state})" if question.circumstances.state else ""
        yield f"Payer: {question.payer}{state}"
    if question.circumstances.denial_codes:
        yield f"Denied with: {', '.join(question.circumstances.denial_codes)}"
    if question.minutes:
        yield f"Time: {hours_and_minutes(question.minutes)}"
    if question.unread:
        yield f"Not read: the last {question.unread:,} characters of a very long mail"


def _lines_of_codes(question: Question) -> Iterator[str]:
    if codes := _codes(question, found_in=None):
        yield f"Codes: {', '.join(codes)}"
    for name in dict.fromkeys(m.found_in for m in question.codes if m.found_in):
        yield f"Codes in {name}: {', '.join(_codes(question, found_in=name))}"


def _codes(question: Question, *, found_in: str | None) -> list[str]:
    return [_code(m) for m in question.codes if m.system not in NAMED_APART and m.found_in == found_in]


def _code(mention: CodeMention) -> str:
    name = _PREFIX.get(mention.system, "") + (mention.code or f"{mention.range_from} to {mention.range_to}")
    return f"{name} × {mention.units}" if mention.units else name
