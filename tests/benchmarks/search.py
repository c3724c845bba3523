"""How fast and how well codes are found by words, on both databases, over the agencies' own files.

What is loaded is real: ICD-10-CM with tabular list and indexes, HCPCS Level II, the fee schedule. No public copy of a
whole ICD-10-CM order file is as new as the others here, so that of FY2022 is loaded as if it were FY2026's: its texts
are real, its year is made up.

- Unambiguous: the description of a random code that no other code has, put in small letters, its words shuffled, and
  of its words only those kept that less than one text in fifty has, where three or more of these are left; what other
  descriptions have all words of is not unambiguous, and left out. The code must be among the first five.
- One slip of the finger: the same questions, in one word of five letters or more a letter left out, put in twice,
  wrong, or changed with its neighbour.
- Questions: tests/corpora/search_words.csv, a hundred in a layman's or a coder's words, with the codes judged right, or
  what they begin with. One of them must be among the first five.
"""

from __future__ import annotations

import csv
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import sessionmaker

from consultant.db.engine import open_engine, writing
from consultant.db.migrate import upgrade
from consultant.db.reference import RefRelease
from consultant.db.reference_search import RefSearchText
from consultant.reference.loading.finding import find
from consultant.reference.loading.load import load
from consultant.reference.loading.opening import opened_paths
from consultant.reference.search.indexing import index_release
from consultant.reference.search.words import stem, words_of
from consultant.reference.store import SqlReference
from tests.services.postgres_server import running_postgres

