"""Questions to the store and its answers as plain data, one shape for the command line and for programs.

A request is a JSON object; its answer is one too. Must not know where either comes from or goes to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from consultant.reference.model import (
    AddOnLink,
    CodeEntry,
    Fact,
    Mue,
    PtpEdit,
    Reference,
    Setting,
    Source,
    UnmatchedAddOn,
)

SETTINGS: tuple[Setting, ...] = get_args(Setting)
MOST_CODES = 200
LONGEST_TEXT = 100
NO_TEXT = re.compile("[\0\ud800-\udfff]")  # JSON can write it, and no database takes it


class BadRequest(ValueError):
    """The request cannot be answered: says which field is wrong, which it begins with, and how it should be."""

    @property
    def field(self) -> str | None:
        """The name of the field that is wrong."""
        quoted = str(self).split('"')
        return quoted[1] if len(quoted) > 2 else None


def pair_answer(reference: Reference, codes: Sequence[str], on: date, setting: Setting) -> dict[str, Any]:
    """All PTP edits in force among the codes, the excludes1 conflicts, and the add-on codes that lack a primary."""
    return {
        "codes": list(codes),
        "on": on.isoformat(),
        "setting": setting,
        "edits": [_edit(each) for each in reference.ptp_edits(codes, on, setting)],
        "excludes1": [asdict(each) for each in reference.excludes1(codes, on)],
        "add_ons_without_primary": [_unmatched(each) for each in reference.add_ons_without_primary(codes, on)],
    }


def code_answer(reference: Reference, code: str, on: date, state: str | None = None) -> dict[str, Any]:
    """What is known of a code on a date; `entry` is null when no loaded release has it in force.

    Then `near_misses` has what may have been meant. `replacements` says what replaced the code, or what it replaced.
    `details` has what is loaded besides, part by part; of coverage documents those of the state, or of all.
    """
    entry = reference.code(code, on)
    newest = reference.known(code) if entry is None else None
    units = {setting: reference.mue(code, on, setting) for setting in SETTINGS}
    details = reference.details(code, on, state)
    return {
        "code": code.strip().upper(),
        "on": on.isoformat(),
        "entry": _entry(entry) if entry else None,
        "newest": _entry(newest) if newest else None,
        "near_misses": [_entry(each) for each in reference.near_misses(code, on)] if entry is None else [],
        "replacements": [_fact(fact) for fact in reference.replacements(code, on)],
        "mue": {setting: _mue(found) if found else None for setting, found in units.items()},
        "primaries": [_link(link) for link in reference.primaries_of(code, on)],
        "add_ons": [_link(link) for link in reference.add_ons_of(code, on)],
        "details": {part.name: [_fact(fact) for fact in getattr(details, part.name)] for part in fields(details)},
    }


def answer_pair(reference: Reference, request: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answer to `{"codes": […], "on": "2026-03-01", "setting": "practitioner"}`. Raises BadRequest."""
    codes = request.get("codes")
    if not isinstance(codes, list) or len(codes) > MOST_CODES or not all(_is_text(each) for each in codes):
        raise BadRequest(f'"codes" must be a list of at most {MOST_CODES} codes as text')
    return pair_answer(reference, codes, day_asked(request, today), _setting(request))


def answer_code(reference: Reference, request: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answer to `{"code": "96423", "on": "2026-03-01", "state": "TX"}`. Raises BadRequest."""
    code, state = text_asked(request, "code", needed=True), text_asked(request, "state")
    return code_answer(reference, code, day_asked(request, today), state or None)


def text_asked(request: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    """A short text of the request. Raises BadRequest where it is none, or missing though needed."""
    value = request.get(name) or ""
    if not _is_text(value) or (needed and not value.strip()):
        raise BadRequest(f'"{name}" must be text of at most {LONGEST_TEXT} characters{", not empty" * needed}')
    return value.strip()


def day_asked(request: Mapping[str, Any], today: date) -> date:
    """The date of service, or today. Raises BadRequest."""
    try:
        return date.fromisoformat(request["on"]) if request.get("on") else today
    except (TypeError, ValueError):
        raise BadRequest('"on" must be a date as YYYY-MM-DD') from None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and not NO_TEXT.search(value)


def _setting(request: Mapping[str, Any]) -> Setting:
    asked = request.get("setting") or "practitioner"
    for setting in SETTINGS:
        if asked == setting:
            return setting
    raise BadRequest(f'"setting" must be one of {", ".join(SETTINGS)}')


def _edit(edit: PtpEdit) -> dict[str, Any]:
    return {
        "column_one": edit.column_one,
        "column_two": edit.column_two,
        "modifier_indicator": edit.modifier_indicator,
        "effective": edit.effective.isoformat(),
        "deletion": _day(edit.deletion),
        "rationale": edit.rationale,
        "release": edit.source.release,
        "source": _source(edit.source),
    }


def _entry(entry: CodeEntry) -> dict[str, Any]:
    days = {"added": _day(entry.added), "ended": _day(entry.ended)}
    return _shallow(entry) | days | {"source": _source(entry.source), "also": [_source(each) for each in entry.also]}


def _mue(mue: Mue) -> dict[str, Any]:
    return {"value": mue.value, "mai": mue.mai, "rationale": mue.rationale, "source": _source(mue.source)}


def _link(link: AddOnLink) -> dict[str, Any]:
    return {
        "add_on": link.add_on,
        "primary": link.primary,
        "type": link.edit_type,
        "effective": link.effective.isoformat(),
        "deletion": _day(link.deletion),
        "note": link.note,
        "source": _source(link.source),
    }


def _unmatched(add_on: UnmatchedAddOn) -> dict[str, Any]:
    return {"code": add_on.code, "primaries": [_link(link) for link in add_on.links]}


def _fact(fact: Fact) -> dict[str, Any]:
    return {name: _plain(value) for name, value in fact.values.items()} | {"source": _source(fact.source)}


def _plain(value: Any) -> Any:
    """A value as JSON has it; decimal numbers as text, with all their digits."""
    if isinstance(value, date | Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _source(source: Source) -> dict[str, str]:
    return _shallow(source)


def _shallow(value: Any) -> dict[str, Any]:
    """The fields of a dataclass; asdict would copy what is in them too, which takes ten times as long."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
