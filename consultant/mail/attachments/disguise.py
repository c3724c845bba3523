"""Whether a file is something else than its sender calls it. Knows names and types only."""

from consultant.mail.attachments.names import SUFFIXES
from consultant.mail.attachments.sniffing import DOCX, PDF, PPTX, RTF, UNKNOWN, XLSX

_SAYS_NOTHING = frozenset({
    "", UNKNOWN, "application/x-octet-stream", "binary/octet-stream", "application/binary", "application/download",
    "application/x-download", "application/force-download", "application/unknown",
})  # fmt: skip
_SAME = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/tif": "image/tiff",
    "application/x-pdf": PDF,
    "application/x-rtf": RTF,
    "text/rtf": RTF,
    "text/richtext": RTF,
}
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/tiff", "image/webp"})
_TOLD_BY_CONTENT = _PICTURES | {PDF, RTF}  # each file of such a type begins in the same way
_OFFICE = frozenset({DOCX, XLSX, PPTX})  # each is an archive
_ARCHIVES = _OFFICE | {"application/zip", "application/x-ole-storage", "application/gzip"}
_PROGRAMS = frozenset({"application/x-msdownload", "application/x-executable"})
_PLAIN = frozenset({UNKNOWN, "text/plain", "text/html"})
_WORD = "application/msword"  # what Word calls whatever it opens


def is_disguised(declared: str, name: str, sniffed: str) -> bool:
    """Whether the content contradicts the declared type, or the name where the type says nothing.

    Only what content proves counts: a PDF that is a program, a picture that is text. In doubt it is no disguise.
    """
    claimed = _SAME.get(declared, declared)
    if claimed in _SAYS_NOTHING:
        claimed = _by_suffix(name)
    if sniffed in _PROGRAMS:
        return claimed != sniffed and bool(claimed)
    if sniffed in _PLAIN or sniffed in _ARCHIVES:
        return claimed in _TOLD_BY_CONTENT or (sniffed in _PLAIN and claimed in _OFFICE)
    if sniffed in _TOLD_BY_CONTENT:
        return bool(claimed) and claimed != sniffed and not (claimed == _WORD and sniffed == RTF)
    return False


def _by_suffix(name: str) -> str:
    """The type that the name stands for; empty where it stands for none that we know."""
    suffix = "." + name.rpartition(".")[2].lower()
    return next((media_type for media_type, known in SUFFIXES.items() if known == suffix), "")
