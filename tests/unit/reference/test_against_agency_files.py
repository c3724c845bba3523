"""The starter pack says what the agencies' own files say; skipped where those files are not at hand."""

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest

from consultant.db.reference import RefAddOnLink, RefCode, RefMue, RefPtpEdit
from consultant.reference.pack_files import RefRow, read_pack

AGENCY = Path(__file__).parents[4] / "shared" / "reference"
pytestmark = pytest.mark.skipif(not AGENCY.is_dir(), reason="the agencies' files are not here")

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, RefRow]]:
    pack = read_pack(files("consultant.reference") / "starter")
    return [(release.facts["release"], row) for release in pack for row in release.rows]


@pytest.fixture(scope="module")
def procedures(rows: list[tuple[str, RefRow]]) -> set[str]:
    return {row.code for _, row in rows if isinstance(row, RefCode) and row.system in {"CPT", "HCPCS"}}


def test_all_pairs_in_force_among_the_codes_are_there_and_no_other(
    rows: list[tuple[str, RefRow]], procedures: set[str]
) -> None:
    file = AGENCY / "ncci/ptp/ptp-2024Q3-practitioner.derived.tsv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        table = (line.rstrip("\r\n").split("\t") for line in islice(lines, 1, None))
        agency = {
            (one, two, indicator, rationale)
            for one, two, deletion, indicator, rationale in table
            if one in procedures and two in procedures and deletion >= "20240701" and indicator != "9"
        }
    ours = {
        (row.column_one, row.column_two, row.term.modifier_indicator, row.term.rationale)
        for _, row in rows
        if isinstance(row, RefPtpEdit)
    }
    assert ours == agency


@pytest.mark.parametrize(
    ("release", "file", "charset"),
    [
        ("2024 Q3 (Eff_07-01-2024)", "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv", "cp1252"),
        ("2026 Q4 (Eff_10-01-2026)", "MCR_MUE_PractitionerServices_Eff_10-01-2026.excerpt.csv", "utf-8"),
    ],
)
def test_units_are_those_of_the_file(
    rows: list[tuple[str, RefRow]],
    procedures: set[str],
    release: str,
    file: str,
    charset: str,
) -> None:
    with (AGENCY / "ncci/mue" / file).open(encoding=charset, newline="") as lines:
        agency = {
            (code, int(value), mai[0], rationale)
            for code, value, mai, rationale in csv.reader(lines)
            if code in procedures
        }
    ours = {
        (row.code, row.value, row.mai, row.rationale) for of, row in rows if of == release and isinstance(row, RefMue)
    }
    assert ours == agency


def test_all_links_of_the_add_on_codes_are_there(rows: list[tuple[str, RefRow]], procedures: set[str]) -> None:
    agency = {
        (add_on, primary, edit_type, julian(effective), julian(deletion), note)
        for edit_type, add_on, _, primary, _, effective, deletion, note in sheet("ncci/aoc/AOC_V2026Q2-MCR.xlsx", 8)
        if add_on in procedures
    }
    ours = {
        (row.add_on, row.primary_code, row.edit_type, row.effective, row.deletion, row.note)
        for _, row in rows
        if isinstance(row, RefAddOnLink)
    }
    assert ours == agency


@pytest.mark.parametrize(
    ("release", "archive", "member"),
    [
        ("RVU25D (October 2025)", "rvu25d-0.zip", "PPRRVU2025_Oct.csv"),
        ("RVU26AR (January 2026)", "rvu26ar-1.zip", "PPRRVU2026_Jan_nonQPP.csv"),
    ],
)
def test_status_and_global_days_are_those_of_the_fee_schedule(
    rows: list[tuple[str, RefRow]], release: str, archive: str, member: str
) -> None:
    agency = {record[0]: (record[3], record[14]) for record in records(f"pfs/{archive}", member) if not record[1]}
    ours = [row for of, row in rows if of == release and isinstance(row, RefCode)]
    assert ours
    for row in ours:
        assert (row.status, row.global_days) == agency[row.code], row.code


