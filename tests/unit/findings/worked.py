"""A question worked out with the notes of the starter pack's rules at hand."""

from collections.abc import Callable, Iterable
from datetime import date

from consultant.findings.worked import Worked
from consultant.questions import read_question
from consultant.questions.model import Question
from consultant.reference.model import Reference
from tests.unit.findings.fakes import FakeReference

TODAY = date(2026, 3, 10)
NOTHING = FakeReference()
Work = Callable[[Question, Reference, date], Iterable[Worked]]


def work_out(work: Work, text: str, on: date = TODAY, reference: Reference = NOTHING) -> Worked | None:
    """The one thing that the rule works out, if anything."""
    found = list(work(read_question(text, sent_on=on), reference, on))
    assert len(found) < 2
    return found[0] if found else None


def units(work: Work, text: str, on: date = TODAY, reference: Reference = NOTHING) -> dict[str, int]:
    """Units by code; none where nothing is worked out."""
    worked = work_out(work, text, on, reference)
    return worked.units if worked else {}
