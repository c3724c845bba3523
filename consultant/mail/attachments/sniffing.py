"""What a file really is, by its first bytes and not by what its sender calls it. Knows bytes only."""

import re

PDF = "application/pdf"
RTF = "application/rtf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
TNEF = "application/ms-tnef"
UNKNOWN = "application/octet-stream"

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", RTF),
    (b"\x78\x9f\x3e\x22", TNEF),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
)
_IN_ZIP = (
    (b"word/document", DOCX),
    (b"xl/workbook", XLSX),
    (b"ppt/presentation", PPTX),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
)
_IN_OLE = (
    ("WordDocument".encode("utf-16-le"), "application/msword"),
    ("Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
    ("__properties_version1.0".encode("utf-16-le"), "application/vnd.ms-outlook"),
)
_HTML = re.compile(rb"\s*(?:<!doctype\s+html|<html|<head|<body|<table)\b", re.IGNORECASE)
_NOT_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_HEAD = 1024
_ENDS = 65_536


def sniff(content: bytes) -> str:
    """The media type by content: exact for what has a signature, `text/…` for text, UNKNOWN for the rest."""
    head = content[:_HEAD]
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if b"%PDF-" in head:  # readers find it anywhere in the first KB
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _inside(content, _IN_ZIP, "application/zip")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _inside(content, _IN_OLE, "application/x-ole-storage")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return _text_type(head)


def _inside(content: bytes, kinds: tuple[tuple[bytes, str], ...], otherwise: str) -> str:
    """The kind whose entry is named at either end of the container, where containers name them."""
    ends = content[:_ENDS] + content[-_ENDS:]
    return next((media_type for name, media_type in kinds if name in ends), otherwise)


def _text_type(head: bytes) -> str:
    if not head:
        return UNKNOWN
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text/plain"
    if _NOT_TEXT.search(head):
        return UNKNOWN
    return "text/html" if _HTML.match(head) else "text/plain"
