"""The dates of service, near words that say so; both ends of a span.

A day without its year is not taken: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    r"(?:(?P<y1>(?:19|20)[0-9]{2})-(?P<m1>[0-9]{1,2})-(?P<d1>[0-9]{1,2})(?![0-9])"
    r"|(?P<m2>[0-9]{1,2})(?P<sep>[/.-])(?P<d2>[0-9]{1,2})(?P=sep)(?P<y2>[0-9]{4}|[0-9]{2})(?![0-9])"
    rf"|(?P<m3>{_MONTH})\.?\s(?P<d3>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y3>[0-9]{{4}})(?![0-9])"
    rf"|(?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?[\s-](?P<m4>{_MONTH})\.?,?[\s-](?P<y4>[0-9]{{4}}|[0-9]{{2}})(?![0-9])"
    r"|(?P<y5>20[0-9]{2})(?P<m5>0[1-9]|1[0-2])(?P<d5>[0-3][0-9])(?![0-9]))"
)
_ANY = re.compile(r"(?<![0-9/.-])" + _DATE, re.IGNORECASE)
_YEAR_OR_DAY = re.compile(r"[0-9](?:[/.-][0-9]|[0-9]{3}|[\s-][A-Za-z]{3})")
_SERVICE = re.compile(
    r"(?:\bDOS|\bD\.O\.S\.?|\bdates?\s+of\s+service|\bservice\s+dates?)[\s:#=(-]{0,3}"
    r"(?:(?:of|is|was|on|from|starting)\s+)?\Z",
    re.I,
)
_SERVICE_AFTER = re.compile(r"\s?\(?(?:DOS\b|dates?\s+of\s+service|service\s+date)", re.I)
_DONE = re.compile(
    r"\b(?:performed|seen|done|rendered|operated|surgery|procedure|visit|service|infus(?:ed|ion)|injected|treated|"
    r"evaluated|given|provided|admitted|encounter)\s?(?:was\s|date\s?|of\s|:\s?|\(){0,2}\Z",
    re.I,
)
_ON = re.compile(r"(?:\b(?P<verb>[a-z]+)\s+)?\bon\s\Z", re.I)
_OTHER_EVENTS = frozenset(
    "born denied paid processed submitted billed filed received called published effective updated "
    "posted sent signed "
    "mailed released dated issued rejected appealed expires expired started hired scheduled".split()
)
_SPAN_AFTER = re.compile(
    r"\s?(?:-|–|to|thru|through|and|&|,|until)\s?(?="
    + re.sub(r"\?P<\w+>", "?:", _DATE).replace("(?P=sep)", "[/.-]")
    + ")",
    re.I,
)


def dates_written(text: str) -> Iterator[tuple[int, int]]:
    """Where a day is written out, of whatever it is the date."""
    return (match.span() for match in _ANY.finditer(text))


def read_service_dates(text: str, sent_on: date) -> tuple[date, ...]:
    """The dates of service stated, earliest first; those called so outweigh those that something was done on.

    `sent_on` settles the century of a two-digit year: no service lies more than two years ahead.
    """
    if not _YEAR_OR_DAY.search(text):
        return ()
    named: set[date] = set()
    mentioned: set[date] = set()
    end_of_span = -1
    for match in _ANY.finditer(text):
        day = _day(match, sent_on)
        if day is None:
            continue
        before = text[max(0, match.start() - 40) : match.start()]
        if match.start() == end_of_span or _SERVICE.search(before) or _SERVICE_AFTER.match(text, match.end()):
            named.add(day)
            span = _SPAN_AFTER.match(text, match.end())
            end_of_span = span.end() if span else -1
        elif _was_done_then(before):
            mentioned.add(day)
    return tuple(sorted(named or mentioned))


def _was_done_then(before: str) -> bool:
    if on := _ON.search(before):
        return (on["verb"] or "").lower() not in _OTHER_EVENTS
    return _DONE.search(before) is not None


def _day(match: re.Match[str], sent_on: date) -> date | None:
    year, month, day = (next((match[f"{part}{n}"] for n in "12345" if match[f"{part}{n}"]), "") for part in "ymd")
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    full = int(year)
    if len(year) == 2:
        full += sent_on.year - sent_on.year % 100
        if full > sent_on.year + 2:
            full -= 100
    try:
        return date(full, number, int(day))
    except ValueError:
        return None
