"""The numbered list of sources, in the order in which the draft first refers to them."""

from __future__ import annotations

from collections.abc import Sequence

from consultant.drafting.plain_markdown import as_text
from consultant.reference.model import Source


class Sources:
    """Gives each source its number."""

    def __init__(self) -> None:
        self._numbers: dict[Source, int] = {}

    def cite(self, sources: Sequence[Source]) -> str:
        """` [1][2]` for these sources; empty for none."""
        numbers = [self._numbers.setdefault(source, len(self._numbers) + 1) for source in sources]
        return "".join([" ", *(f"[{n}]" for n in dict.fromkeys(numbers))]) if numbers else ""

    def listed(self) -> tuple[str, ...]:
        """Name, release, effective dates and place of each, by number."""
        return tuple(_line(number, source) for source, number in self._numbers.items())


def _line(number: int, source: Source) -> str:
    parts = (source.name, f"release {source.release}", f"effective {source.effective}", source.locator)
    return f"{number}. {as_text('; '.join(part for part in parts if part))}"
