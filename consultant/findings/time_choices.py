"""Services with one code for each band of time: psychotherapy, and counselling to stop tobacco.

Tobacco: Medicare Claims Processing Manual, chapter 18, section 150 (more than 3 minutes, more than 10 minutes).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consultant.findings.model import Line
from consultant.findings.stated import joined
from consultant.findings.worked import TimeStated, Worked, time_of
from consultant.questions.model import Question, System
from consultant.reference.model import Reference


@dataclass(frozen=True, slots=True)
class _Choice:
    """Codes of one service, each with the first minute of its band, shortest first."""

    note: str
    bands: tuple[tuple[int, str], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for _, code in self.bands)

    def code(self, minutes: int) -> str | None:
        """The code of the band that the minutes are in."""
        return next((code for first, code in reversed(self.bands) if minutes >= first), None)

    def shown(self) -> str:
        """Every band, in minutes."""
        ends = [first - 1 for first, _ in self.bands[1:]]
        closed = [f"{code} {first} to {end}" for (first, code), end in zip(self.bands, ends, strict=False)]
        first, code = self.bands[-1]
        return joined([*closed, f"{code} {first} or more"])


_CHOICES = (
    _Choice("rule-psychotherapy-time", ((16, "90832"), (38, "90834"), (53, "90837"))),
    _Choice("rule-psychotherapy-time", ((16, "90833"), (38, "90836"), (53, "90838"))),
    _Choice("rule-tobacco-counselling-time", ((4, "99406"), (11, "99407"))),
)


def work(question: Question, _reference: Reference, _on: date) -> Iterator[Worked]:
    """The code of the band that the time is in, where one of the codes is named."""
    named = set(question.named(System.CPT))
    for choice in _CHOICES:
        if named & set(choice.codes) and (time := time_of(question, choice.codes)) is not None:
            yield _worked(choice, time, [code for code in choice.codes if code in named])


def _worked(choice: _Choice, time: TimeStated, named: list[str]) -> Worked:
    right = choice.code(time.minutes)
    bands = f"In minutes: {choice.shown()}."
    refused = tuple(code for code in named if right is None or choice.codes.index(code) > choice.codes.index(right))
    if len(named) > 1 and right is not None:
        refused = ()  # which of them it is was asked
    return Worked(
        family=choice.codes,
        notes=(choice.note,),
        statement=f"{bands} {time} is {f'{right} × 1' if right else f'too short for {choice.codes[0]}'}.",
        answer=_answer(choice, time, right, refused),
        lines=(Line(right, 1),) if right else (),
        refused=refused,
        to_judge=time.to_judge,
    )


def _answer(choice: _Choice, time: TimeStated, right: str | None, refused: tuple[str, ...]) -> str:
    if right is None:
        return f"No: {choice.codes[0]} needs at least {choice.bands[0][0]} minutes, and {time} is stated."
    if refused:
        return f"No: {time} is {right}; {joined(refused)} needs more time."
    return f"For {time}: {right} × 1."
