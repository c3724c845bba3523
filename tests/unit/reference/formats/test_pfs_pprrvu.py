"""The relative value file in its three forms, two variants and two widths."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consultant.reference.formats import FormatError, Release
from consultant.reference.formats.pfs_pprrvu import PprrvuFormat
from tests.unit.reference.formats.files import file, fixed, lines, read, release_of, workbook

PPRRVU = PprrvuFormat()

HEAD_2026 = """\
,,2026 National Physician Fee Schedule Relative Value File July Release,,,,,,,,,,,,,,,,,,,,,,,,,,,,,
,,A notice of rights,,,,,,,,,,,,,,,,,,,,,,,,,,,,,
,,RELEASED 06/30/2026,,,,,,,,,,,,,,,,,,,,,,,,,,,,,
,,,,,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,
,,,,NOT USED,,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED
,,,,FOR,,,NON-FAC,,FACILITY ,,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS
,,,STATUS,MEDICARE ,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,\
TEAM,PRIC,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT
HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,\
SURG,SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT
""".replace("\n", "\r\n")
# Made up: no such values, and the text stands where the AMA's would.
CPT = "00100,26,WORDS OF THE AMA,A,+,1.25,2.50,NA,0.75,,0.10,3.85,2.10,1,090,0.10,0.80,0.10,2,1,1,0,0,{},52000,33.4009,"
CPT += "09,0,99,1.10,1.20,0.03"
LEVEL_TWO = "G0999,,Made-up service,A,,0.50,0.40,,0.20,NA,0.01,0.91,0.71,0,XXX,0.00,0.00,0.00,0,0,0,0,0,{},,33.4009,"
LEVEL_TWO += "6A,0,88,0.00,0.00,0.00"
BLANK = "," * 31


def csv_2026(*rows: str, pricing: str = "9") -> str:
    return HEAD_2026 + lines(*(row.format(pricing) for row in rows))


def without_pricing(text: str) -> str:
    """The same as it was until 2025: 31 columns, no PRIC IND."""
    return "".join(
        ",".join(cell for at, cell in enumerate(line.split(",")) if at != 23)
        for line in text.replace("2026", "2025").splitlines(keepends=True)
    )


def test_a_row_has_every_value_of_its_line() -> None:
    (row,) = read(PPRRVU, file("PPRRVU2026_Jul_nonQPP.csv", csv_2026(CPT))).rows
    assert row._asdict() == {
        "hcpcs": "00100",
        "mod": "26",
        "description": None,
        "status_code": "A",
        "not_used_for_medicare_payment": True,
        "work_rvu": Decimal("1.25"),
        "non_fac_pe_rvu": Decimal("2.50"),
        "non_fac_na_indicator": True,
        "facility_pe_rvu": Decimal("0.75"),
        "facility_na_indicator": False,
        "mp_rvu": Decimal("0.10"),
        "non_facility_total": Decimal("3.85"),
        "facility_total": Decimal("2.10"),
        "pctc_ind": "1",
        "glob_days": "090",
        "pre_op": Decimal("0.10"),
        "intra_op": Decimal("0.80"),
        "post_op": Decimal("0.10"),
        "mult_proc": "2",
        "bilat_surg": "1",
        "asst_surg": "1",
        "co_surg": "0",
        "team_surg": "0",
        "pric_ind": "9",
        "endo_base": "52000",
        "conv_factor": Decimal("33.4009"),
        "physician_supervision": "09",
        "calculation_flag": "0",
        "diagnostic_imaging_family": "99",
        "non_facility_pe_used_for_opps": Decimal("1.10"),
        "facility_pe_used_for_opps": Decimal("1.20"),
        "mp_used_for_opps": Decimal("0.03"),
    }


def test_the_words_of_the_ama_and_the_ada_are_not_read() -> None:
    dental = LEVEL_TWO.replace("G0999", "D0999")
    reading = read(PPRRVU, file("PPRRVU2026_Jul_nonQPP.csv", csv_2026(CPT, dental, LEVEL_TWO)))
    assert [(row.hcpcs, row.description) for row in reading.rows] == [
        ("00100", None),
        ("D0999", None),
        ("G0999", "Made-up service"),
    ]


@pytest.mark.parametrize(("pricing", "variant"), [("1", "QPP"), ("9", "nonQPP")])
def test_the_variant_is_told_by_the_rows_whatever_the_name(pricing: str, variant: str) -> None:
    release = release_of(PPRRVU, file("download.csv", csv_2026(CPT, LEVEL_TWO, pricing=pricing)))
    assert release == Release("pfs-pprrvu", "2026C", variant, date(2026, 7, 1), date(2026, 12, 31))


def test_before_2026_there_is_one_file_and_one_column_less() -> None:
    source = file("PPRRVU2025_Jul.csv", without_pricing(csv_2026(CPT, LEVEL_TWO)))
    assert release_of(PPRRVU, source) == Release("pfs-pprrvu", "2025C", "", date(2025, 7, 1), date(2025, 12, 31))
    rows = read(PPRRVU, source).rows
    assert [(row.pric_ind, row.endo_base, row.physician_supervision) for row in rows] == [
        (None, "52000", "09"),
        (None, None, "6A"),
    ]


def test_blank_rows_and_all_that_stands_above_the_table_are_counted() -> None:
    reading = read(PPRRVU, file("x.csv", csv_2026(BLANK, CPT, BLANK, BLANK)))
    assert (len(reading.rows), reading.skipped) == (1, {"before the table": 8, "blank": 3})


def test_a_head_may_have_moved_and_lost_a_line_above() -> None:
    moved = csv_2026(CPT).replace(",,RELEASED", ",,Another notice" + "," * 29 + "\r\n,,RELEASED")
    assert len(read(PPRRVU, file("x.csv", moved)).rows) == 1


def test_a_spreadsheet_made_numbers_of_codes() -> None:
    cells: list[Any] = [cell or None for cell in CPT.format("9").split(",")]
    cells[0], cells[1], cells[14], cells[24], cells[26] = 100, 26, 90, 52000, 9
    cells[5] = 1.25
    head = [line.split(",") for line in HEAD_2026.splitlines()]
    from_sheet = read(PPRRVU, file("x.xlsx", workbook([*head, cells]))).rows
    assert from_sheet == read(PPRRVU, file("x.csv", csv_2026(CPT))).rows


def fixed_line(code: str, text: str, pricing: str) -> str:
    return fixed(
        *((1, code), (6, "26"), (8, text), (58, "A"), (59, "+"), (60, "  1.25"), (67, "  2.50"), (73, "NA")),
        *((76, "  0.75"), (85, " 0.10"), (91, "  3.85"), (97, "  2.10"), (103, "1"), (104, "090")),
        *((107, ".10.80.10"), (116, "21100"), (121, pricing), (128, "52000"), (133, " 33.4009"), (142, "090")),
        *((146, "99"), (152, "  1.10"), (159, "  1.20"), (166, "  0.03")),
        width=171,
    )


def test_the_fixed_text_says_the_same() -> None:
    source = file("PPRRVU2026_Jul_QPP.txt", lines("HDR A NOTICE", fixed_line("00100", "WORDS OF THE AMA", "1"), ""))
    assert release_of(PPRRVU, source) == Release("pfs-pprrvu", "2026C", "QPP", date(2026, 7, 1), date(2026, 12, 31))
    reading = read(PPRRVU, source)
    assert reading.rows == read(PPRRVU, file("x.csv", csv_2026(CPT, pricing="1"))).rows
    assert reading.skipped == {"note": 1, "blank": 1}


def test_an_older_name_has_a_short_year() -> None:
    release = release_of(PPRRVU, file("PPRRVU24_APR.txt", lines(fixed_line("00100", "", " "))))
    assert release == Release("pfs-pprrvu", "2024B", "", date(2024, 4, 1), date(2024, 12, 31))


def test_a_text_whose_name_was_lost_says_what_to_do() -> None:
    with pytest.raises(FormatError, match=r"^download\.txt: neither .* says the year"):
        release_of(PPRRVU, file("download.txt", lines(fixed_line("00100", "", "9"))))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (("1.25", "1.2S"), r"line 9, column work_rvu: '1\.2S' is no number"),
        (("1.25", "-1.25"), r"line 9, column work_rvu: '-1\.25' is no number"),
        (("00100", "0010"), ""),
        (("00100", "0010G0"), r"line 9, column hcpcs: '0010G0' is no CPT or HCPCS code"),
        ((",26,", ",2,"), r"line 9, column mod: '2' is no modifier"),
        ((",+,", ",?,"), r"line 9, column not_used_for_medicare_payment: '\?' is neither '\+' nor empty"),
        (("090", "90 days"), r"line 9, column glob_days: '90 DAYS' is no indicator of 3 characters"),
        (("WORDS OF", "WORDS, OF"), r"line 9, column 33: 33 cells, the head has 32\. The row was cut off, or a comma"),
        ((",1.20,0.03", ""), r"line 9, column 30: 30 cells, the head has 32"),
    ],
)
def test_a_bad_row_is_told_with_its_place_and_the_next_one_is_read(damage: tuple[str, str], message: str) -> None:
    reading = read(PPRRVU, file("x.csv", csv_2026(CPT.replace(*damage), LEVEL_TWO)))
    assert reading.rows[-1].hcpcs == "G0999"
    assert len(reading.bad) == bool(message)
    assert all(re.search(message, told) for told in reading.bad)


@pytest.mark.parametrize(("damage", "length"), [((" 0.03", " 0"), 168), (("AMA", "AMA, too"), 176)])
def test_a_fixed_line_that_was_cut_off_or_shifted_is_told(damage: tuple[str, str], length: int) -> None:
    line = fixed_line("00100", "WORDS OF THE AMA", "1").replace(*damage)
    reading = read(PPRRVU, file("PPRRVU2026_Jan_QPP.txt", lines(fixed_line("00102", "", "1"), line)))
    assert [row.hcpcs for row in reading.rows] == ["00102"]
    assert reading.bad[0].startswith(f"PPRRVU2026_Jan_QPP.txt, line 2, column {length}: the line should end")


def test_a_missing_column_is_told_by_name() -> None:
    source = file("x.csv", csv_2026(CPT).replace("CONV,", "CONVERSE,"))
    with pytest.raises(FormatError, match="no column head for conv_factor"):
        read(PPRRVU, source)


def test_other_files_are_not_taken() -> None:
    page = "<!DOCTYPE html><html><title>PPRRVU2026_Jan_nonQPP</title></html>"
    assert release_of(PPRRVU, file("PPRRVU2026_Jan_nonQPP.csv", page)) is None
    assert release_of(PPRRVU, file("GPCI2026.csv", "Medicare Administrative Contractor (MAC),State\r\n")) is None
    assert release_of(PPRRVU, file("PPRRVU2026_Jan_nonQPP.xls", b"\xd0\xcf\x11\xe0" + bytes(600))) is None
