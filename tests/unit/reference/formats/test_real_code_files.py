"""HCPCS, drug prices and places of service: the agencies' own files, as far as they are at hand."""

import random
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from consultant.reference.formats.asp import AspFormat
from consultant.reference.formats.hcpcs import HcpcsCode, HcpcsFormat
from consultant.reference.formats.ndc_hcpcs import NdcHcpcsFormat
from consultant.reference.formats.pos import PosFormat
from tests.unit.reference.formats.files import AGENCY, members, on_disk, read, release_of
from tests.unit.reference.formats.raw_files import Cells, csv_cells, sheet_cells

pytestmark = pytest.mark.skipif(not AGENCY.is_dir(), reason="the agencies' files are not here")

YEARLY = "hcpcs/2019-Alpha-Numeric-HCPCS-File.zip"
NAMES = (
    "price:4 cim:3 mcm:3 labcert:8 xref:5 tos:5 mult_pi statute cov asc_grp asc_dt opps opps_pi opps_dt procnote betos "
    "anest_bu add_dt act_eff_dt term_dt action_cd"
).split()


def day(text: str) -> date | None:
    return datetime.strptime(text, "%Y%m%d").date() if text else None  # noqa: DTZ007


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as the readers give them: days as days, an empty text as None."""
    return {
        name: value if isinstance(value, tuple) else day(value) if name.endswith("_dt") else value or None
        for name, value in facts.items()
    }


def same_facts(row: Any, facts: dict[str, Any]) -> bool:
    """Whether the row says all of this; a modifier's row leaves out what only codes have, which must be empty then."""
    return all(
        getattr(row, name, None) == value or (value == () and not hasattr(row, name)) for name, value in facts.items()
    )


def text_facts(raw: bytes) -> dict[str, dict[str, Any]]:
    """Position by position, after CMS's record layout."""
    found: dict[str, dict[str, Any]] = {}
    for line in raw.decode("latin-1").split("\r\n"):
        if not re.match(r".{5}\d{5}[3478]", line):
            continue
        code = line[:5].strip()
        if line[10] in "48":
            found[code]["long_description"] += " " + line[11:91].strip()
            continue
        found[code] = {
            "long_description": line[11:91].strip(),
            "short_description": line[91:119].strip(),
            "price": pieces(line[119:127], 2),
            "mult_pi": line[127].strip(),
            "cim": pieces(line[128:146], 6),
            "mcm": pieces(line[146:170], 8),
            "statute": line[170:180].strip(),
            "labcert": pieces(line[180:204], 3),
            "xref": pieces(line[204:229], 5),
            "cov": line[229].strip(),
            "asc_grp": line[230:232].strip(),
            "asc_dt": line[232:240].strip(),
            "procnote": line[252:256].strip(),
            "betos": line[256:259].strip(),
            "tos": pieces(line[260:265], 1),
            "anest_bu": line[265:268].strip(),
            "add_dt": line[268:276].strip(),
            "act_eff_dt": line[276:284].strip(),
            "term_dt": line[284:292].strip(),
            "action_cd": line[292].strip(),
        }
    return {code: plain(facts) for code, facts in found.items()}


def pieces(text: str, width: int) -> tuple[str, ...]:
    return tuple(text[at : at + width].strip() for at in range(0, len(text), width) if text[at : at + width].strip())


def sheet_facts(rows: list[Cells]) -> dict[str, dict[str, Any]]:
    """Column by column, by the heads of the workbook."""
    start = next(at for at, cells in enumerate(rows) if cells and cells[0] == "HCPC")
    heads = [head.lower().replace(" ", "_") for head in rows[start]]
    found: dict[str, dict[str, Any]] = {}
    for cells in rows[start + 1 :]:
        if not any(cells):
            continue
        named = dict(zip(heads, [*cells, *[""] * (48 - len(cells))], strict=True))
        if named["recid"] in "48":
            found[named["hcpc"]]["long_description"] += " " + named["long_description"]
            continue
        facts: dict[str, Any] = {name: named[name] for name in ("long_description", "short_description")}
        for name in NAMES:
            stem, _, times = name.partition(":")
            if times:
                facts[stem] = tuple(filter(None, (named[f"{stem}{at + 1}"] for at in range(int(times)))))
            else:
                facts[stem] = named[stem]
        found[named["hcpc"]] = facts
    return {code: plain(facts) for code, facts in found.items()}


