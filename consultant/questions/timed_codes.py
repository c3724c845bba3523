"""Several times in one question, each tied to the code that it belongs to: `97110 23 min, 97140 15 min`.

A time belongs to the code right before it or right after it in the same sentence, where no other code or time stands
between them. A time of several codes, or one that could belong to either of two, belongs to none: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from consultant.questions.durations import StatedTime, stated_times
from consultant.questions.own_words import own_words
from consultant.questions.passages import MOST_READ

_SENTENCE = re.compile(r"\n|;|[.?!](?=\s|\Z)")
_ABBREVIATED = re.compile(r"\b(?:mins?|hrs?|h|m)\.", re.IGNORECASE)
_LIST = re.compile(r"\s?(?:,|/|&|\+|\band\b|\bor\b|\bwith\b)\s?(?:and\s|or\s)?", re.IGNORECASE)
_EACH = re.compile(r"\b(?P<minutes>[0-9]{1,3})[\s-]?min(?:ute)?s?\.?\s(?:each|apiece)\b", re.IGNORECASE)
_FAR = 60  # characters between a code and its time, at most


@dataclass(frozen=True, slots=True)
class TimedCode:
    """Minutes of one code; `begun` is the minute of the day, where start and stop are given."""

    code: str
    minutes: int
    begun: int | None = None


class _Token(NamedTuple):
    start: int
    end: int
    code: str | None
    time: StatedTime | None


def read_timed_codes(text: str, codes: Collection[str]) -> tuple[TimedCode, ...]:
    """The times tied to these codes, in the order written; a code may come several times."""
    if not codes:
        return ()
    own = own_words(text[:MOST_READ])
    if "ach" in own and (each := _EACH.search(own)):
        named = [code for code in codes if code in own]
        return tuple(TimedCode(code, int(each["minutes"])) for code in named)
    return tuple(_paired(own, _tokens(own, codes)))


def _tokens(text: str, codes: Collection[str]) -> list[_Token]:
    wanted = "|".join(map(re.escape, sorted(codes)))
    found = [
        _Token(m.start(), m.end(), m[0].upper(), None)
        for m in re.finditer(rf"(?<![0-9A-Za-z])(?:{wanted})(?![0-9A-Za-z])", text, re.IGNORECASE)
    ]
    found += [_Token(each.start, each.end, None, each) for each in stated_times(text)]
    return sorted(found)


def _paired(text: str, tokens: Sequence[_Token]) -> Iterator[TimedCode]:
    for sentence in _sentences(text, tokens):
        step = 1 if sentence and sentence[0].time is not None else -1
        for number, token in enumerate(sentence):
            if token.time is not None and (code := _code_beside(text, sentence, number, step)):
                yield TimedCode(code, token.time.minutes, token.time.begun)


def _code_beside(text: str, sentence: Sequence[_Token], number: int, step: int) -> str | None:
    """The code next to a time, on the side that the sentence writes it on, where it is not far."""
    other = number + step
    if not 0 <= other < len(sentence) or abs(sentence[other].start - sentence[number].start) > _FAR:
        return None
    return sentence[other].code if _is_alone(text, sentence, other) else None


def _is_alone(text: str, sentence: Sequence[_Token], number: int) -> bool:
    """Whether the code is not one of a list of codes that share a time."""
    token = sentence[number]
    before = sentence[number - 1] if number else None
    after = sentence[number + 1] if number + 1 < len(sentence) else None
    joined_before = before is not None and before.code and _LIST.fullmatch(text[before.end : token.start])
    joined_after = after is not None and after.code and _LIST.fullmatch(text[token.end : after.start])
    return not joined_before and not joined_after


def _sentences(text: str, tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    """The tokens of each sentence; the point of an abbreviation ends none."""
    sentence: list[_Token] = []
    for token in tokens:
        if sentence and _ends(text, sentence[-1].end, token.start):
            yield sentence
            sentence = []
        sentence.append(token)
    yield sentence


def _ends(text: str, start: int, end: int) -> bool:
    between = _ABBREVIATED.sub("", text[start:end])
    return _SENTENCE.search(between) is not None
