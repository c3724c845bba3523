"""Procedure, supply and diagnosis codes as coders write them, with their modifiers, units and ranges.

A head (`99213`, `J1885`, `C22.0`) is found by its notation, then read on to the right: `-25`, `x 4`, `/4/5`,
`-99215`. Works on text in which everything that is no code has been blanked. Must not know which codes exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from consultant.questions.model import CodeMention, System
from consultant.questions.modifier_list import ALSO_WORDS, EM_ONLY, is_known

_HEAD = re.compile(
    r"(?<![0-9A-Za-z_.$@\\])(?:(?<![0-9]-)|(?<=[0-9]{5}-))(?:"
    r"(?P<cpt>\+\s?[0-9]{5}|[0-9]{5})(?![0-9]|\.[0-9])(?=[^A-Za-z_]|[xX][0-9]|\Z)"
    r"|(?P<category>[0-9]{4}F|0[0-9]{3}[TU])(?![0-9A-Za-z_])"
    r"|(?P<family>[1-9][0-9]{3}[xX])(?![0-9A-Za-z_])(?<!00[xX])"
    r"|(?P<dotted>(?:[A-TV-Za-tv-z][0-9][0-9ABab]\.(?=[0-9A-Za-z]?[0-9]|[A-Z](?![0-9A-Za-z]))[0-9A-Za-z]{1,4}"
    r"|[Uu][0-9]{2}\.[0-9])(?![0-9A-Za-z_]|\.[0-9]))"
    r"|(?P<heading>[A-TV-Z][0-9][0-9AB])\.[*-](?![0-9A-Za-z])"
    r"|(?P<hcpcs>[A-HJ-MP-Va-hj-mp-v][0-9]{4})(?![0-9_]|\.[0-9])(?=[^A-Za-z]|[xX][0-9]|\Z)"
    r"|(?P<spaced>[CEGHJKLMQRSTV] (?!19[0-9][0-9]|20[0-9][0-9])[0-9]{4})(?![0-9A-Za-z_]|[.,:][0-9])"
    r"|(?P<seventh>[A-TV-Z][0-9][0-9AB][0-9A-Z]{3}[ABCDEFGHJKMNPQRS])(?![0-9A-Za-z_])"
    r"|(?P<plain>[A-TV-Za-tv-z][0-9][0-9ABab][0-9A-Za-z]{0,4})(?![0-9A-Za-z_]|\.[0-9])"
    r")"
)
_ICD_CUE = re.compile(
    r"(?:\bdx|\bicd[- ]?(?:10)?(?:[- ]?cm)?|\bdiagnos[ie]s)(?:\s+codes?)?(?:\s+(?:of|is|was|as))?[\s:#=(]*\Z",
    re.IGNORECASE,
)
_ICD_LIST = re.compile(r"[\s,;/&+]*(?:and|or)?\s*\Z", re.IGNORECASE)
_NOT_UP = re.compile(r"(?:\bfrom|\w+cod(?:ed?|ing)|chang\w+|bump\w*|convert\w*|crosswalk\w*)\W*\Z", re.IGNORECASE)

_RANGE = re.compile(
    r"\s?(?:[-–—]|\s(?:to|thru|through)\s)\s?(?P<to>[A-Za-z]?[0-9]{2,5}(?:\.[0-9A-Za-z]{1,4}|[TFU])?)(?![0-9A-Za-z_]|[./][0-9])",
)
_SHORTHAND = re.compile(r"\s?/\s?(?P<tail>[0-9]{1,4})(?![0-9A-Za-z_]|\.[0-9])")
_NOT_A_QUANTITY = (
    r"(?!\s?-?\s?(?:min|hour|hr|h\b|sec|day|week|month|year|yr|y/?o|m?[cm]?g\b|kg|ml|m[mc]?\b|cm|iu\b|"
    r"%|\x1a|[.:][0-9]))"
)
_MODIFIER = re.compile(
    r"(?P<lead>\s?[-–—]\s?|\s?[,/]\s?-?|\s+(?:w/|with|and|or|&)\s*-?|\s?\(-?|\s)"
    r"(?P<modifier>[0-9A-Z]{2}|(?<=-)[a-z]{2})(?![0-9A-Za-z_]|[-–][0-9]{3})" + _NOT_A_QUANTITY + r"\)?",
)
_UNITS = re.compile(
    r"(?:\s?,?\s?\(?\s?[xX×*]\s?(?P<times>[0-9]{1,3})|\s?,?\s?[(@]?\s?(?:as\s|for\s|at\s|qty\.?\s?|AS\s)?\s?(?P<count>[0-9]{1,3})\s?units?\b"
    r"|\s?,?\s?\(?(?:units|qty)\s?[:=]\s?(?P<named>[0-9]{1,3}))(?![0-9A-Za-z_]|\.[0-9])" + _NOT_A_QUANTITY,
)
_UNITS_BEFORE = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?P<count>[0-9]{1,3})\s?(?:units?\s(?:of\s)?(?:cpt\s|hcpcs\s|code\s)?|[x×]\s?)\Z",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Head:
    system: System
    code: str
    start: int
    end: int


def read_codes(text: str) -> Iterator[CodeMention]:
    """Every mention of a code as written; modifiers that hang on one are mentions of their own too."""
    position, last_icd = 0, -1
    while match := _HEAD.search(text, position):
        head = _head(match, text, last_icd)
        if head is None:
            position = match.start() + 1
            continue
        mentions = list(_read_on(text, head))
        yield from mentions
        position = max(m.end for m in mentions)
        if head.system is System.ICD10CM:
            last_icd = position


def _head(match: re.Match[str], text: str, last_icd: int) -> _Head | None:
    written, kind = match[0], match.lastgroup
    start, end = match.span()
    code = re.sub(r"[+\s]", "", written).upper()
    icd_expected = _icd_expected(text, start, last_icd)
    if kind in ("cpt", "category", "family"):
        return _Head(System.CPT, code, start, end) if code >= "00100" or kind == "category" else None
    if kind == "heading":
        return _Head(System.ICD10CM, code[:3], start, end)
    if kind in ("hcpcs", "spaced") and not icd_expected:
        return _Head(System.HCPCS, code, start, end)
    if kind == "dotted":
        return _Head(System.ICD10CM, code, start, end) if _could_be_icd10(code) else None
    if kind == "seventh" or icd_expected:
        return _Head(System.ICD10CM, _with_dot(code), start, end) if code[0] != "V" or len(code) == 7 else None
    return None


def _icd_expected(text: str, start: int, last_icd: int) -> bool:
    """Whether the words before announce a diagnosis, or the diagnosis before goes on as a list."""
    if _ICD_CUE.search(text[max(0, start - 30) : start]):
        return True
    return 0 <= last_icd < start <= last_icd + 8 and bool(_ICD_LIST.match(text[last_icd:start]))


def _could_be_icd10(code: str) -> bool:
    """ICD-10-CM codes V00-V99 always have seven characters; a shorter one is ICD-9-CM or a version."""
    return code[0] != "V" or len(code) == 8


def _with_dot(code: str) -> str:
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def _read_on(text: str, head: _Head) -> Iterator[CodeMention]:
    if span := _range(text, head):
        yield from span
        return
    siblings = list(_shorthand(text, head))
    position = siblings[-1].end if siblings else head.end
    modifiers: list[CodeMention] = []
    if head.system is not System.ICD10CM:
        modifiers = list(_attached_modifiers(text, position))
    after = max((m.end for m in modifiers), default=position)
    mention = CodeMention(head.system, head.code, head.start, head.end, text[head.start : head.end])
    mention = _with_units(text, mention, after, extend=not modifiers and not siblings)
    stated = tuple(dict.fromkeys(m.code for m in modifiers if m.code))
    yield replace(mention, modifiers=() if siblings else stated)
    for sibling in siblings:
        yield replace(sibling, modifiers=stated if sibling is siblings[-1] else ())
    yield from modifiers


def _range(text: str, head: _Head) -> tuple[CodeMention, ...]:
    match = _RANGE.match(text, head.end)
    if match is None:
        return ()
    last = _full(match["to"].upper(), head)
    if last is None or len(last) != len(head.code):
        return ()
    words = match[0].strip()[0] not in "-–—"
    if last <= head.code or (words and _NOT_UP.search(text[max(0, head.start - 25) : head.start])):
        return ()
    written = text[head.start : match.end()]
    return (CodeMention(head.system, None, head.start, match.end(), written, range_from=head.code, range_to=last),)


def _full(tail: str, head: _Head) -> str | None:
    """The end of a range in full: `99202-05` ends at 99205. A modifier is no end of a range."""
    if len(tail) == len(head.code) and tail[0].isdigit() == head.code[0].isdigit():
        return tail
    if head.system is not System.CPT or not tail.isdigit() or len(tail) > 3:
        return None
    if len(tail) == 2 and is_known(tail) and not (tail == "23" and head.code.startswith("99")):
        return None
    return head.code[: -len(tail)] + tail


def _shorthand(text: str, head: _Head) -> Iterator[CodeMention]:
    """`99213/4/5`: each tail replaces as many last digits, and the codes go up. All point at the whole."""
    codes, end = [head.code], head.end
    while match := _SHORTHAND.match(text, end):
        tail = match["tail"]
        code = head.code[: -len(tail)] + tail
        if code <= codes[-1] or not head.code[-1].isdigit() or _is_slash_modifier(tail, head.code):
            break
        codes.append(code)
        end = match.end()
    for code in codes[1:]:
        yield CodeMention(head.system, code, head.start, end, text[head.start : end])


def _is_slash_modifier(tail: str, code: str) -> bool:
    """`99213/25` is a visit with modifier 25, `45378/80` two codes."""
    return tail in EM_ONLY and code.startswith(("99", "92"))


def _attached_modifiers(text: str, position: int) -> Iterator[CodeMention]:
    while match := _MODIFIER.match(text, position):
        modifier = match["modifier"].upper()
        if not is_known(modifier) or not _hangs_on(match, text):
            return
        start = match.start("modifier")
        start -= text[start - 1] in "-–—"
        yield CodeMention(System.MODIFIER, modifier, start, match.end("modifier"), text[start : match.end("modifier")])
        position = match.end()


def _hangs_on(match: re.Match[str], text: str) -> bool:
    """Whether two characters after a code are its modifier; without a hyphen only where little else fits."""
    lead, modifier = match["lead"].strip(), match["modifier"]
    if "-" in lead or "–" in lead or "—" in lead:
        return True
    after = text[match.end() : match.end() + 2].strip()
    if modifier in ALSO_WORDS:
        return not after or after[0] in ".,;)?"
    if modifier.isdigit() and not lead:
        return not after or not after[0].islower()
    return True


def _with_units(text: str, mention: CodeMention, position: int, *, extend: bool) -> CodeMention:
    if match := _UNITS.match(text, position):
        units = int(match["times"] or match["count"] or match["named"]) or None
        if not extend:
            return replace(mention, units=units)
        written = text[mention.start : match.end()]
        return replace(mention, units=units, end=match.end(), as_written=written)
    if before := _UNITS_BEFORE.search(text[max(0, mention.start - 25) : mention.start]):
        return replace(mention, units=int(before["count"]) or None)
    return mention
