"""The exports of the Medicare Coverage Database, on synthetic rows under their real column names."""

from datetime import date
from typing import Any

import pytest

from consultant.reference.formats.mcd import Mcd
from consultant.reference.formats.mcd_rows import (
    Article,
    ArticleType,
    Contractor,
    ContractorJurisdiction,
    ContractorType,
    DocumentContractor,
    DocumentUrl,
    FutureRetirement,
    HcpcCode,
    HcpcCodeGroup,
    HcpcModifier,
    HcpcModifierGroup,
    Icd10Code,
    Icd10Group,
    Lcd,
    Ncd,
    RelatedDocument,
    RelatedNcd,
    State,
)
from consultant.reference.formats.mcd_tables import why_not_read
from consultant.reference.formats.text_lines import Skipped
from tests.unit.reference.formats.code_files import MCD_COVERED, MCD_GROUP, MCD_PATH, read, recognised, refusal

LCD_PATH = "current_lcd.zip/current_lcd_csv.zip"
VIEW = "https://www.cms.gov/medicare-coverage-database/view"


def table(columns: str, *records: str) -> bytes:
    return "\r\n".join([columns.replace(" ", ","), *records, ""]).encode()


def rows(content: bytes, name: str) -> list[Any]:
    result = read(Mcd(), content, name)
    assert result.bad == []
    return result.rows


def test_diagnoses_have_their_group_and_no_descriptor() -> None:
    result = read(Mcd(), MCD_COVERED, f"{MCD_PATH}/article_x_icd10_covered.csv")
    assert result.rows == [
        Icd10Code(50001, 3, True, 1, "S061X0A", "", ""),
        Icd10Code(50001, 3, True, 2, "S062XXA", "B", "*"),
    ]
    assert result.skipped == [Skipped(1, "header")]


def test_a_group_has_its_paragraph_over_several_lines_in_either_charset() -> None:
    assert rows(MCD_GROUP, f"{MCD_PATH}/article_x_icd10_covered_group.csv") == [
        Icd10Group(50001, 3, True, 1, "<p>For 0000Y,\n\nas primary only.</p>", ""),
        Icd10Group(50001, 3, True, 2, "<p>With – without</p>", "<p>* as secondary</p>"),
    ]


def test_diagnoses_that_do_not_support_are_kept_apart() -> None:
    codes = MCD_COVERED.replace(b"icd10_covered_group", b"icd10_noncovered_group").replace(b",asterisk", b",")
    assert [row.covered for row in rows(codes, f"{MCD_PATH}/article_x_icd10_noncovered.csv")] == [False, False]
    groups = table(
        "article_id article_version icd10_noncovered_group paragraph last_updated", "50001,3,1,<p>Not these</p>,"
    )
    assert rows(groups, f"{MCD_PATH}/article_x_icd10_noncovered_group.csv") == [
        Icd10Group(50001, 3, False, 1, "<p>Not these</p>", "")
    ]


def test_procedures_have_their_group_and_no_descriptor() -> None:
    codes = table(
        "article_id article_version hcpc_code_id hcpc_code_version hcpc_code_group range last_updated"
        " long_description short_description",
        '50001,3,0000Y,31,1,M,2031-01-02,"SECRET LONG WORDS","SECRET SHORT"',
        "50001,3,XX000,31,2,,2031-01-02,,",
    )
    found = rows(codes, f"{MCD_PATH}/article_x_hcpc_code.csv")
    assert found == [
        HcpcCode("article", 50001, 3, "0000Y", 1, "M"),
        HcpcCode("article", 50001, 3, "XX000", 2, ""),
    ]
    assert "SECRET" not in repr(found)
    of_lcd = codes.replace(b"article_id", b"lcd_id").replace(b"article_version", b"lcd_version")
    assert [row.document for row in rows(of_lcd, f"{LCD_PATH}/lcd_x_hcpc_code.csv")] == ["lcd", "lcd"]


