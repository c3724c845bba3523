"""How many seeds a test of chance runs: few in the usual run, all of them with `SEEDS=200 pytest FILE`."""

from __future__ import annotations

import os


def seeds(usual: int) -> range:
    """Seeds 0, 1, 2, …: as many as usual, or as the environment variable SEEDS says."""
    return range(int(os.environ.get("SEEDS", usual)))
