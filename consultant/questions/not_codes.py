"""The numbers in a mail that are never a code: phones, ZIP codes, amounts, dates, doses, ids.

Every number is looked at once: what it looks like, and which words stand around it. What is no code is blanked with
characters that belong to no notation, so that offsets stay as they were. Must not know which codes exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BLANK = "\x1a"

# Words after which a number is never a code.
_NUMBERED = frozenset(
    "acct account accounts mrn npi tin ein fein icn dcn tcn ptan dob ssn hic hicn mbi ext extension zip zipcode "
    "fax phone tel telephone cell suite ste room rm apt bldg building box floor dept check cheque eft trace invoice "
    "cr transmittal mm se mln rfc clia dea serial lot batch tracking pager loop segment".split()
)
# Words after which it is one only where no "#", "no.", "number" or "id" stands between.
_THINGS = frozenset(
    "claim claims patient pt member subscriber policy group order case ticket chart tax auth authorization "
    "authorisation preauth referral ref reference confirmation control record provider file encounter visit plan payer "
    "license licence medicaid medicare medical health insurance transaction call customer document state employee "
    "facility client vendor contract prior pa cert certificate rx prescription incident unit".split()
)
_NUMBER_WORDS = frozenset(("no", "number", "numbers", "num", "nbr", "nr", "id", "ids", "card"))
# Words that are followed by their value after a colon: never a code.
_LABELS = frozenset(
    "policy group ref reference auth authorization subscriber member chart ticket order balance charge charges "
    "paid amount allowed total copay deductible coinsurance payment adjustment invoice".split()
)
# Words after which "#99213" is a code all the same.
_CODE_WORDS = frozenset(
    "cpt code codes hcpcs procedure procedures modifier modifiers mod pos drg ndc dx rev revenue".split()
)
_MONTHS = frozenset(
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october "
    "nov november dec december".split()
)
_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND "
    "OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
# Those also stand for a degree, a place or a word: "seen by the MD 99213".
_ALSO_WORDS = frozenset(("CO", "HI", "IN", "MD", "ME", "OK", "OR", "PA"))
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|highway|hwy|parkway|pkwy|way|"
    r"circle|cir|place|pl|plaza|terrace|ter|trail|turnpike|pike|square|sq|loop|broadway)"
)
_DOSE = (
    r"(?:mcg|mg|ml|mL|g|gm|kg|lbs?|iu|i\.u\.|meq|mci|mm|cm|cc|mcl|cells|dollars|usd|bucks|cents|miles|"
    r"sq\.?\s?(?:cm|ft)|square|feet|ft|bytes|rvus?|%)"
)
_COUNTED = r"(?:patients|people|claims|members|visits|records|charts|encounters|employees|beds|lives|residents|cases)"

_ALONE = re.compile(
    r"|".join(
        (
            # Phone numbers first: their parts look like everything else.
            (
                r"(?:1[-. ])?\(?[0-9]{3}\)?[-. /]{1,2}[0-9]{3}[-. ][0-9]{4}(?![0-9])"
                r"(?:\s*(?:x|ext\.?|extension)\s*[0-9]{1,6})?"
            ),
            r"(?<=\+)[0-9]{1,3}(?:[ .-]\(?[0-9]{1,6}\)?){2,6}(?![0-9])",
            r"[0-9]{3}[-. ][0-9]{4}\s*(?:x|ext\.?|extension)\s*[0-9]{1,6}(?![0-9])",
            r"(?<![0-9]-)[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9])",  # social security
            r"[0-9]{2}-[0-9]{7}(?![0-9])",  # tax id
            r"[0-9]{5}-[0-9]{4}(?![0-9-])",  # ZIP+4
            # The clock, ISO 8601 and the ways Americans write a day.
            r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\s*[ap]\.?m\b)?",
            r"(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])",
            r"(?<!/)[0-9]{1,2}(?P<sep>[/.-])[0-9]{1,2}(?P=sep)(?:[0-9]{4}|[0-9]{2})(?![0-9/])",
            r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9](?![0-9])",
            # Amounts and counts.
            r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])",
            r"[0-9]{4,}\.[0-9]{2}(?![0-9])",
            r"[0-9]+(?:\.[0-9]+)?[ -]?" + _DOSE + r"(?![A-Za-z0-9])",
            r"[0-9]{5,}\s+units\s+of\s+(?!service)",
            r"[0-9]{3,}00\s+units\b",
            r"[0-9]{1,3}00\s+" + _COUNTED + r"\b",
            r"[0-9]+\s?-?\s?(?:years?|yrs?|y/?o|months?|mos?|weeks?|wks?)\b(?:\s?-?\s?old)?",
            r"[0-9]{1,4}\s+of\s+[0-9]{1,4}\b",
            # A house in a street.
            r"[0-9]{1,6}[ \t]+(?-i:(?:[NSEW]{1,2}\.?[ \t]+)?(?:[A-Z0-9][\w.']{0,30}[ \t]+){1,3})" + _STREET + r"\b"
            r"(?!\.?[ \t]+(?-i:[A-Z][a-z]+[ \t]+[a-z]))",
        )
    ),
    re.IGNORECASE,
)
_CITY = re.compile(
    r"[A-Z][A-Za-z.'-]{1,30},[ \t]*[A-Z]{2}[,.]?[ \t]+\Z"
    rf"|\b(?i:{_STREET})\b\.?[^\n0-9]{{0,40}}[ ,]+[A-Z]{{2}}[ ,.]+\Z"
)
_CITY_WITHOUT_COMMA = re.compile(r"(?:^|\n|,)[ \t]*[A-Z][A-Za-z.' -]{1,60}[ \t][A-Z]{2}[ \t]+\Z")
_ZIP = re.compile(r"[0-9]{5}(?:-[0-9]{4})?(?![0-9])")
_DAY = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?,?(?:\s+[0-9]{4}\b)?")
_AMOUNT = re.compile(r"[0-9]+(?:[,.][0-9]+)*")
_NUMBER = re.compile(r"[0-9]+")
_TOKEN_AROUND = re.compile(r"[A-Z0-9][\w-]*(?:[./][\w-]+)*", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+|#")
_LINK = re.compile(
    r"(?:https?://|www\.)\S{1,2000}|(?<![\w.+%=-])[\w.+%=-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}", re.IGNORECASE
)
_BEFORE = 40  # characters before a number in which the word that announces it is looked for


def blank_not_codes(text: str) -> str:
    """The text with everything that cannot be a code blanked; the length stays the same."""
    pieces: list[str] = []
    position = 0
    for start, end in _never_codes(_without_links(text)):
        pieces += (text[position:start], BLANK * (end - start))
        position = end
    return _without_links("".join((*pieces, text[position:])))


def _without_links(text: str) -> str:
    if "@" not in text and "://" not in text and "www." not in text:
        return text
    return _LINK.sub(lambda match: BLANK * len(match[0]), text)


def _never_codes(text: str) -> Iterator[tuple[int, int]]:
    """The spans that are no code, in order and apart from each other."""
    position = 0
    while match := _NUMBER.search(text, position):
        span = _never_a_code(text, match.start(), match.end(), position)
        if span is not None:
            yield span
        position = max(match.end(), span[1] if span else 0)


def _never_a_code(text: str, start: int, end: int, least: int) -> tuple[int, int] | None:
    """The span around the number at `start` that is no code; None where it may be one."""
    first = start
    while first > least and text[first - 1].isalnum() and text[first - 1].isascii():
        first -= 1
    if (first > least and text[first - 1] in "$€£") or text[max(least, first - 2) : first] == "$ ":
        amount = _AMOUNT.match(text, start)
        return first, amount.end() if amount else end
    before = text[max(0, first - _BEFORE) : first]
    if _is_numbered(before, text, first):
        token = _TOKEN_AROUND.match(text, first)
        return first, max(end, token.end() if token else end)
    if first < start or before[-4:-1].lower() == "icd":
        return None
    return _alone(text, start, before)


def _alone(text: str, start: int, before: str) -> tuple[int, int] | None:
    match = _ALONE.match(text, start)
    if match is None and before[-1:] == "(":
        match = _ALONE.match(text, start - 1)
    if match is not None:
        return start, max(match.end(), start + 1)
    if (zip_code := _ZIP.match(text, start)) and _is_after_city(before):
        return zip_code.span()
    return None


def _is_numbered(before: str, text: str, first: int) -> bool:
    """Whether the words before say that a number of something follows, an account or a room."""
    words = [word.lower() for word in _WORD.findall(before)[-3:]]
    if not words or len(before) - len(before.rstrip(" \t.:#=(-\n\r*")) > 6:
        return False
    return _announces(words, before, text, first)


def _announces(words: list[str], before: str, text: str, first: int) -> bool:
    marked = words[-1] == "#"
    names = [word for word in words if word != "#"]
    last = names[-1] if names else ""
    gap = before[before.lower().rfind(last) + len(last) :] if last else before
    if any(c.isdigit() or c in ",;?!)/" for c in gap):
        return marked and before.rstrip().endswith("#")
    if last in _MONTHS:
        return _DAY.match(text, first) is not None and not text[first : first + 5].isdigit()
    if last in _NUMBER_WORDS and len(names) > 1 and (names[-2] in _THINGS or names[-2] in _NUMBERED):
        return True
    if last == "code" and len(names) > 1:
        return names[-2] in ("zip", "postal", "area", "access")
    if last in _NUMBERED:
        return True
    if marked:
        return last not in _CODE_WORDS
    return last in _LABELS and ":" in gap


def _is_after_city(before: str) -> bool:
    """Whether city and state stand before: "OR 27447" after a comma is an alternative, "Salem, OR 97301" an address."""
    state = before.rstrip(" \t,.")[-2:]
    if state not in _STATES:
        return False
    return _CITY.search(before) is not None or (
        state not in _ALSO_WORDS and _CITY_WITHOUT_COMMA.search(before) is not None
    )