ARTICLE = (
    "article_id article_version article_type title article_pub_date article_eff_date article_end_date description"
    " status last_updated article_rev_end_date date_retired display_id"
)
LCD = (
    "lcd_id lcd_version title determination_number orig_det_eff_date ent_det_end_date rev_eff_date rev_end_date"
    " indication status last_updated display_id date_retired notice_start_dt notice_end_dt"
)
NCD = (
    "NCD_id NCD_vrsn_num natl_cvrg_type cvrg_lvl_cd NCD_mnl_sect NCD_mnl_sect_title NCD_efctv_dt NCD_impltn_dt"
    " NCD_trmntn_dt itm_srvc_desc trnsmtl_num trnsmtl_url last_updt_tmstmp NCD_AMA"
)


@pytest.mark.parametrize("fraction", ["", ".0", ".123"])
def test_documents_have_their_dates_and_their_address(fraction: str) -> None:
    day = f"2031-01-02 03:04:05{fraction}"
    article = table(ARTICLE, f'50001,3,7,"Made-up ""things""",{day},{day},,"<p>prose</p>",A,{day},,,A50001')
    assert rows(article, f"{MCD_PATH}/article.csv") == [
        Article(
            50001, 3, "A50001", "7", 'Made-up "things"', "A", date(2031, 1, 2), date(2031, 1, 2), None, None, None,
            date(2031, 1, 2), f"{VIEW}/article.aspx?articleid=50001&ver=3",
        )
    ]  # fmt: skip
    lcd = table(LCD, f"60001,12,Made-up,,{day},N/A,01/03/2031,,prose,A,{day},,,,")
    assert rows(lcd, f"{LCD_PATH}/lcd.csv") == [
        Lcd(
            60001, 12, "L60001", "", "Made-up", "A", date(2031, 1, 2), None, date(2031, 1, 3), None, None, None, None,
            date(2031, 1, 2), f"{VIEW}/lcd.aspx?lcdid=60001&ver=12",
        )
    ]  # fmt: skip
    ncd = table(NCD, f"70,2,True,4,999.9,Made-up RETIRED,{day},,2030-05-06,prose,12,http://t.example,{day},words")
    assert rows(ncd, "ncd.zip/ncd_csv.zip/ncd_trkg.csv") == [
        Ncd(
            70, 2, "True", "4", "999.9", "Made-up RETIRED", date(2031, 1, 2), None, date(2030, 5, 6), "12",
            "http://t.example", date(2031, 1, 2), f"{VIEW}/ncd.aspx?ncdid=70&ncdver=2",
        )
    ]  # fmt: skip


OF = "article_id article_version"
BY = "contractor_id contractor_type_id contractor_version"


@pytest.mark.parametrize(
    ("columns", "record", "row"),
    [
        (f"{OF} article_type {BY} last_updated", "5,3,7,1,9,2,", DocumentContractor("article", 5, 3, 1, 9, 2)),
        (f"{OF} hcpc_code_group paragraph", "5,3,1,<p>a</p>", HcpcCodeGroup("article", 5, 3, 1, "<p>a</p>")),
        (f"{OF} hcpc_modifier_code_id hcpc_modifier_group", "5,3,ZZ,1", HcpcModifier(5, 3, "ZZ", 1)),
        (f"{OF} hcpc_modifier_group paragraph", "5,3,1,<p>b</p>", HcpcModifierGroup(5, 3, 1, "<p>b</p>")),
        (f"{OF} url_type_id url url_name url_description", "5,3,1,u,n,d", DocumentUrl("article", 5, 3, "u", "n", "d")),
        (
            "lcd_id lcd_version related_num r_article_id r_article_version r_lcd_id r_lcd_version",
            "6,1,1,5,3,,0",
            RelatedDocument("lcd", 6, 1, 5, 3, None, None),
        ),
        ("lcd_id lcd_version r_ncd_id r_ncd_version", "6,1,70,2", RelatedNcd("lcd", 6, 1, 70, 2)),
        ("lcd_id retire_dt", "6,2031-12-31", FutureRetirement("lcd", 6, date(2031, 12, 31))),
        (
            f"{BY} contractor_bus_name contractor_number status",
            "1,9,2,Some One,0042,A",
            Contractor(1, 9, 2, "Some One", "0042", "A"),
        ),
        (
            f"{BY} state_id active_date term_date",
            "1,9,2,36,2030-01-01 00:00:00,",
            ContractorJurisdiction(1, 9, 2, 36, date(2030, 1, 1), None),
        ),
        ("contractor_type_id description", "9,MAC - Part B", ContractorType(9, "MAC - Part B")),
        ("article_type_id description", "7,Billing and Coding", ArticleType(7, "Billing and Coding")),
        ("state_id state_abbrev description", "36,QN,New York - Queens", State(36, "QN", "New York - Queens")),
    ],
)
def test_each_table_is_known_by_its_columns(columns: str, record: str, row: Any) -> None:
    assert rows(table(columns, record), f"{MCD_PATH}/file.csv") == [row]


