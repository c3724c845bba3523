"""Text out of files in a process of its own: what is in them is found, and no file costs more than its limits."""

import io
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import Workbook
from pypdf import PdfWriter

from consultant.mail.attachments.extraction import Extracted, Limits, can_extract, extract_text
from consultant.mail.reading import attached_files
from tests.unit.mail.letters import letter, multipart

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
QUICK = Limits(seconds=4, memory_mb=300)


def pdf(*contents: bytes, compressed: bool = False) -> bytes:
    """A PDF with one page for each content stream."""
    streams = [zlib.compress(content, 9) if compressed else content for content in contents]
    filtered = b"/Filter /FlateDecode " if compressed else b""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(streams)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, stream in enumerate(streams):
        resources = b"<< /Font << /F1 3 0 R >> >>"
        objects.append(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R /Resources %s >>" % (5 + 2 * number, resources))
        objects.append(b"<< %s/Length %d >>\nstream\n%s\nendstream" % (filtered, len(stream), stream))
    written = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + trailer


def shown(text: str) -> bytes:
    """A content stream that shows the text."""
    return b"BT /F1 12 Tf 72 720 Td (" + text.encode("ascii") + b") Tj ET"


def docx(body: str | bytes, **parts: str) -> bytes:
    """A Word document; `parts` are further parts by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        written = body if isinstance(body, bytes) else f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()
        archive.writestr("word/document.xml", written)
        for name, part in parts.items():
            archive.writestr(f"word/{name}.xml", part)
    return packed.getvalue()


def paragraph(text: str) -> str:
    """A paragraph of one run."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def xlsx(rows: list[list[object]], title: str = "Claims") -> bytes:
    """A workbook of one sheet."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def repacked(packed: bytes, replaced: dict[str, bytes]) -> bytes:
    """The archive with these files in it instead of, or beside, its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, replaced.pop(name, old.read(name)))
        for name, content in replaced.items():
            new.writestr(name, content)
    return out.getvalue()


def test_the_pages_of_a_pdf_are_read_in_order() -> None:
    found = extract_text(pdf(shown("Billed 99213-25"), shown("with J1885 x 4")), "application/pdf")
    assert found == Extracted("Billed 99213-25\nwith J1885 x 4\n", False, None)


def test_a_pdf_is_known_by_its_content() -> None:
    assert "99213" in extract_text(pdf(shown("99213")), "application/octet-stream").text


def test_a_pdf_of_pictures_says_that_it_holds_no_text() -> None:
    found = extract_text(pdf(b"0 0 m 9 9 l S"), "application/pdf")
    assert (found.cut, found.problem) == (False, "there is no text in the file: perhaps it holds pictures of pages")


def test_a_pdf_that_is_locked_says_so() -> None:
    writer = PdfWriter(io.BytesIO(pdf(shown("99213"))))
    writer.encrypt("secret", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    found = extract_text(locked.getvalue(), "application/pdf")
    assert (found.text, found.problem) == ("", "the file is locked with a password")


def test_a_word_document_is_read_with_its_tables_and_notes() -> None:
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("99213", "25", "1"))
    body = (
        f"{paragraph('Can I bill')}<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        "<w:p><w:r><w:t>M17</w:t></w:r><w:r><w:t>.11</w:t><w:tab/><w:t>right</w:t></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>99215</w:delText></w:r></w:del></w:p>"
    )
    found = extract_text(docx(body, footnotes=f"<w:footnotes {W}>{paragraph('per payer')}</w:footnotes>"), WORD)
    assert (found.cut, found.problem) == (False, None)
    assert [line.split() for line in found.text.splitlines() if line.strip()] == [
        ["Can", "I", "bill"],
        ["99213", "25", "1"],
        ["M17.11", "right"],
        ["per", "payer"],
    ]


def test_a_workbook_is_read_row_by_row() -> None:
    rows: list[list[object]] = [["Code", "Units", "Date"], ["J1885", 4.0, date(2026, 3, 2)], ["99213", None, "x"]]
    found = extract_text(xlsx(rows), "application/vnd.ms-excel")
    assert found.text == "Claims\nCode\tUnits\tDate\nJ1885\t4\t2026-03-02\n99213\t\tx\n\n"
    assert not found.cut


def test_rich_text_is_read() -> None:
    found = extract_text(rb"{\rtf1\ansi Bill \b 99213\b0\par with C:\\x}", "application/msword")
    assert found.text.splitlines() == ["Bill 99213", "with C:\\x"]


