"""The sentences of a text that ask something, and what each is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from consultant.questions.model import Ask, CodeMention
from consultant.questions.topics import read_topics
from consultant.questions.words import Words

MOST_ASKS = 20
_LONGEST = 600  # characters of one sentence
# A sentence ends with its mark before white space, or with an empty line; "vs." and "approx. 5" end none.
_END = re.compile(r"[.!?]+[\"')\]]?(?=\s+[A-Z0-9(\"'+]|\s*\Z)|\n\s*\n")
_ABBREVIATION = re.compile(r"\b(?:vs|approx|no|mod|dr|mr|mrs|ms|st|e\.g|i\.e|pt|etc)\.\Z", re.IGNORECASE)
# Requests without a question mark, by one of their words.
_REQUESTS = {
    word: re.compile(phrase)
    for word, phrase in {
        "please": r"please (?:advise|clarify|let|confirm|tell|help|explain)\b",
        "wondering": "wondering",
        "know": r"(?:want|like|need) to know\b",
        "help": "need help",
        "sure": "not sure",
        "guidance": r"(?:need|any) guidance",
        "advice": "any advice",
        "figure": r"can(?:'t|not) figure",
    }.items()
}


def read_asks(words: Words, codes: Sequence[CodeMention]) -> tuple[Ask, ...]:
    """Each sentence that ends in a question mark or requests an answer, with its topics; the first twenty."""
    small = words.small
    requests = [m.start() for word in words.among(_REQUESTS) if (m := _REQUESTS[word].search(small))]
    if not requests and "?" not in small:
        return ()
    asks = []
    for start, end in _sentences_at(words.text, sorted([*_question_marks(words.text), *requests])):
        named = [m for m in codes if start <= m.start < end]
        asks.append(Ask(start, end, read_topics(Words(words.text[start:end]), named, start)))
        if len(asks) == MOST_ASKS:
            break
    return tuple(asks)


def _question_marks(text: str) -> Iterator[int]:
    position = text.find("?")
    while position >= 0:
        yield position
        position = text.find("?", position + 1)


def _sentences_at(text: str, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The sentence around each place, once each."""
    done = -1
    for place in places:
        if place < done:
            continue
        start, end = _start(text, place), _end(text, place)
        start += len(text[start:end]) - len(text[start:end].lstrip())
        done = end
        if any(c.isalnum() for c in text[start:end]):
            yield start, end


def _start(text: str, place: int) -> int:
    start = least = max(0, place - _LONGEST)
    for match in _END.finditer(text, least, place):
        if not _ABBREVIATION.search(text, least, match.end()):
            start = match.end()
    return start


def _end(text: str, place: int) -> int:
    most = min(len(text), place + _LONGEST)
    for match in _END.finditer(text, place, most):
        if not _ABBREVIATION.search(text, max(0, match.end() - 10), match.end()):
            return match.end()
    return most
