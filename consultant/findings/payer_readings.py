"""The same time counted in two ways, Medicare's and that of CPT: both are shown, the payer's own is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from consultant.findings.worked import Reading, counts_as_medicare, shown
from consultant.questions.model import Question


@dataclass(frozen=True, slots=True)
class Readings:
    """Medicare's way and CPT's."""

    medicare: Reading
    cpt: Reading

    @property
    def agree(self) -> bool:
        """Whether both come to the same claim."""
        return self.medicare.lines == self.cpt.lines

    def taken(self, question: Question) -> Reading:
        """The payer's; Medicare's where no payer is stated."""
        return self.medicare if counts_as_medicare(question) else self.cpt

    def shown(self) -> str:
        """Both workings."""
        return f"{_result(self.medicare)} {_result(self.cpt)}"

    def answer(self, question: Question, time: str) -> str:
        """What the payer takes first, and the other way where it differs."""
        if self.agree:
            return f"For {time}: {_lines(self.medicare)}."
        ways = [f"by Medicare's rule {_lines(self.medicare)}", f"by CPT's rule {_lines(self.cpt)}"]
        first, second = ways if counts_as_medicare(question) else reversed(ways)
        return f"For {time}: {first}; {second}."

    def to_judge(self, question: Question) -> str | None:
        """Which way another payer goes is not in any loaded data."""
        if self.agree or counts_as_medicare(question):
            return None
        return f"Does {question.payer} count as CPT does, or as Medicare does?"

    def refused(self, question: Question, codes: Iterable[str]) -> tuple[str, ...]:
        """Those of the codes that the time does not allow: by the payer's rule, or by both where none is stated."""
        readings = [self.medicare, self.cpt] if question.payer is None else [self.taken(question)]
        allowed = {line.code for reading in readings for line in reading.lines}
        return tuple(code for code in codes if code in question.named() and code not in allowed)


def _result(reading: Reading) -> str:
    return f"{reading.shown}, so {_lines(reading)}."


def _lines(reading: Reading) -> str:
    return shown(reading.lines) if reading.lines else "no unit"
