"""Patient data in a question: the identifiers that the HIPAA Privacy Rule names, 45 CFR 164.514(b)(2)(i), as spans.

What identifies a provider or the person who asks (an NPI, a signature, "Dr. Roe") is none. Doubt means yes where a
label announces an identifier, and no where a number could be anything. Must not know what is done about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from consultant.questions.model import Identifier, PatientDatum
from consultant.questions.passages import Passages
from consultant.questions.words import Words

MASK = "█"

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = (
    r"(?:[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}|(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}"
    rf"|{_MONTH}\s[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s[0-9]{{4}}|[0-9]{{1,2}}[\s-]{_MONTH},?[\s-][0-9]{{2,4}}"
    r"|(?:19|20)[0-9]{6})(?![0-9])"
)
# What may stand between a word and its number; "marked" where the word alone announces nothing.
_PERHAPS = r"(?:\s?(?:id|no\.?|number|num|nbr|\#)){0,2}[\s:#=]{0,4}(?:is\s)?"
_MARKED = r"(?:\s?(?:id|no\.?|number|num|nbr|\#)(?![a-z])\.?){1,2}[\s:#=]{0,4}(?:is\s)?"
_ID = r"(?P<it>(?=[A-Z0-9/-]*[0-9])[A-Z0-9][A-Z0-9/-]{2,24})(?![A-Z0-9])"
# CMS: form of the Medicare beneficiary identifier.
_LETTER, _EITHER = "[AC-HJKMNP-RT-Y]", "[AC-HJKMNP-RT-Y0-9]"
_MBI = rf"[1-9]{_LETTER}{_EITHER}[0-9]-?{_LETTER}{_EITHER}[0-9]-?{_LETTER}{{2}}[0-9]{{2}}"
_PHONE = r"(?:\+?1[-. ])?(?:\([0-9]{3}\)\s?|[0-9]{3}[-. ])[0-9]{3}[-. ][0-9]{4}(?![0-9])"
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|highway|hwy|parkway|pkwy|way|"
    r"circle|cir|terrace)"
)

# Announced by a word: kind, words of which the text must hold one, pattern; the group "it" is the identifier.
_ANNOUNCED: tuple[tuple[Identifier, str, str], ...] = (
    (
        Identifier.BIRTH_DATE,
        "dob birth born birthdate birthday d",
        (
            r"\b(?:d\.?o\.?b\.?|(?:date\sof\s)?birth(?:\s?da(?:te|y))?|born(?:\son)?)[\s:#=(]{0,4}(?:is\s|on\s)?"
            rf"(?P<it>{_DATE})"
        ),
    ),
    (
        Identifier.EVENT_DATE,
        "admitted admission admit discharged discharge died deceased death expired",
        (
            r"\b(?:admitted|admission(?:\sdate)?|admit\sdate|discharged?(?:\sdate)?|died|deceased|"
            rf"(?:date\sof\s)?death|expired)[\s:]{{1,3}}(?:on\s)?(?P<it>{_DATE})"
        ),
    ),
    (
        Identifier.SERVICE_DATE,
        "dos service services",
        (
            r"\b(?:dos|dates?\sof\sservices?|service\sdates?)[\s:#=(]{0,4}(?:is\s|was\s|on\s|from\s)?"
            rf"(?P<it>{_DATE}(?:\s?(?:-|–|to|thru|through)\s?{_DATE})?)"
        ),
    ),
    (
        Identifier.AGE,
        "old yo y o",
        r"(?<![0-9])(?P<it>(?:9[0-9]|1[0-2][0-9])\s?-?(?:years?|yrs?|y)?[\s/.-]?o(?:ld)?\b)",
    ),
    (Identifier.AGE, "age aged", r"\baged?[:\s]\s?(?P<it>(?:9[0-9]|1[0-2][0-9]))(?![0-9%])"),
    (Identifier.FAX, "fax", rf"\bfax(?:\s?(?:no\.?|number|\#))?[\s:#]{{0,3}}(?P<it>{_PHONE})"),
    (
        Identifier.SSN,
        "ssn ss social",
        (
            r"\b(?:ssn|ss\s?\#|social(?:\ssecurity)?(?:\s(?:no\.?|number))?)[\s:#]{0,4}"
            r"(?:(?:is|ending(?:\sin)?|last\sfour|last\s4)\s?:?\s?)?"
            r"(?P<it>[0-9X*]{3}-?[0-9X*]{2}-?[0-9]{4}|[0-9]{4})(?![0-9])"
        ),
    ),
    (Identifier.RECORD, "mrn mr", rf"\b(?:mrn|mr\s?\#){_PERHAPS}{_ID}"),
    (Identifier.RECORD, "chart record", rf"\b(?:chart|medical\srecord|record){_MARKED}{_ID}"),
    (
        Identifier.MEMBER_ID,
        "member subscriber beneficiary policy insured medicaid medicare group insurance",
        rf"\b(?:member|subscriber|beneficiary|policy|insured|medicaid|medicare|group|insurance){_MARKED}{_ID}",
    ),
    (Identifier.MEMBER_ID, "hic hicn mbi", rf"\b(?:hicn?|mbi){_PERHAPS}{_ID}"),
    (Identifier.ACCOUNT, "acct accts account accounts", rf"\b(?:acct|account)s?\.?{_PERHAPS}{_ID}"),
    (Identifier.CLAIM, "claim claims", rf"\bclaims?{_MARKED}{_ID}"),
    (Identifier.CLAIM, "claim", r"\bclaim[\s:]{1,2}(?P<it>(?=[A-Z]{0,4}[0-9]{8})[A-Z0-9-]{8,24})"),
    (Identifier.CLAIM, "icn dcn tcn", rf"\b(?:icn|dcn|tcn){_PERHAPS}{_ID}"),
    (Identifier.LICENSE, "license licence certificate cert", rf"\b(?:licen[sc]e|certificate|cert){_MARKED}{_ID}"),
    (Identifier.LICENSE, "driver drivers", rf"\bdriver'?s?\slicen[sc]e[\s:]{{1,3}}{_ID}"),
    (Identifier.VEHICLE, "vin", rf"\bvin{_PERHAPS}(?P<it>[A-HJ-NPR-Z0-9]{{17}})\b"),
    (Identifier.VEHICLE, "plate plates", rf"\blicense\splates?{_PERHAPS}{_ID}"),
    (Identifier.DEVICE, "serial device implant lot", rf"\b(?:serial|device|implant|lot){_MARKED}{_ID}"),
    (Identifier.DEVICE, "udi s", rf"\b(?:udi|s/n){_PERHAPS}{_ID}"),
    (
        Identifier.OTHER,
        "patient pt encounter visit auth authorization referral",
        rf"\b(?:patient|pt|encounter|visit|auth(?:orization)?|referral){_MARKED}{_ID}",
    ),
)
# Announced by a word, without a number.
_WORDS_ALONE: tuple[tuple[Identifier, str, str], ...] = (
    (
        Identifier.BIOMETRIC,
        "fingerprint fingerprints retinal voiceprint voiceprints",
        r"\b(?P<it>fingerprints?|retinal\sscans?|voiceprints?)\b(?=[^.]{0,30}\battached)",
    ),
    (
        Identifier.PHOTO,
        "photo photos picture pictures photograph photographs",
        r"\b(?P<it>(?:photo(?:graph)?|picture)s?\sof\s(?:the|our|her|his|this)?\s?(?:patients?|pt|face|her|him)\b)",
    ),
)
# Told by their form alone, tried where a number starts.
_BY_FORM = re.compile(
    r"(?P<SSN>(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9-]))"
    rf"|(?P<MEMBER_ID>{_MBI}(?![A-Z0-9-]))"
    rf"|(?P<PHONE>{_PHONE})"
    r"|(?P<IP>(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?![0-9.]))"
    r"|(?P<ADDRESS>[0-9]{1,6}[ \t]+(?-i:(?:[NSEW]{1,2}\.?[ \t]+)?(?:[A-Z][\w.']{0,30}[ \t]+){1,3})"
    rf"{_STREET}\b(?!\.?[ \t]+(?-i:[A-Z][a-z]+[ \t]+[a-z])))",
    re.IGNORECASE,
)
_CITY = re.compile(r"\b[A-Z][A-Za-z.'-]{1,30}(?: [A-Z][a-z]+)?,[ \t]*[A-Z]{2}[ \t]+\Z")
_ZIP = re.compile(r"[0-9]{5}(?:-[0-9]{4})?(?![0-9])")
_FIRST_DIGIT = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][.-])[0-9]")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_URL = re.compile(
    r"https?://[^\s<>]{1,200}[?&/](?:patient|member|mrn|pid|id|user|profile|chart)[=/][^\s<>]{1,200}", re.I
)

_CAPITALISED = r"[A-Z][a-z'’-]{1,25}"
_NAME = (
    rf"(?:{_CAPITALISED}(?:\s[A-Z]\.?)?(?:\s{_CAPITALISED}){{1,2}}|{_CAPITALISED},\s{_CAPITALISED}"
    r"|[A-Z]{2,20},\s?[A-Z]{2,20})"
)
# Whether the word stands before the name, the words, and the pattern.
_NAMES = tuple(
    (before, frozenset(words.split()), re.compile(pattern))
    for before, words, pattern in (
        (
            True,
            "patient pt member insured subscriber name",
            (
                r"(?i:\b(?:(?:patient|pt|member|insured|subscriber)(?:'s)?\s?(?:names?)?|name)\s?[:#=]\s?(?:is\s)?)"
                rf"(?P<it>{_NAME}|{_CAPITALISED})"
            ),
        ),
        (True, "patient pt", rf"(?i:\b(?:patient|pt)(?:'s)?\.?\s(?:named?\s(?:is\s)?)?)(?P<it>{_NAME})"),
        (True, "mr mrs ms miss", rf"\b(?:Mr|Mrs|Ms|Miss|MR|MRS)\.?\s(?P<it>{_CAPITALISED}(?:\s{_CAPITALISED})?)"),
        (
            False,
            "dob mrn birth born",
            rf"(?P<it>{_NAME})(?=[\s,(:-]{{1,4}}(?i:dob\b|d\.o\.b|mrn\b|born\b|date\sof\sbirth))",
        ),
    )
)
_REACH = 90  # characters in which a name may stand before the word
_NO_NAMES = frozenset(
    "Medicare Medicaid Aetna Cigna Humana Blue Cross Shield United Tricare The This That We Our He She It "
    "Is Was Has Had Have Comes Came Presents Presented Seen Needs Visit Visits New Established Office "
    "Hospital Status Post History Procedure Diagnosis Claim Claims Account Responsibility Code Codes Type "
    "Class Education Care Driven Question Billing Modifier Modifiers Service Services Payer Plan "
    "Advantage Part Home Health Date Age Sex Male Female Insurance In On At For With And Or To Of No Not "
    "If When Can Should How What Which Protection Affordable Act Rights Safety Relations Accounts "
    "Financial Control Balance Statement Statements Portal Group Chart Record Records Id Number Name".split()
)

_NUMBERS, _ALONE = (
    tuple((kind, frozenset(words.split()), re.compile(pattern, re.IGNORECASE)) for kind, words, pattern in table)
    for table in (_ANNOUNCED, _WORDS_ALONE)
)


def find_patient_data(text: str) -> tuple[PatientDatum, ...]:
    """All identifiers in a text of any kind, in order; overlapping ones as the first of them."""
    words = Words(text)
    return in_passages(text, Passages(text, words), words)


def in_passages(text: str, passages: Passages, words: Words) -> tuple[PatientDatum, ...]:
    """The same for a text of which the passages and words are at hand."""
    found = [
        PatientDatum(kind, passages.place(a), passages.place(a) + b - a) for kind, a, b in _numbers(passages, words)
    ]
    found += (PatientDatum(kind, start, end) for kind, start, end in _in_words(text, words))
    return tuple(_apart(sorted(found, key=lambda datum: (datum.start, -datum.end))))


def masked(text: str, found: Iterable[PatientDatum]) -> str:
    """The text with each identifier covered; its length and every offset into it stay."""
    pieces: list[str] = []
    position = 0
    for datum in found:
        pieces += (text[position : datum.start], MASK * (datum.end - datum.start))
        position = datum.end
    return "".join((*pieces, text[position:]))


def kinds(found: Iterable[PatientDatum]) -> tuple[Identifier, ...]:
    """What was found, once each, in the order of the rule's list: enough to tell the sender without repeating it."""
    present = {datum.kind for datum in found}
    return tuple(kind for kind in Identifier if kind in present)


