"""Which part of a text the member wrote to be answered: not quoted history, not a signature, not a disclaimer.

Works on text alone, also on text that a mail program has pasted together. What is left out is blanked, so that
every offset stays as it was. Where it is open whether lines belong to the question, they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FORWARD = re.compile(r"\s*(?:fwd?|wg|tr)\s*:", re.IGNORECASE)
_FORWARDED = re.compile(r"^[ \t>*-]*(?:begin forwarded message|-+ ?forwarded message)", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r"^[ \t]?>[^\n]*$", re.MULTILINE)
_QUOTED_WORD = re.compile(r"[ \t]?>+ ?[^\s0-9=$>]")
_ATTRIBUTION = re.compile(r"^[ \t]?On [^\n]{5,200}(?:\n[^\n]{1,120})?\bwrote:[ \t]*\r?$", re.MULTILINE)
_ORIGINAL = re.compile(r"^[ \t]*-{2,} ?original (?:message|appointment) ?-{2,}", re.IGNORECASE | re.MULTILINE)
_HEADER_BLOCK = re.compile(
    r"^(?:_{5,}[ \t]*\r?\n\s{0,4})?\*?From:[^\n]{1,200}\n\*?(?:Sent|Date|To|Cc|Subject):[^\n]{1,300}\n"
    r"\*?(?:Sent|Date|To|Cc|Subject):",
    re.MULTILINE,
)
_POINTING_BELOW = re.compile(r"\b(?:below|attached|fyi|forward\w*)\b", re.IGNORECASE)

_DISCLAIMER = re.compile(
    r"^[ \t*]*(?:confidential(?:ity)?\b.{0,40}(?:notice|note|statement|:)|"
    r"(?:this|the information in this) (?:e-?mail|message|transmission|communication)\b"
    r".{0,120}\b(?:intended|confidential|privileged)|sent from my |get outlook for |notice: this )",
    re.IGNORECASE | re.MULTILINE,
)
_DISCLAIMING = ("confidential", "intended", "privileged", "sent from my", "outlook", "notice:")
_MARK = re.compile(r"--[ \t]?\r?")
_CLOSING = re.compile(
    r"(?:(?:many|with|warm|warmest|kind|kindest|best|my|much|sincere|very|yours)[ ,]+)*"
    r"(?:thanks|thank you|thankyou|thx|ty|regards|wishes|best|sincerely|respectfully|cordially|"
    r"cheers|truly|appreciated?)"
    r"(?:[ ,]+(?:again|so|very|much|in|advance|and|kind|best|regards|you|all|team|yours|everyone|"
    r"for|your|help|time|assistance))*[ \t,.!~-]*\r?",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"@[\w-]+\.\w|https?://|\bwww\.|\(?\b[0-9]{3}\)?[ .-]{1,2}[0-9]{3}[ .-][0-9]{4}\b|"
    r"\b(?:tel|phone|fax|ph|cell|office|direct)\b[.:]",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"\s*p\.?\s?s\b\.?", re.IGNORECASE)
_ENDS_A_SENTENCE = re.compile(r"[.?!:;,]\s*\Z")
# A line with one of these is about the question, wherever it stands; nobody signs with a sentence.
_ON_TOPIC = re.compile(
    r"\?|\b(?:cpt|codes?|hcpcs|icd|dx|modifiers?|mod|bill(?:ed)?|den(?:y|ied|ial)|dos|pos|units?|call me|drg|ndc|"
    r"we|i|is|was|were|are|she|he|can|does?|should|did)\b",
    re.IGNORECASE,
)
_MOST_LINES = 15  # of a signature
_LONGEST_LINE = 100


def own_words(text: str, subject: str = "", *, is_reply: bool = True) -> str:
    """The text with all that is not the member's question blanked; lines and length stay.

    An older mail in what is no reply was put there to be read: it stays, with all below it.
    """
    end = len(text)
    if is_reply and not _is_forward(text, subject):
        end = _start_of_history(text)
    end = _start_of_signature(text, _start_of_disclaimer(text, end))
    kept = text[:end] + _blanked(text[end:]) if end < len(text) else text
    return _without_quotes(kept) if ">" in kept else kept


def _is_forward(text: str, subject: str) -> bool:
    return bool(_FORWARD.match(subject)) or ("orward" in text and _FORWARDED.search(text) is not None)


def _start_of_history(text: str) -> int:
    """Where an unmarked older mail starts, if the words above it are a question of their own."""
    starts = [match.start() for match in _older_mails(text)]
    if not starts:
        return len(text)
    above = text[: min(starts)]
    asks = "?" in above or any(c.isdigit() for c in above) or len(above.split()) > 12
    return (
        min(starts) if asks and (len(above) > 300 or "?" in above or not _POINTING_BELOW.search(above)) else len(text)
    )


def _older_mails(text: str) -> Iterator[re.Match[str]]:
    if "riginal" in text or "RIGINAL" in text:
        yield from _ORIGINAL.finditer(text)
    if "From:" in text:
        yield from _HEADER_BLOCK.finditer(text)
    if "wrote:" in text:
        for match in _ATTRIBUTION.finditer(text):
            if not text[match.end() : match.end() + 10].lstrip().startswith(">"):
                yield match


def _start_of_disclaimer(text: str, end: int) -> int:
    tail = max(0, end - 4_000)
    last = text[tail:end].lower()
    if not any(word in last for word in _DISCLAIMING):
        return end
    match = _DISCLAIMER.search(text, tail, end)
    return match.start() if match and match.start() > 0 else end


def _start_of_signature(text: str, end: int) -> int:
    """Where the signature starts: below a mark or a closing, or where the last lines give a telephone or address."""
    starts = _last_lines(text, end)
    for start, stop in starts:
        line = text[start:stop]
        below = text[stop:end]
        if line.startswith("--") and _MARK.fullmatch(line):
            if line.rstrip("\r") == "-- " or "?" not in below:
                return start
        elif len(line) < 60 and _CLOSING.fullmatch(line.strip()) and _is_signature(below):
            return start
    return _start_of_contact_lines(text, starts, end)


def _last_lines(text: str, end: int) -> list[tuple[int, int]]:
    """The last lines that are not blank, from the first of them on, as spans."""
    lines: list[tuple[int, int]] = []
    stop = end
    while stop > 0 and len(lines) <= _MOST_LINES:
        start = text.rfind("\n", 0, stop) + 1
        if text[start:stop].strip():
            lines.append((start, stop))
        stop = start - 1
    return lines[::-1]


def _is_signature(below: str) -> bool:
    lines = below.splitlines()
    return not any(len(line) > _LONGEST_LINE or _ON_TOPIC.search(line) or _POSTSCRIPT.match(line) for line in lines)


def _start_of_contact_lines(text: str, lines: list[tuple[int, int]], end: int) -> int:
    first = len(lines)
    while first > 0 and _may_sign(text[slice(*lines[first - 1])]):
        first -= 1
        if first and "\n\n" in text[lines[first - 1][1] : lines[first][0]].replace("\r", ""):
            break
    signed = lines[first:]
    if not signed or not _CONTACT.search(text, signed[0][0], end):
        return end
    return signed[0][0] if signed[0][0] > 0 else end


def _may_sign(line: str) -> bool:
    return len(line) <= _LONGEST_LINE and not _ENDS_A_SENTENCE.search(line) and not _ON_TOPIC.search(line)


def _without_quotes(text: str) -> str:
    """Quoted lines blanked, and the line that announces them; one line that starts so may be ">30 minutes"."""
    lines = [match.span() for match in _QUOTED.finditer(text)]
    pieces: list[str] = []
    position = 0
    for number, (start, stop) in enumerate(lines):
        follows = number > 0 and lines[number - 1][1] + 1 == start
        goes_on = number + 1 < len(lines) and lines[number + 1][0] == stop + 1
        if follows or goes_on or _QUOTED_WORD.match(text, start):
            pieces += (text[position:start], " " * (stop - start))
            position = stop
    return _ATTRIBUTION.sub(lambda match: _blanked(match[0]), "".join((*pieces, text[position:])))


def _blanked(text: str) -> str:
    """White space of the same length, with its lines where they were."""
    return re.sub(r"[^\n]+", lambda match: " " * len(match[0]), text)
