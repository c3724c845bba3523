"""The agencies' real files, where they are: rows loaded are rows in the file, by a reading that shares no code.

A hundred rows of each are read back, a thousand when REFERENCE_FILES=all is in the environment.
"""

import csv
import os
import random
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine, text

from consultant.reference.formats.ncci_ptp import PtpRow
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.reference_files import AGENCY, ptp_text

pytestmark = pytest.mark.skipif(not AGENCY.is_dir(), reason="the agencies' files are not here")

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PTP = AGENCY / "ptp" / "ccipra-v322r0-f1.excerpt.txt"
MUE = AGENCY / "mue" / "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"
SUBSET = AGENCY / "ptp" / "ptp-2024Q3-practitioner-subset.derived.tsv"
AOC = AGENCY / "aoc" / "AOC_V2026Q2-MCR.xlsx"
SAMPLE = 1_000 if os.environ.get("REFERENCE_FILES") == "all" else 100


def test_as_many_rows_are_loaded_as_the_files_have(loaded: Load) -> None:
    found = {(each.dataset, each.release): each.rows for each in loaded(AGENCY)}
    assert found == {
        ("ncci_aoc", "2026Q2"): 9000,
        ("ncci_mue_practitioner", "2024Q3"): 14677,
        ("ncci_mue_practitioner", "2026Q3"): 44,
        ("ncci_mue_practitioner", "2026Q4"): 6,
        ("ncci_ptp_practitioner", "2026Q3"): 154,
    }


def test_every_edit_of_the_excerpt_reads_back(loaded: Load, reference: SqlReference) -> None:
    loaded(PTP)
    lines = [line.split("\t") for line in PTP.read_text(encoding="ascii").splitlines()[6:]]
    assert len(lines) == 154
    for one, two, prior, first, last, indicator, rationale in lines:
        assert prior == ""
        on = datetime.strptime(first, "%Y%m%d").date()  # noqa: DTZ007
        found = {(each.column_one, each.column_two): each for each in reference.ptp_edits([one, two], on)}
        if indicator == "9":
            assert (one, two) not in found
            continue
        edit = found[one, two]
        assert (edit.modifier_indicator, edit.rationale) == (indicator, rationale)
        assert edit.effective == on
        assert (f"{edit.deletion:%Y%m%d}" if edit.deletion else "*") == last


def test_real_pairs_are_in_force_as_their_deletion_dates_say(loaded: Load, reference: SqlReference) -> None:
    """The real table's pairs; their effective dates are not known, so made-up ones stand in the file."""
    raw = [line.split("\t") for line in SUBSET.read_text(encoding="ascii").splitlines()[1:]]
    assert len(raw) == 33981
    numbered = {(one, two): 0 for one, two, *_ in raw}
    rows = []
    for one, two, last, indicator, rationale in raw:
        first = date(1996, 1, 1) + timedelta(days=numbered[one, two])
        numbered[one, two] += 1
        deletion = None if last == "99991231" else datetime.strptime(last, "%Y%m%d").date()  # noqa: DTZ007
        rows.append(PtpRow(one, two, False, first, deletion, indicator, rationale))
    (result,) = loaded({"ccipra-v302r0-f1.txt": ptp_text(rows)})
    assert result.rows == 33981

    pairs: dict[frozenset[str], list[PtpRow]] = {}
    for row in rows:
        pairs.setdefault(frozenset((row.column_one, row.column_two)), []).append(row)
    chance = random.Random(8)
    ends = sorted({row.deletion for row in rows if row.deletion})
    for row in chance.sample(rows, SAMPLE):
        on = chance.choice([row.deletion or ends[-1], chance.choice(ends)]) + timedelta(days=chance.choice([0, 1]))
        codes = [row.column_one, row.column_two]
        by_hand = {
            (each.column_one, each.column_two, each.modifier_indicator, each.rationale, each.deletion)
            for each in pairs[frozenset(codes)]
            if each.effective <= on <= (each.deletion or on) and each.modifier_indicator != "9"
        }
        found = reference.ptp_edits(codes, on)
        asked = {(e.column_one, e.column_two, e.modifier_indicator, e.rationale, e.deletion) for e in found}
        # A made-up first day may lie behind a real last day: of rows that overlap so, the store names the newest.
        assert asked <= by_hand
        assert {each[:2] for each in asked} == {each[:2] for each in by_hand}


def test_units_read_back(loaded: Load, reference: SqlReference) -> None:
    loaded(MUE)
    with MUE.open(encoding="cp1252", newline="") as file:
        rows = [row for row in csv.reader(file) if row[2][:1] in set("123")]
    assert len(rows) == 14677
    assert sum(row[1] == "0" for row in rows) == 2667
    for code, value, mai, rationale in random.Random(5).sample(rows, SAMPLE):
        found = reference.mue(code, date(2024, 8, 1))
        assert found is not None
        assert (found.value, found.mai, found.rationale) == (int(value), mai[0], rationale)


def test_add_on_links_read_back(loaded: Load, reference: SqlReference, engine: Engine) -> None:
    loaded(AOC)
    rows = [cells for cells in sheet_cells(AOC) if cells.get("A") in {"1", "2", "3"}]
    assert len(rows) == 9000
    never = 0
    for cells in random.Random(6).sample(rows, SAMPLE):
        first, last = day(cells["F"]), day(cells.get("G", ""))
        assert first is not None
        found = [
            link
            for link in reference.primaries_of(cells["B"], first)
            if (link.primary, link.edit_type) == (cells["D"], cells["A"])
        ]
        if last == first:
            never += 1
            continue
        (link,) = found
        assert (link.effective, link.deletion, link.note) == (first, last, cells.get("H", "").strip())
        after = reference.primaries_of(cells["B"], last + timedelta(days=1)) if last else ()
        assert (cells["D"], cells["A"], first) not in {(each.primary, each.edit_type, each.effective) for each in after}
    with engine.connect() as connection:
        counted = connection.execute(text("SELECT edit_type, count(*) FROM ref_add_on_link GROUP BY 1"))
        types = {row[0]: row[1] for row in counted}
        contractor = connection.scalar(text("SELECT count(*) FROM ref_add_on_link WHERE primary_code = 'CCCCC'"))
    assert (types, contractor) == ({"1": 8293, "2": 47, "3": 660}, 55)


def sheet_cells(path: Path) -> Iterator[dict[str, str]]:
    """The cells of each row by column letter, out of the workbook's XML."""
    with zipfile.ZipFile(path) as book:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in book.namelist():
            strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(part.text or "" for part in item.iter(f"{SHEET}t")) for item in strings]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    for row in sheet.iter(f"{SHEET}row"):
        yield {cell.get("r", "").rstrip("0123456789"): cell_text(cell, shared) for cell in row}


def cell_text(cell: ElementTree.Element, shared: list[str]) -> str:
    value = "".join(part.text or "" for part in cell.iter() if part.tag in {f"{SHEET}v", f"{SHEET}t"})
    return shared[int(value)] if cell.get("t") == "s" else value


def day(cell: str) -> date | None:
    """A date written YYYYDDD."""
    return datetime.strptime(cell, "%Y%j").date() if cell.strip() else None  # noqa: DTZ007
