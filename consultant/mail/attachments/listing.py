"""The files of a mail as facts of them: a safe name, types, size and hash. Knows parts; opens nothing."""

import hashlib
from dataclasses import dataclass

from consultant.mail.attachments.disguise import is_disguised
from consultant.mail.attachments.names import LONGEST_NAME, safe_name
from consultant.mail.attachments.sniffing import sniff
from consultant.mail.headers import decode_words, parameters
from consultant.mail.parts import Part
from consultant.mail.remarks import Cut


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file part or an attached message: a name that is safe to show and store, and facts of its decoded content.

    `type` is what the sender says, `sniffed` what the first bytes say. `inline` files are shown within the text, as
    pictures are; `content_id` is what the HTML calls them.
    """

    name: str
    type: str
    size: int  # bytes
    sha256: str  # hexadecimal
    sniffed: str
    inline: bool
    content_id: str | None

    @property
    def disguised(self) -> bool:
        """Whether its content contradicts what its sender calls it."""
        return is_disguised(self.type, self.name, self.sniffed)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """An attachment with its content."""

    attachment: Attachment
    content: bytes


def disposition_of(part: Part) -> tuple[str, str]:
    """The disposition, and the file name from Content-Disposition or else from Content-Type's `name` (RFC 2183)."""
    values = part.headers.structured("content-disposition")
    disposition, found = parameters(values[0]) if values else ("", {})
    name = decode_words(found.get("filename", ""))[0]
    other = part.parameters.get("name", "")
    if other and (not name or "?" in name or "\ufffd" in name):  # letters that its charset does not have
        other = decode_words(other)[0]
        name = name if name and ("?" in other or "\ufffd" in other) else other
    return disposition, name


def attached_file(part: Part, content: bytes, number: int, remarks: list[str]) -> AttachedFile:
    """The part as the mail's file of that number."""
    disposition, written = disposition_of(part)
    sniffed = sniff(content)
    name, cut = safe_name(written, number, part.type if part.type.startswith("message/") else sniffed)
    if cut:
        remarks.append(Cut(f"a file name longer than {LONGEST_NAME} characters: cut"))
    content_id = (part.headers.first("content-id") or "").strip("<> ")[:LONGEST_NAME] or None
    inline = disposition != "attachment" and (disposition == "inline" or content_id is not None)
    digest = hashlib.sha256(content).hexdigest()
    return AttachedFile(Attachment(name, part.type, len(content), digest, sniffed, inline, content_id), content)
