"""What was understood of a question, as it is kept beside the draft, shown in the console and printed by `explain`.

Codes, offsets and this project's own words: never what the member wrote, but for the notation of a code.
"""

from __future__ import annotations

from typing import Any

from consultant.questions import kinds
from consultant.questions.model import Amount, Circumstances, CodeMention, Question
from consultant.reference.model import Hit


def understanding(question: Question) -> dict[str, Any]:
    """The question without its text, as JSON has it."""
    return {
        "codes": [_code(each) for each in question.codes],
        "topics": [topic.value for topic in question.topics],
        "payer": question.payer,
        "date_of_service": question.date_of_service.isoformat() if question.date_of_service else None,
        "service_dates": [day.isoformat() for day in question.service_dates],
        "minutes": question.minutes,
        "asks": [
            {"start": each.start, "end": each.end, "topics": [topic.value for topic in each.topics]}
            for each in question.asks
        ],
        "circumstances": _circumstances(question.circumstances),
        "patient_data": [kind.value for kind in kinds(question.patient_data)],
        "corrections": list(question.corrections),
    }


def suggested(hit: Hit) -> dict[str, Any]:
    """A code that the question may be about, with what led to it."""
    entry, source = hit.entry, hit.entry.source
    return {
        "system": entry.system, "code": entry.code, "description": entry.description,
        "notice": entry.licensed_notice, "matched": hit.matched, "score": round(hit.score, 2),
        "source": {
            "name": source.name, "release": source.release, "effective": source.effective, "locator": source.locator,
        },
    }  # fmt: skip


def _code(mention: CodeMention) -> dict[str, Any]:
    return {
        "system": mention.system.value, "code": mention.code, "start": mention.start, "end": mention.end,
        "as_written": mention.as_written, "from": mention.range_from, "to": mention.range_to,
        "units": mention.units, "modifiers": list(mention.modifiers), "found_in": mention.found_in,
        "confidence": mention.confidence.value, "expands_to": list(mention.expands_to),
    }  # fmt: skip


def _circumstances(stated: Circumstances) -> dict[str, Any]:
    return {
        "setting": stated.setting.value if stated.setting else None,
        "state": stated.state,
        "mac": stated.mac,
        "doses": [_amount(each) for each in stated.doses],
        "weights": [_amount(each) for each in stated.weights],
        "new_patient": stated.new_patient,
        "sides": list(stated.sides),
        "denied": stated.denied,
        "denial_codes": list(stated.denial_codes),
    }


def _amount(amount: Amount) -> str:
    return f"{amount.value:f} {amount.unit}"
