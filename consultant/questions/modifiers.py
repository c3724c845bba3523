"""Modifiers and places of service named by themselves: `modifier -25`, `59 modifier`, `XU`, `POS 11`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.questions.model import CodeMention, System
from consultant.questions.modifier_list import ALSO_WORDS, NUMERIC, UNMISTAKABLE, is_known

_QUANTITY = r"(?!\s?-?\s?(?:min|hour|hr|h\b|day|week|month|year|yr|mg|mcg|ml|mm|cm|kg|%|\x1a|[.:][0-9]))"
_TOKEN = r"[0-9A-Za-z]{2}(?![0-9A-Za-z_])" + _QUANTITY
_START = re.compile(
    rf"\bmod(?:ifi?ers?|s)?\.?(?:\s(?:code|no\.?|number|of))?\s?[:#=(]?\s?[\"'“]?[-–]?(?P<cued>{_TOKEN})"
    rf"|\bmod(?P<glued>[0-9]{{2}})(?![0-9A-Za-z_])"
    rf"|(?<![0-9A-Za-z_$.,/-])-?(?P<before>[0-9A-Za-z]{{2}})\s(?:mod\b|modifiers?\b)"
    rf"|\bappend(?:s|ed|ing)?\s(?:an?\s|the\s)?-?(?P<appended>{_TOKEN})"
    rf"|(?<![\w.)\x1a-])(?<![0-9]\s)[-–](?P<hyphened>(?:[0-9]{{2}}|[A-Z][A-Z0-9])(?![0-9A-Za-z_/-]){_QUANTITY})"
    rf"|(?<![\w.$/-])(?P<sides>(?:RT|LT)(?=\s?(?:/|and|or|&|,)\s?(?:RT|LT)\b))"
    rf"|(?<![\w.$-])(?P<alone>(?:{'|'.join(sorted(UNMISTAKABLE))})(?![\w-]))",
)
_START = re.compile(_START.pattern.replace(r"\bmod", r"\b(?i:m)od").replace(r"\bappend", r"\b(?i:a)ppend"))
_NEXT = re.compile(
    rf"\s?(?:,|/|\+|&|\bvs\.?\b|\band/or\b|\band\b|\bor\b|(?=[-–]))\s?(?:or\s|and\s)?[-–]?(?P<next>{_TOKEN})"
)
_PLACE = re.compile(
    r"\b(?:POS|place\s+of\s+service)(?:\s+codes?)?\s?[:#=(-]?\s?(?P<place>[0-9]{1,2})(?![0-9A-Za-z_:]|[./-][0-9]{3})",
    re.I,
)
_NEXT_PLACE = re.compile(r"\s?(?:,|/|\band\b|\bor\b|\bvs\.?\b)\s?(?P<place>[0-9]{2})(?![0-9A-Za-z_:/.-])" + _QUANTITY)


def read_modifiers(text: str) -> Iterator[CodeMention]:
    """Modifiers standing alone, in the order written; a list after the first is read on."""
    position = 0
    while match := _START.search(text, position):
        kind = match.lastgroup or ""
        token = match[kind]
        if not _is_modifier(token, cued=kind not in ("hyphened",)):
            position = match.start() + 1
            continue
        start, end = match.span() if kind != "appended" else match.span(kind)
        yield CodeMention(System.MODIFIER, token.upper(), start, end, text[start:end])
        position = end
        for mention in _list_after(text, end):
            yield mention
            position = mention.end


def _list_after(text: str, position: int) -> Iterator[CodeMention]:
    while (match := _NEXT.match(text, position)) and _is_modifier(match["next"], cued=True):
        start, position = match.span("next")
        start -= text[start - 1] in "-–"
        yield CodeMention(System.MODIFIER, match["next"].upper(), start, position, text[start:position])


def _is_modifier(token: str, *, cued: bool) -> bool:
    """Two characters that are a modifier; small letters only where they are no English word."""
    if token in NUMERIC:
        return True
    if token.islower():
        return token in {"rt", "lt", "tc", "xe", "xp", "xs", "xu", "gt", "jw", "jz"}
    if token != token.upper():
        return False
    return is_known(token) and (cued or token not in ALSO_WORDS)


def read_places(text: str) -> Iterator[CodeMention]:
    """Places of service by number, as two digits (CMS Place of Service Code Set)."""
    for match in _PLACE.finditer(text):
        yield CodeMention(System.POS, match["place"].zfill(2), match.start(), match.end(), match[0])
        position = match.end()
        while following := _NEXT_PLACE.match(text, position):
            start, position = following.span("place")
            yield CodeMention(System.POS, following["place"], start, position, following["place"])
