"""A process that begins to load a folder, says so when rows are written, and then waits to be killed.

Usage: python -m tests.integration.reference.stalled_load DATABASE_URL FOLDER ROWS
"""

import sys
from pathlib import Path

from consultant.db.engine import open_engine
from consultant.reference.loading.finding import find
from consultant.reference.loading.load import load
from consultant.reference.loading.opening import opened_paths
from tests.integration.reference.conftest import NOW


class StallsAt:
    """A progress that stops everything at a number of rows."""

    def __init__(self, rows: int) -> None:
        self._rows = rows

    def read(self, count: int) -> None:
        """Go on."""

    def written(self, rows: int) -> None:
        """Say that it is time, and wait for the end of standard input."""
        if rows >= self._rows:
            print("written", rows, flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    url, folder, rows = sys.argv[1:]
    with opened_paths([Path(folder)]) as sources:
        for planned in find(sources).releases:
            load(open_engine(url), planned, now=NOW, progress=StallsAt(int(rows)))
