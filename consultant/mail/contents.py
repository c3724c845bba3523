"""What the leaves of a message hold: the text that is shown, and the files.

Opens what wraps either of them: opaque S/MIME signatures, winmail.dat, uuencoded files. Nothing is decrypted and no
signature is checked; that there is one is said. Judges nothing.
"""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from consultant.mail import smime, tnef
from consultant.mail.attachments.listing import AttachedFile, attached_file, disposition_of
from consultant.mail.attachments.sniffing import RTF, TNEF
from consultant.mail.bodies import content_of
from consultant.mail.headers import Headers
from consultant.mail.parts import Message, Part, split_message
from consultant.mail.remarks import Cut
from consultant.mail.shown_text import adds_words, shown_text

Scheme = Literal["S/MIME", "PGP"]

_MOST_FILES = 1000
_MOST_WRAPPINGS = 20
_MOST_UNWRAPPED = 100_000_000  # bytes
_SIGNATURES: dict[str, Scheme] = {
    "application/pgp-signature": "PGP",
    "application/pkcs7-signature": "S/MIME",
    "application/x-pkcs7-signature": "S/MIME",
}
_OPAQUE = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF_TYPES = frozenset({TNEF, "application/vnd.ms-tnef"})


@dataclass(slots=True)
class Contents:
    """Text, files, and what was wrong with either. `signed` and `encrypted` say by what, as the mail claims."""

    text: str = ""
    html_only: bool = False
    files: list[AttachedFile] = field(default_factory=list)
    signed: Scheme | None = None
    encrypted: Scheme | None = None
    remarks: list[str] = field(default_factory=list)


def contents_of(message: Message) -> Contents:
    """Text and files of the message, opened as far as that needs no key."""
    opening = _Opening()
    opening.open(message)
    return opening.finish()


def is_attachment(part: Part, message: Message) -> bool:
    """Whether the leaf is a file or an attached message rather than text that the mail shows (RFC 2183)."""
    if not part.type.startswith("text/") or part.type == "text/rtf":
        return True
    disposition, named = disposition_of(part)
    if disposition == "attachment":
        return True
    if part.type in ("text/plain", "text/html", "text/enriched", "text/richtext"):
        # Named inline text is a file that the mail program showed; the first one may be the body all the
        # same.
        return bool(named) and part is not message.leaves[0]
    return len(message.leaves) > 1


class _Opening:
    def __init__(self) -> None:
        self._contents = Contents()
        self._shown: list[Part] = []
        self._calendars: list[Part] = []
        self._spare: list[Part] = []  # bodies that a winmail.dat repeats, or alone holds
        self._wrappings = 0
        self._unwrapped = 0

    def open(self, message: Message) -> None:
        self._contents.remarks += message.defects
        for leaf in message.leaves:
            if is_attachment(leaf, message):
                self._take_file(leaf)
                if leaf.type == "text/calendar":
                    self._calendars.append(leaf)
                continue
            self._shown.append(leaf)
            if len(message.leaves) > 1 and disposition_of(leaf)[1]:  # a file, whose text is shown as well
                self._take_file(leaf)

    def finish(self) -> Contents:
        contents = self._contents
        shown = shown_text(self._shown)
        if not shown.text.strip() and self._calendars:
            shown = shown_text(self._calendars[:1])
        contents.text, contents.html_only = shown.text, shown.html_only
        contents.remarks += shown.remarks
        for name, content in shown.files:
            self._add_file(_file_part(name, "application/octet-stream", content), content)
        contents.signed = contents.signed or ("PGP" if shown.pgp_signed else None)
        contents.encrypted = contents.encrypted or ("PGP" if shown.pgp_encrypted else None)
        self._show_spare_bodies()
        if contents.encrypted:
            contents.remarks.append(Cut(f"encrypted with {contents.encrypted}: it cannot be read without its key"))
        return contents

    def _take_file(self, part: Part) -> None:
        content, remark = content_of(part)
        if remark:
            self._contents.remarks.append(remark)
        self._add_file(part, content)
        self._note_protection(part)
        if part.type in _OPAQUE:
            self._open_opaque(content)
        elif part.type in _TNEF_TYPES or content.startswith(tnef.SIGNATURE):
            self._open_tnef(content)

    def _add_file(self, part: Part, content: bytes) -> None:
        files = self._contents.files
        if len(files) >= _MOST_FILES:
            self._contents.remarks.append(Cut(f"more than {_MOST_FILES} files: the others were left out"))
            return
        files.append(attached_file(part, content, len(files) + 1, self._contents.remarks))

    def _note_protection(self, part: Part) -> None:
        if scheme := _SIGNATURES.get(part.type):
            self._contents.signed = self._contents.signed or scheme
        elif part.type == "application/pgp-encrypted":
            self._contents.encrypted = "PGP"

    def _open_opaque(self, content: bytes) -> None:
        kind = smime.kind_of(content)
        inner = smime.signed_content(content) if kind == "signed" else None
        if kind == "encrypted":
            self._contents.encrypted = "S/MIME"
        elif inner and self._may_open(content):
            self._contents.signed = "S/MIME"
            self.open(split_message(inner))
        else:
            self._contents.remarks.append(Cut("an S/MIME part that cannot be opened: it was left unread"))

    def _open_tnef(self, content: bytes) -> None:
        if not self._may_open(content):
            return
        found = tnef.read_tnef(content)
        self._contents.remarks += found.remarks
        for file in found.files:
            self._take_file(_file_part(file.name, file.type.lower() or "application/octet-stream", file.content))
        if found.text.strip():
            self._spare.append(_file_part("", "text/plain", found.text.encode("utf-8", "replace"), charset="utf-8"))
        elif found.html.strip(b"\x00 \r\n\t"):
            self._spare.append(_file_part("", "text/html", found.html))
        elif found.rtf:
            self._add_file(_file_part("message.rtf", RTF, found.rtf), found.rtf)

    def _may_open(self, content: bytes) -> bool:
        self._wrappings += 1
        self._unwrapped += len(content)
        if self._wrappings <= _MOST_WRAPPINGS and self._unwrapped <= _MOST_UNWRAPPED:
            return True
        self._contents.remarks.append(Cut("files wrapped too often or too large to open: left closed"))
        return False

    def _show_spare_bodies(self) -> None:
        """A winmail.dat repeats the text that stands beside it, but not always."""
        if not self._spare:
            return
        contents, spare = self._contents, shown_text(self._spare)
        contents.remarks += spare.remarks
        if not contents.text.strip():
            contents.text, contents.html_only = spare.text, spare.html_only
        elif adds_words(spare.text, contents.text):
            contents.text = f"{contents.text}\n\n{spare.text}"


def _file_part(name: str, media_type: str, content: bytes, **parameters: str) -> Part:
    """A part as if it had come by itself."""
    disposition = b"attachment" + (f"; filename*=utf-8''{quote(name, safe='')}".encode() if name else b"")
    return Part(Headers((("content-disposition", disposition),)), media_type, parameters, content, 0)