@pytest.mark.parametrize(
    ("content", "media_type", "text"),
    [
        ("Code;Units\nJ1885;4\n".encode("utf-16"), "text/csv", "Code;Units\nJ1885;4\n"),
        (b"caf\xe9 99213\r\n", "text/plain", "café 99213\n"),
        (b"<table><tr><td>J1885<td>4</table>", "text/html", "J1885  4"),
        (letter("see 99213\n", subject="Forwarded"), "message/rfc822", "Forwarded\n\nsee 99213"),
    ],
)
def test_text_needs_no_process(content: bytes, media_type: str, text: str) -> None:
    assert extract_text(content, media_type) == Extracted(text, False, None)


def test_text_longer_than_wanted_is_cut_and_said() -> None:
    found = extract_text(b"99213 " * 100_000, "text/plain", Limits(characters=600))
    assert (len(found.text), found.cut) == (600, True)
    apart = extract_text(docx(paragraph("99213 ") * 1_000), WORD, Limits(characters=600))
    assert (len(apart.text), apart.cut, apart.problem) == (600, True, None)


def test_what_no_reader_is_for_is_said() -> None:
    assert not can_extract(b"\x89PNG\r\n\x1a\n", "text/plain")
    found = extract_text(b"\x89PNG\r\n\x1a\n", "image/png")
    assert found == Extracted("", False, "no text is read from files of this type")


def test_the_files_of_a_mail_are_read() -> None:
    file = b"Content-Type: application/octet-stream; name=claim.pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n" + pdf(
        shown("J1885")
    )
    body, content_type = multipart("mixed", "\r\nsee the file", file)
    (attached,) = attached_files(letter(body, content_type=content_type))
    assert extract_text(attached.content, attached.attachment.type).text == "J1885\n"


HEAD = f"<w:document {W}><w:body>".encode()
MANY_WORDS = paragraph("99213 ").encode() * 100_000
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def entities_in_entities() -> bytes:
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    return docx(f'<!DOCTYPE d [<!ENTITY a0 "99213">{laughs}]><d>&a9;</d>'.encode())


def words_of_a_workbook(count: int) -> bytes:
    packed = xlsx([["Code"], ["J1885"]])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{STRINGS_TYPE}"/></Types>'
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + b"<si><t>9</t></si>" * count
    replaced = {"[Content_Types].xml": types.replace("</Types>", override).encode(), "xl/sharedStrings.xml": strings}
    return repacked(packed, replaced)


def sheet_of(rows: bytes) -> bytes:
    return repacked(xlsx([["Code"]]), {"xl/worksheets/sheet1.xml": SHEET % rows})


BOMBS: dict[str, Callable[[], bytes]] = {
    "a document of 200 MB": lambda: docx(HEAD + MANY_WORDS * 2 + b"<w:p><w:r><w:t>" + b" " * 180_000_000),
    "a document of one word of 100 MB": lambda: docx(HEAD + b"<w:p><w:r><w:t>" + b"9" * 100_000_000),
    "a document nested 200,000 deep": lambda: docx(HEAD + b"<w:p>" * 200_000),
    "entities in entities": entities_in_entities,
    "a document without its end": lambda: docx(HEAD + MANY_WORDS[:5_000]),
    "a page of 200 MB": lambda: pdf(shown("99213"), b" " * 200_000_000, compressed=True),
    "a page of a million words": lambda: pdf(shown("99213"), (shown("99213") + b"\n") * 1_000_000, compressed=True),
    "pages of pages": lambda: pdf(shown("x")).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
    "a workbook of 80 MB of words": lambda: words_of_a_workbook(5_000_000),
    "a workbook of one far cell": lambda: sheet_of(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "a workbook of wide rows": lambda: sheet_of(b'<row><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>' * 100_000),
    "rich text nested 300,000 deep": lambda: b"{\\rtf1 " + b"{" * 300_000,
    "no document at all": lambda: b"PK\x03\x04word/document" + bytes(range(256)) * 100,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_costs_no_more_than_the_limits(bomb: Callable[[], bytes]) -> None:
    content = bomb()
    started = time.perf_counter()
    found = extract_text(content, "application/octet-stream", QUICK)
    took = time.perf_counter() - started
    print(f"{len(content)} bytes, {took:.1f} s, {len(found.text)} characters, cut {found.cut}, {found.problem}")
    assert took < QUICK.seconds + 3
    assert len(found.text) <= QUICK.characters
