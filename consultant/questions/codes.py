"""Procedure, supply and diagnosis codes as coders write them, with their modifiers, units and ranges.

A head (`99213`, `J1885`, `C22.0`) is found by its notation, then read on to the right: `-25`, `x 4`, `/4/5`,
`-99215`. Works on text in which everything that is no code has been blanked. Must not know which codes exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from consultant.questions.model import CodeMention, System
from consultant.questions.modifier_list import ALSO_WORDS, EM_ONLY, is_known
from consultant.questions.notation import Head, Heads

_BILLED = (System.CPT, System.HCPCS)

_NOT_UP = re.compile(r"(?:\bfrom|\w+cod(?:ed?|ing)|chang\w+|bump\w*|convert\w*|crosswalk\w*)\W*\Z", re.IGNORECASE)

_RANGE = re.compile(
    r"\s?(?:[-–—]|\s(?:to|thru|through)\s)\s?(?P<to>[A-Za-z]?[0-9]{1,5}(?:\.[0-9A-Za-z]{1,4}|[TFUA])?)(?![0-9A-Za-z_]|[./][0-9]|\s?units?\b)",
)
_SHORTHAND = re.compile(r"\s?/\s?(?P<tail>[0-9]{1,4})(?![0-9A-Za-z_]|\.[0-9])")
_NOT_A_QUANTITY = (
    r"(?!\s?-?\s?(?:min|hour|hr|h\b|sec|day|week|month|year|yr|y/?o|m?[cm]?g\b|kg|ml|m[mc]?\b|cm|iu\b|"
    r"%|\x1a|[.:][0-9]))"
)
_MODIFIER = re.compile(
    r"(?P<lead>\s?[-–—]\s?|\s?[,/]\s?-?|\s+(?:w/|with|and|or|vs\.?|&)\s*-?|\s?[(\[:]-?|\s|(?=RT|LT|TC|rt|lt))"
    r"(?P<modifier>[0-9A-Z]{2}|(?<=-)[a-z]{2}|(?<=[0-9])(?:rt|lt)"
    r"|(?<=[0-9] )(?:rt|lt|tc|gn|gp|kx|jw|jz|qw|xe|xp|xs|xu))"
    r"(?![0-9A-Za-z_]|[-–][0-9]{3})" + _NOT_A_QUANTITY + r"[)\]]?",
)
_CUED_MODIFIER = re.compile(
    r"\s?,?\s?\(?(?:w/|with|and|plus|\+|using|under)?\s?(?:an?\s|the\s)?"
    r"(?P<cue>mod(?:ifier)?s?\.?\s?[:#]?\s?-?)(?P<modifier>[0-9A-Za-z]{2})(?![0-9A-Za-z_])" + _NOT_A_QUANTITY,
    re.IGNORECASE,
)
_TIMES = frozenset(("X1", "X2", "X3", "X4", "X5"))  # a quantity much more often than a modifier
_MODIFIER_WORD = re.compile(r"\smod(?:s|ifiers?)?\b", re.IGNORECASE)
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_COUNT = rf"[0-9]{{1,3}}|\b(?:{'|'.join(_NUMBERS)})\b"
_UNITS = re.compile(
    r"(?:\s?,?\s?\(?\s?(?:[xX×*@]|times\b)\s?(?P<times>[0-9]{1,3})(?:\s?u(?:nits?)?\b)?"
    rf"|\s?[,:=–-]?\s?[(@]?\s?(?:as\s|for\s|at\s|with\s|qty\.?\s?)?\s?(?P<count>{_COUNT})\s?(?:units?|u)\b"
    r"|\s?,?\s?\(?(?:units|qty|quantity)\s?[:=]?\s?(?:of\s)?(?P<named>[0-9]{1,3}))(?![0-9A-Za-z_]|\.[0-9])"
    + _NOT_A_QUANTITY,
    re.IGNORECASE,
)
_UNITS_BEFORE = re.compile(
    rf"(?<![0-9A-Za-z.,/-])(?P<count>{_COUNT})\s?(?:units?\s(?:of\s)?(?:cpt\s|hcpcs\s|code\s)?|[x×]\s?)\Z",
    re.I,
)


def read_codes(text: str) -> Iterator[CodeMention]:
    """Every mention of a code as written; modifiers that hang on one are mentions of their own too."""
    heads, position = Heads(text), 0
    named: set[str] = set()
    while head := heads.next(position):
        mentions = list(_read_on(text, head, is_new=head.code not in named))
        yield from mentions
        named.add(head.code)
        position = max(m.end for m in mentions)


def _read_on(text: str, head: Head, *, is_new: bool) -> Iterator[CodeMention]:
    if span := _range(text, head):
        yield from span
        return
    siblings = list(_shorthand(text, head))
    position = siblings[-1].end if siblings else head.end
    modifiers: list[CodeMention] = []
    if head.system in _BILLED:
        modifiers = list(_attached_modifiers(text, position))
    after = max((m.end for m in modifiers), default=position)
    units, end = _units(text, after) if head.system in _BILLED else (None, after)
    if modifiers or siblings or units is None:
        end = head.end
    if units is None and is_new and head.system in _BILLED:
        units = _units_before(text, head.start)
    stated = tuple(dict.fromkeys(m.code for m in modifiers if m.code))
    yield CodeMention(
        head.system, head.code, head.start, end, text[head.start : end],
        units=units, modifiers=() if siblings else stated, confidence=head.confidence,
    )  # fmt: skip
    yield from siblings[:-1]
    yield from (replace(sibling, modifiers=stated) for sibling in siblings[-1:])
    yield from modifiers


def _range(text: str, head: Head) -> tuple[CodeMention, ...]:
    match = _RANGE.match(text, head.end)
    if match is None:
        return ()
    last = _full(match["to"].upper(), head)
    if last is None or len(last) != len(head.code) or (len(match["to"]) < 3 and " " in match[0]):
        return ()
    words = match[0].strip()[0] not in "-–—"
    if last <= head.code or (words and _NOT_UP.search(text[max(0, head.start - 25) : head.start])):
        return ()
    written = text[head.start : match.end()]
    return (CodeMention(head.system, None, head.start, match.end(), written, range_from=head.code, range_to=last),)


def _full(tail: str, head: Head) -> str | None:
    """The end of a range in full: `99202-05` ends at 99205. A modifier is no end of a range."""
    if len(tail) == len(head.code) and tail[0].isdigit() == head.code[0].isdigit():
        return tail
    if head.system is not System.CPT or not tail.isdigit() or len(tail) > 3:
        return None
    if len(tail) == 2 and is_known(tail) and not (tail == "23" and head.code.startswith("99")):
        return None
    return head.code[: -len(tail)] + tail


def _shorthand(text: str, head: Head) -> Iterator[CodeMention]:
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
    if (cued := _CUED_MODIFIER.match(text, position)) and is_known(cued["modifier"]):
        start, position = cued.start("cue"), cued.end()
        yield CodeMention(System.MODIFIER, cued["modifier"].upper(), start, position, text[start:position])
    while match := _MODIFIER.match(text, position):
        modifier = match["modifier"].upper()
        if not is_known(modifier) or modifier in _TIMES or not (cued or _hangs_on(match, text)):
            return
        start = match.start("modifier")
        start -= text[start - 1] in "-–"
        yield CodeMention(System.MODIFIER, modifier, start, match.end("modifier"), text[start : match.end("modifier")])
        position = match.end()


def _hangs_on(match: re.Match[str], text: str) -> bool:
    """Whether two characters after a code are its modifier; without a hyphen only where little else fits."""
    lead, modifier = match["lead"].strip(), match["modifier"]
    if "-" in lead or "–" in lead or "—" in lead:
        return True
    if lead == "," and _MODIFIER_WORD.match(text, match.end()):
        return False  # `25 modifier on 99213, 59 modifier on 20610`
    after = text[match.end() : match.end() + 2].strip()
    if modifier in ALSO_WORDS:
        return not after or after[0] in ".,;)?"
    if modifier.isdigit() and not lead:
        return not after or not after[0].islower()
    return True


def _units(text: str, position: int) -> tuple[int | None, int]:
    """The quantity written onto the code, and where it ends."""
    match = _UNITS.match(text, position)
    if match is None:
        return None, position
    return _number(match["times"] or match["count"] or match["named"]), match.end()


def _units_before(text: str, start: int) -> int | None:
    """`two units of 90460`; of a code named before without a quantity, it is another's proposal: not taken."""
    before = _UNITS_BEFORE.search(text[max(0, start - 25) : start])
    return _number(before["count"]) if before else None


def _number(written: str) -> int | None:
    return _NUMBERS.get(written.lower()) or int(written) or None
