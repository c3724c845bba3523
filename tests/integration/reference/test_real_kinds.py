"""The agencies' real files of the other kinds, where they are: rows as their description states, read back at random.

The large ones take a minute and more: they are loaded when REFERENCE_FILES=all is in the environment.
"""

import csv
import io
import os
import random
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from consultant.reference.loading.releases import verify
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.integration.reference.test_code_lists import compare_drafts
from tests.reference_files import AGENCY

FILES = AGENCY.parent
PFS = FILES / "pfs" / "rvu26ar-1.zip"
HCPCS = FILES / "hcpcs" / "2019-Alpha-Numeric-HCPCS-File.zip"
ORDER = FILES / "icd10cm" / "icd10cm_order_2022.repacked.zip"
SMALL = {
    "asp": {("asp", "2026Q4"): 8, ("ndc_hcpcs", "2026Q4"): 5},
    "pos": {("pos", "2023-09"): 99},
    "msdrg": {("msdrg_titles", "V40"): 767, ("msdrg_weights_cn", "FY2027"): 6},
    "gems/2018_I9gem.txt": {("gem_icd9cm_to_icd10cm", "FY2018"): 24_860},
    "icd10cm/icd10cm-order-addenda-2023.txt": {("icd10cm_addenda", "FY2023"): 1_861},
}
LARGE = {
    "pfs/rvu25d-0.zip": {
        ("pfs_anesthesia", "2025D"): 109,
        ("pfs_gpci", "2025D"): 109,
        ("pfs_localities", "2025D"): 110,
        ("pfs_opps_caps", "2025D"): 16_100,
        ("pfs_rvu", "2025D"): 19_090,
    },
    "gems/2018_I10gem.txt": {("gem_icd10cm_to_icd9cm", "FY2018"): 81_593},
    "hcpcs/HCPC2020_APR_ANWEB.xlsx": {("hcpcs_level_ii", "2020-04"): 7_097},
    "hcpcs/HCPC2020_OCT_ANWEB.xlsx": {("hcpcs_level_ii", "2020-10"): 7_196},
    "icd10cm/icd10cm-order-Jan-2021.zip": {("icd10cm_order", "2021-01"): 95_358},
    "icd10pcs": {("icd10pcs_order", "FY2022"): 79_115},
    # Of 45,017 codes and what the list has besides: chapters, sections, notes, 7th characters.
    "icd10cm/icd10cm-tabular-2021.zip": {("icd10cm_tabular", "FY2021"): 120_866},
}

pytestmark = pytest.mark.skipif(not AGENCY.is_dir(), reason="the agencies' files are not here")


@pytest.mark.parametrize("path", SMALL)
def test_as_many_rows_are_loaded_as_the_files_have(loaded: Load, path: str) -> None:
    assert {(each.dataset, each.release): each.rows for each in loaded(FILES / path)} == SMALL[path]


@pytest.mark.skipif(os.environ.get("REFERENCE_FILES") != "all", reason="large files: REFERENCE_FILES=all")
@pytest.mark.parametrize("path", LARGE)
def test_as_many_rows_are_loaded_as_the_large_files_have(loaded: Load, engine: Engine, path: str) -> None:
    assert {(each.dataset, each.release): each.rows for each in loaded(FILES / path)} == LARGE[path]
    assert all(found.intact for found in verify(engine))


def test_a_thousand_diagnoses_read_back(loaded: Load, reference: SqlReference) -> None:
    (result,) = loaded(ORDER)
    assert result.rows == 95_524
    lines = text_of(ORDER, "icd10cm_order_2022.txt").splitlines()
    assert sum(line[14] == "1" for line in lines) == 72_748
    for line in random.Random(1).sample(lines, 1000):
        plain = line[6:13].strip()
        entry = reference.code(f"{plain[:3]}.{plain[3:]}".rstrip("."), date(2022, 9, 30))
        assert entry is not None, plain
        assert (entry.billable, entry.description) == (line[14] == "1", line[77:].strip())
        assert entry.source.release == "FY2022"


def test_a_thousand_level_ii_codes_read_back(loaded: Load, reference: SqlReference) -> None:
    (result,) = loaded(HCPCS)
    assert (result.dataset, result.release, result.rows) == ("hcpcs_level_ii", "2019-01", 6_800)
    firsts = [line for line in text_of(HCPCS, "HCPC2019_CONTR_ANWEB.txt").splitlines() if line[10:11] in {"3", "7"}]
    firsts = [line for line in firsts if line[5:10].isdigit()]
    assert len(firsts) == 6_800
    for line in random.Random(2).sample(firsts, 1000):
        code, first, last = line[:5].strip(), day(line[268:276]), day(line[284:292])
        assert first is not None
        entry = reference.code(code, last or max(first, date(2019, 2, 1)))
        assert entry is not None, code
        assert (entry.added, entry.ended) == (first, last)
        assert entry.description.startswith(line[11:91].strip()) or code.startswith("D")


def test_the_fee_schedule_reads_back_and_no_draft_gets_poorer(loaded: Load, reference: SqlReference) -> None:
    assert {each.dataset: each.rows for each in loaded(PFS)} == {
        "pfs_anesthesia": 109,
        "pfs_gpci": 109,
        "pfs_localities": 110,
        "pfs_opps_caps": 15_260,
        "pfs_rvu_QPP": 11_811,
        "pfs_rvu_nonQPP": 19_226,
    }
    records = csv.reader(io.StringIO(text_of(PFS, "PPRRVU2026_Jan_nonQPP.csv")))
    rows = [cells for cells in records if len(cells) > 25 and len(cells[0]) == 5 and cells[3]]
    assert len(rows) == 19_226 + 1  # the last line of the head
    for cells in random.Random(3).sample(rows[1:], 300):
        on = date(2026, 2, 1)
        facts = [
            fact
            for fact in reference.details(cells[0], on).fee_schedule
            if fact.values["mod"] == cells[1] and fact.values["pric_ind"] == "9"
        ]
        (fact,) = facts
        assert fact.values["status_code"] == cells[3]
        assert fact.values["work_rvu"] == Decimal(cells[5])
        assert fact.values["facility_total"] == Decimal(cells[12])
        assert fact.values["glob_days"] == cells[14]
    compare_drafts(reference)


def text_of(archive: Path, name: str) -> str:
    """A member of a zip, wherever it is in it."""
    with zipfile.ZipFile(archive) as opened:
        (member,) = (each for each in members(opened) if each.endswith(name))
        return opened.read(member).decode("cp1252")


def members(opened: zipfile.ZipFile) -> Iterator[str]:
    yield from opened.namelist()


def day(cell: str) -> date | None:
    """A date written YYYYMMDD."""
    return datetime.strptime(cell, "%Y%m%d").date() if cell.strip() else None  # noqa: DTZ007
