"""A load killed in its middle leaves nothing; until then readers see what was there before, at once."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from consultant.reference.loading.load import Loaded
from consultant.reference.loading.releases import verify
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load, Put
from tests.reference_files import ptp_edit, ptp_text

BEGAN, ON = date(2020, 1, 1), date(2026, 8, 1)
NAME = "ccipra-v322r0-f1.txt"
OLD = [ptp_edit("11111", "22222", BEGAN)]
NEW = [ptp_edit(f"{one:05d}", f"{two:05d}", BEGAN) for one in range(100) for two in range(200, 400)]


@contextmanager
def stalled(url: str, folder: Path, rows: int) -> Iterator[subprocess.Popen[str]]:
    """A load of the folder that has written so many rows and waits."""
    command = [sys.executable, "-m", "tests.integration.reference.stalled_load", url, str(folder), str(rows)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("written")
            yield process
        finally:
            process.kill()


def test_kill_9_in_the_middle_leaves_the_old_release_and_nothing_of_the_new(
    engine: Engine, ready_database_url: str, reference: SqlReference, loaded: Load, put: Put
) -> None:
    loaded({NAME: ptp_text(OLD)})
    folder = put({NAME: ptp_text(NEW)})
    tables = [table for table in inspect(engine).get_table_names() if table.startswith("ref_ptp_edit")]
    for rows in (1, random.Random().randrange(2, len(NEW)), len(NEW)):
        with stalled(ready_database_url, folder, rows):
            assert len(reference.ptp_edits(["11111", "22222"], ON)) == 1
            assert reference.ptp_edits(["00001", "00200"], ON) == ()
        assert len(reference.ptp_edits(["11111", "22222"], ON)) == 1
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM ref_ptp_edit")) == 1
            assert [
                table for table in inspect(connection).get_table_names() if table.startswith("ref_ptp_edit")
            ] == tables
        assert [(each.rows_found, each.intact) for each in verify(engine)] == [(1, True)]

    assert loaded(folder) == [Loaded("replaced", "ncci_ptp_practitioner", "2026Q3", len(NEW))]
    assert len(reference.ptp_edits(["00001", "00200"], ON)) == 1
    assert reference.ptp_edits(["11111", "22222"], ON) == ()


def test_readers_see_the_old_release_or_the_new_one_and_never_half(reference: SqlReference, loaded: Load) -> None:
    codes = [f"{number:05d}" for number in (1, 2, 3, 200, 201, 202)]
    old = [ptp_edit(one, two, BEGAN) for one, two in pairwise(codes)]
    loaded({NAME: ptp_text(old)})
    seen: list[tuple[bool, int]] = []  # whether the load was over before it was asked, and how many edits there were
    over, done = threading.Event(), threading.Event()

    def read() -> None:
        while not done.is_set():
            asked_after = over.is_set()
            seen.append((asked_after, len(reference.ptp_edits(codes, ON))))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    while not seen:
        time.sleep(0.001)
    loaded({NAME: ptp_text(NEW)})
    over.set()
    while sum(asked_after for asked_after, _ in seen) < 10:
        time.sleep(0.001)
    done.set()
    for reader in readers:
        reader.join()
    whole_new = 3 * 3  # 1, 2 and 3 with 200, 201 and 202
    assert {found for _, found in seen} == {len(old), whole_new}
    assert {found for asked_after, found in seen if asked_after} == {whole_new}


def test_a_reader_does_not_wait_for_a_load(
    ready_database_url: str, reference: SqlReference, loaded: Load, put: Put
) -> None:
    loaded({NAME: ptp_text(OLD)})
    with stalled(ready_database_url, put({NAME: ptp_text(NEW)}), 10_000):
        began = time.perf_counter()
        for _ in range(100):
            assert len(reference.ptp_edits(["11111", "22222"], ON)) == 1
        # A reader that waited for the lock would wait for ever; the benchmark measures how fast it is.
        assert time.perf_counter() - began < 10
