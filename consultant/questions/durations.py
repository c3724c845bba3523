"""How long the service took: `5½ hours`, `5 hr 30 min`, `10:05–15:35`, `45 min`, as minutes.

Thresholds and rules ("more than 30 minutes", "the 8-minute rule", "per 15 minutes") are no lengths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

_HALVES = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_WORDS = {
    w: n
    for n, w in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        start=1,
    )
}
_NUMBER = rf"(?:[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?|\b(?:{'|'.join(_WORDS)}))"
_HOUR = r"(?:hours?|hrs?|h)\.?(?![a-z])"
_MINUTE = r"(?:minutes?|mins?|m)\.?(?![a-z/])"
_CLOCK = r"(?P<{0}h>[0-9]{{1,2}}):(?P<{0}m>[0-9]{{2}})\s?(?P<{0}p>[ap]\.?m\.?)?"
_SPAN = re.compile(
    r"(?<![0-9:])" + _CLOCK.format("a") + r"\s?(?:[-–—]|to|until|till)\s?" + _CLOCK.format("b") + r"(?![0-9:])",
    re.I,
)
_LENGTH = re.compile(
    rf"(?<![\w.$:/-])(?:"
    rf"(?P<hours>{_NUMBER})(?:[\s-]?(?P<fraction>[½¼¾]|(?:(?<=\s)|(?<=-))[1-3]/[24]|\sand\s(?:a|one)[\s-]half))?[\s-]?{_HOUR}"
    rf"(?:[\s,]{{0,2}}(?:and\s)?(?P<rest>[0-9]{{1,2}})[\s-]?(?:{_MINUTE}|(?![0-9.:\w])))?(?P<trailing>\sand\s(?:a|one)[\s-]half)?"
    rf"|(?P<half>half\san\shour|half[\s-]hour)|(?P<hour_and_half>(?:an?|one)\shour\sand\sa\shalf)"
    rf"|(?P<minutes>{_NUMBER})[\s-]?(?:minutes?|mins?)\.?(?![a-z])"
    rf")",
    re.IGNORECASE,
)
_THRESHOLD_BEFORE = re.compile(
    r"(?:[<>≥≤~]|\b(?:than|least|most|over|under|up\sto|per|every|each|additional|within|about|around|exceeds?|first|"
    r"initial|minimum(?:\sof)?|between|almost|nearly|needs?|requires?|extra|another|next|last|beyond|after|past|in|to|or)"
    r"(?:\s(?:the|an?))?)\s?\Z",
    re.IGNORECASE,
)
_RULE_AFTER = re.compile(
    r"\s?-?\s?(?:\+|or\s(?:more|less|longer)|increments?|units?|blocks?|intervals?|rules?|threshold|mark|minimum|codes?|"
    r"later|ago|before|after|apart|each|(?:per|a)\s(?:day|week|visit)|notice|window|period|payment|global|sessions?\s(?:per|each))\b"
    r"|\s?(?:-|–|to|or)\s?[0-9]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A length at its place in the text; `begun` is the minute of the day, where start and stop are given."""

    minutes: int
    start: int
    end: int
    begun: int | None = None


def read_minutes(text: str) -> int | None:
    """The length in minutes, where the text states exactly one; otherwise None."""
    stated = {each.minutes for each in _stated(text)}
    return stated.pop() if len(stated) == 1 else None


def stated_times(text: str) -> tuple[StatedTime, ...]:
    """Every length stated, in the order written."""
    return tuple(sorted(_stated(text), key=lambda each: each.start))


def _stated(text: str) -> Iterator[StatedTime]:
    for match in _SPAN.finditer(text):
        if minutes := _between(match):
            yield StatedTime(minutes, *match.span(), begun=_begun(match))
    for match in _LENGTH.finditer(text):
        if not _is_rule(text, match) and (minutes := _length(match)):
            yield StatedTime(minutes, *match.span())


def _begun(match: re.Match[str]) -> int | None:
    """The minute of the day; None where only the end says whether it was morning or afternoon."""
    end_only = match["bp"] and not match["ap"]
    return None if end_only else _clock(match["ah"], match["am"], match["ap"])


def _between(match: re.Match[str]) -> int | None:
    start = _clock(match["ah"], match["am"], match["ap"] or match["bp"])
    end = _clock(match["bh"], match["bm"], match["bp"] or match["ap"])
    if start is None or end is None:
        return None
    if match["bp"] and not match["ap"] and end < start:
        # "10:05 - 1:35 pm" began in the morning.
        start -= 12 * 60
    return (end - start) % (24 * 60)


def _clock(hours: str, minutes: str, half: str | None) -> int | None:
    hour, minute = int(hours), int(minutes)
    if hour > 24 or minute > 59:
        return None
    if half:
        hour = hour % 12 + (12 if half[0].lower() == "p" else 0)
    return hour * 60 + minute


def _length(match: re.Match[str]) -> int | None:
    if match["half"]:
        return 30
    if match["hour_and_half"]:
        return 90
    if match["minutes"]:
        return _whole(_number(match["minutes"]))
    hours = _number(match["hours"])
    if match["fraction"] or match["trailing"]:
        hours += _fraction(match["fraction"] or match["trailing"])
    return _whole(hours * 60 + int(match["rest"] or 0))


def _number(written: str) -> Fraction:
    return Fraction(_WORDS.get(written.lower(), 0)) or Fraction(written if written[0].isdigit() else 0)


def _fraction(written: str) -> Fraction:
    if written in _HALVES:
        return _HALVES[written]
    return Fraction(written) if written[0].isdigit() else Fraction(1, 2)


def _whole(minutes: Fraction) -> int | None:
    return int(minutes) if minutes.denominator == 1 else None


def _is_rule(text: str, match: re.Match[str]) -> bool:
    before, after = text[max(0, match.start() - 20) : match.start()], text[match.end() : match.end() + 20]
    return bool(_THRESHOLD_BEFORE.search(before) or _RULE_AFTER.match(after))
