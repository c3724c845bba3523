"""Short codes that are told only by the word before them: place of service, revenue code, DRG.

`POS 11`, `rev codes 0360 and 0636`, `MS-DRG 469/470`: the number belongs to the word, and so does a list after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from consultant.questions.model import CodeMention, System

_END = r"(?![0-9A-Za-z_]|[.:][0-9]|\s?%)"
_QUANTITY = r"(?!\s?-?\s?(?:min|hour|hr|h\b|day|week|month|year|yr|mg|mcg|ml|mm|cm|kg|%|\x1a|[.:][0-9]))"
_NEXT = r"\s?(?:,|/|&|\band\b|\bor\b|\bvs\.?|\bversus\b|\bto\b)\s?(?:or\s|and\s)?"


@dataclass(frozen=True, slots=True)
class _Label:
    """How a code system is announced, how its codes look, and how many digits they have."""

    system: System
    cue: str  # small letters; without it in the text the patterns are not tried
    first: re.Pattern[str]
    following: re.Pattern[str]
    width: int
    has_ranges: bool = True


def _label(system: System, cue: str, words: str, number: str, width: int, *, has_ranges: bool = True) -> _Label:
    first = rf"\b(?:{words})\s?(?:\s(?:is|was|of|as)\s)?[:#=(\"'-]?\s?(?P<code>{number}){_END}"
    following = rf"{_NEXT}(?P<code>{number}){_END}{_QUANTITY}"
    return _Label(system, cue, re.compile(first, re.I), re.compile(following, re.I), width, has_ranges)


_PLACE_OF_SERVICE = r"places?\s+of\s+service(?:\s+codes?)?"
_LABELS = (
    _label(System.POS, "pos", r"POS(?:'s)?(?:\s+codes?)?", "[0-9]{1,2}", 2, has_ranges=False),
    _label(System.POS, "place", rf"{_PLACE_OF_SERVICE}(?:\s?\(POS\))?", "[0-9]{1,2}", 2, has_ranges=False),
    _label(
        System.REVENUE,
        "rev",
        r"rev(?:enue)?\.?\s?-?(?:codes?(?:\(s\))?|cent(?:er|re)s?(?:\s+codes?)?|ctr|cds?)\.?",
        "[0-9]{3,4}",
        4,
    ),
    # "Rev. 1234" alone is a revision of a manual.
    _label(System.REVENUE, "rev", r"rev(?:enue)?\.?", "0[0-9]{3}", 4),
    _label(System.REVENUE, "rc", r"RCs?", "0[0-9]{3}", 4),
    _label(System.DRG, "drg", r"(?:MS|APR?|TRICARE|CMS)?-?\s?DRGs?(?:\s+(?:codes?|no\.?|numbers?))?", "[0-9]{1,3}", 3),
)  # fmt: skip
_RANGE = re.compile(r"\s?(?:-|–|\sto\s|\sthr(?:u|ough)\s)\s?(?P<to>[0-9]{2,4})(?![0-9A-Za-z])")
_PLACE_BEFORE = re.compile(r"(?<![\w.$/-])(?P<code>[0-9]{2})\sPOS\b(?!\s?[:#=(]?\s?[0-9])")
_CODE_BEFORE = re.compile(r"(?<![\w.$/-])(?P<code>0?[0-9]{3})\srev(?:enue)?\scodes?\b", re.I)

# ICD-10-PCS in small letters, read where the text speaks of PCS; else it could be any serial number. Section and body
# system as in the tables of CMS, at least one digit and one letter, neither i nor o.
_SMALL_PCS = re.compile(
    r"(?<![0-9A-Za-z_.@/-])(?=[a-z]*[0-9])(?=[0-9]*[a-z])"
    r"(?:0[0-9b-df-hj-np-y]|10|2[wy]|3[0ce]|4[ab]|5a|6a|7w|8[ce]|9w|[bcd][0-9a-hj-np-y]|f[01]|gz|hz|x[02hknrtvwy])"
    r"[0-9a-hj-np-z]{5}(?![0-9A-Za-z_]|[.@/-][0-9A-Za-z])"
)


def read_labelled_codes(text: str) -> Iterator[CodeMention]:
    """Places of service as two digits, revenue codes as four, DRGs as three (CMS, NUBC), and ICD-10-PCS in small
    letters."""
    small = text.lower()
    if "pcs" in small:
        for match in _SMALL_PCS.finditer(text):
            yield CodeMention(System.ICD10PCS, match[0].upper(), *match.span(), match[0])
    for label in _LABELS:
        if label.cue in small:
            for match in label.first.finditer(text):
                yield from _list(text, label, match)
    if "pos" in small:
        for match in _PLACE_BEFORE.finditer(text):
            yield CodeMention(System.POS, match["code"], *match.span(), match[0])
    if "rev" in small:
        for match in _CODE_BEFORE.finditer(text):
            yield CodeMention(System.REVENUE, match["code"].zfill(4), *match.span(), match[0])


def _list(text: str, label: _Label, first: re.Match[str]) -> Iterator[CodeMention]:
    match: re.Match[str] | None = first
    start = first.start()
    while match is not None:
        code, end = match["code"].zfill(label.width), match.end()
        span = _RANGE.match(text, end) if label.has_ranges else None
        if span and (last := span["to"].zfill(label.width)) > code:
            end = span.end()
            yield CodeMention(label.system, None, start, end, text[start:end], range_from=code, range_to=last)
        else:
            yield CodeMention(label.system, code, start, end, text[start:end])
        match = label.following.match(text, end)
        start = match.start("code") if match else end
