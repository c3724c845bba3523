"""How fast the whole PTP table is loaded and asked, beside the least that any program would have to do for it.

The floor is to decompress the file and split its lines in Python, measured in the same process as the load. Memory is
that of `consultant reference load`, run as a background job should be (`nice`), with a reader beside it. The file is
synthetic: the real table's pairs, deletion dates, indicators and rationales in CMS's layout, with made-up effective
dates; where the real table is not at hand, pairs are made up too.

The floor of asking is the bare statement on a connection of the driver, for the same codes. Who asks often holds one
connection, as `--batch` does; who asks once takes one of the pool.
"""

from __future__ import annotations

import gzip
import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import groupby, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from consultant.db.engine import open_engine
from consultant.db.migrate import upgrade
from consultant.db.ptp_partitions import drop_forgotten_partitions
from consultant.reference.loading.finding import find
from consultant.reference.loading.load import load
from consultant.reference.loading.opening import opened_paths
from consultant.reference.store import SqlReference
from tests.reference_files import AGENCY, PTP_HEAD
from tests.services.postgres_server import running_postgres

REAL = AGENCY / "ptp" / "ptp-2024Q3-practitioner.derived.tsv.gz"
NAME = "ccipra-v302r0-f1"
MADE_UP_ROWS = 2_500_000
ROUNDS = 2
QUESTIONS = 2_000
ASKING_ROUNDS = 5
COLD_STARTS = 7
ON = date(2024, 8, 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a load took beside the floor, in seconds."""

    floor: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Goals:
    """What the figures should be at most: times the floor, and milliseconds at the 99th percentile."""

    load: float
    five: float
    ten: float
    meanwhile: float = 1.0
    peak_mb: float = 100.0


# A process takes over the peak of the one that it was forked from: this one is small.
LAUNCHER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

# Asks for the edits among codes on a connection.
Ask = Callable[[list[str]], object]
Asking = Callable[[Engine], AbstractContextManager[Ask]]

BARE = """
SELECT column_one, column_two, modifier_indicator, effective, deletion, rationale
FROM ref_ptp_edit JOIN ref_ptp_term ON ref_ptp_term.id = ref_ptp_edit.term_id
WHERE ref_ptp_edit.release_id = {mark} AND column_one IN ({among}) AND column_two IN ({among})
AND effective <= {mark} AND (deletion IS NULL OR deletion >= {mark}) AND modifier_indicator <> '9'
"""

GOALS = {"SQLite": Goals(4, 0.05, 0.2), "PostgreSQL": Goals(3, 0.5, 0.5)}


def main() -> None:
    """Measure and print the table."""
    console = Console()
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / f"{NAME}.zip"
        rows = write_synthetic(archive)
        console.print(
            f"{rows:,} rows, synthetic, {archive.stat().st_size / 1e6:.0f} MB zipped; {ROUNDS} rounds, median"
        )
        with postgres.database() as url:
            urls = {"SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite3'}", "PostgreSQL": url}
            for name, each in urls.items():
                console.print(_measure(name, each, archive))
        console.print(_cold_shell(Path(folder)))


def write_synthetic(archive: Path) -> int:
    """The table as CMS packs it; returns its number of rows."""
    lines = 0
    with ZipFile(archive, "w", ZIP_DEFLATED) as made, made.open(f"{NAME}.txt", "w", force_zip64=True) as member:
        member.write("".join("\t".join(cells) + "\r\n" for cells in PTP_HEAD).encode())
        rows = _real_rows() if REAL.exists() else _made_up_rows()
        for pair, group in groupby(rows, key=lambda cells: cells[:2]):
            for number, (*_, last, indicator, rationale) in enumerate(group):
                deletion = "*" if last == "99991231" else last
                cells = (*pair, "", str(19960101 + number), deletion, indicator, rationale)
                member.write(("\t".join(cells) + "\r\n").encode())
                lines += 1
    return lines


def floor(archive: Path) -> float:
    """Seconds to decompress and split the file."""
    began = time.perf_counter()
    with ZipFile(archive) as opened, opened.open(f"{NAME}.txt") as member:
        for line in io.TextIOWrapper(member, "utf-8", newline=""):
            line.rstrip("\r\n").split("\t")
    return time.perf_counter() - began


def load_all(url: str, archive: Path) -> Measured:
    """Load into a database that has no release."""
    engine = open_engine(url)
    upgrade(engine)
    least = min(floor(archive) for _ in range(2))
    began = time.perf_counter()
    with opened_paths([archive]) as sources:
        for planned in find(sources).releases:
            load(engine, planned, now=datetime.now(UTC))
    seconds = time.perf_counter() - began
    engine.dispose()
    return Measured(least, seconds)


def _measure(name: str, url: str, archive: Path) -> Table:
    rounds = []
    goals = GOALS[name]
    for _ in range(ROUNDS):
        _empty(url)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            rounds.append(alone.submit(load_all, url, archive).result())
    _empty(url)
    command = _Command(url, archive)
    meanwhile = _p99(url, 5, _of_the_pool, while_running=command.is_running)
    peak_mb = command.peak_mb()
    _analyse(url)
    table = Table("what", "measured", "goal", title=name, title_justify="left")
    ratio = statistics.median(each.seconds / each.floor for each in rounds)
    seconds = statistics.median(each.seconds for each in rounds)
    table.add_row("load, × floor", f"{ratio:.1f}  ({seconds:.2f} s)", f"{goals.load:.0f}")
    table.add_row("load, peak MB", f"{peak_mb:.0f}", f"{goals.peak_mb:.0f}")
    for codes, goal in ((5, goals.five), (10, goals.ten)):
        # What else the machine does comes on top: the quietest round says most of the store.
        for how, asking in WAYS.items():
            quietest = min(_p99(url, codes, asking) for _ in range(ASKING_ROUNDS))
            table.add_row(f"edits of {codes} codes, {how}, p99 ms", f"{quietest:.3f}", f"{goal}")
    table.add_row("the same for 5 during a load of low priority", f"{meanwhile:.3f}", f"{goals.meanwhile}")
    return table


def _cold_shell(folder: Path) -> Table:
    """Seconds from a shell's start of `consultant code` to its end, on a database that has the starter pack alone."""
    environment = os.environ | {"CONSULTANT_DATABASE_URL": f"sqlite:///{folder / 'cold.sqlite3'}"}
    run = partial(subprocess.run, env=environment, check=True, stdout=subprocess.DEVNULL)
    command = [sys.executable, "-m", "workers.command"]
    run([*command, "migrate"])
    taken = _quickest(partial(run, [*command, "code", "96423"]))
    least = _quickest(partial(run, [sys.executable, "-c", "import sqlite3, json"]))
    table = Table("what", "measured", "goal", title="Cold shell", title_justify="left")
    table.add_row("`consultant code 96423`, quickest, s", f"{taken:.2f}", "0.3")
    table.add_row("the same, × `python -c 'import sqlite3, json'`", f"{taken / least:.0f}", "")
    return table


def _quickest(start: Callable[[], object]) -> float:
    """Seconds that the quickest of several starts took."""
    taken = []
    for _ in range(COLD_STARTS):
        began = time.perf_counter()
        start()
        taken.append(time.perf_counter() - began)
    return min(taken)


class _Command:
    """`consultant reference load` as a process of low priority."""

    def __init__(self, url: str, archive: Path) -> None:
        command = ["nice", "-n", "10", sys.executable, "-m", "workers.command", "reference", "load", str(archive)]
        environment = os.environ | {"CONSULTANT_DATABASE_URL": url}
        launcher = [sys.executable, "-S", "-c", LAUNCHER, *command]
        self._process = subprocess.Popen(launcher, env=environment, stdout=subprocess.PIPE, text=True)

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def peak_mb(self) -> float:
        """Wait for its end; the most memory that it ever held, in MB."""
        told, _ = self._process.communicate()
        if self._process.returncode:
            raise subprocess.CalledProcessError(self._process.returncode, "consultant reference load")
        return float(told) / 1024


def _p99(url: str, codes: int, asking: Asking, while_running: Callable[[], bool] | None = None) -> float:
    """Milliseconds at the 99th percentile to find the edits among so many random column one codes, warm."""
    engine = open_engine(url)
    chance, known = random.Random(codes), _some_codes()
    taken: list[float] = []
    with asking(engine) as ask:
        while len(taken) < QUESTIONS if while_running is None else while_running():
            asked = chance.sample(known, codes)
            began = time.perf_counter()
            ask(asked)
            taken.append(time.perf_counter() - began)
    engine.dispose()
    return statistics.quantiles(taken[len(taken) // 10 :], n=100)[98] * 1000


@contextmanager
def _bare(engine: Engine) -> Iterator[Ask]:
    """The statement alone on a connection of the driver, its release known: what no store can do without."""
    with engine.connect() as connection:
        release = connection.scalar(text("SELECT id FROM ref_release WHERE dataset = 'ncci_ptp_practitioner'"))
    on_postgresql = engine.dialect.name == "postgresql"
    mark, day = ("%s", ON) if on_postgresql else ("?", ON.isoformat())
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    if on_postgresql:
        driver.autocommit = True

    def ask(codes: list[str]) -> None:
        among = ", ".join([mark] * len(codes))
        statement = BARE.format(mark=mark, among=among)
        driver.execute(statement, (release, *codes, *codes, day, day)).fetchall()

    yield ask
    pooled.close()


@contextmanager
def _held(engine: Engine) -> Iterator[Ask]:
    reference = SqlReference(sessionmaker(engine))
    with reference.held():
        yield lambda codes: reference.ptp_edits(codes, ON)


@contextmanager
def _of_the_pool(engine: Engine) -> Iterator[Ask]:
    reference = SqlReference(sessionmaker(engine))
    yield lambda codes: reference.ptp_edits(codes, ON)


WAYS: dict[str, Asking] = {"bare": _bare, "connection held": _held, "of the pool": _of_the_pool}


def _some_codes() -> list[str]:
    rows = _real_rows() if REAL.exists() else _made_up_rows()
    return sorted({cells[0] for cells in islice(rows, 0, None, 97)})


def _empty(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    empty = "TRUNCATE {} CASCADE" if engine.dialect.name == "postgresql" else "DELETE FROM {}"
    with engine.begin() as connection:
        for table in ("ref_ptp_edit", "ref_ptp_term", "ref_file", "ref_release"):
            connection.execute(text(empty.format(table)))
    drop_forgotten_partitions(engine)
    engine.dispose()


def _analyse(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _real_rows() -> Iterator[list[str]]:
    with gzip.open(REAL, "rt", encoding="ascii", newline="") as lines:
        for line in islice(lines, 1, None):
            yield line.rstrip("\r\n").split("\t")


def _made_up_rows() -> Iterator[list[str]]:
    """As many rows as the real table has, in its order."""
    chance = random.Random(1)
    ones = sorted(f"{number:05d}" for number in chance.sample(range(10_000, 99_999), 12_500))
    for one in ones:
        for two in sorted(chance.sample(ones, MADE_UP_ROWS // len(ones))):
            last = chance.choice(["99991231", "20191231", "20230630"])
            yield [one, two, last, chance.choice("01"), f"Made-up reason {chance.randrange(12)}"]


if __name__ == "__main__":
    main()
