"""A database with everything loaded that is at hand: the agencies' real files, or the starter pack alone."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from consultant.db.engine import open_engine
from consultant.db.migrate import upgrade
from consultant.reference.formats import FormatError
from consultant.reference.loading.finding import find
from consultant.reference.loading.load import PartsMissing, load
from consultant.reference.loading.opening import opened_paths
from consultant.reference.pack import load_starter
from tests.benchmarks.reference import NAME, write_synthetic

SHARED = Path(os.environ.get("SHARED", Path(__file__).resolve().parents[3] / "shared"))
KINDS = ("ncci", "pfs", "hcpcs", "icd10cm", "asp", "mcd", "gems", "pos")


def load_everything(url: str, folder: Path) -> int:
    """Make the database and load it; the number of releases loaded."""
    engine = open_engine(url)
    upgrade(engine)
    with Session(engine) as session:
        load_starter(session, datetime.now(UTC))
        session.commit()
    loaded = _load(engine, folder / f"{NAME}.zip")
    engine.dispose()
    return loaded


def _load(engine: Engine, archive: Path) -> int:
    """The PTP table in CMS's layout, and every file that is a whole release."""
    write_synthetic(archive)
    files = [each for name in KINDS for each in sorted((SHARED / "reference" / name).rglob("*")) if each.is_file()]
    loaded = 0
    for path in [archive, *files]:
        with contextlib.suppress(FormatError, PartsMissing), opened_paths([path]) as sources:
            for planned in find(sources).releases:
                load(engine, planned, now=datetime.now(UTC))
                loaded += 1
    return loaded
