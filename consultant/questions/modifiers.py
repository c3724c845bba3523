"""Modifiers named by themselves: `modifier -25`, `59 modifier`, `XU`, `RT/LT`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.questions.model import CodeMention, System
from consultant.questions.modifier_list import ALSO_WORDS, NUMERIC, SMALL_WORDS, UNMISTAKABLE, is_known
from consultant.questions.words import Words

_QUANTITY = r"(?!\s?-?\s?(?:min|hour|hr|h\b|day|week|month|year|yr|mg|mcg|ml|mm|cm|kg|%|\x1a|[.:][0-9]))"
_TOKEN = r"[0-9A-Za-z]{2}(?![0-9A-Za-z_])" + _QUANTITY
_BEFORE = r"-?[0-9A-Za-z]{2}"
_AND = r"(?:\s?(?:,\s?(?:and\s|or\s)?|/|&)\s?|\s(?:and/or|and|or|vs\.?)\s)(?:an?\s|the\s)?"
_SURE = "|".join(sorted(UNMISTAKABLE))
_AT_AN_END = r"(?=\W*\Z|[?.,;]|\s(?:on|to|with|for)\s)"
_START = re.compile(
    rf"\b(?i:mod(?:ifi?e?rs?(?:\(s\))?|s)?)\.?-?(?i:\s(?:codes?|no\.?|number|of|is|was|like))?\s?[:#=(]?\s?[\"'“(]?[-–]?(?P<cued>{_TOKEN})"
    rf"|\b(?i:mod)(?P<glued>[0-9]{{2}})(?![0-9A-Za-z_])"
    rf"|(?<![0-9A-Za-z_$.,/-])(?P<before>{_BEFORE}(?:{_AND}{_BEFORE}){{0,5}})\s(?i:mods?\b|modifiers?\b)"
    rf"|\b(?i:append|add|attach)(?:s|ed|ing)?\s(?:an?\s|the\s)?(?P<appended>-?{_TOKEN})(?=\s(?:to|on|for)\b|\W*$|[?.,])"
    rf"|\b(?i:put|use|place)(?:s|d|ing|ting)?\s(?:an?\s|the\s)?(?P<put>-?{_TOKEN})(?=\s(?:on|to|with)\s(?:the\s|it\b|[0-9A-Z]))"
    rf"|(?<![\w.$/-])(?<![0-9]\s)(?P<paired>[0-9]{{2}})(?=\s?(?:/|\bor\b|\bvs\.?|\band\b)\s?(?:{_SURE}|TC)(?![\w-]))"
    r"|(?<![\w.$/-])(?P<component>TC)(?=\s?(?:/|\bor\b|\bvs\.?|\band\b)\s?26\b)"
    rf"|(?:\bE[/&]?M|\b(?i:visit))\s?(?:[-–]|w/\s?|with\s(?:an?\s)?-?)(?P<visit>24|25|57)(?![0-9A-Za-z_]){_QUANTITY}"
    rf"|\b(?i:use|need|bill|want|append|add)s?\s(?:an?\s|the\s)?(?P<either>[0-9]{{2}})(?={_AND}{_TOKEN}{_AT_AN_END})"
    r"|(?<![\w.$/,-])(?<![0-9]\s)(?P<on>[0-9]{2})(?=\son\s(?:the\s)?(?:[0-9]{5}|[A-V][0-9]{4})(?![0-9]))"
    r"|(?<![\w.$/-])(?P<series>[A-Z][A-Z0-9](?:\s?/\s?[A-Z][A-Z0-9]){2,7})(?![\w/-])"
    rf"|(?<![\w.)\x1a-])(?<![0-9]\s)[-–](?P<hyphened>(?:[0-9]{{2}}|[A-Z][A-Z0-9])(?![0-9A-Za-z_-]|/[0-9A-Za-z]{{3}}){_QUANTITY})"
    rf"|(?<![\w.$/-])(?P<sides>(?:RT|LT)(?=\s?(?:/|and|or|&|,)\s?(?:RT|LT)\b))"
    rf"|\b(?P<family>X\{{?\[?\(?(?:E,?\s?P,?\s?S,?\s?U)\)?\]?\}}?)(?![0-9A-Za-z_])"
    rf"|(?<![\w.$-])(?P<alone>(?:{_SURE})(?![\w-]))",
)
_NEXT = re.compile(
    rf"\s?(?:,|/|\+|&|\bvs\.?|\band/or\b|\band\b|\bor\b|(?=[-–]))\s?(?:or\s|and\s|an?\s)?[-–]?(?P<next>{_TOKEN})"
)
_ANNOUNCING = frozenset(
    "mod mods modifier modifiers append appends appended appending add adds added adding attach attached "
    "attaching put puts putting use uses used need needs bill bills want wants on visit e em m place placed rt "
    "lt tc x xepsu epsu gx gy gz jw jz kx qw xe xp xs xu".split()
)
_RUN = re.compile(r"[0-9A-Za-z]+")
_HYPHENS = ("-", "–")
_FIRST_LETTERS = frozenset(letter for word in _ANNOUNCING for letter in (word[0], word[0].upper()))
_IN_LIST = re.compile(r"-?\b[0-9A-Za-z]{2}\b")
_SMALL = frozenset("rt lt tc xe xp xs xu gt jw jz kx ga gy gz".split())
_BETWEEN = frozenset(("or", "an", "vs"))
# CMS Place of Service Code Set; those that are no modifier too.
_PLACES = frozenset(
    "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 27 31 34 41 42 49 60 61 65 71 72".split()
)
_SUBSETS = ("XE", "XP", "XS", "XU")


def read_modifiers(text: str, words: Words) -> Iterator[CodeMention]:
    """Modifiers standing alone, in the order written; a list after the first is read on.

    `words` are those of the whole text: without a word or hyphen that announces one, nothing is searched.
    """
    if not any(sign in text for sign in "-–/") and not words.among(_ANNOUNCING):
        return
    position = 0
    for token in _RUN.finditer(text):
        if token.start() < position or not _may_start(token[0]):
            continue
        start = token.start() - (text[token.start() - 1 : token.start()] in _HYPHENS)
        if match := _START.match(text, start) or _START.match(text, token.start()):
            mentions = list(_mentions(text, match))
            yield from mentions
            position = mentions[-1].end if mentions else position


def _may_start(run: str) -> bool:
    """Two characters may be a modifier; anything else can only announce one."""
    return len(run) == 2 or (run[0] in _FIRST_LETTERS and (run.lower() in _ANNOUNCING or run[:3].lower() == "mod"))


def _mentions(text: str, match: re.Match[str]) -> Iterator[CodeMention]:
    kind = match.lastgroup or ""
    if kind == "family":
        yield from (CodeMention(System.MODIFIER, code, *match.span(), match[0]) for code in _SUBSETS)
    elif kind == "before":
        yield from _list_before(text, match)
        yield from _list_after(text, match.end())
    elif kind == "series":
        yield from _series(text, match)
    else:
        yield from _one(text, match, kind)


def _one(text: str, match: re.Match[str], kind: str) -> Iterator[CodeMention]:
    token = match[kind].lstrip("-")
    start, end = match.span() if kind in ("cued", "glued", "hyphened") else match.span(kind)
    start -= kind == "visit"
    if kind == "cued" and token in _PLACES and token not in NUMERIC:
        # "Do we append modifier 02?" means the place of service.
        yield CodeMention(System.POS, token, start, end, text[start:end])
    elif _is_modifier(token, cued=kind != "hyphened"):
        yield CodeMention(System.MODIFIER, token.upper(), start, end, text[start:end])
        yield from _list_after(text, end)


def _list_before(text: str, match: re.Match[str]) -> Iterator[CodeMention]:
    """`RT and LT modifiers`, `a 25 or a 57 modifier`: the last one is written together with the word."""
    tokens = [m for m in _IN_LIST.finditer(text, *match.span("before")) if m[0] not in _BETWEEN]
    for token in tokens:
        code = token[0].lstrip("-")
        if _is_modifier(code, cued=True):
            end = match.end() if token is tokens[-1] else token.end()
            yield CodeMention(System.MODIFIER, code.upper(), token.start(), end, text[token.start() : end])


def _series(text: str, match: re.Match[str]) -> Iterator[CodeMention]:
    """`AA/QZ/QK`: three and more that are all modifiers, and none of them a word."""
    tokens = list(_IN_LIST.finditer(text, *match.span()))
    if all(_is_modifier(token[0], cued=False) for token in tokens):
        yield from (CodeMention(System.MODIFIER, token[0], *token.span(), token[0]) for token in tokens)


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
        return token in _SMALL or (cued and token not in SMALL_WORDS and is_known(token))
    if token != token.upper():
        return False
    return is_known(token) and (cued or token not in ALSO_WORDS)
