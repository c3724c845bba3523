"""Whatever happens to a file on its way: a FormatError or rows, nothing else, and every line accounted for."""

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultant.reference.formats import Format, FormatError, Release, RowError, Source
from consultant.reference.formats.anesthesia import AnesthesiaFormat
from consultant.reference.formats.asp import AspFormat
from consultant.reference.formats.gpci import GpciFormat
from consultant.reference.formats.hcpcs import HcpcsFormat
from consultant.reference.formats.localities import LocalitiesFormat
from consultant.reference.formats.ndc_hcpcs import NdcHcpcsFormat
from consultant.reference.formats.opps_caps import OppsCapsFormat
from consultant.reference.formats.pfs_pprrvu import PprrvuFormat
from consultant.reference.formats.pos import PosFormat
from consultant.reference.formats.records import peek, records, text_lines
from tests.unit.reference.formats import (
    test_anesthesia,
    test_asp,
    test_gpci,
    test_hcpcs,
    test_localities,
    test_ndc_hcpcs,
    test_opps_caps,
    test_pfs_pprrvu,
    test_pos,
)
from tests.unit.reference.formats.files import file, fixed, lines, workbook

OPPS_LINE = fixed((1, "70010TC C 01112  05"), (20, "   150.69"), (29, "    150.70"), width=38)
ANES_LINE = fixed((1, "02102"), (13, "01"), (19, "SOMEWHERE"), (68, "2829"), (74, "2815"), width=77)
PPRRVU_CSV = test_pfs_pprrvu.csv_2026(test_pfs_pprrvu.CPT, test_pfs_pprrvu.BLANK, test_pfs_pprrvu.LEVEL_TWO)

WHOLE: list[tuple[Format, str, bytes]] = [
    (PprrvuFormat(), "PPRRVU2026_Jan_QPP.csv", PPRRVU_CSV.encode()),
    (
        PprrvuFormat(),
        "PPRRVU2026_Jan_QPP.txt",
        lines("HDR A", *[test_pfs_pprrvu.fixed_line("00100", "", "1")] * 3).encode(),
    ),
    (PprrvuFormat(), "PPRRVU2026_Jan_QPP.xlsx", workbook([line.split(",") for line in PPRRVU_CSV.splitlines()])),
    (
        GpciFormat(),
        "GPCI2026.csv",
        f"{test_gpci.BOTH}02102,AK,01,SOMEWHERE,0.988,1.000,0.875,0.566\r\n*Note,,,,,,,".encode(),
    ),
    (LocalitiesFormat(), "25LOCCO.csv", test_localities.CSV.encode()),
    (
        LocalitiesFormat(),
        "25LOCCO.txt",
        lines(test_localities.line("10112", "00", "A", "B", "ALL"), "*  A note.").encode(),
    ),
    (
        AnesthesiaFormat(),
        "ANES2026.csv",
        f"{test_anesthesia.TWO}02102 ,01 ,SOMEWHERE*,28.29,28.15\r\n,,,,\r\n".encode(),
    ),
    (AnesthesiaFormat(), "ANES2026.txt", lines(ANES_LINE, ANES_LINE).encode()),
    (OppsCapsFormat(), "rvu25d-0.zip/OPPSCAP_Oct.csv", test_opps_caps.CSV.encode()),
    (OppsCapsFormat(), "rvu25d-0.zip/OPPSCAP_Oct.txt", lines(OPPS_LINE, OPPS_LINE).encode()),
    (AspFormat(), f"{test_asp.NAME}.csv", test_asp.CSV.encode()),
    (NdcHcpcsFormat(), "ASP NDC-HCPCS Crosswalk.csv", test_ndc_hcpcs.CSV.encode()),
    (HcpcsFormat(), f"{test_hcpcs.NAME}.txt", test_hcpcs.text_file()),
    (HcpcsFormat(), f"{test_hcpcs.NAME}.xlsx", workbook(test_hcpcs.SHEET)),
    (PosFormat(), test_pos.NAME, test_pos.CSV.encode()),
]
NAMES = [name for _, name, _ in WHOLE]
# Fifteen files each; and no deadline: opening a workbook takes a busy machine its time.
A_FEW_OF_EACH = settings(max_examples=40, deadline=None)
LINE_BREAKERS = b'\r\n",\t'
PARTS = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"]
SHEETS = [each for each in WHOLE if each[1].endswith(".xlsx")]


