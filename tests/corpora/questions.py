"""How well questions are read, measured on real questions labelled by hand: F1 for each code system and for topics.

Each question is read as it is, and again in made-up wrappings (claim header, signature, quoted history).

Run: python -m tests.corpora.questions [FILE] [-v]
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from consultant.questions import read_question
from consultant.questions.model import CodeMention, Question
from tests.corpora.wrapping import wrapped

SAMPLE = Path(__file__).parents[3] / "shared" / "corpora" / "questions" / "sample.jsonl"
SENT_ON = date(2026, 3, 10)
WRAPPINGS = 10

Row = dict[str, Any]
Label = tuple[str, str, int, int]


@dataclass(slots=True)
class Count:
    """What was to be found, what was said to be found, and what of it was right."""

    right: int = 0
    labels: int = 0
    read: int = 0

    @property
    def f1(self) -> float:
        """1 where there was nothing to find and nothing was found."""
        return 2 * self.right / (self.labels + self.read) if self.labels + self.read else 1.0


@dataclass(slots=True)
class Score:
    """Counts for each code system, with offsets, units and topics; and every token wrongly taken for a code."""

    systems: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    units: Count = field(default_factory=Count)
    topics: Count = field(default_factory=Count)
    payers: Counter[str] = field(default_factory=Counter)
    mistaken: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def overall(self) -> Count:
        """All systems together."""
        counts = self.systems.values()
        return Count(sum(c.right for c in counts), sum(c.labels for c in counts), sum(c.read for c in counts))


def rows(path: Path = SAMPLE) -> Iterator[Row]:
    """The labelled questions."""
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def score(path: Path = SAMPLE, *, wrappings: int = 0) -> Score:
    """Read every question, as it is or in so many wrappings, and count."""
    total = Score()
    for number, row in enumerate(rows(path)):
        if not wrappings:
            _count(total, row, row["question"], 0)
        for seed in range(wrappings):
            mail = wrapped(row["question"], seed=1000 * number + seed)
            _count(total, row, mail.text, mail.start)
    return total


def _count(total: Score, row: Row, text: str, start: int) -> None:
    question = read_question(text, sent_on=SENT_ON)
    wanted = {_label(code, start) for code in row["codes"]}
    got = {_read(mention) for mention in question.codes}
    for system in {label[0] for label in wanted | got}:
        counted = total.systems[system]
        mine, theirs = ({label for label in labels if label[0] == system} for labels in (got, wanted))
        counted.right += len(mine & theirs)
        counted.read += len(mine)
        counted.labels += len(theirs)
    total.missed += (f"{row['id']} missed {label}" for label in sorted(wanted - got))
    total.missed += (f"{row['id']} read {label}" for label in sorted(got - wanted))
    _count_units(total.units, row, question)
    _count_topics(total.topics, row, question)
    total.mistaken += (f"{row['id']}: {token}" for token in row["not_codes"] if _is_taken(token, row, question, start))


def _label(code: Row, start: int) -> Label:
    name = code.get("code") or f"{code['from']}-{code['to']}"
    return code["system"], name, code["start"] + start, code["end"] + start


def _read(mention: CodeMention) -> Label:
    name = mention.code or f"{mention.range_from}-{mention.range_to}"
    return str(mention.system), name, mention.start, mention.end


def _count_units(count: Count, row: Row, question: Question) -> None:
    wanted = {(code["code"], code["units"]) for code in row["codes"] if code.get("units")}
    got = {(mention.code, mention.units) for mention in question.codes if mention.units}
    count.right, count.labels, count.read = (
        count.right + len(wanted & got), count.labels + len(wanted), count.read + len(got),
    )  # fmt: skip


def _count_topics(count: Count, row: Row, question: Question) -> None:
    wanted, got = set(row["topics"]), {topic.value for topic in question.topics}
    count.right, count.labels, count.read = (
        count.right + len(wanted & got), count.labels + len(wanted), count.read + len(got),
    )  # fmt: skip


def _is_taken(token: str, row: Row, question: Question, start: int) -> bool:
    """Whether any mention that is no label lies on the token, wherever in the question it stands."""
    labels = {(code["start"] + start, code["end"] + start) for code in row["codes"]}
    places = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(token)}(?!\w)", row["question"])]
    wrong = [m for m in question.codes if (m.start, m.end) not in labels]
    return any(m.start < end + start and begin + start < m.end for m in wrong for begin, end in places)


def main(path: Path, *, verbose: bool) -> None:
    """Measure and print."""
    for name, found in (("as written", score(path)), (f"{WRAPPINGS} wrappings", score(path, wrappings=WRAPPINGS))):
        print(f"{name}: overall {found.overall.f1:.3f}, units {found.units.f1:.3f}, topics {found.topics.f1:.3f}")
        for system, count in sorted(found.systems.items()):
            print(f"  {system:12} F1 {count.f1:.3f}  ({count.right} right, {count.labels} labels, {count.read} read)")
        print(f"  no code, but read as one: {len(found.mistaken)}")
        if verbose:
            print("".join(f"    {line}\n" for line in [*found.mistaken, *found.missed]), end="")


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "-v"]
    main(Path(given[0]) if given else SAMPLE, verbose="-v" in sys.argv)