def test_level_ii_codes_have_their_dates_and_their_dose(rows: list[tuple[str, RefRow]]) -> None:
    table = sheet("hcpcs/HCPC2020_OCT_ANWEB.xlsx", 48)
    head = next(record for record in table if record[0] == "HCPC")
    agency = {record[0].strip(): dict(zip(head, record, strict=True)) for record in table if record[1] == "0010"}
    still_there = {record[0] for record in records("pfs/rvu26ar-1.zip", "PPRRVU2026_Jan_nonQPP.csv")}
    ours = [row for of, row in rows if of == "October 2020 (HCPC2020_OCT)" and isinstance(row, RefCode)]
    assert ours
    for row in ours:
        fact = agency[row.code]
        assert f"{row.added:%Y%m%d}" == fact["ADD DT"], row.code
        assert not fact["TERM DT"], row.code
        assert row.system == "modifier" or row.code in still_there
        if row.billing_unit:
            dose = row.billing_unit.replace("mL", "ml").replace("1000 ml", "1000 cc").replace("250 ml", "250 cc")
            assert re.search(rf"\b{re.escape(dose)}\b", fact["LONG DESCRIPTION"]), row.code


@pytest.mark.parametrize(
    ("release", "archive"),
    [("FY2021 (January 2021 update)", "icd10cm-order-Jan-2021.zip"), ("FY2022", "icd10cm_order_2022.repacked.zip")],
)
def test_diagnoses_are_billable_where_the_order_file_says_so(
    rows: list[tuple[str, RefRow]], release: str, archive: str
) -> None:
    with zipfile.ZipFile(AGENCY / "icd10cm" / archive) as opened:
        (member,) = (name for name in opened.namelist() if name.endswith(".txt"))
        lines = opened.read(member).decode().splitlines()
    agency = {line[6:13].strip(): line[14] == "1" for line in lines}
    ours = [row for of, row in rows if of == release and isinstance(row, RefCode)]
    assert ours
    for row in ours:
        assert row.billable == agency[row.code.replace(".", "")], row.code


def test_diagnoses_of_2026_stand_in_the_tabular_list(rows: list[tuple[str, RefRow]]) -> None:
    with zipfile.ZipFile(AGENCY / "icd10cm/icd10cm-table-index-April-1-2026.zip") as opened:
        (member,) = (name for name in opened.namelist() if "tabular" in name)
        root = ElementTree.fromstring(opened.read(member))
    leaves = {entry.findtext("name"): entry.find("diag") is None for entry in root.iter("diag")}
    ours = [row for of, row in rows if of == "FY2026 (April 2026 update)" and isinstance(row, RefCode)]
    assert ours
    for row in ours:
        assert row.billable == leaves[row.code], row.code


def julian(day: str) -> date | None:
    return datetime.strptime(day, "%Y%j").date() if day else None  # noqa: DTZ007 - a day has no zone


def records(archive: str, member: str) -> Iterator[list[str]]:
    with zipfile.ZipFile(AGENCY / archive) as opened, opened.open(member) as raw:
        yield from (record for record in csv.reader(io.TextIOWrapper(raw, "cp1252", newline="")) if len(record) > 14)


def sheet(file: str, width: int) -> Iterator[list[str]]:
    """The rows of the first sheet of an .xlsx file, as text."""
    with zipfile.ZipFile(AGENCY / file) as opened:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in opened.namelist():
            strings = ElementTree.fromstring(opened.read("xl/sharedStrings.xml"))
            shared = ["".join(part.text or "" for part in one.iter(f"{SHEET}t")) for one in strings]
        first = min(name for name in opened.namelist() if name.startswith("xl/worksheets/sheet"))
        for row in ElementTree.fromstring(opened.read(first)).iter(f"{SHEET}row"):
            cells = {column(cell.attrib["r"]): content(cell, shared) for cell in row.iter(f"{SHEET}c")}
            yield [cells.get(place, "") for place in range(width)]


def column(place: str) -> int:
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1


def content(cell: ElementTree.Element, shared: list[str]) -> str:
    if cell.attrib.get("t") == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{SHEET}t"))
    value = cell.findtext(f"{SHEET}v") or ""
    return shared[int(value)] if cell.attrib.get("t") == "s" and value else value