def _apart(found: Iterable[PatientDatum]) -> Iterator[PatientDatum]:
    end = 0
    for datum in found:
        if datum.start >= end:
            yield datum
            end = datum.end


def _numbers(passages: Passages, words: Words) -> Iterator[tuple[Identifier, int, int]]:
    for kind, cues, pattern in _NUMBERS:
        if not cues.isdisjoint(words.all):
            yield from ((kind, *match.span("it")) for match in pattern.finditer(passages.text))
    for digit in _FIRST_DIGIT.finditer(passages.text):
        yield from _by_form(passages.text, digit.start())


def _by_form(text: str, start: int) -> Iterator[tuple[Identifier, int, int]]:
    first = start - (text[start - 1 : start] in ("(", "+") and start > 0)
    if match := _BY_FORM.match(text, first) or _BY_FORM.match(text, start):
        yield Identifier[match.lastgroup or ""], *match.span()
    elif (code := _ZIP.match(text, start)) and (city := _CITY.search(text, max(0, start - 60), start)):
        yield Identifier.ADDRESS, city.start(), code.end()


def _in_words(text: str, words: Words) -> Iterator[tuple[Identifier, int, int]]:
    for kind, announcing, pattern in _ALONE:
        if not announcing.isdisjoint(words.all):
            yield from ((kind, *match.span("it")) for match in pattern.finditer(text))
    for before, cues, pattern in _NAMES:
        for cue in words.among(cues):
            for place in words.places(cue):
                match = (
                    pattern.match(text, place) if before else pattern.search(text, max(0, place - _REACH), place + 5)
                )
                if match and _NO_NAMES.isdisjoint(match["it"].replace(",", " ").split()):
                    yield Identifier.NAME, *match.span("it")
    if "@" in text:
        yield from ((Identifier.EMAIL, *match.span()) for match in _EMAIL.finditer(text))
    if "://" in text:
        yield from ((Identifier.URL, *match.span()) for match in _URL.finditer(text))
