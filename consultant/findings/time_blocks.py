"""A first stretch of time and further blocks of it, as units of two codes."""

from __future__ import annotations

from dataclasses import dataclass

from consultant.findings.model import Line


@dataclass(frozen=True, slots=True)
class Blocks:
    """All in minutes: `first` counts from `first_from` on, `more` from `more_from` on and again each `block`.

    `most` is how many units of `more` the code allows, None for any number.
    """

    first: str
    more: str
    first_from: int
    more_from: int
    block: int
    most: int | None = None

    def further(self, minutes: int) -> int:
        """Units of `more`."""
        units = 0 if minutes < self.more_from else 1 + (minutes - self.more_from) // self.block
        return units if self.most is None else min(units, self.most)

    def lines(self, minutes: int) -> tuple[Line, ...]:
        """The lines of the claim; none where the time is too short for the first code."""
        if minutes < self.first_from:
            return ()
        further = self.further(minutes)
        return (Line(self.first, 1), *((Line(self.more, further),) if further else ()))

    def shown(self, minutes: int) -> str:
        """Which minutes were reached, and which would count next."""
        if minutes < self.first_from:
            return f"{minutes} minutes are fewer than the {self.first_from} that {self.first} needs"
        further = self.further(minutes)
        counted = [str(self.more_from + self.block * n) for n in range(further)]
        if not counted:
            return f"{self.first} counts from {self.first_from} minutes on; {self.more} would count at {self.more_from}"
        if len(counted) > 3:
            counted = [*counted[:2], "…", counted[-1]]
        reached = f"{self.more} counts at {', '.join(counted)} minutes"
        if further == self.most:
            return f"{reached}, and no more than {self.most} times"
        return f"{reached}; the next would count at {self.more_from + self.block * further}"
