"""The licensed CPT files, on made-up codes and words: notice first, then a code a row, released by folder."""

from datetime import date

import pytest

from consultant.reference.formats.cpt import Cpt, CptConcept, CptDescriptor, CptNotice, Length
from tests.unit.reference.formats.code_files import (
    CPT_CONCEPTS,
    CPT_LONG,
    CPT_NOTICE,
    CPT_SHORT,
    read,
    recognised,
    refusal,
)

FOLDER = "2031 CPT Standard Annual Update"
NOTICE = [
    CptNotice(1, "Made-up notice, line one."),
    CptNotice(2, "CPT is a trademark of the American Medical Association."),
]


@pytest.mark.parametrize(
    ("content", "file", "length", "words"),
    [
        (CPT_LONG, "LONGULT.txt", "long", ["Words of our own about nothing", "More such words"]),
        (CPT_SHORT, "MEDU.txt", "medium", ["OWN WORDS", "MORE WORDS"]),
        (CPT_SHORT, "SHORTU.txt", "short", ["OWN WORDS", "MORE WORDS"]),
    ],
)
def test_a_descriptor_comes_with_the_notice_before_it(
    content: bytes, file: str, length: Length, words: list[str]
) -> None:
    result = read(Cpt(), content, f"{FOLDER}/{file}")
    assert result.release.variant == length
    assert result.rows[:2] == NOTICE
    assert result.rows[2:] == [CptDescriptor(c, length, w) for c, w in zip(["0000Y", "0000Z"], words, strict=True)]


def test_the_consolidated_list_has_its_columns_by_name() -> None:
    result = read(Cpt(), CPT_CONCEPTS, f"{FOLDER}/ConsolidatedCodeList.txt")
    assert result.release.variant == "consolidated"
    assert result.rows == [
        *NOTICE,
        CptConcept(
            "900001", "0000Y", "Words of our own", "Own words", "Words", "Plain words", date(2031, 1, 1), "", "", ""
        ),
        CptConcept("900002", "0000Z", "More such words", "Such words", "More", "", None, "A test", "A lab", "A maker"),
    ]
    assert [one.reason for one in result.skipped] == ["blank line", "header"]


@pytest.mark.parametrize(
    ("folder", "label", "first"),
    [
        ("2031 CPT Standard Annual Update", "2031", date(2031, 1, 1)),
        ("2031 CPT Standard Update 2", "2031 update 2", None),
        ("CPT 2031 Data File_PLA Q3 Updt", "2031 update 3", None),
    ],
)
def test_the_folder_tells_the_release(folder: str, label: str, first: date | None) -> None:
    release = recognised(Cpt(), CPT_LONG, f"{folder}/LONGULT.txt")
    assert release is not None
    assert (release.label, release.effective_from, release.effective_to) == (label, first, date(2031, 12, 31))


def test_a_file_without_a_year_is_asked_for_one() -> None:
    assert "does not say its release" in refusal(Cpt(), CPT_LONG, "LONGULT.txt")


def test_without_the_notice_it_is_not_taken_for_the_licensed_file() -> None:
    bare = CPT_LONG.split(b"\r\n\r\n")[1]
    assert recognised(Cpt(), bare, f"{FOLDER}/LONGULT.txt") is None


@pytest.mark.parametrize(
    "line", [b"0000Y\t0000Z\t\t20310101\t*\t1\tmade-up reason\r\n", b"0000Y  WIDE FIXED COLUMNS   A\r\n"]
)
def test_another_table_with_the_notice_is_not_taken_for_descriptors(line: bytes) -> None:
    assert recognised(Cpt(), CPT_NOTICE.encode() + line, "2031/ccipra-f1.txt") is None


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (CPT_LONG + b"what is this\r\n", "line 6, column 1"),
        (CPT_SHORT + b"0000 NO CODE\r\n", "line 6, column 1"),
        (CPT_CONCEPTS + b"900003\tnone\ta\tb\tc\r\n", "line 7, column CPT Code"),
        (CPT_CONCEPTS.replace(b"20310101", b"20311301"), "line 5, column Current Descriptor Effective Date"),
        (CPT_CONCEPTS + b"900003\t0000X\r\n", "line 7, column 1: 2 cells only"),
    ],
)
def test_a_row_that_makes_no_sense_is_told(content: bytes, line: str) -> None:
    result = read(Cpt(), content, f"{FOLDER}/SHORTU.txt")
    assert len(result.bad) == 1
    assert line in result.bad[0]


def test_a_file_cut_off_in_its_notice_is_refused() -> None:
    release = recognised(Cpt(), CPT_LONG, f"{FOLDER}/LONGULT.txt")
    assert "no code in it" in refusal(Cpt(), CPT_LONG[:60], f"{FOLDER}/LONGULT.txt", release)
