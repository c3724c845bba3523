"""How many days lie between a procedure and what came after or before it, where the text says so in words.

Reads "5 days after", "post-op day 3", "two weeks post-op", "the same day", "the day before". Must not know codes.
"""

from __future__ import annotations

import re

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "a": 1,
}  # fmt: skip
_LENGTHS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "wk": 7, "wks": 7}
_NUMBER = rf"(?P<number>[0-9]{{1,3}}|{'|'.join(_WORDS)})"
_SURGERY = r"(?:surgery|surgical|operation|procedure|op\b|the\s(?:surgery|procedure|operation)|[0-9]{5})"
_AFTER = re.compile(
    rf"\b{_NUMBER}[\s-]?(?P<length>days?|weeks?|wks?)\s(?:later|after|following|out\b|post[\s-]?op\w*|s/p|status\spost|from)"
)
_POST_OP_DAY = re.compile(r"\b(?:post[\s-]?op(?:erative)?\s(?:day|d)|pod)\s?#?\s?(?P<number>[0-9]{1,3})\b")
_BEFORE = re.compile(
    rf"\b{_NUMBER}[\s-](?P<length>days?|weeks?|wks?)\s(?:before|prior\sto|ahead\sof)\s(?:the\s|her\s|his\s)?{_SURGERY}"
)
_DAY_BEFORE = re.compile(
    rf"\b(?:the\s)?day\s(?:before|prior(?:\sto)?)\s(?:the\s|her\s|his\s)?{_SURGERY}|\bsurgery\s(?:is\s|was\s)?(?:the\s)?next\sday"
)
_SAME_DAY = re.compile(
    r"\b(?:same|that)[\s-](?:day|date|dos|visit|session|encounter)\b|\bday\sof\s(?:the\s)?(?:surgery|procedure)"
)
_MOST_READ = 20_000


def days_from_procedure(text: str) -> int | None:
    """Days from the procedure: 0 the same day, -1 the day before; None where it is not said, or in two ways."""
    small = text[:_MOST_READ].lower()
    found = {_days(match["number"], match["length"]) for match in _AFTER.finditer(small)}
    found |= {int(match["number"]) for match in _POST_OP_DAY.finditer(small)}
    found |= {-_days(match["number"], match["length"]) for match in _BEFORE.finditer(small)}
    if _DAY_BEFORE.search(small):
        found.add(-1)
    if not found and _SAME_DAY.search(small):
        return 0
    return found.pop() if len(found) == 1 else None


def _days(number: str, length: str) -> int:
    return (_WORDS.get(number) or int(number)) * _LENGTHS[length]
