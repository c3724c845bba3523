"""ICD-10 order files and addenda: columns, flags, releases of October, January and April, and what is refused."""

from datetime import date

import pytest

from consultant.reference.formats.icd10cm_addenda import AddendaRow, Icd10cmAddenda
from consultant.reference.formats.icd10cm_order import Icd10cmOrder
from consultant.reference.formats.icd10pcs_order import Icd10pcsOrder
from consultant.reference.formats.order_file import OrderRow
from consultant.reference.formats.text_lines import Skipped
from tests.unit.reference.formats.code_files import (
    ADDENDA,
    CHANGES,
    ORDER,
    PCS,
    order_line,
    read,
    recognised,
    refusal,
    summary,
)


def test_a_code_has_its_columns() -> None:
    rows = read(Icd10cmOrder(), ORDER, "icd10cm_order_2031.txt").rows
    assert rows[0] == OrderRow(1, "A00", False, "Invented fever", "Invented fever")
    assert rows[1] == OrderRow(2, "A000", True, "Invented fever, red", "Invented fever of the red kind")
    assert [row.code for row in rows] == ["A00", "A000", "A001", "A001X1A", "QA0"]


def test_a_short_description_may_fill_its_column() -> None:
    content = order_line(1, "A00", "0", "x" * 60, "long").encode()
    assert read(Icd10cmOrder(), content, "icd10cm_order_2031.txt").rows == [OrderRow(1, "A00", False, "x" * 60, "long")]


@pytest.mark.parametrize(
    ("name", "label", "first", "last"),
    [
        ("icd10cm_order_2031.txt", "FY2031", date(2030, 10, 1), date(2031, 9, 30)),
        ("icd10cm-order-Jan-2031.txt", "2031-01", date(2031, 1, 1), date(2031, 9, 30)),
        ("icd10cm-order-April-2031.txt", "2031-04", date(2031, 4, 1), date(2031, 9, 30)),
        ("icd10cm-order-April-1-2031.txt", "2031-04", date(2031, 4, 1), date(2031, 9, 30)),
        ("icd10cm-order-Oct-2030.txt", "FY2031", date(2030, 10, 1), date(2031, 9, 30)),
        ("april-1-2031-code-descriptions.zip/icd10cm_order_2031.txt", "2031-04", date(2031, 4, 1), date(2031, 9, 30)),
        ("code-april-1-2031.zip/order-2030.txt", "FY2030", date(2029, 10, 1), date(2030, 9, 30)),
        ("fetched in April 2031/icd10cm_order_2031.txt", "FY2031", date(2030, 10, 1), date(2031, 9, 30)),
        ("2031-code-descriptions.zip/Code Descriptions/order.txt", "FY2031", date(2030, 10, 1), date(2031, 9, 30)),
    ],
)
def test_the_name_tells_the_release(name: str, label: str, first: date, last: date) -> None:
    release = recognised(Icd10cmOrder(), ORDER, name)
    assert release is not None
    assert (release.kind, release.label, release.variant) == ("icd10cm-order", label, "")
    assert (release.effective_from, release.effective_to) == (first, last)


def test_a_name_without_a_year_is_asked_for_one() -> None:
    assert "does not say its release" in refusal(Icd10cmOrder(), ORDER, "order.txt")


def test_procedures_are_not_taken_for_diagnoses_whatever_the_name() -> None:
    assert recognised(Icd10cmOrder(), PCS, "icd10cm_order_2031.txt") is None
    assert recognised(Icd10pcsOrder(), ORDER, "icd10pcs_order_2031.txt") is None
    assert read(Icd10pcsOrder(), PCS, "icd10pcs_order_2031.txt").rows == [
        OrderRow(1, "0X0", False, "Imagined Region, Mending", "Imagined Region, Mending"),
        OrderRow(2, "0X00ZZ1", True, "Mend Imagined Part, Open", "Mending of Imagined Part, Open Way"),
    ]


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html><html>Not found</html>", b"PK\x03\x04zip", b"\r\n" * 9])
def test_what_is_no_order_file_is_not_recognised(content: bytes) -> None:
    assert recognised(Icd10cmOrder(), content, "icd10cm_order_2031.txt") is None


