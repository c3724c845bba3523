"""How much CPU a draft costs with everything loaded, and how fast two workers draft what waits.

The agencies' real files are loaded where they are at hand, else the starter pack alone; the questions are the real
ones of the corpus, or else the samples. The floor is what no draft can do without: its look-ups, remembered, and the
rendering of its template.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import sessionmaker

from consultant.db.engine import open_engine
from consultant.drafting.samples import SAMPLES
from consultant.drafting.working import work_out
from consultant.reference.remembered import Remembered
from consultant.reference.store import SqlReference
from tests.benchmarks.loaded import SHARED, load_everything

SENT_ON = date(2026, 3, 10)
WAITING = 2_000


def main() -> None:
    """Load, draft, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/drafting.sqlite3"
        found = load_everything(url, Path(folder))
        texts = _questions()
        table = Table(title=f"{len(texts)} questions; {found} releases loaded")
        for name in ("", "CPU ms a draft", "p95 ms", "a second", "peak MB"):
            table.add_column(name)
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
            first = workers.submit(_one_by_one, url, texts, remembers=False).result()
            table.add_row("each look-up asked", *first)
            table.add_row("look-ups remembered", *workers.submit(_one_by_one, url, texts, remembers=True).result())
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
            many = [texts[number % len(texts)] for number in range(WAITING)]
            list(workers.map(_warm, [url, url]))
            began = time.perf_counter()
            list(workers.map(_draft_all, [url, url], [many[::2], many[1::2]]))
            took = time.perf_counter() - began
        table.add_row("two workers, 2,000 waiting", "", "", f"{WAITING / took:.0f} (goal 100)", "")
        Console().print(table)


def _questions() -> list[str]:
    corpus = SHARED / "corpora" / "questions" / "sample.jsonl"
    if not corpus.exists():
        return [each.text for each in SAMPLES.values()]
    return [json.loads(line)["question"] for line in corpus.read_text(encoding="utf-8").splitlines()]


def _one_by_one(url: str, texts: list[str], *, remembers: bool) -> tuple[str, str, str, str]:
    reference = _reference(url, remembers=remembers)
    for text in texts[:20]:
        _draft(reference, text)
    costs = []
    for text in texts:
        before = time.process_time()
        _draft(reference, text)
        costs.append(1000 * (time.process_time() - before))
    costs.sort()
    mean = sum(costs) / len(costs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{mean:.1f} (goal 20)",
        f"{costs[int(0.95 * len(costs))]:.1f}",
        f"{1000 / mean:.0f}",
        f"{peak:.0f} (goal 400)",
    )


def _warm(url: str) -> None:
    _draft_all(url, ["96422 with 96423"])


def _draft_all(url: str, texts: list[str]) -> None:
    reference = _reference(url, remembers=True)
    for text in texts:
        _draft(reference, text)


def _reference(url: str, *, remembers: bool) -> SqlReference | Remembered:
    sql = SqlReference(sessionmaker(open_engine(url)))
    return Remembered(sql, lambda: None) if remembers else sql


def _draft(reference: SqlReference | Remembered, text: str) -> None:
    work_out(text, subject="", sent_on=SENT_ON, reference=reference)


if __name__ == "__main__":
    main()
