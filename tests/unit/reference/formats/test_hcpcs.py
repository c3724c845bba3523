"""HCPCS Level II: continuation records, modifiers, what spreadsheets did to both."""

from datetime import date
from typing import Any

import pytest

from consultant.reference.formats import FormatError, Release
from consultant.reference.formats.hcpcs import COLUMNS, HcpcsCode, HcpcsFormat, HcpcsModifier
from tests.unit.reference.formats.files import file, fixed, lines, read, release_of, workbook

HCPCS = HcpcsFormat()

CODE = HcpcsCode(
    hcpc="G0999",
    long_description="A service made up for this test, whose words go on over more than one record",
    short_description="Made-up service",
    price=("11", "13"),
    mult_pi="A",
    cim=("60-9",),
    mcm=("2049", "4270.2"),
    statute="1833(t)",
    labcert=("340",),
    xref=("A0425",),
    cov="C",
    asc_grp="YY",
    asc_dt=date(2020, 1, 1),
    opps=None,
    opps_pi=None,
    opps_dt=None,
    procnote="0088",
    betos="Z2",
    tos=("1", "P"),
    anest_bu="0",
    add_dt=date(2019, 1, 1),
    act_eff_dt=date(2021, 1, 1),
    term_dt=date(2020, 12, 31),
    action_cd="D",
)
MODIFIER = HcpcsModifier(
    modifier="J5",
    long_description="A modifier made up for this test",
    short_description="Made-up modifier",
    cim=(),
    mcm=(),
    statute=None,
    xref=("QM",),
    cov="C",
    procnote=None,
    add_dt=date(2020, 10, 1),
    act_eff_dt=date(2020, 10, 1),
    term_dt=None,
    action_cd="A",
)
TAIL = ((269, "20190101"), (277, "20210101"), (285, "20201231"), (293, "D"))
TEXT = lines(
    "***Disclaimers\t\t\t",
    "\t\t\t",
    "*Inclusion of a service does not imply coverage.\xa0\t\t",
    fixed(
        *((1, "   J500100"), (11, "7"), (12, "A modifier made up for this test"), (92, "Made-up modifier")),
        *((205, "QM"), (230, "C"), (269, "20201001"), (277, "20201001"), (293, "A")),
        width=320,
    ),
    fixed(
        *(
            (1, "G099900100"),
            (11, "3"),
            (12, "A service made up for this test, whose words go on over"),
            (92, "Made-up service"),
        ),
        *(
            (120, "1113"),
            (128, "A"),
            (129, "60-9"),
            (147, "2049    4270.2"),
            (171, "1833(t)"),
            (181, "340"),
            (205, "A0425"),
        ),
        *((230, "C"), (231, "YY20200101"), (253, "0088"), (257, "Z2"), (261, "1P"), (266, "  0"), *TAIL),
        width=320,
    ),
    fixed((1, "G099900200"), (11, "4"), (12, "more than one"), width=92).rstrip(),
    fixed((1, "G099900300"), (11, "4"), (12, "record"), width=320),
)
NAME = "HCPC2020_OCT_ANWEB"


def text_file(content: str = TEXT) -> bytes:
    return content.encode("cp1252")


def test_descriptions_are_put_together_from_their_records() -> None:
    reading = read(HCPCS, file(f"{NAME}.txt", text_file()))
    assert reading.rows == [MODIFIER, CODE]
    assert reading.bad == []
    assert reading.skipped == {"note": 2, "blank": 1}


def sheet_row(cells: dict[str, Any]) -> list[Any]:
    return [cells.get(name) for name in COLUMNS.names]


