"""Which of a message's text parts are shown, and as what text.

Plain text is preferred to the HTML beside it, unless the HTML says more: then words count, not types. Knows parts;
knows nothing of files and of who wrote them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from consultant.mail import pgp
from consultant.mail.bodies import LONGEST_TEXT, decoded, readable
from consultant.mail.html_text import roughly_shown
from consultant.mail.parts import Part
from consultant.mail.remarks import Cut
from consultant.mail.uuencode import take_out_files

_MOST_TEXT_BYTES = 2 * LONGEST_TEXT  # tags are slow to read and may hold no text
_MOST_COMPARED = 200_000  # characters of HTML
# HTML that says more than the plain text beside it: so many of its words are in it alone, or a code is.
_MORE_WORDS = 0.1
_FEWEST_WORDS = 3
_CODE = re.compile(r"\d{5}|\d{4}[A-Z]|[A-Z]\d{4}|[A-Z]\d[0-9A-Z]")
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Shown:
    """The text, whether all of it was HTML, and what came to light while it was read."""

    text: str = ""
    html_only: bool = False
    files: list[tuple[str, bytes]] = field(default_factory=list)
    pgp_signed: bool = False
    pgp_encrypted: bool = False
    remarks: list[str] = field(default_factory=list)


def shown_text(parts: Sequence[Part]) -> Shown:
    """The text of the parts, in their order."""
    shown = Shown()
    written = _written(parts, shown.remarks)
    texts = {index: _plain(part, text, shown) for index, (part, text) in enumerate(written) if not _is_html(part)}
    plain_in = _plain_by_alternative(parts, texts)
    for index, (part, html) in enumerate(written):
        beside = plain_in.get(part.alternative) if part.alternative else None
        if not _is_html(part) or (beside is not None and not _says_more(html, beside.values())):
            continue
        text, remarks = readable(part, html)
        shown.remarks += remarks
        texts[index] = text
        if beside is not None and text.strip():
            shown.remarks.append("HTML that says more than the plain text beside it: it was read")
            _leave_out_repeated(texts, beside, text)
    _join(shown, written, texts)
    return shown


def adds_words(text: str, to: str) -> bool:
    """Whether the text says more than the other one."""
    return _differ(set(_WORD.findall(text)), to)


def _written(parts: Sequence[Part], remarks: list[str]) -> list[tuple[Part, str]]:
    written: list[tuple[Part, str]] = []
    looked_at = characters = 0
    for part in parts:
        if characters >= LONGEST_TEXT or looked_at >= _MOST_TEXT_BYTES:
            remarks.append(Cut("too much text: the last text parts were left unread"))
            break
        looked_at += len(part.content)
        text, unreadable = decoded(part)
        characters += 0 if _is_html(part) else len(text)
        remarks += unreadable
        written.append((part, text))
    return written


def _is_html(part: Part) -> bool:
    return part.type == "text/html"


def _plain(part: Part, written: str, shown: Shown) -> str:
    text, remarks = readable(part, written)
    shown.remarks += remarks
    text, files = take_out_files(text)
    shown.files += files
    text, signed = pgp.without_armour(text)
    shown.pgp_signed |= signed
    shown.pgp_encrypted |= pgp.is_encrypted(text)
    return text


def _plain_by_alternative(parts: Sequence[Part], texts: dict[int, str]) -> dict[int, dict[int, str]]:
    """The plain texts that are not blank, by the alternative that they stand in."""
    found: dict[int, dict[int, str]] = {}
    for index, text in texts.items():
        if parts[index].alternative and text.strip():
            found.setdefault(parts[index].alternative, {})[index] = text
    return found


def _says_more(html: str, plain: Iterable[str]) -> bool:
    shown, text = roughly_shown(html[:_MOST_COMPARED]), "\n".join(plain)
    if "".join(shown.split()) in "".join(text.split()):  # as most programs write both
        return False
    return _differ(set(_WORD.findall(shown)), text)


def _differ(words: set[str], text: str) -> bool:
    more = _only_in(words, text)
    if len(more) >= _FEWEST_WORDS and len(more) > _MORE_WORDS * len(words):
        return True
    return any(_CODE.fullmatch(word) for word in more)


def _only_in(words: set[str], text: str) -> set[str]:
    """Those of the words that the text does not hold, however it breaks its lines."""
    more = words.difference(_WORD.findall(text))
    if not more:
        return more
    squeezed = "".join(text.split())
    return {word for word in more if word not in squeezed}


def _leave_out_repeated(texts: dict[int, str], beside: dict[int, str], html_text: str) -> None:
    for index, plain in beside.items():
        if not _only_in(set(_WORD.findall(plain)), html_text):
            texts[index] = ""


def _join(shown: Shown, written: Sequence[tuple[Part, str]], texts: dict[int, str]) -> None:
    read = [(written[index][0], texts[index]) for index in sorted(texts) if texts[index].strip()]
    joined = "\n\n".join(_without_repetition([text.strip("\n") for _, text in read]))
    if len(joined) > LONGEST_TEXT:
        shown.remarks.append(Cut(f"text longer than {LONGEST_TEXT} characters: its end was left unread"))
    shown.text = joined[:LONGEST_TEXT]
    shown.html_only = bool(read) and all(_is_html(part) for part, _ in read)


def _without_repetition(texts: list[str]) -> list[str]:
    """Some senders put the same text twice, plain and as HTML, without saying that it is an alternative."""
    if len(texts) < 2:
        return texts
    by_words: dict[str, str] = {}
    for text in texts:
        by_words.setdefault("".join(text.split()), text)
    return list(by_words.values())
