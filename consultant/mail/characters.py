"""Which characters of a stranger's text may travel on.

Kept: letters, marks, punctuation, tabs, line feeds. Not kept: NUL and other controls, the bidirectional and
invisible format characters that make text read differently from what it holds, and half surrogates that no
encoder takes. Knows nothing of mail.
"""

import re

# C0 and C1 controls but tab and line feed; soft hyphen; zero-width space; bidi marks, embeddings and
# isolates; word joiner and invisible operators; byte order mark; interlinear annotation; the two that are no
# characters; tag characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_LINE_END = re.compile("\r{1,3}\n|[\r\x0b\x0c\x85\u2028\u2029]")
_ASCII_CONTROLS = bytes((*range(9), *range(0x0E, 0x20), 0x7F))
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text with line feeds as line ends and without control, bidirectional and invisible characters."""
    if text.isascii():
        if text.isprintable():
            return text
        text = text.replace("\r\n", "\n")
        if "\r" in text or "\x0b" in text or "\x0c" in text:
            text = _LINE_END.sub("\n", text)
        return text.encode("ascii").translate(None, _ASCII_CONTROLS).decode("ascii")
    text = _LINE_END.sub("\n", text.replace("\r\n", "\n"))
    return _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))


def one_line(text: str) -> str:
    """The text on one line: every run of blanks, line ends and controls between words is one blank."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return _BLANKS.sub(" ", clean(_CONTROL.sub(" ", text))).strip()