@pytest.mark.parametrize(
    ("line", "where"),
    [
        (order_line(9, "A009", "2", "Wrong flag"), "line 3, column 15: '2'"),
        (order_line(9, "a009", "1", "Small letter"), "line 3, column 7: 'a009'"),
        (order_line(9, "A009", "1", "X" * 61), "line 3, column 77"),
        ("A009    1 shifted\r\n", "line 3, column 1"),
        (order_line(9, "A009", "1", "Cut off")[:40], "line 3, column 77"),
        ("00009 A009    1 \x81\r\n", "line 3, column 17: neither UTF-8 nor"),
    ],
)
def test_a_line_that_makes_no_sense_is_told_and_the_next_one_is_read(line: str, where: str) -> None:
    lines = ORDER.decode().splitlines(keepends=True)
    whole = line if line.endswith("\n") else line + "\n"
    content = "".join([*lines[:2], whole, *lines[2:]]).encode("latin-1")
    result = read(Icd10cmOrder(), content, "icd10cm_order_2031.txt")
    assert len(result.bad) == 1
    assert f"icd10cm_order_2031.txt, {where}" in result.bad[0]
    assert [row.order_number for row in result.rows] == [1, 2, 3, 4, 5]


def test_text_is_read_in_either_charset_and_blank_lines_are_counted() -> None:
    utf8 = b"\xef\xbb\xbf" + order_line(1, "A000", "1", "Fièvre").encode()
    windows = order_line(2, "A001", "1", "Fièvre").encode("cp1252")
    result = read(Icd10cmOrder(), utf8 + b"\r\n" + windows, "icd10cm_order_2031.txt")
    assert [row.short_description for row in result.rows] == ["Fièvre", "Fièvre"]
    assert result.skipped == [Skipped(2, "blank line")]


def test_a_binary_file_is_refused_where_it_stops_being_text() -> None:
    assert "line 6, column 3: a zero byte" in refusal(Icd10cmOrder(), ORDER + b"ab\0", "icd10cm_order_2031.txt")


def test_addenda_tell_what_changed() -> None:
    result = read(Icd10cmAddenda(), ADDENDA, "icd10cm-order-addenda-2031.txt")
    assert result.release.label == "FY2031"
    assert result.rows[:2] == [
        AddendaRow("Delete", "A000", True, "Invented fever, red", "Invented fever, red"),
        AddendaRow("Add", "A000", False, "Invented fever, red", "Invented fever, red"),
    ]
    assert [row.action for row in result.rows[3:]] == ["Revise from", "Revise to"]
    assert {one.reason for one in result.skipped} == {"summary", "blank line"}


def test_an_update_without_changes_is_its_summary_alone() -> None:
    content = summary((0, 0, 0), (0, 0, 0)).encode()
    result = read(Icd10cmAddenda(), content, "icd10cm-order-addenda-April-2031.txt")
    assert result.rows == []
    assert result.release.label == "2031-04"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (CHANGES, "line 6, column 1: the summary at the end is missing"),
        (CHANGES + summary((1, 0, 0), (2, 1, 1)), "counts 2 codes with 'Add', the file has 1"),
        (CHANGES + summary((0, 0, 0), (1, 1, 1)), "counts 0 headers with 'Add', the file has 1"),
    ],
)
def test_addenda_that_lost_lines_are_refused(content: str, problem: str) -> None:
    assert problem in refusal(Icd10cmAddenda(), content.encode(), "icd10cm-order-addenda-2031.txt")


def test_a_bad_change_is_told_once_and_not_again_by_the_count() -> None:
    content = CHANGES.replace("A0001", "?0001") + summary((1, 0, 0), (1, 1, 1))
    result = read(Icd10cmAddenda(), content.encode(), "icd10cm-order-addenda-2031.txt")
    assert len(result.rows) == 4
    assert result.bad == [
        "icd10cm-order-addenda-2031.txt, line 3, column 16: '?0001' is no code. Download the file again."
    ]