@pytest.mark.parametrize(
    ("name", "label", "count"),
    [
        (f"{YEARLY}/HCPC2019_CONTR_ANWEB.txt", "2019-01", 6800),
        (f"{YEARLY}/HCPC2019_CONTR_ANWEB.xlsx", "2019-01", 6800),
        ("hcpcs/HCPC2020_APR_ANWEB.xlsx", "2020-04", 7097),
        ("hcpcs/HCPC2020_OCT_ANWEB.xlsx", "2020-10", 7196),
    ],
)
def test_hcpcs_rows_are_what_the_file_says(name: str, label: str, count: int) -> None:
    archive, _, member = name.partition(".zip/")
    source = members(f"{archive}.zip")[member] if member else on_disk(name)
    release = release_of(HcpcsFormat(), source)
    assert release
    assert release.label == label
    reading = read(HcpcsFormat(), source)
    assert reading.bad == []
    assert len(reading.rows) == count
    with source.open() as opened:
        raw = opened.read()
    facts = sheet_facts(sheet_cells(raw)) if name.endswith("xlsx") else text_facts(raw)
    assert [code for code in facts if len(code) == 5] == [
        row.hcpc for row in reading.rows if isinstance(row, HcpcsCode)
    ]
    assert [row[0] for row in reading.rows] == list(facts)
    for row in random.Random(5).sample(reading.rows, 1000):
        expected = facts[row[0]]
        assert same_facts(row, expected), (row, expected)


def test_the_other_members_of_the_hcpcs_zips_are_not_taken() -> None:
    archives = (YEARLY, "hcpcs/2019-HCPCS-Alpha-Numeric-Corrections.zip", "hcpcs/2019-HCPCS-Record-Layout.zip")
    taken = [name for each in archives for name, source in members(each).items() if release_of(HcpcsFormat(), source)]
    assert taken == ["HCPC2019_CONTR_ANWEB.txt", "HCPC2019_CONTR_ANWEB.xlsx"]
    assert release_of(HcpcsFormat(), on_disk("hcpcs/HCPC2020_OCT_Trans_Alpha.xlsx")) is None


def test_ended_modifiers_of_2026() -> None:
    source = on_disk("hcpcs/HCPC2026_OCT_ANWEB.excerpt.csv")
    rows = read(HcpcsFormat(), source).rows
    assert len(rows) == 35
    assert len([row for row in rows if row.term_dt]) == 5
    assert {row.modifier: row.add_dt for row in rows}["AC"] == date(2026, 7, 1)


def cells_below(path: str, head: str) -> list[Cells]:
    rows = csv_cells((AGENCY / path).read_bytes())
    start = next(at for at, cells in enumerate(rows) if cells[0] == head)
    return [cells for cells in rows[start + 1 :] if any(cells)]


def number(cell: str) -> Decimal | None:
    return Decimal(cell) if cell and cell != "N/A" else None


def test_payment_limits() -> None:
    path = "asp/section 508 version of October 2026 Medicare Part B Payment Limit File 091626.excerpt.csv"
    rows = read(AspFormat(), on_disk(path)).rows
    assert (
        [tuple(row) for row in rows]
        == [
            (
                cells[0],
                None if cells[0].isdigit() else cells[1],
                cells[2] or None,
                *map(number, cells[3:7]),
                *(None, None),  # the infusion columns of older files
                *map(number, cells[7:9]),
                cells[9] or None,
                cells[10] or None,
            )
            for cells in cells_below(path, "HCPCS Code")
        ]
    )
    assert len(rows) == 8


def test_the_crosswalk() -> None:
    path = "asp/section 508 version of October 2026 ASP NDC-HCPCS Crosswalk 091126.excerpt.csv"
    rows = read(NdcHcpcsFormat(), on_disk(path)).rows
    assert [tuple(row) for row in rows] == [
        (*cells[:6], *map(number, cells[6:])) for cells in cells_below(path, "_2026_CODE")
    ]
    assert len(rows) == 5


def test_places_of_service() -> None:
    path = "pos/place-of-service-codes-2023-09.derived.csv"
    rows = read(PosFormat(), on_disk(path)).rows
    raw = [
        cells
        for cells in csv_cells((AGENCY / path).read_bytes().decode().encode("latin-1", "replace"))[1:]
        if any(cells)
    ]
    assert [row.pos_code for row in rows] == [cells[0] for cells in raw]
    assert [row.pfs_setting for row in rows] == [
        {"Facility": "facility", "Non-Facility": "non-facility"}.get(cells[3]) for cells in raw
    ]
    assert len(rows) == 99
