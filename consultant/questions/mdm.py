"""The elements of medical decision making as a question states them: problems, data, risk, or the level as a whole.

Reads "moderate problems, limited data, moderate risk", "MDM is high", and a few circumstances that CMS and CPT name for
an element ("prescription drug management" is moderate risk). What is stated in two ways is not stated. Never raises.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass


class Level(enum.IntEnum):
    """The level of an element or of decision making as a whole, lowest first."""

    STRAIGHTFORWARD = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4

    @property
    def shown(self) -> str:
        """As coders write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Mdm:
    """The level of each element stated; None where it is not. `whole` where only the level of all is stated."""

    problems: Level | None = None
    data: Level | None = None
    risk: Level | None = None
    whole: Level | None = None

    @property
    def elements(self) -> tuple[tuple[str, Level], ...]:
        """The elements stated, by name."""
        named = (("problems", self.problems), ("data", self.data), ("risk", self.risk))
        return tuple((name, level) for name, level in named if level is not None)


_LEVELS = {
    "straightforward": Level.STRAIGHTFORWARD, "straight-forward": Level.STRAIGHTFORWARD,
    "minimal": Level.STRAIGHTFORWARD, "none": Level.STRAIGHTFORWARD,
    "low": Level.LOW, "limited": Level.LOW, "moderate": Level.MODERATE,
    "high": Level.HIGH, "extensive": Level.HIGH,
}  # fmt: skip
_WORD = "straight-?forward|minimal|none|low|limited|moderate|high|extensive"
_ELEMENTS = {
    "problems": r"(?:number\s(?:and|&)\scomplexity\sof\s)?problems?(?:\saddressed)?",
    "data": r"(?:amount\s(?:and|&|/or|and/or)\s(?:complexity\sof\s)?)?data(?:\s(?:reviewed|analy[sz]ed))?",
    # A high risk patient, drug or screening is no element.
    "risk": r"risks?(?!\s(?:pat|pt|scr|preg|med|dru|col|group|pop|factor))(?:\sof\s(?:complications?|morbidity))?",
    "whole": r"(?:overall\s)?(?:mdm|medical\sdecision[\s-]making|decision[\s-]making)",
}
_LINK = r"\s?(?:level\s)?(?:of\s)?(?:is|was|are|were|=|:|-|\()?\s?(?:an?\s|at\s)?"
_AFTER = {name: re.compile(rf"\b(?:{words}){_LINK}(?P<level>{_WORD})\b") for name, words in _ELEMENTS.items()}
_BEFORE = {
    name: re.compile(rf"\b(?P<level>{_WORD})(?:[\s-](?:complexity|level|number\sof|amount\sof|of))*\s{words}\b")
    for name, words in _ELEMENTS.items()
}
# What an element is by its nature: the table of decision making of the office visit rules of 2021, briefly.
_NAMED = (
    ("risk", Level.MODERATE, r"prescription\s(?:drug\s)?management|rx\smanagement"),
    ("risk", Level.HIGH, r"(?:intensive|drug)\s(?:monitoring|therapy\smonitoring)\sfor\stoxicity"),
    ("risk", Level.HIGH, r"decision\s(?:to|for|regarding)\s(?:hospitali[sz]\w+|admit\b)"),
    ("problems", Level.MODERATE, r"(?:two|2)(?:\sor\smore)?\sstable\schronic"),
    ("problems", Level.LOW, r"(?:one|1|a|single)\sstable\schronic"),
    ("problems", Level.LOW, r"acute,?\suncomplicated"),
    ("problems", Level.MODERATE, r"acute\sillness\swith\ssystemic\ssymptoms|undiagnosed\snew\sproblem"),
    ("problems", Level.MODERATE, r"chronic\s\w+\s(?:with|in)\s(?:an?\s)?(?:mild\s)?exacerbation"),
    ("problems", Level.HIGH, r"(?:with|in)\ssevere\sexacerbation|threat(?:ens)?\s(?:to\s)?life"),
)
_NATURES = tuple((name, level, re.compile(rf"\b(?:{words})")) for name, level, words in _NAMED)
_CUES = ("mdm", "decision", "problem", "risk", "data", "chronic", "acute", "management", "toxicity", "threat")
_MOST_READ = 20_000


def read_mdm(text: str) -> Mdm | None:
    """The levels stated, or None where none is."""
    small = " ".join(text[:_MOST_READ].lower().split())
    if not any(cue in small for cue in _CUES):
        return None
    found = {name: _stated(name, small) or _by_nature(name, small) for name in _ELEMENTS}
    return Mdm(**found) if any(found.values()) else None


def _stated(name: str, small: str) -> Level | None:
    """A word before the element ("low risk") or after it ("risk: low"); nothing where they differ."""
    levels = {_LEVELS[match["level"]] for of in (_BEFORE, _AFTER) for match in of[name].finditer(small)}
    return levels.pop() if len(levels) == 1 else None


def _by_nature(name: str, small: str) -> Level | None:
    """The highest that the circumstances named give."""
    return max((level for of, level, words in _NATURES if of == name and words.search(small)), default=None)
