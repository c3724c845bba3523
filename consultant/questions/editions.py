"""A date of service kept only as the edition of the code sets that held on it.

Every code set changes with a quarter of the calendar at most (CPT in January, ICD-10 in October and April, HCPCS,
NCCI and the fee schedule each quarter), so the first day of the quarter names all editions and nobody's visit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from consultant.questions.model import Question


def edition(day: date) -> date:
    """The first day of the quarter."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def in_editions(question: Question) -> Question:
    """The question without its days. Several days of one quarter are one edition."""
    editions = tuple(dict.fromkeys(edition(day) for day in question.service_dates))
    of_service = edition(question.date_of_service) if question.date_of_service else None
    return replace(
        question,
        date_of_service=editions[0] if len(editions) == 1 else of_service,
        service_dates=editions,
        by_edition=True,
        corrections=tuple(line for line in question.corrections if not line.startswith("Date of service")),
    )
