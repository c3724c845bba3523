"""The reference store as a JSON API, for consultants who are signed in and for programs with a token.

The same answers as the command line gives. Only codes and dates go into its addresses, never a patient's data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from starlette.responses import JSONResponse, Response

from consultant.reference.answers import BadRequest, answer_code, answer_pair
from consultant.reference.estimate_answers import answer_estimate
from consultant.reference.model import Reference
from consultant.reference.search_answers import answer_search
from consultant.web.visits import MOST_BODY, Visit

COUNTS = ("units", "minutes")
TEXTS = ("code", "on", "setting", "state", "locality", "mac", "base_units")
LISTS = ("codes", "modifiers")
Answer = Callable[[Reference, Mapping[str, Any], date], dict[str, Any]]


def code(visit: Visit) -> Response:
    """What is known of a code: `?on=2026-03-01&state=TX`."""
    return _answered(visit, answer_code, {"code": str(visit.request.path_params["code"])})


def pair(visit: Visit) -> Response:
    """What stands between codes: `?codes=96422,96423&on=2026-03-01&setting=practitioner`."""
    return _answered(visit, answer_pair, {})


def estimate(visit: Visit) -> Response:
    """What Medicare would allow: `?code=99213&on=2026-03-01&state=TX&locality=18&modifiers=26&units=2`."""
    return _answered(visit, answer_estimate, {})


def search(visit: Visit) -> Response:
    """Codes by plain words, which are no part of an address: a JSON object as the command line's `--batch` takes."""
    return _answered(visit, answer_search, _sent(visit))


def _answered(visit: Visit, answer: Answer, given: dict[str, Any] | None) -> Response:
    if given is None:
        return JSONResponse(
            {"error": f"the body must be a JSON object of at most {MOST_BODY} bytes", "field": None}, 400
        )
    today = visit.service.clock().date()
    try:
        return JSONResponse(answer(visit.service.reference, _asked(visit) | given, today))
    except BadRequest as error:
        return JSONResponse({"error": str(error), "field": error.field}, 400)


def _sent(visit: Visit) -> dict[str, Any] | None:
    """The JSON object in the body; None where there is none."""
    body: bytes = visit.request.state.body
    try:
        sent = json.loads(body) if len(body) <= MOST_BODY else None
    except (ValueError, RecursionError):
        return None
    return sent if isinstance(sent, dict) else None


def _asked(visit: Visit) -> dict[str, Any]:
    """The parameters of the address as the fields of a request."""
    written = visit.request.query_params
    asked: dict[str, Any] = {name: written[name] for name in TEXTS if written.get(name)}
    asked |= {name: _number(written[name]) for name in COUNTS if name in written}
    asked |= {name: [each for each in written[name].split(",") if each.strip()] for name in LISTS if name in written}
    return asked


def _number(written: str) -> int | str:
    """A whole number; what is none is left for the answer to refuse."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else written
