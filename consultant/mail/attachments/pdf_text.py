"""The text of a PDF: its pages in order, then what was filled into its form. Runs in the reading process only."""

from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from consultant.mail.attachments.outcomes import Locked


def pieces(content: bytes) -> Iterator[str]:
    """Text page by page; raises Locked when a password is needed."""
    reader = PdfReader(BytesIO(content), strict=False)
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise Locked
        for page in reader.pages:
            yield page.extract_text() + "\n"
        for name, value in (reader.get_form_text_fields() or {}).items():
            if value:
                yield f"{name}: {value}\n"
    except (DependencyError, FileNotDecryptedError) as error:
        raise Locked from error
