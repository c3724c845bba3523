"""Which facts of published answers the drafts state, which they do not, and what data would be needed.

`python -m tests.corpora.answers [DATABASE_URL]`: drafts every question of the corpus that has a published answer, over
that database or one with everything loaded that is at hand. A fact counts as stated where one statement of the draft
has all its codes, modifiers and figures, and at least half of its other words; what shares the codes and says the
opposite is listed for a person to look at. The published answers are old and some are wrong: this measures coverage,
and shows where a rule or a note is missing.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import sessionmaker

from consultant.db.engine import open_engine
from consultant.drafting.working import Working, work_out
from consultant.findings.model import Severity
from consultant.reference.store import SqlReference
from tests.benchmarks.loaded import SHARED, load_everything

SENT_ON = date(2026, 3, 10)
CORPUS = SHARED / "corpora" / "questions" / "sample.jsonl"
_FIGURE = re.compile(r"\b(?:[A-Z]\d{4}|\d{4}[0-9A-Z]|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|\d{1,4})\b")
_WORD = re.compile(r"[a-z]{4,}")
_NOT = re.compile(r"\b(?:no|not|never|cannot|can't|don't|doesn't|isn't|without|only)\b", re.IGNORECASE)
_SAY_LITTLE = frozenset(
    "with that this when where each they them from into have been does code codes bill billed".split()
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A published fact beside the statement that is nearest to it."""

    question: str
    fact: str
    verdict: str  # stated, otherwise, open
    nearest: str
    missing: str


def compare(working: Working, question: str, facts: Iterable[str]) -> list[Compared]:
    """Each fact with what the draft has of it."""
    statements = [each.statement for each in working.findings if each.severity is not Severity.GAP]
    statements += [each.answer for each in working.findings if each.answer]
    gaps = "; ".join(each.statement for each in working.findings if each.severity is Severity.GAP)
    return [_compared(question, fact, statements, gaps) for fact in facts]


def _compared(question: str, fact: str, statements: list[str], gaps: str) -> Compared:
    figures, words = set(_FIGURE.findall(fact)), _words(fact)
    fitting = [each for each in statements if figures <= set(_FIGURE.findall(each))]
    nearest = max(fitting, key=lambda each: len(words & _words(each)), default="")
    shared = len(words & _words(nearest)) / len(words) if words else float(bool(nearest))
    if shared < 0.5:
        return Compared(question, fact, "open", nearest if shared >= 0.25 else "", gaps)
    same = bool(_NOT.search(fact)) == bool(_NOT.search(nearest))
    return Compared(question, fact, "stated" if same else "otherwise", nearest, "")


def _words(text: str) -> set[str]:
    """Stems of a kind: the first six letters."""
    return {word[:6] for word in _WORD.findall(text.lower()) if word not in _SAY_LITTLE}


def main(url: str | None = None) -> None:
    """Draft, compare and print."""
    with tempfile.TemporaryDirectory() as folder:
        if url is None:
            url = f"sqlite:///{folder}/answers.sqlite3"
            load_everything(url, Path(folder))
        engine = open_engine(url)
        compared = _all(SqlReference(sessionmaker(engine)))
        engine.dispose()
    table = Table("question", "published", "", "nearest statement of the draft, or what is missing", show_lines=True)
    for each in compared:
        table.add_row(each.question, each.fact, each.verdict, (each.nearest or each.missing)[:300])
    Console(width=160).print(table)
    counts = Counter(each.verdict for each in compared)
    print(f"{len(compared)} facts: {dict(counts)}")


def _all(reference: SqlReference) -> list[Compared]:
    found: list[Compared] = []
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        each = json.loads(line)
        working = work_out(each["question"], subject="", sent_on=SENT_ON, reference=reference)
        found += compare(working, each["id"], each["accepted_answer_facts"])
    return found


if __name__ == "__main__":
    main(*sys.argv[1:2])
