"""The date of service, where the text states exactly one, near words that say so.

A day without its year is not taken: nothing is guessed.
"""

from __future__ import annotations

import re
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
    rf"|(?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?\s(?P<m4>{_MONTH})\.?,?\s(?P<y4>[0-9]{{4}})(?![0-9]))"
)
_ANY = re.compile(r"(?<![0-9/.-])" + _DATE, re.IGNORECASE)
_SERVICE = re.compile(
    r"(?:\bDOS|\bD\.O\.S\.?|\bdates?\s+of\s+service|\bservice\s+dates?)[\s:#=(-]{0,3}"
    r"(?:(?:of|is|was|on|from|starting)\s+)?\Z",
    re.I,
)
_SERVICE_AFTER = re.compile(r"\s?\(?(?:DOS\b|dates?\s+of\s+service|service\s+date)", re.I)
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


def read_date_of_service(text: str, sent_on: date) -> date | None:
    """The one date of service stated; None where there is none, or several, or a span.

    `sent_on` settles the century of a two-digit year: no service lies more than two years ahead.
    """
    named: set[date] = set()
    mentioned: set[date] = set()
    several = False
    for match in _ANY.finditer(text):
        day = _day(match, sent_on)
        before = text[max(0, match.start() - 40) : match.start()]
        if day is None:
            continue
        if _SERVICE.search(before) or _SERVICE_AFTER.match(text, match.end()):
            named.add(day)
            several = several or _SPAN_AFTER.match(text, match.end()) is not None
        elif (on := _ON.search(before)) and (on["verb"] or "").lower() not in _OTHER_EVENTS:
            mentioned.add(day)
    if several:
        return None
    chosen = named or mentioned
    return chosen.pop() if len(chosen) == 1 else None


def _day(match: re.Match[str], sent_on: date) -> date | None:
    year, month, day = (next((match[f"{part}{n}"] for n in "1234" if match[f"{part}{n}"]), "") for part in "ymd")
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
