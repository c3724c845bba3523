"""The agencies' own files: as many rows as they have, and each as it stands there. Skipped where they are not at hand.

The right side is read by raw_files.py, in the plainest way; nothing of it knows the readers.
"""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from consultant.reference.formats import Format
from consultant.reference.formats.anesthesia import AnesthesiaFormat
from consultant.reference.formats.gpci import GpciFormat
from consultant.reference.formats.localities import LocalitiesFormat
from consultant.reference.formats.opps_caps import OppsCapsFormat
from consultant.reference.formats.pfs_pprrvu import PprrvuFormat
from tests.unit.reference.formats.files import AGENCY, members, on_disk, read, release_of
from tests.unit.reference.formats.raw_files import Cells, csv_cells, fixed_cells, sheet_cells

pytestmark = pytest.mark.skipif(not AGENCY.is_dir(), reason="the agencies' files are not here")

OLD, NEW = "pfs/rvu25d-0.zip", "pfs/rvu26ar-1.zip"
LEVEL_TWO = set("ABCEGHIJKLMNOPQRSTUV")

# CMS's documentation of the fixed-width texts, position by position.
PPRRVU_CUTS = [(1, 5), (6, 7), (8, 57), (58, 58), (59, 59), (60, 65), (67, 72), (73, 74), (76, 81), (82, 83), (85, 89)]
PPRRVU_CUTS += [(91, 96), (97, 102), (103, 103), (104, 106), (107, 109), (110, 112), (113, 115)]
PPRRVU_CUTS += [(at, at) for at in range(116, 122)]
PPRRVU_CUTS += [(128, 132), (133, 140), (142, 143), (144, 144), (146, 147), (152, 157), (159, 164), (166, 171)]
CUTS = {
    "pfs-pprrvu": PPRRVU_CUTS,
    "pfs-gpci": [(1, 5), (17, 18), (25, 26), (30, 118), (119, 126), (127, 138), (139, 150)],
    "pfs-localities": [(5, 9), (17, 18), (23, 45), (46, 127), (128, 999)],
    "pfs-anesthesia": [(1, 5), (13, 14), (19, 58), (60, 71), (72, 77)],
    "pfs-opps-caps": [(1, 5), (6, 7), (9, 9), (11, 15), (18, 19), (20, 28), (29, 38)],
}


def raw_cells(form: Format, archive: str, name: str) -> list[Cells]:
    with members(archive)[name].open() as opened:
        raw = opened.read()
    if name.endswith(".xlsx"):
        return sheet_cells(raw)
    if name.endswith(".csv"):
        return csv_cells(raw)
    return csv_cells(raw, "\t") if b"\t" in raw else fixed_cells(raw, CUTS[form.kind])


def test_the_plain_reading_itself_is_right() -> None:
    """The cells of one line, read by eye."""
    line = raw_cells(PprrvuFormat(), NEW, "PPRRVU2026_Jan_nonQPP.txt")[7]
    assert [
        cell for cell in line if cell
    ] == "0001F I 0.00 0.00 0.00 0.00 0.00 0.00 9 XXX .00 .00 .00 9 9 9 9 9 9 33.4009 09 0 99 0.00 0.00 0.00".split()


def relative_value(cells: Cells) -> tuple[Any, ...]:
    cells = [*cells, *[""] * (32 - len(cells))]
    code = cells[0].zfill(5)
    described = code[0] in LEVEL_TWO and code[1:].isdigit()
    head = (code, cells[1], (cells[2] or None) if described else None, cells[3], cells[4] == "+")
    rvus = (
        *map(Decimal, cells[5:7]),
        cells[7] == "NA",
        Decimal(cells[8]),
        cells[9] == "NA",
        *map(Decimal, cells[10:13]),
    )
    policy = (cells[13], cells[14].zfill(3), *map(Decimal, cells[15:18]), *cells[18:23], cells[23] or None)
    tail = (
        cells[24] or None,
        Decimal(cells[25]),
        cells[26].zfill(2),
        cells[27],
        cells[28],
        *map(Decimal, cells[29:32]),
    )
    return (*head, *rvus, *policy, *tail)


def relative_value_2025(cells: Cells) -> tuple[Any, ...]:
    # The text keeps an empty position for the column that came in 2026, the tables have none.
    return relative_value(cells if len(cells) == 32 and not cells[23] else [*cells[:23], "", *cells[23:]])


def gpci(cells: Cells) -> tuple[Any, ...]:
    head = (cells[0].zfill(5), cells[1], cells[2].zfill(2), cells[3].rstrip("*"))
    both = [Decimal(cell) for cell in cells[4:8] if cell]
    return (*head, *([both[1], both[0], *both[2:]] if len(both) == 4 else [both[0], None, *both[1:]]))


def locality(cells: Cells) -> tuple[Any, ...]:
    return (cells[0].zfill(5), cells[1].zfill(2), cells[2] or None, cells[3].rstrip("*"), cells[4])


