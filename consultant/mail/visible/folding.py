"""Folding a reply: its end is folded as far as it is recognisably not written now.

Only ends are ever folded, so what is visible is a beginning of the text and no word of it is changed or
moved: an answer between quoted lines stays, with those lines. In doubt everything stays; a member's words
are worth more than a short page. Knows nothing of mail; the forms of history, signatures and footers are
the neighbouring modules'.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from consultant.mail.visible.attributions import attribution_start
from consultant.mail.visible.disclaimers import disclaimer_start
from consultant.mail.visible.footers import footer_start
from consultant.mail.visible.history import is_greeting, unmarked_history_start
from consultant.mail.visible.quotes import QUOTE, is_blank, is_comparison
from consultant.mail.visible.signatures import signature_start

_LONGEST_RULE = 500  # characters
_RULE = re.compile(r"\s*(?:[_*=-]\s?){3,500}\s*")
_MOST_ENDS = 200  # pieces that are folded one by one; nobody writes more of them
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")

_End = Callable[[Sequence[str], int], int]  # where what ends in front of a line starts; that line, if nothing does


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in two: what is shown, and what a click away is below it."""

    visible: str
    folded: str


def visible_reply(text: str) -> str:
    """The text without the history and the signature at its end; all of it when nothing else would be left."""
    return fold(text).visible


def fold(text: str, *, is_reply: bool = True) -> Folded:
    """Cut the text where the writer's own words end. Takes time in proportion to its length.

    What is no reply has no history: the mail that its writer pasted into it, or quotes, stays with all below it.
    """
    lines = text.split("\n")
    ends = _ENDS if is_reply else _ENDS_OF_A_FRESH_MAIL
    end = _end_of_written(lines, len(lines), ends)
    history = unmarked_history_start(lines, end) if is_reply else None
    if history is not None:
        above = _end_of_written(lines, history, ends)
        end = end if is_greeting(lines[:above]) else above
    visible = "\n".join(lines[:end]).strip("\n").rstrip()
    if not _LETTER_OR_DIGIT.search(visible):
        return Folded(text, "")
    return Folded(visible, "\n".join(lines[end:]).strip("\n").rstrip())


def _end_of_written(lines: Sequence[str], end: int, ends: Sequence[_End]) -> int:
    """The line behind the last one that is neither blank nor of an end that is folded."""
    for _ in range(_MOST_ENDS):
        end = _without_blank_lines(lines, end)
        start = next((start for part in ends if (start := part(lines, end)) < end), end)
        if start == end:
            return end
        end = start
    return end


def _without_blank_lines(lines: Sequence[str], end: int) -> int:
    while end and (is_blank(lines[end - 1]) or _is_rule(lines[end - 1])):
        end -= 1
    return end


def _is_rule(line: str) -> bool:
    return len(line) <= _LONGEST_RULE and _RULE.fullmatch(line) is not None


def _quote_start(lines: Sequence[str], end: int) -> int:
    """Where the quoted lines at the end start, with the attribution above them."""
    if not end or not QUOTE.match(lines[end - 1]):
        return end
    at = end
    while at and (QUOTE.match(lines[at - 1]) or is_blank(lines[at - 1])):
        at -= 1
    attribution = attribution_start(lines, at, quoted=True)
    if attribution is not None:
        return attribution
    # Without an attribution it may be a comparison, or what the writer quotes to us now.
    introduced = at > 0 and lines[at - 1].rstrip().endswith((":", "："))
    return end if introduced or all(is_comparison(line) for line in lines[at:end] if line.strip()) else at


_ENDS_OF_A_FRESH_MAIL: tuple[_End, ...] = (footer_start, disclaimer_start, signature_start)
_ENDS: tuple[_End, ...] = (_quote_start, *_ENDS_OF_A_FRESH_MAIL)
