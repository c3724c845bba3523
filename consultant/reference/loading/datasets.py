"""The registry: each kind of file that can be loaded, with its format, its rows in the database, and its names.

A new kind is a format module, a table and an entry here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from consultant.db.reference import RefAddOnLink, RefMue
from consultant.reference.formats import Format, Release, Source
from consultant.reference.formats.add_on_codes import AddOnCodes, AddOnRow
from consultant.reference.formats.mue import Mue, MueRow
from consultant.reference.formats.ncci_ptp import NcciPtp
from consultant.reference.loading.ptp_rows import PtpRows
from consultant.reference.loading.row_stores import DatedTableRows, RowStore, TableRows

WHOLE = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A kind of file: `stem` begins the data set's name in the database, the variant follows.

    `part` finds in a file's name which part of its release it is, where several files make one.
    """

    format: Format
    store: RowStore
    stem: str
    title: str
    agency: str
    variants: Mapping[str, str] = field(default_factory=dict)
    part: re.Pattern[str] | None = None

    def name(self, release: Release) -> str:
        """The data set of a release: "ncci_ptp_practitioner"."""
        return f"{self.stem}_{release.variant}" if release.variant else self.stem

    def title_of(self, release: Release) -> str:
        """What a citation calls it."""
        variant = self.variants.get(release.variant, release.variant)
        return f"{self.title}, {variant}" if variant else self.title

    def part_of(self, source: Source) -> str:
        """Which part of its release a file is."""
        found = self.part.search(source.name) if self.part else None
        return found[1].lower() if found else WHOLE


SETTINGS = {
    "practitioner": "practitioner services",
    "outpatient_hospital": "outpatient hospital services",
    "dme": "DME supplier services",
}

DATASETS: tuple[Dataset, ...] = (
    Dataset(
        NcciPtp(),
        PtpRows(),
        stem="ncci_ptp",
        title="NCCI procedure-to-procedure edits",
        agency="CMS",
        variants=SETTINGS,
        part=re.compile(r"-(f\d)\b", re.IGNORECASE),
    ),
    Dataset(
        Mue(),
        DatedTableRows(MueRow, RefMue.__table__, ("code", "value", "mai", "rationale"), ("code",)),  # type: ignore[arg-type]
        stem="ncci_mue",
        title="NCCI medically unlikely edits",
        agency="CMS",
        variants=SETTINGS,
    ),
    Dataset(
        AddOnCodes(),
        TableRows(
            AddOnRow,
            RefAddOnLink.__table__,  # type: ignore[arg-type]
            (
                "add_on", "primary_code", "edit_type", "effective", "deletion", "add_on_deletion",
                "primary_deletion", "note",
            ),
            ("add_on", "primary_code", "edit_type", "effective"),
        ),
        stem="ncci_aoc",
        title="NCCI add-on code edits",
        agency="CMS",
    ),
)  # fmt: skip


def dataset_named(name: str) -> Dataset | None:
    """The kind that a data set in the database is of; None for those that only the starter pack has."""
    return next((each for each in DATASETS if name == each.stem or name.startswith(f"{each.stem}_")), None)