def anesthesia(cells: Cells) -> tuple[Any, ...]:
    factors = [Decimal(cell) / (100 if len(cell) == 4 and cell.isdigit() else 1) for cell in cells[3:] if cell]
    return (
        cells[0].zfill(5),
        cells[1].zfill(2),
        cells[2].rstrip("*"),
        factors[-1],
        factors[-2] if factors[1:] else None,
    )


def opps_cap(cells: Cells) -> tuple[Any, ...]:
    return (cells[0].zfill(5), cells[1], cells[2], cells[3].zfill(5), cells[4].zfill(2), *map(Decimal, cells[5:7]))


def is_data(form: Format, cells: Cells) -> bool:
    if form.kind in {"pfs-pprrvu", "pfs-opps-caps"}:
        return (
            len(cells) > 2
            and len(cells[0].zfill(5)) == 5
            and cells[0] not in {"", "HCPCS", "HDR C", "HDR 2", "HDR R", "HDR T"}
        )
    return bool(cells) and cells[0].isdigit()


FORMS = ("csv", "txt", "xlsx")
FILES: list[tuple[Format, str, str, str, str, int, Callable[[Cells], tuple[Any, ...]]]] = [
    (PprrvuFormat(), OLD, "PPRRVU2025_Oct", "2025D", "", 19_090, relative_value_2025),
    (PprrvuFormat(), NEW, "PPRRVU2026_Jan_nonQPP", "2026A", "nonQPP", 19_226, relative_value),
    (PprrvuFormat(), NEW, "PPRRVU2026_Jan_QPP", "2026A", "QPP", 11_811, relative_value),
    (GpciFormat(), OLD, "GPCI2025", "2025D", "", 109, gpci),
    (GpciFormat(), NEW, "GPCI2026", "2026A", "", 109, gpci),
    (LocalitiesFormat(), OLD, "25LOCCO", "2025D", "", 110, locality),
    (LocalitiesFormat(), NEW, "26LOCCO", "2026A", "", 110, locality),
    (AnesthesiaFormat(), OLD, "ANES2025", "2025D", "", 109, anesthesia),
    (AnesthesiaFormat(), NEW, "ANES2026", "2026A", "", 109, anesthesia),
    (OppsCapsFormat(), OLD, "OPPSCAP_Oct", "2025D", "", 16_100, opps_cap),
    (OppsCapsFormat(), NEW, "OPPSCAP_Jan", "2026A", "", 15_260, opps_cap),
]


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize(("form", "archive", "name", "label", "variant", "count", "expected"), FILES)
def test_a_thousand_rows_are_what_the_file_says(
    form: Format,
    archive: str,
    name: str,
    label: str,
    variant: str,
    count: int,
    expected: Callable[[Cells], tuple[Any, ...]],
    suffix: str,
) -> None:
    source = members(archive)[f"{name}.{suffix}"]
    release = release_of(form, source)
    assert release
    assert (release.kind, release.label, release.variant) == (form.kind, label, variant)
    reading = read(form, source)
    assert (len(reading.rows), reading.bad) == (count, [])
    raw = [cells for cells in raw_cells(form, archive, f"{name}.{suffix}") if is_data(form, cells)]
    assert len(raw) == count
    for at in random.Random(5).sample(range(count), min(1000, count)):
        row = reading.rows[at]
        if form.kind == "pfs-localities" and not raw[at][2]:
            row = row._replace(state=None)  # filled in from above; see the next test
        assert tuple(row) == expected(raw[at])


def test_every_locality_has_its_state_but_where_the_text_leaves_it_out() -> None:
    states = [row.state for row in read(LocalitiesFormat(), members(NEW)["26LOCCO.csv"]).rows]
    assert None not in states
    assert states.count("CALIFORNIA") == 29
    assert [row.state for row in read(LocalitiesFormat(), members(NEW)["26LOCCO.xlsx"]).rows] == states
    text = read(LocalitiesFormat(), members(OLD)["25LOCCO.txt"]).rows
    assert {row.medicare_administrative_contractor for row in text if not row.state} == {"01112", "01182"}
    assert [row.state for row in text].count(None) == 29


@pytest.mark.parametrize("archive", [OLD, NEW])
def test_every_file_of_a_bundle_is_taken_by_one_reader(archive: str) -> None:
    forms: list[Format] = [PprrvuFormat(), GpciFormat(), LocalitiesFormat(), AnesthesiaFormat(), OppsCapsFormat()]
    takers = {
        name: [form.kind for form in forms if release_of(form, source)] for name, source in members(archive).items()
    }
    assert {name: kinds for name, kinds in takers.items() if len(kinds) != 1} == {}


def test_the_excerpt_of_a_later_quarter() -> None:
    source = on_disk("pfs/PPRRVU2026_Jul_nonQPP.excerpt.csv")
    release = release_of(PprrvuFormat(), source)
    assert release
    assert (release.label, release.variant) == ("2026C", "nonQPP")
    assert len(read(PprrvuFormat(), source).rows) == 61
