"""Files that are not what they are called: only what content proves is said."""

import pytest

from consultant.mail.attachments.disguise import is_disguised
from consultant.mail.attachments.sniffing import DOCX, PDF, RTF, UNKNOWN, XLSX


@pytest.mark.parametrize(
    ("declared", "name", "sniffed"),
    [
        (PDF, "claim.pdf", "application/x-msdownload"),
        (UNKNOWN, "claim.pdf", "application/x-msdownload"),
        (PDF, "claim.pdf", "text/html"),
        (PDF, "claim.pdf", "application/zip"),
        (UNKNOWN, "claim.pdf", "image/png"),
        ("image/png", "scan.png", PDF),
        ("image/png", "scan.png", "text/plain"),
        ("text/plain", "notes.txt", PDF),
        (DOCX, "notes.docx", "text/html"),
    ],
)
def test_what_content_contradicts_is_a_disguise(declared: str, name: str, sniffed: str) -> None:
    assert is_disguised(declared, name, sniffed)


@pytest.mark.parametrize(
    ("declared", "name", "sniffed"),
    [
        (PDF, "claim.pdf", PDF),
        ("application/x-pdf", "claim.pdf", PDF),
        (UNKNOWN, "claim.pdf", PDF),
        (UNKNOWN, "claim", PDF),
        (UNKNOWN, "setup.exe", "application/x-msdownload"),
        ("image/jpg", "photo.jpg", "image/jpeg"),
        ("text/csv", "claims.csv", "text/plain"),
        ("application/json", "claims.json", "text/plain"),
        ("application/msword", "notes.doc", RTF),
        ("application/msword", "notes.doc", DOCX),
        ("application/vnd.ms-excel", "claims.xls", XLSX),
        ("application/vnd.ms-excel.sheet.macroenabled.12", "claims.xlsm", XLSX),
        ("message/rfc822", "mail.eml", "text/plain"),
        ("application/dicom", "image.dcm", UNKNOWN),
    ],
)
def test_what_may_be_so_is_none(declared: str, name: str, sniffed: str) -> None:
    assert not is_disguised(declared, name, sniffed)