@dataclass
class Outcome:
    """How many rows came, what was said of bad ones, how many records were passed over."""

    rows: int = 0
    told: list[str] = field(default_factory=list)
    skipped: int = 0

    @property
    def records(self) -> int:
        return self.rows + len(self.told) + self.skipped


@st.composite
def damage(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file that was cut off, or had bytes changed, put in or lost."""
    raw = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(raw) - 1, 0)))
        match draw(st.sampled_from(["cut", "change", "insert", "lose"])):
            case "cut":
                del raw[at:]
            case "change":
                raw[at : at + 1] = bytes([draw(st.sampled_from(LINE_BREAKERS) | st.integers(0, 255))])
            case "insert":
                raw[at:at] = draw(st.binary(max_size=20))
            case _:
                del raw[at : at + draw(st.integers(1, 200))]
    return bytes(raw)


@pytest.mark.parametrize(("form", "name", "whole"), WHOLE, ids=NAMES)
@A_FEW_OF_EACH
@given(data=st.data())
def test_a_damaged_file_gives_rows_or_says_what_is_wrong(
    form: Format, name: str, whole: bytes, data: st.DataObject
) -> None:
    source = file(name, data.draw(damage(whole)))
    assert all(message.startswith(name) for message in told_of(form, source))


@pytest.mark.parametrize(("form", "name", "whole"), WHOLE, ids=NAMES)
@A_FEW_OF_EACH
@given(data=st.data())
def test_of_a_damaged_file_every_record_is_a_row_or_told_or_counted(
    form: Format, name: str, whole: bytes, data: st.DataObject
) -> None:
    intact = file(name, whole)
    release = form.recognise(intact, peek(intact))
    assert release
    source = file(name, data.draw(damage(whole)))
    try:
        outcome = to_the_end(form, source, release)
        held = records_in(source)
    except FormatError:
        return
    if isinstance(form, HcpcsFormat | PosFormat):  # several records make one row, or one several
        assert bool(outcome.records) == bool(held)
    else:
        assert outcome.records == held


def told_of(form: Format, source: Source) -> list[str]:
    """What a reader says of a file: why it stopped, or which rows were bad."""
    try:
        release = form.recognise(source, peek(source))
        return to_the_end(form, source, release).told if release else []
    except FormatError as error:
        return [str(error)]


def to_the_end(form: Format, source: Source, release: Release) -> Outcome:
    found: Any = form.rows(source, release)
    outcome = Outcome()
    while True:
        try:
            next(found)
            outcome.rows += 1
        except StopIteration:
            outcome.skipped = sum(found.skipped.values())
            return outcome
        except RowError as error:
            outcome.told.append(str(error))


def records_in(source: Source) -> int:
    """All lines of a text without a head, all records of a table."""
    if source.name.endswith(".txt"):
        return len(list(text_lines(source)))
    return len(list(records(source)))


@pytest.mark.parametrize(("form", "name", "whole"), WHOLE, ids=NAMES)
@A_FEW_OF_EACH
@given(raw=st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_under_the_right_name(form: Format, name: str, whole: bytes, raw: bytes) -> None:
    source = file(name, raw)
    assert all(message.startswith(name) for message in told_of(form, source))


@pytest.mark.parametrize(("form", "name", "whole"), SHEETS, ids=[name for _, name, _ in SHEETS])
@A_FEW_OF_EACH
@given(data=st.data())
def test_a_workbook_damaged_inside(form: Format, name: str, whole: bytes, data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(PARTS))
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as intact, zipfile.ZipFile(packed, "w") as damaged:
        for member in intact.namelist():
            raw = intact.read(member)
            damaged.writestr(member, data.draw(damage(raw)) if member == part else raw)
    source = file(name, packed.getvalue())
    assert all(message.startswith(name) for message in told_of(form, source))


def test_no_reader_takes_another_kinds_file() -> None:
    for _, name, whole in WHOLE:
        source = file(name, whole)
        takers = {type(form).__name__ for form, _, _ in WHOLE if taken(form, source)}
        assert len(takers) == 1, name


def taken(form: Format, source: Source) -> bool:
    return form.recognise(source, peek(source)) is not None
