"""A search by plain words as plain data, for the command line and for programs: a JSON object in, one out.

Must not know how anything is found, or where a request comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from consultant.reference.answers import BadRequest
from consultant.reference.model import Hit, Reference

SYSTEMS = ("ICD-10-CM", "ICD-10-PCS", "HCPCS", "CPT", "modifier")
USUAL, MOST = 10, 50
LONGEST = 500  # characters of a question


def answer_search(reference: Reference, request: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answer to `{"text": "pump infusion artery", "on": "2026-03-01", "systems": ["CPT"], "billable": true,
    "limit": 10}`, of which only the text must be there: its hits, the best first. Raises BadRequest."""
    text = request.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise BadRequest(f'"text" must be words to search for, at most {LONGEST} characters')
    on, systems = _on(request, today), _systems(request)
    found = reference.search(text, on, systems=systems, billable=_billable(request), limit=_limit(request))
    return {"text": text, "on": on.isoformat(), "hits": [_hit(each) for each in found]}


def _on(request: Mapping[str, Any], today: date) -> date:
    try:
        return date.fromisoformat(request["on"]) if request.get("on") else today
    except (TypeError, ValueError):
        raise BadRequest('"on" must be a date as YYYY-MM-DD') from None


def _systems(request: Mapping[str, Any]) -> tuple[str, ...]:
    """In the spelling of the store, whatever the request's capitals."""
    asked = request.get("systems") or []
    known = {each.lower(): each for each in SYSTEMS}
    if not isinstance(asked, list) or not all(isinstance(each, str) and each.lower() in known for each in asked):
        raise BadRequest(f'"systems" must be a list of {", ".join(SYSTEMS)}')
    return tuple(known[each.lower()] for each in asked)


def _billable(request: Mapping[str, Any]) -> bool | None:
    asked = request.get("billable")
    if asked is not None and not isinstance(asked, bool):
        raise BadRequest('"billable" must be true, false or null')
    return asked


def _limit(request: Mapping[str, Any]) -> int:
    asked = request.get("limit", USUAL)
    if not isinstance(asked, int) or isinstance(asked, bool) or not 1 <= asked <= MOST:
        raise BadRequest(f'"limit" must be a number from 1 to {MOST}')
    return asked


def _hit(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    return {
        "system": entry.system,
        "code": entry.code,
        "description": entry.description,
        "billable": entry.billable,
        "added": entry.added.isoformat() if entry.added else None,
        "ended": entry.ended.isoformat() if entry.ended else None,
        "score": hit.score,
        "matched": hit.matched,
        "licensed_notice": entry.licensed_notice,
        "source": asdict(entry.source),
    }