SHARED = Path(__file__).resolve().parents[3] / "shared" / "reference"
ORDER = SHARED / "icd10cm" / "icd10cm_order_2022.repacked.zip"
OTHERS = (
    SHARED / "icd10cm" / "icd10cm-table-index-April-1-2026.zip",
    SHARED / "hcpcs" / "HCPC2020_OCT_ANWEB.xlsx",
    SHARED / "pfs" / "rvu26ar-1.zip",
)
WORDS = Path(__file__).parents[1] / "corpora" / "search_words.csv"
ON = date(2026, 6, 1)
QUESTIONS = 1_000
FIRST = 5
ROUNDS = 3
COMMON = 50  # one text in so many, or more, has a common word
LETTERS = "abcdefghijklmnopqrstuvwxyz"
GOALS = {"build": 1.0, "p99": 5.0, "plain": 0.97, "slip": 0.95, "words": 0.85}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what the codes that answer it begin with."""

    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """Of how many questions the first five had the answer, what was missed, and how long each took, in ms."""

    recall: float
    missed: tuple[Asked, ...]
    taken: tuple[float, ...]


def main() -> None:
    """Measure and print the tables; with `-v` also what was not found."""
    console = Console()
    if not all(path.exists() for path in (ORDER, *OTHERS)):
        console.print(f"Search is measured over the agencies' files, and {SHARED} has them not: nothing measured.")
        return
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder, postgres.database() as url:
        for name, each in (("SQLite", f"sqlite:///{Path(folder) / 'search.sqlite3'}"), ("PostgreSQL", url)):
            engine = open_engine(each)
            load_all(engine, Path(folder))
            console.print(measured(name, engine, verbose="-v" in sys.argv))
            engine.dispose()


def load_all(engine: Engine, folder: Path) -> None:
    """The files into an empty database."""
    order = folder / "icd10cm-order-2026.txt"
    with ZipFile(ORDER) as archive:
        order.write_bytes(archive.read(archive.namelist()[0]))
    upgrade(engine)
    with opened_paths([order, *OTHERS]) as sources:
        for planned in find(sources).releases:
            load(engine, planned, now=datetime.now(UTC))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def measured(name: str, engine: Engine, *, verbose: bool) -> Table:
    """All figures of one database."""
    reference = SqlReference(sessionmaker(engine))
    plain = unambiguous(engine)
    slips = [Asked(slipped(asked.text, random.Random(number)), asked.codes) for number, asked in enumerate(plain)]
    with WORDS.open(encoding="utf-8", newline="") as file:
        judged = [Asked(row["question"], tuple(row["codes"].split(";"))) for row in csv.DictReader(file)]
    reference.search("warm up", ON)
    answers = {"plain": answer(reference, plain), "slip": answer(reference, slips), "words": answer(reference, judged)}
    texts, seconds = build(engine)
    table = Table("what", "measured", "goal", title=f"{name}, {texts:,} texts", title_justify="left")
    table.add_row("build, s for 100,000 texts", f"{seconds / texts * 100_000:.2f}", f"{GOALS['build']}")
    taken = [each for found in answers.values() for each in found.taken]
    table.add_row("p99 ms (median)", f"{p99(taken):.1f} ({statistics.median(taken):.1f})", f"{GOALS['p99']}")
    for kind, what in (("plain", "unambiguous"), ("slip", "one slip"), ("words", "a hundred questions")):
        found = answers[kind]
        table.add_row(f"{what}, recall at {FIRST} of {len(found.taken)}", f"{found.recall:.3f}", f"{GOALS[kind]}")
        if verbose:
            for asked in found.missed[:40]:
                print(f"  {kind}: {asked.text!r} should be {'; '.join(asked.codes)}")
    return table


def unambiguous(engine: Engine) -> list[Asked]:
    """Distinctive words of descriptions, and the codes that have them all."""
    texts = RefSearchText.__table__.c
    query = select(texts.code, texts.text, RefRelease.dataset).join(RefRelease, RefRelease.id == texts.release_id)
    with engine.connect() as connection:
        rows = connection.execute(
            query.where(RefRelease.dataset.in_(["icd10cm_order", "hcpcs_level_ii"]), texts.last_day >= ON)
            .where(texts.first_day <= ON)
            .order_by(texts.code, texts.text)
        ).all()
    stems = [frozenset(map(stem, words_of(row.text))) for row in rows]
    having: dict[str, set[int]] = {}
    for number, each in enumerate(stems):
        for one in each:
            having.setdefault(one, set()).add(number)
    chance = random.Random(7)
    found: list[Asked] = []
    while len(found) < QUESTIONS:
        number = chance.randrange(len(rows))
        words = [w for w in words_of(rows[number].text) if len(having[stem(w)]) < len(rows) / COMMON]
        words = list(dict.fromkeys(words))
        if len(words) < 3:
            continue
        codes = {rows[each].code for each in set.intersection(*(having[stem(word)] for word in words))}
        if len(codes) == 1:
            chance.shuffle(words)
            found.append(Asked(" ".join(words), tuple(codes)))
    return found


def slipped(text: str, chance: random.Random) -> str:
    """The text with one slip of the finger in one of its longer words."""
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return text
    at = chance.choice(long)
    word, place = words[at], chance.randrange(1, len(words[at]) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    wrong = chance.choice([each for each in LETTERS if each != letter])
    words[at] = chance.choice(
        [
            before + after,
            before + letter + letter + after,
            before + wrong + after,
            before + after[0] + letter + after[1:],
        ]
    )
    return " ".join(words)


def answer(reference: SqlReference, questions: Sequence[Asked]) -> Answered:
    """Ask them all, each some times: what else the machine does comes on top of the quickest."""
    taken, missed = [], []
    for asked in questions:
        quickest = float("inf")
        for _ in range(ROUNDS):
            began = time.perf_counter()
            hits = reference.search(asked.text, ON, limit=FIRST)
            quickest = min(quickest, (time.perf_counter() - began) * 1000)
        taken.append(quickest)
        if not any(hit.entry.code.startswith(asked.codes) for hit in hits):
            missed.append(asked)
    return Answered(1 - len(missed) / len(questions), tuple(missed), tuple(taken))


def build(engine: Engine) -> tuple[int, float]:
    """How many texts are indexed, and the seconds that it takes to index the largest release, for as many."""
    texts = RefSearchText.__table__.c
    with engine.connect() as connection:
        many = connection.scalar(select(func.count()).select_from(RefSearchText)) or 0
        largest = Counter(connection.scalars(select(texts.release_id)).all()).most_common(1)[0][0]
    best = 0.0
    for _ in range(3):
        with writing(engine).begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM ref_search_text WHERE release_id = {largest:d}")
            began = time.perf_counter()
            done = index_release(connection, largest)
            rate = done / (time.perf_counter() - began)
        best = max(best, rate)
    return many, many / best


def p99(taken: Sequence[float]) -> float:
    """Milliseconds at the 99th percentile."""
    return statistics.quantiles(taken, n=100)[98]


if __name__ == "__main__":
    main()
