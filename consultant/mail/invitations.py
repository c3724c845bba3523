"""A calendar object (RFC 5545) as the few lines that a reader wants to see of it.

Not a calendar: recurrence, alarms and time zones are left as written. Knows text only; never raises.
"""

import re
from collections.abc import Iterator

_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[^":;\n]*(?:"[^"\n]*"[^":;\n]*)*)*):(.*)')
_ESCAPE = re.compile(r"\\([\\;,nN])")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ZONE = re.compile(r"TZID=\"?([^\";:]+)", re.IGNORECASE)
_SHOWN = {
    "SUMMARY": "",
    "DTSTART": "Start: ",
    "DTEND": "End: ",
    "DUE": "Due: ",
    "LOCATION": "Where: ",
    "ORGANIZER": "Organizer: ",
    "STATUS": "Status: ",
    "RRULE": "Repeats: ",
    "DESCRIPTION": "\n",
    "COMMENT": "\n",
}
_COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
_METHODS = {"REQUEST": "Invitation", "CANCEL": "Cancelled", "REPLY": "Answer to an invitation"}
_MOST_LINES = 20_000


def readable(calendar: str) -> str:
    """Title, times, place, people and description of each entry; the text as it came when it holds none."""
    entries: list[list[str]] = []
    within: list[str] = []
    method = ""
    for name, parameters, value in _content_lines(calendar):
        if name == "BEGIN":
            within.append(value.upper())
            if value.upper() in _COMPONENTS:
                entries.append([])
        elif name == "END" and within:
            within.pop()
        elif name == "METHOD":
            method = _METHODS.get(value.upper(), "")
        elif entries and within and within[-1] in _COMPONENTS and name in _SHOWN and value:
            entries[-1].append(_SHOWN[name] + _shown(name, parameters, value))
    texts = ["\n".join(lines) for lines in entries if lines]
    return "\n\n".join(([method] if method else []) + texts) if texts else calendar


def _content_lines(calendar: str) -> Iterator[tuple[str, str, str]]:
    for line in _FOLD.sub("", calendar).split("\n", _MOST_LINES)[:_MOST_LINES]:
        if found := _LINE.fullmatch(line.rstrip()):
            yield found[1].upper(), found[2], found[3]


def _shown(name: str, parameters: str, value: str) -> str:
    if name in ("DTSTART", "DTEND", "DUE"):
        return _time(parameters, value)
    if name == "ORGANIZER":
        return value[7:] if value.lower().startswith("mailto:") else value
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _time(parameters: str, value: str) -> str:
    stamp = _STAMP.fullmatch(value)
    if stamp is None:
        return value
    day = f"{stamp[1]}-{stamp[2]}-{stamp[3]}"
    if stamp[4] is None:
        return day
    zone = _ZONE.search(parameters)
    return f"{day} {stamp[4]}:{stamp[5]}" + (" UTC" if stamp[6] else f" ({zone[1]})" if zone else "")
