"""What was understood of a question, in short lines for the receipt.

Made of codes, of the names of enclosed files and of this project's own words only: never of the member's.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.questions.model import CODE_SETS, CodeMention, Question, System


def understood(question: Question) -> tuple[str, ...]:
    """One line a kind of thing understood; empty where nothing was."""
    return tuple(_lines(question))


def hours_and_minutes(minutes: int) -> str:
    """330 as "5 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def _lines(question: Question) -> Iterator[str]:
    if codes := _codes(question, found_in=None):
        yield f"Codes: {', '.join(codes)}"
    for name in dict.fromkeys(m.found_in for m in question.codes if m.found_in):
        yield f"Codes in {name}: {', '.join(_codes(question, found_in=name))}"
    if modifiers := question.named(System.MODIFIER):
        yield f"Modifiers: {', '.join(modifiers)}"
    if places := question.named(System.POS):
        yield f"Place of service: {', '.join(places)}"
    if question.date_of_service:
        yield f"Date of service: {question.date_of_service.isoformat()}"
    if question.payer:
        yield f"Payer: {question.payer}"
    if question.minutes:
        yield f"Time: {hours_and_minutes(question.minutes)}"
    if question.unread:
        yield f"Not read: the last {question.unread:,} characters of a very long mail"


def _codes(question: Question, *, found_in: str | None) -> list[str]:
    return [_code(m) for m in question.codes if m.system in CODE_SETS and m.found_in == found_in]


def _code(mention: CodeMention) -> str:
    name = mention.code or f"{mention.range_from} to {mention.range_to}"
    return f"{name} × {mention.units}" if mention.units else name
