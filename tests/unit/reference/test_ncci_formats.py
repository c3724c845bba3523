"""NCCI files: recognised by what is in them, read to the row, and refused with the place where they make no sense."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.reference.formats import HEAD_BYTES, Format, FormatError, Release, RowError, Source
from consultant.reference.formats.add_on_codes import AddOnCodes, AddOnRow
from consultant.reference.formats.mue import Mue, MueRow
from consultant.reference.formats.ncci_ptp import BLOCK_BYTES, NcciPtp, PtpRow
from tests.reference_files import (
    add_on_cells,
    add_on_fixed,
    add_on_link,
    mue_text,
    ptp_cells,
    ptp_edit,
    ptp_text,
    source,
    tabbed,
    workbook,
)

FIRST, LAST = date(2013, 4, 1), date(2025, 12, 31)
PTP_NAME = "ccipra-v322r0-f1.txt"
MUE_NAME = "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"
AOC_NAME = "AOC_V2026Q2-MCR.xlsx"

days = st.dates(date(1996, 1, 1), date(2030, 12, 31))
codes = st.from_regex(r"\A[0-9A-Z][0-9]{3}[0-9A-Z]\Z")
phrases = st.sampled_from(["Because", "Sequential procedure", "Misuse of one with two"])
edits = st.builds(PtpRow, codes, codes, st.booleans(), days, st.none() | days, st.sampled_from("019"), phrases)
links = st.builds(
    AddOnRow, codes, codes | st.just("CCCCC"), st.sampled_from("123"), days, *[st.none() | days] * 3,
    st.sampled_from(["", "A note, with a comma", '"Quoted" words']),
)  # fmt: skip
units = st.builds(MueRow, codes, st.integers(0, 90000), st.sampled_from("123"), phrases)


def release_of(file_format: Format, file: Source) -> Release | None:
    with file.open() as opened:
        return file_format.recognise(file, opened.read(HEAD_BYTES))


def read(file_format: Format, name: str, content: bytes) -> list[Any]:
    file = source(name, content)
    release = release_of(file_format, file)
    assert release is not None
    return list(file_format.rows(file, release))


def with_bad_rows(rows: Iterator[Any]) -> list[Any]:
    """Rows and errors in their order, going on behind each bad row."""
    found: list[Any] = []
    while True:
        try:
            found.append(next(rows))
        except StopIteration:
            return found
        except RowError as error:
            found.append(error)


@pytest.mark.parametrize(
    ("name", "label", "variant", "first", "last"),
    [
        (PTP_NAME, "2026Q3", "practitioner", date(2026, 7, 1), date(2026, 9, 30)),
        ("ccioph-v313r0-f4.txt", "2025Q4", "outpatient_hospital", date(2025, 10, 1), date(2025, 12, 31)),
        (
            "medicare-ncci-2026q1-hospital-ptp-edits.zip/a.txt",
            "2026Q1",
            "outpatient_hospital",
            date(2026, 1, 1),
            date(2026, 3, 31),
        ),
    ],
)
def test_a_ptp_file_tells_its_quarter_and_table(name: str, label: str, variant: str, first: date, last: date) -> None:
    release = release_of(NcciPtp(), source(name, ptp_text([])))
    assert release == Release("ncci-ptp", label, variant, first, last)


@pytest.mark.parametrize(
    ("setting", "variant"),
    [("Practitioner", "practitioner"), ("Outpatient Hospital", "outpatient_hospital"), ("DME Supplier", "dme")],
)
def test_an_mue_file_tells_its_setting_and_day(setting: str, variant: str) -> None:
    release = release_of(Mue(), source(MUE_NAME, mue_text([], setting)))
    assert release == Release("mue", "2026Q4", variant, date(2026, 10, 1), date(2026, 12, 31))


def test_an_add_on_file_tells_its_quarter() -> None:
    release = release_of(AddOnCodes(), source("AOC_V2025Q4_01-MCR.txt", tabbed(add_on_cells([]))))
    assert release == Release("add-on-codes", "2025Q4", "", date(2025, 10, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("file_format", "content"),
    [(NcciPtp(), ptp_text([])), (Mue(), mue_text([])), (AddOnCodes(), tabbed(add_on_cells([])))],
)
def test_a_file_that_was_renamed_is_recognised_but_its_release_is_asked_for(
    file_format: Format, content: bytes
) -> None:
    with pytest.raises(FormatError, match=r"download\.txt, line 1, column 1: .* the name that CMS gave it"):
        release_of(file_format, source("download.txt", content))


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html><html>", b"PK\x03\x04 broken", b"\xff\xfe\x00", b"a\tb\r\n"])
def test_what_is_none_of_them_is_left_to_others(content: bytes) -> None:
    for file_format in (NcciPtp(), Mue(), AddOnCodes()):
        for name in (PTP_NAME, MUE_NAME, AOC_NAME):
            assert release_of(file_format, source(name, content)) is None


@pytest.mark.parametrize(
    ("file_format", "name", "content"),
    [
        (NcciPtp(), "medicare-ncci-2026q3-practitioner-additions-deletions-revisions-ptp.zip/a.txt", ptp_text([])),
        (Mue(), "MCR_MUE_PractitionerServices_Changes_Eff_10-01-2026.csv", mue_text([])),
    ],
)
def test_a_list_of_changes_does_not_pass_for_the_whole_table(file_format: Format, name: str, content: bytes) -> None:
    assert release_of(file_format, source(name, content)) is None


@given(st.lists(edits, max_size=30), st.sampled_from(["\r\n", "\n"]))
def test_ptp_text_is_read_to_the_row(rows: list[PtpRow], end: str) -> None:
    assert read(NcciPtp(), PTP_NAME, ptp_text(rows, end)) == rows


@given(st.lists(links, max_size=20))
def test_add_on_text_is_read_to_the_row(rows: list[AddOnRow]) -> None:
    content = tabbed([[cell.replace('"', "'") for cell in cells] for cells in add_on_cells(rows)])
    assert read(AddOnCodes(), AOC_NAME, content) == [row._replace(note=row.note.replace('"', "'")) for row in rows]


@given(st.lists(links, min_size=1, max_size=20))
def test_fixed_columns_are_read_to_the_row(rows: list[AddOnRow]) -> None:
    assert read(AddOnCodes(), "AOC_V2026Q2-F-MCR.txt", add_on_fixed(rows)) == rows


@given(st.lists(units, max_size=20))
def test_mue_text_is_read_to_the_row(rows: list[MueRow]) -> None:
    assert read(Mue(), MUE_NAME, mue_text(rows)) == rows


def test_workbooks_say_the_same_as_texts() -> None:
    rows = [ptp_edit("11111", "0001U", FIRST), ptp_edit("11111", "22222", FIRST, LAST, "9")]
    assert read(NcciPtp(), "ccipra-v322r0-f1.xlsx", workbook(ptp_cells(rows))) == rows
    links = [add_on_link("0011T", "CCCCC", FIRST, edit_type="2", note="by contractor"), add_on_link("1", "2", FIRST)]
    put_back = [links[0], links[1]._replace(add_on="00001", primary="00002")]
    assert read(AddOnCodes(), AOC_NAME, workbook(add_on_cells(links))) == put_back


def test_codes_that_a_spreadsheet_took_for_numbers_get_their_zeros_back() -> None:
    head = [
        ["notice"],
        ["HCPCS/\nCPT Code", "DME Supplier Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale"],
    ]
    rows: list[list[Any]] = [
        [100, 0, "2 Date of Service Edit: Policy", "CMS Policy"],
        ["0054T", 3.0, "1 Line Edit", "Data"],
    ]
    assert read(Mue(), "MCR_MUE_DMESupplierServices_Eff_01-01-2026.xlsx", workbook([*head, *rows])) == [
        MueRow("00100", 0, "2", "CMS Policy"),
        MueRow("0054T", 3, "1", "Data"),
    ]


def test_the_notice_may_be_in_windows_1252() -> None:
    content = mue_text([MueRow("11111", 1, "1", "Data")]).replace(b"All of them", "Alle® von ihnen".encode("cp1252"))
    assert read(Mue(), MUE_NAME, content) == [MueRow("11111", 1, "1", "Data")]


def test_a_file_of_many_blocks_loses_no_line() -> None:
    rows = [
        ptp_edit(f"{one:05d}", f"{two:05d}", FIRST + timedelta(days=(one * two) % 700))
        for one in range(10, 90)
        for two in range(100, 180)
    ]
    content = ptp_text(rows)
    assert len(content) > 3 * BLOCK_BYTES
    assert read(NcciPtp(), PTP_NAME, content) == rows


@pytest.mark.parametrize(
    ("there", "instead", "column"),
    [
        ("20130401", "20131301", "Effective Date"),
        ("20251231", "soon", "Deletion Date"),
        ("\t9\t", "\t2\t", "Modifier"),
        ("11112", "1111", "Column 2"),
        ("\t9\tBecause", "", "5"),
        ("\tBecause again", "\t", "PTP Edit Rationale"),
        ("11112\t\t", "11112\tx\t", r"\*=in existence prior to 1996"),
    ],
)
def test_a_ptp_row_that_makes_no_sense_is_told_with_its_place_and_the_rest_is_read(
    there: str, instead: str, column: str
) -> None:
    bad = ptp_edit("11111", "11112", FIRST, LAST, "9", "Because again" if "again" in there else "Because")
    good = [ptp_edit("00001", "00002", LAST), ptp_edit("99998", "99999", LAST)]
    lines = ptp_text([good[0], bad, good[1]]).decode().splitlines(keepends=True)
    lines[7] = lines[7].replace(there, instead)
    file = source(PTP_NAME, "".join(lines).encode())
    found = with_bad_rows(NcciPtp().rows(file, Release("ncci-ptp", "2026Q3", "practitioner", None, None)))
    assert sorted(map(str, (each for each in found if isinstance(each, PtpRow)))) == sorted(map(str, good))
    (error,) = (each for each in found if isinstance(each, RowError))
    assert f"{PTP_NAME}, line 8, column " in str(error)
    assert str(error).split("column ")[1].startswith(column.replace("\\", ""))


def test_a_truncated_ptp_file_is_refused_at_its_last_line() -> None:
    content = ptp_text([ptp_edit("11111", "22222", FIRST), ptp_edit("11111", "33333", FIRST)])[:-20]
    with pytest.raises(RowError, match="line 8"):
        read(NcciPtp(), PTP_NAME, content)


@pytest.mark.parametrize(
    ("there", "instead", "column"),
    [(",5,", ",many,", "MUE Values"), ("1 Line", "4 Line", "MUE Adjudication"), ("11111", "1111X1", "HCPCS/CPT Code")],
)
def test_an_mue_row_that_makes_no_sense_is_told_with_its_place(there: str, instead: str, column: str) -> None:
    content = mue_text([MueRow("11111", 5, "1", "Data")]).replace(there.encode(), instead.encode())
    with pytest.raises(RowError, match=f"line 7, column {column}"):
        read(Mue(), MUE_NAME, content)


def test_the_values_of_another_setting_are_refused() -> None:
    file = source(MUE_NAME, mue_text([], "DME Supplier"))
    with pytest.raises(FormatError, match="the setting is dme"):
        Mue().rows(file, Release("mue", "2026Q4", "practitioner", FIRST, LAST))


@pytest.mark.parametrize(
    ("there", "instead", "column"),
    [
        ("2013091", "2013366", "AOC_Edit_EffDT"),
        ("2013091", "", "AOC_Edit_EffDT"),
        ("2025365", "20251231", "AOC_Edit_DelDT"),
    ],
)
def test_an_add_on_date_that_is_no_day_is_told_with_its_place(there: str, instead: str, column: str) -> None:
    cells = [
        [cell.replace(there, instead) for cell in row]
        for row in add_on_cells([add_on_link("11111", "22222", FIRST, LAST)])
    ]
    with pytest.raises(RowError, match=f"line 3, column {column}"):
        read(AddOnCodes(), "AOC_V2026Q2-MCR.txt", tabbed(cells))