HEAD = [
    {
        "mult_pi": "MULT_PI",
        "add_dt": "ADD DT",
        "long_description": "LONG DESCRIPTION",
        "short_description": "SHORT DESCRIPTION",
    }.get(name, name.upper().replace("_DT", " DT").replace("ACT_EFF", "ACT EFF").replace("ACTION_CD", "ACTION CD"))
    for name in COLUMNS.names
]
SHEET = [
    ["A note on coverage\xa0"],
    [],
    HEAD,
    sheet_row(
        {"hcpc": "J5", "seqnum": "0010", "recid": 7, "long_description": MODIFIER.long_description}
        | {"short_description": "Made-up modifier", "xref1": "   QM", "cov": "C", "add_dt": 20201001}
        | {"act_eff_dt": 20201001, "action_cd": "A"}
    ),
    sheet_row(
        {"hcpc": "G0999", "seqnum": "0010", "recid": "3", "short_description": "Made-up service"}
        | {"long_description": "A service made up for this test, whose words go on over"}
        | {"price1": "11", "price2": 13, "mult_pi": "A", "cim1": "60-9", "mcm1": 2049, "mcm2": "4270.2"}
        | {"statute": "1833(t)", "labcert1": "340", "xref1": "A0425", "cov": "C", "asc_grp": "YY", "asc_dt": 20200101}
        | {"procnote": "0088", "betos": "Z2 ", "tos1": "1", "tos2": "P", "anest_bu": "  0", "add_dt": "20190101"}
        | {"act_eff_dt": "20210101", "term_dt": "20201231", "action_cd": "D"}
    ),
    sheet_row({"hcpc": "G0999", "seqnum": "0020", "recid": "4", "long_description": "more than one record"}),
    [],
]


def test_the_workbook_says_the_same() -> None:
    reading = read(HCPCS, file(f"{NAME}.xlsx", workbook(SHEET)))
    assert reading.rows == [MODIFIER, CODE]
    assert reading.skipped == {"before the table": 3}


@pytest.mark.parametrize(
    ("name", "label", "first"),
    [
        ("HCPC2020_OCT_ANWEB.txt", "2020-10", date(2020, 10, 1)),
        ("HCPC2019_CONTR_ANWEB.txt", "2019-01", date(2019, 1, 1)),
        ("HCPC2018_CONTR_ANWEB_disc.txt", "2018-01", date(2018, 1, 1)),
        ("january/HCPC2026_JAN_ANWEB_12292025.txt", "2026-01", date(2026, 1, 1)),
    ],
)
def test_the_release_is_in_the_name(name: str, label: str, first: date) -> None:
    assert release_of(HCPCS, file(name, text_file())) == Release("hcpcs", label, "", first, None)


def test_a_file_that_lost_its_name_is_refused() -> None:
    with pytest.raises(FormatError, match="but of which quarter"):
        release_of(HCPCS, file("anweb.xlsx", workbook(SHEET)))


def test_change_reports_and_corrections_are_not_taken() -> None:
    report = workbook([["HCPC", "ACTION CD", "SHORT DESCRIPTION", "LONG DESCRIPTION"], ["J5", "ADD", "Words", "Words"]])
    assert release_of(HCPCS, file("HCPC2020_OCT_Trans_Alpha.xlsx", report)) is None
    assert release_of(HCPCS, file("HCPC2019_Corrections_ALPHA.prn", "  CODE   ACTION\r\n A5513  Change\r\n")) is None


def test_a_continuation_without_its_beginning_is_told() -> None:
    orphan = fixed((1, "G099800200"), (11, "4"), (12, "left over"), width=320)
    reading = read(HCPCS, file(f"{NAME}.txt", text_file(TEXT + lines(orphan))))
    assert reading.rows == [MODIFIER, CODE]
    assert "line 8, column recid: '4' does not begin a code" in reading.bad[0]


def test_a_line_cut_off_before_the_end_date_is_no_code_without_one() -> None:
    whole = TEXT.splitlines()[4]
    reading = read(HCPCS, file(f"{NAME}.txt", text_file(TEXT.replace(whole, whole[:284]))))
    assert [row for row in reading.rows if isinstance(row, HcpcsCode)] == []
    assert "line 5, column action_cd: the cell is empty" in reading.bad[0]


def test_a_date_that_does_not_exist_is_told() -> None:
    reading = read(HCPCS, file(f"{NAME}.txt", text_file(TEXT.replace("20190101", "20190230"))))
    assert "line 5, column add_dt: '20190230' is no date as YYYYMMDD" in reading.bad[0]


def test_words_of_the_ama_and_the_ada_are_not_read_should_they_stand_there() -> None:
    reading = read(HCPCS, file(f"{NAME}.txt", text_file(TEXT.replace("G0999", "D0999").replace("   J5", "   57"))))
    assert [(row[0], row.long_description, row.short_description) for row in reading.rows] == [
        ("57", None, None),
        ("D0999", None, None),
    ]