@pytest.mark.parametrize(
    ("path", "label", "variant"),
    [
        ("2031-05-06/current_article.zip/current_article_csv.zip/x.csv", "2031-05-06", "current_article"),
        ("all_data.zip/all_lcd.zip/all_lcd_csv.zip/x.csv", "undated", "all_lcd"),
        ("downloads/20310506/all_article_csv/x.csv", "2031-05-06", "all_article"),
    ],
)
def test_the_path_tells_the_export_and_maybe_its_day(path: str, label: str, variant: str) -> None:
    release = recognised(Mcd(), MCD_COVERED, path)
    assert release is not None
    assert (release.kind, release.label, release.variant) == ("mcd", label, variant)
    assert (release.effective_from, release.effective_to) == (None, None)


def test_a_file_out_of_its_export_is_refused() -> None:
    said = refusal(Mcd(), MCD_COVERED, "article_x_icd10_covered.csv")
    assert "Load the zip as downloaded" in said


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"S06.1X0A", b"06.1X", "line 2, column icd10_code_id: '06.1X' is no ICD-10-CM code"),
        (b"50001,3,S06.1", b"50001,three,S06.1", "line 2, column article_version: 'three' is no whole number"),
        (b'mild",', b'mild"', "line 2, column 1: 9 cells where the header has 10"),
        (b'"Bump, mild"', b'"Bump" mild', "line 2, column 1: not a record"),
        (b"Bump, mild", b"Bump \x81", "line 2, column 56: neither UTF-8"),
    ],
)
def test_a_record_that_makes_no_sense_is_told_and_the_next_is_read(old: bytes, new: bytes, problem: str) -> None:
    result = read(Mcd(), MCD_COVERED.replace(old, new), f"{MCD_PATH}/x.csv")
    assert [row.icd10_code_id for row in result.rows] == ["S062XXA"]
    assert len(result.bad) == 1
    assert problem in result.bad[0]


def test_a_date_that_is_none_is_told() -> None:
    result = read(Mcd(), table("lcd_id retire_dt", "6,2031-02-30", "7,", "8,soon"), f"{LCD_PATH}/x.csv")
    assert [said.split("column ")[1] for said in result.bad] == [
        "retire_dt: '2031-02-30' is no date. Download the file again.",
        "retire_dt: the date is missing. Download the file again.",
        "retire_dt: 'soon' is no date. Download the file again.",
    ]


def test_a_file_cut_off_inside_a_cell_is_refused() -> None:
    cut = MCD_GROUP[: MCD_GROUP.index(b"as primary")]
    assert "line 2, column 1: the file ends inside a quoted cell" in refusal(Mcd(), cut, f"{MCD_PATH}/x.csv")


@pytest.mark.parametrize("content", [b"", b"<html>", b'"open,cell', b"40,1,2,A. Person,letters/1.pdf,,,\r\n"])
def test_what_is_no_table_of_ours_is_not_recognised(content: bytes) -> None:
    assert recognised(Mcd(), content, f"{LCD_PATH}/lcd_x_requestor_letters.csv") is None


def test_a_file_that_is_not_read_has_a_reason() -> None:
    assert why_not_read(f"{LCD_PATH}/lcd_x_requestor_letters.csv") == "prose and correspondence"
    assert why_not_read("article.csv") is None
