"""Files that are beyond measure or cannot be had: a typed error instead of memory or a crash."""

import io
import zipfile
import zlib
from typing import BinaryIO, cast

import pytest

from consultant.reference.formats import Format, FormatError, Release, Source
from consultant.reference.formats.icd10cm_index import Icd10cmIndex
from consultant.reference.formats.icd10cm_order import Icd10cmOrder
from consultant.reference.formats.icd10cm_tabular import Icd10cmTabular
from consultant.reference.formats.text_lines import LONGEST_LINE
from tests.unit.reference.formats.code_files import ORDER, TABULAR, read_as, recognised, refusal, source

ANY = Release("any", "FY2031", "", None, None)


def refused(reader: Format, file: Source) -> str:
    with pytest.raises(FormatError, match="line") as caught:
        read_as(reader, file, ANY)
    return str(caught.value)


def test_a_line_without_end_is_refused() -> None:
    assert f"line 6, column {LONGEST_LINE}" in refusal(Icd10cmOrder(), ORDER + b"x" * LONGEST_LINE, "icd10cm_2031.txt")


class Endless(io.RawIOBase):
    """An index that never comes to its end."""

    def __init__(self) -> None:
        self._head = b"<ICD10CM.index><version>2031</version>"

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        head, self._head = self._head, b""
        return head or b"<letter>" + b" " * 30_000 + b"</letter>"


def test_an_endless_file_is_refused() -> None:
    said = refused(Icd10cmIndex(), Source("icd10cm-eindex-2031.xml", 100, lambda: cast(BinaryIO, Endless())))
    assert "larger than any such file" in said


def test_terms_beyond_all_depth_are_refused() -> None:
    deep = b"<term><title>x</title>" * 100 + b"</term>" * 100
    content = b"<ICD10CM.index><letter><mainTerm><title>x</title>" + deep + b"</mainTerm></letter></ICD10CM.index>"
    assert "nested deeper" in refused(Icd10cmIndex(), source(content, "index-2031.xml"))


def test_codes_cannot_be_nested_without_end() -> None:
    deep = b"<diag><name>S06.1</name><desc>x</desc>" * 100 + b"</diag>" * 100
    content = TABULAR.replace(b"<diag><name>S10</name><desc>Graze of fancy</desc></diag>", deep)
    assert "'S061' is no code below S061" in refusal(Icd10cmTabular(), content, "icd10cm_tabular_2031.xml")


@pytest.mark.parametrize(("reader", "content"), [(Icd10cmOrder(), ORDER), (Icd10cmTabular(), TABULAR)])
def test_a_damaged_archive_is_refused(reader: Format, content: bytes) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packing:
        packing.writestr("member", content * 50 if reader.kind == "icd10cm-order" else content)
    start = archive.getvalue().index(b"member") + len("member")
    damaged = bytearray(archive.getvalue())
    damaged[start + 40 : start + 60] = b"\xff" * 20
    with zipfile.ZipFile(io.BytesIO(bytes(damaged))) as packed:
        file = Source("x.zip/member", 1, lambda: cast(BinaryIO, packed.open("member")))
        said = refused(reader, file)
    assert "cannot be read any further" in said


@pytest.mark.parametrize("error", [OSError("gone"), zlib.error("broken"), zipfile.BadZipFile("no zip")])
def test_a_file_that_cannot_be_opened_is_refused(error: Exception) -> None:
    def gone() -> BinaryIO:
        raise error

    assert str(error) in refused(Icd10cmOrder(), Source("icd10cm_order_2031.txt", 1, gone))


def test_the_head_alone_decides_what_a_file_is() -> None:
    def unopened() -> BinaryIO:
        raise AssertionError("opened")

    head = ORDER + b"00006 A0"
    release = Icd10cmOrder().recognise(Source("icd10cm_order_2031.txt", 10_000, unopened), head)
    assert release is not None
    assert recognised(Icd10cmOrder(), b"\x1f\x8b" + ORDER, "icd10cm_order_2031.txt") is None
