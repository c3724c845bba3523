"""The agencies' real files of the other kinds, where they are: rows as their description states, read back at random.

The large ones take a minute and more: they are loaded when REFERENCE_FILES=all is in the environment, and a thousand
rows read back of each instead of a hundred.
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
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine, text

from consultant.reference.loading.releases import verify
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.integration.reference.test_code_lists import compare_drafts
from tests.reference_files import AGENCY

FILES = AGENCY.parent
PFS = FILES / "pfs" / "rvu26ar-1.zip"
HCPCS = FILES / "hcpcs" / "2019-Alpha-Numeric-HCPCS-File.zip"
ORDER = FILES / "icd10cm" / "icd10cm_order_2022.repacked.zip"
PROCEDURES = FILES / "icd10pcs" / "icd10pcs_order_2022.repacked.zip"
TABULAR = FILES / "icd10cm" / "icd10cm-tabular-2021.zip"
SMALL = {
    "asp": {("asp", "2026Q4"): 8, ("ndc_hcpcs", "2026Q4"): 5},
    "pos": {("pos", "2023-09"): 99},
    "msdrg": {("msdrg_titles", "V40"): 767, ("msdrg_weights_cn", "FY2027"): 6},
    "gems/2018_I9gem.txt": {("gem_icd9cm_to_icd10cm", "FY2018"): 24_860},
    "icd10cm/icd10cm-order-addenda-2023.txt": {("icd10cm_addenda", "FY2023"): 1_861},
    "icd10cm/icd10cm_order_2026.excerpt.txt": {("icd10cm_order", "FY2026"): 100},
    "hcpcs/HCPC2026_OCT_ANWEB.excerpt.csv": {("hcpcs_level_ii", "2026-10"): 35},
    "pfs/PPRRVU2026_Jul_nonQPP.excerpt.csv": {("pfs_rvu_nonQPP", "2026C"): 61},
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
    "icd10cm/icd10cm-table-index-April-1-2026.zip": {
        ("icd10cm_index_drug", "2026-04"): 50_786,
        ("icd10cm_index_external_cause", "2026-04"): 15_665,
        ("icd10cm_index_neoplasm", "2026-04"): 13_050,
        ("icd10cm_tabular", "2026-04"): 125_472,
    },
}
DIAGNOSES = {"icd10cm/icd10cm-tabular-2021.zip": 45_017, "icd10cm/icd10cm-table-index-April-1-2026.zip": 46_881}
READ_BACK = ("icd10cm/icd10cm_order_2022.repacked.zip", "hcpcs/2019-Alpha-Numeric-HCPCS-File.zip", "pfs/rvu26ar-1.zip")
# No issue of an agency's data: layouts, lists of corrections, answers of an interface. `ncci` has its own tests.
NO_KIND = (
    "README.md", "hcpcs/2019-HCPCS-Alpha-Numeric-Corrections.zip", "hcpcs/2019-HCPCS-Record-Layout.zip",
    "hcpcs/HCPC2020_OCT_Trans_Alpha.xlsx", "mcd", "ncci",
)  # fmt: skip
ALL = os.environ.get("REFERENCE_FILES") == "all"
SAMPLE = 1_000 if ALL else 100

pytestmark = pytest.mark.skipif(not AGENCY.is_dir(), reason="the agencies' files are not here")


@pytest.fixture
def one_database(engine: Engine) -> None:
    """What takes long is done on SQLite alone, unless everything is asked for; small files are loaded on both."""
    if not ALL and engine.dialect.name != "sqlite":
        pytest.skip("large files on both databases: REFERENCE_FILES=all")


@pytest.mark.parametrize("path", SMALL)
def test_as_many_rows_are_loaded_as_the_files_have(loaded: Load, path: str) -> None:
    assert {(each.dataset, each.release): each.rows for each in loaded(FILES / path)} == SMALL[path]


@pytest.mark.skipif(not ALL, reason="large files: REFERENCE_FILES=all")
@pytest.mark.parametrize("path", LARGE)
def test_as_many_rows_are_loaded_as_the_large_files_have(loaded: Load, engine: Engine, path: str) -> None:
    assert {(each.dataset, each.release): each.rows for each in loaded(FILES / path)} == LARGE[path]
    assert all(found.intact for found in verify(engine))
    with engine.connect() as connection:
        diagnoses = connection.scalar(text("SELECT count(*) FROM ref_icd10_node WHERE level = 'diag'"))
    assert diagnoses == DIAGNOSES.get(path, 0)


def test_every_file_that_is_there_is_loaded_by_one_of_these_tests() -> None:
    tested = (*SMALL, *LARGE, *READ_BACK, *NO_KIND)
    there = (str(path.relative_to(FILES)) for path in FILES.rglob("*") if path.is_file())
    assert [name for name in there if not any(name == each or name.startswith(f"{each}/") for each in tested)] == []


@pytest.mark.usefixtures("one_database")
def test_diagnoses_read_back(loaded: Load, reference: SqlReference) -> None:
    (result,) = loaded(ORDER)
    assert result.rows == 95_524
    lines = text_of(ORDER, "icd10cm_order_2022.txt").splitlines()
    assert sum(line[14] == "1" for line in lines) == 72_748
    for line in random.Random(1).sample(lines, SAMPLE):
        plain = line[6:13].strip()
        entry = reference.code(f"{plain[:3]}.{plain[3:]}".rstrip("."), date(2022, 9, 30))
        assert entry is not None, plain
        assert (entry.billable, entry.description) == (line[14] == "1", line[77:].strip())
        assert entry.source.release == "FY2022"


@pytest.mark.usefixtures("one_database")
def test_procedures_read_back(loaded: Load, reference: SqlReference) -> None:
    (result,) = loaded(PROCEDURES)
    lines = text_of(PROCEDURES, "icd10pcs_order_2022.txt").splitlines()
    assert (result.rows, len(lines), sum(line[14] == "1" for line in lines)) == (79_115, 79_115, 78_220)
    for line in random.Random(13).sample(lines, SAMPLE):
        code = line[6:13].strip()
        entry = reference.code(code, date(2022, 9, 30))
        assert entry is not None, code
        assert (entry.system, entry.code, entry.billable) == ("ICD-10-PCS", code, line[14] == "1")
        assert (entry.description, entry.source.release) == (line[77:].strip(), "FY2022")


@pytest.mark.skipif(not ALL, reason="large files: REFERENCE_FILES=all")
def test_notes_of_the_tabular_list_read_back(loaded: Load, reference: SqlReference) -> None:
    loaded(TABULAR)
    root = ElementTree.fromstring(text_of(TABULAR, ".xml").encode("cp1252"))
    assert sum(1 for _ in root.iter("diag")) == 45_017
    noted: dict[str, list[tuple[str, str]]] = {}
    for diag in root.iter("diag"):
        told = [(part.tag, " ".join("".join(note.itertext()).split())) for part in diag for note in part.iter("note")]
        told = [(kind, note) for kind, note in told if kind not in {"diag", "sevenChrDef", "visualImpairment"}]
        if told:
            noted[diag.findtext("name", "")] = told
    for code in random.Random(14).sample(sorted(noted), SAMPLE):
        facts = [fact.values for fact in reference.details(code, date(2021, 2, 1)).notes]
        own = [each for each in facts if each["code"] == code.replace(".", "") and each["level"] == "diag"]
        found = [(each["kind"], " ".join(each["note"].split())) for each in own if each["kind"] != "sevenChrDef"]
        assert sorted(found) == sorted(noted[code]), code


@pytest.mark.usefixtures("one_database")
def test_level_ii_codes_read_back(loaded: Load, reference: SqlReference) -> None:
    (result,) = loaded(HCPCS)
    assert (result.dataset, result.release, result.rows) == ("hcpcs_level_ii", "2019-01", 6_800)
    firsts = [line for line in text_of(HCPCS, "HCPC2019_CONTR_ANWEB.txt").splitlines() if line[10:11] in {"3", "7"}]
    firsts = [line for line in firsts if line[5:10].isdigit()]
    assert len(firsts) == 6_800
    for line in random.Random(2).sample(firsts, SAMPLE):
        code, first, last = line[:5].strip(), day(line[268:276]), day(line[284:292])
        assert first is not None
        entry = reference.code(code, last or max(first, date(2019, 2, 1)))
        assert entry is not None, code
        assert (entry.added, entry.ended) == (first, last)
        assert entry.description.startswith(line[11:91].strip()) or code.startswith("D")


@pytest.mark.usefixtures("one_database")
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
    for cells in random.Random(3).sample(rows[1:], SAMPLE):
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


def test_mappings_read_back(loaded: Load, reference: SqlReference) -> None:
    path = FILES / "gems" / ("2018_I10gem.txt" if ALL else "2018_I9gem.txt")
    loaded(path)
    targets: dict[str, set[tuple[str | None, str]]] = {}
    for line in path.read_text("ascii").splitlines():
        source, target, flags = line.split()
        targets.setdefault(source, set()).add((None if target in {"NoDx", "NoPCS"} else target, flags))
    for source in random.Random(4).sample(sorted(targets), SAMPLE):
        facts = [fact.values for fact in reference.details(source, date(2018, 1, 1)).mappings]
        flags_of = ("approximate", "no_map", "combination", "scenario", "choice_list")
        found = {(fact["target"], "".join(str(int(fact[name])) for name in flags_of)) for fact in facts}
        assert found == targets[source]


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
