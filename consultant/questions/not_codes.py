"""The numbers in a mail that are never a code: phones, ZIP codes, amounts, dates, doses, ids.

Each is blanked with characters that belong to no notation, so that offsets stay as they were.
Must not know which codes exist.
"""

from __future__ import annotations

import re

BLANK = "\x1a"

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]{0,6}\.?"
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|"
    "OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
# Without those that also stand for a degree, a place or a word: "seen by the MD 99213".
_ONLY_STATES = "|".join(
    s for s in _STATES.split("|") if s not in {"AS", "CO", "HI", "IN", "MD", "ME", "OK", "OR", "PA"}
)
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|highway|hwy|parkway|pkwy|way|"
    r"circle|cir|place|pl|plaza|terrace|ter)"
)
_DOSE = r"(?:mcg|mg|ml|mL|g|kg|lbs?|iu|i\.u\.|meq|mm|cm|cc|cells|dollars|usd|patients|people|claims|miles|%)"

# Phone numbers first: their parts look like everything else.
_PATTERNS = (
    r"(?:https?://|www\.)\S+",
    r"(?<![\w.+%=-])[\w.+%=-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){0,8}",
    (
        r"(?<![0-9])(?:\+?1[-. ])?(?:\([0-9]{3}\) ?|[0-9]{3}[-. ])[0-9]{3}[-. ][0-9]{4}(?![0-9])"
        r"(?:\s*(?:x|ext\.?|extension)\s*[0-9]{1,6})?"
    ),
    r"(?<![0-9])\+[0-9]{1,3}(?:[ .-]\(?[0-9]{1,6}\)?){2,6}(?![0-9])",
    r"\b(?:ext\.?|extension)\s*[0-9]{1,6}\b",
    r"(?<![0-9])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9])",
    r"(?<![0-9-])[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}(?![0-9])",
    r"(?<![0-9])[0-9]{5}-[0-9]{4}(?![0-9-])",
    r"\bzip(?:\s*code)?\s*[:#]?\s*[0-9]{5}\b",
    # The clock, ISO 8601 and the ways Americans write a day.
    r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\s*[ap]\.?m\b)?",
    r"(?<![0-9])(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])",
    r"(?<![0-9/])[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})(?![0-9/])",
    rf"\b{_MONTH}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s+[0-9]{{4}}\b",
    r"(?:\$|€|£)\s?[0-9][0-9,]*(?:\.[0-9]+)?",
    r"(?<![0-9])[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])",
    r"(?<![0-9.])[0-9]{3,}\.[0-9]{2}(?![0-9])",
    rf"(?<![0-9.])[0-9]+(?:\.[0-9]+)?\s?{_DOSE}(?![A-Za-z0-9])",
    r"\b[0-9]{5,}\s+units\s+of\s+(?!service)",
    r"\b[0-9]{3,}00\s+units\b",
    r"\b[0-9]+\s?-?\s?(?:years?|yrs?|y/?o|months?|mos?)\b(?:\s?-?\s?old)?",
    # Numbers of things: an id needs its own word before it.
    (
        r"\b(?:acc(?:oun)?t|mrn|npi|tin|ein|icn|dcn|tcn|ptan|dob|ssn|hicn?|mbi)\b"
        r"[\s.:#]{0,4}(?:no\.?|number|num|id)?[\s:#]{0,4}[A-Z0-9][\w-]*"
    ),
    (
        r"\b(?:claim|invoice|patient|member|subscriber|policy|group|order|case|ticket|check|chart|tax|auth(?:orization)?|"
        r"referral|ref(?:erence)?|confirmation|control|record|provider|file|encounter|visit)\s*"
        r"(?:(?:id|no\.?|number|num|\#)\s*[:#]?|\#)\s*[A-Z0-9]*[0-9][\w-]*"
    ),
    r"\b(?:p\.?\s?o\.?\s*box|suite|ste\.?|room|rm\.?|apt\.?|unit\s#|fax|floor|dept\.?|bldg\.?|building|mail\s?stop)\s*[:#]?\s*[A-Z]?-?[0-9]+\b",
    r"\b(?:CR|transmittal|MM|SE|MLN|RFC|pub\.?)\s*\#?[0-9]{3,}(?:-[0-9]+)?\b",
    r"(?<!CPT)(?<!CPT )(?<!code)(?<!code )(?<!codes )(?<!HCPCS )\#\s?[0-9]+\b",
)
_ANY_CASE = re.compile("|".join(f"(?:{p})" for p in _PATTERNS), re.IGNORECASE | re.MULTILINE)

# Capital letters matter: "OR 27447" after a comma is an alternative, "Salem, OR 97301" an address.
_ADDRESS = re.compile(
    rf"[A-Z][A-Za-z.'-]{{1,30}},[ \t]*(?:{_STATES})[,.]?[ \t]+[0-9]{{5}}(?![0-9])"
    rf"|,[ \t]*[A-Z][A-Za-z.' -]{{1,30}}[ \t](?:{_ONLY_STATES})[ \t]+[0-9]{{5}}(?![0-9])"
    rf"|^[^\n]{{0,60}}\b(?i:{_STREET})\b\.?[^\n0-9]{{0,40}}[ ,]+(?:{_STATES})[ ,.]+[0-9]{{5}}(?![0-9])"
    rf"|^[A-Z][A-Za-z.' -]{{1,60}}[ \t](?:{_ONLY_STATES})[ \t]+[0-9]{{5}}[ \t]*$"
    rf"|\b[0-9]{{1,6}}[ \t]+(?:[NSEW]\.?[ \t]+)?(?:[A-Z][\w.']{{0,30}}[ \t]+){{1,3}}(?i:{_STREET})\b",
    re.MULTILINE,
)


def blank_not_codes(text: str) -> str:
    """The text with everything that cannot be a code blanked; the length stays the same."""
    return _ANY_CASE.sub(_blanked, _ADDRESS.sub(_blanked, text))


def _blanked(match: re.Match[str]) -> str:
    return BLANK * (match.end() - match.start())
