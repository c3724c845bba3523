"""Whether one line of a stranger's text may hold patient data, judged so that doubt means yes.

A subject travels in the clear through every server and log on its way, so this errs on the side of
silence. What coders write all day stays allowed: codes, ranges of codes, modifiers after a hyphen, units.
Knows no mail.
"""

from __future__ import annotations

import re

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_CAPITALISED = r"[^\W\d_a-z][\w'’-]*"
_INITIAL = r"[^\W\d_a-z]\.?(?!\w)"
_PERSON = r"\b(?i:mr|mrs|ms|miss|mx|pt|pts|patient|patient's)\b\.?,?"
_KEPT_ABOUT_A_PERSON = (
    "member policy subscriber medicaid medicare insured account acct chart claim record group encounter visit case auth"
).split()

_DATES = (
    r"(?<!\d)\d{1,4}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{1,4}(?!\d)",
    r"(?<![\d/])\d{1,2}/\d{1,4}(?![\d/])",
    rf"(?i)\b{_MONTH}\.?\s+\d{{1,4}}\b",
    rf"(?i)\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s*(?:of\s+)?{_MONTH}\b",
)
_NUMBERS = (
    r"\d{6}",
    r"(?<!\d)\(?\d{3}\)?[\s.-]+\d{2,3}[\s.-]+\d{4}(?!\d)",  # social security and telephone numbers in groups
    r"(?<!\d)\d{3}[\s.-]\d{4}(?!\d)",
    # Medicare beneficiary identifier (CMS)
    r"(?i)\b[1-9][a-z][a-z\d]\d[- ]?[a-z][a-z\d]\d[- ]?[a-z]{2}\d{2}\b",
    rf"(?i)\b(?:{'|'.join(_KEPT_ABOUT_A_PERSON)})\w*\.?\s*(?:(?:id|no|num|number)\b|\#)",
)
_WORDS = (
    r"(?i)\b(?:d\.?o\.?b|birth\w*|born|m\.?r\.?n|s\.?s\.?n|social\s+security|deceased|mbi|hicn)\b",
    r"(?i)\b(?:pt|patient)\s*(?::|\#|(?:id|named?|initials)\b)|\bname\s*:",
    r"(?i)\b\d+\s*y\s*[./]?\s*o\b",
    r"(?i)\b\d+\s*-?\s*(?:years?|yrs?|months?|mos?|weeks?|days?)\s*-?\s*old\b",
    r"\S@\S",
)
_NAMES = (
    rf"{_PERSON}\s+{_CAPITALISED}",
    rf"{_CAPITALISED},\s+{_INITIAL}",
    rf"\b[^\W\d_a-z]\.\s*{_CAPITALISED}",
)
_SIGNS = tuple(re.compile(pattern) for pattern in (*_DATES, *_NUMBERS, *_WORDS, *_NAMES))


_TWO_CAPITALISED = re.compile(r"(?=\b([^\W\d_a-z][^\W\d_]+),?\s+([^\W\d_a-z][^\W\d_]+))")
_TRADE_WORDS = frozenset(
    (
        "addon administration and answer appeal assistant audit bilateral bill billed billing biopsy "
        "bundling can chemo chemotherapy claim claims code codes coding consult correct cpt day denial "
        "denials denied dental diagnosis do documentation does drug edit edits established exam for global "
        "guidance hcpcs help home hospital hour hours how hydration icd in infusion initial injection is "
        "lab level line medicaid medical medicare modifier modifiers mue ncci new note of office on or "
        "outpatient pair part payer period please preventive procedure procedures pump question questions "
        "re regarding report reporting review rule rules same screening second separate sequencing service "
        "services surgery surgical technical therapy time unit units urgent use using visit visits what "
        "when which with wound"
    ).split()
)


def may_name_a_patient(line: str) -> bool:
    """Whether the line has a date, a number of six digits, a person's name or a word that announces them."""
    return any(sign.search(line) for sign in _SIGNS) or _has_full_name(line)


def _has_full_name(line: str) -> bool:
    """Two capitalised words in a row of which neither belongs to the trade."""
    pairs = (pair.groups() for pair in _TWO_CAPITALISED.finditer(line))
    return any(_TRADE_WORDS.isdisjoint(word.lower() for word in pair) for pair in pairs)
