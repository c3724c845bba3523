"""Containers: encodings, web pages saved by mistake, workbooks that are none, files that break off."""

import io
import zipfile
from datetime import UTC, datetime
from typing import BinaryIO

import pytest

from consultant.reference.formats import FormatError, Source
from consultant.reference.formats.records import Record, is_text, is_workbook, peek, records, text_lines
from tests.unit.reference.formats.files import file, workbook


@pytest.mark.parametrize("raw", ["é,1".encode(), b"\xef\xbb\xbf" + "é,1".encode(), "é,1".encode("cp1252")])
def test_utf_8_with_or_without_a_mark_and_windows_1252(raw: bytes) -> None:
    assert list(records(file("x.csv", raw))) == [Record(1, ["é", "1"])]


def test_one_line_in_another_encoding_than_the_rest() -> None:
    raw = "CMS’s\n".encode() + "CMS’s\n".encode("cp1252") + b"\x81\n"
    assert [text for _, text in text_lines(file("x.txt", raw))] == ["CMS’s", "CMS’s", "\x81"]


def test_a_cell_over_two_lines_keeps_the_count_of_lines() -> None:
    assert list(records(file("x.csv", 'a,"b\nc"\r\nd,e\r\n'))) == [Record(1, ["a", "b\nc"]), Record(3, ["d", "e"])]


def test_what_excel_kept_as_numbers_and_dates() -> None:
    sheet = workbook(
        [[7, 7.0, 0.28000000000000003, 0.00001, datetime(2026, 1, 31, tzinfo=UTC).replace(tzinfo=None), None, " x "]]
    )
    assert list(records(file("x.xlsx", sheet))) == [Record(1, ["7", "7", "0.28", "0.00001", "20260131", "", "x"])]


def test_a_code_that_excel_kept_as_a_fraction_is_a_whole_number() -> None:
    sheet = workbook([[17260]])
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet)) as written, zipfile.ZipFile(packed, "w") as rewritten:
        for member in written.namelist():
            rewritten.writestr(member, written.read(member).replace(b"<v>17260</v>", b"<v>1.7260000000000000E4</v>"))
    assert list(records(file("x.xlsx", packed.getvalue()))) == [Record(1, ["17260"])]


@pytest.mark.parametrize(
    "raw", [b"<!DOCTYPE html><html>", b"\r\n<HTML>", b'<?xml version="1.0"?>', b"{}", b"", b"a\0b"]
)
def test_this_is_no_agencys_text(raw: bytes) -> None:
    assert not is_text(raw)
    assert not is_workbook(raw)


def test_a_zip_of_other_things_is_no_workbook() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("PPRRVU2026.csv", "x")
    assert not is_workbook(raw.getvalue())


def test_utf_16_is_refused_with_advice() -> None:
    with pytest.raises(FormatError, match="save it as UTF-8"):
        list(records(file("x.txt", "a\tb\n".encode("utf-16"))))


def test_a_workbook_cut_in_half_is_refused() -> None:
    raw = workbook([["a"] * 50] * 50)
    with pytest.raises(FormatError, match=r"^x\.xlsx: the file cannot be read to its end"):
        list(records(file("x.xlsx", raw[: len(raw) // 2])))


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(FormatError, match="line 2: the line does not end"):
        list(text_lines(file("x.txt", b"a\n" + b"b" * (2 << 20))))


class BreakingOff(io.BytesIO):
    """A download that ends in the middle, as a member of a damaged zip does."""

    def readline(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise EOFError("Compressed file ended before the end-of-stream marker was reached")
        return super().readline(size)


def breaking_off() -> BinaryIO:
    return BreakingOff(b"a,b\nc,d\n")


def test_a_file_that_breaks_off_is_told() -> None:
    source = Source("x.csv", 8, breaking_off)
    assert peek(source)
    found = records(source)
    assert next(found) == Record(1, ["a", "b"])
    with pytest.raises(FormatError, match="cannot be read to its end"):
        next(found)
