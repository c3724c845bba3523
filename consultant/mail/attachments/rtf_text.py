"""The text of an RTF document. Runs in the reading process only."""

from collections.abc import Iterator

from striprtf.striprtf import rtf_to_text


def pieces(content: bytes) -> Iterator[str]:
    """All of the text at once: the library reads RTF as a whole."""
    text: str = rtf_to_text(content.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    yield text
