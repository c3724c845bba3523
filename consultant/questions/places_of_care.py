"""Where the service was given and under whose rules: the setting, the state, and the Medicare contractor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from consultant.questions.model import Setting
from consultant.questions.words import Words

_T = TypeVar("_T")

# One word gives the setting away, or a phrase that starts with it does.
_SETTINGS: dict[str, tuple[tuple[Setting, str], ...]] = {
    "office": ((Setting.OFFICE, r"office(?!\s(?:365|staff|manager|hours))"),),
    "clinic": ((Setting.OFFICE, r"clinic(?:\svisit|\ssetting)"),),
    "outpatient": ((Setting.OUTPATIENT_HOSPITAL, r"outpatient\s(?:hospital|facility|surgery|department|clinic)"),),
    "hospital": ((Setting.OUTPATIENT_HOSPITAL, r"hospital\s(?:outpatient|clinic)"),),
    "hopd": ((Setting.OUTPATIENT_HOSPITAL, r"hopd"),),
    "provider": ((Setting.OUTPATIENT_HOSPITAL, r"provider[- ]based"),),
    "inpatient": ((Setting.INPATIENT_HOSPITAL, r"inpatient"),),
    "ed": ((Setting.EMERGENCY, r"ed\b(?!\s?\.)"),),
    "er": ((Setting.EMERGENCY, r"er\b"),),
    "emergency": ((Setting.EMERGENCY, r"emergency\s(?:room|department|dept|physician|visit)"),),
    "asc": ((Setting.SURGERY_CENTER, r"asc"),),
    "ambulatory": ((Setting.SURGERY_CENTER, r"ambulatory\ssurg"),),
    "surgery": ((Setting.SURGERY_CENTER, r"surgery\scent"),),
    "snf": ((Setting.NURSING_FACILITY, r"snf"),),
    "nursing": ((Setting.NURSING_FACILITY, r"nursing\s(?:home|facility)"),),
    "skilled": ((Setting.NURSING_FACILITY, r"skilled\snursing"),),
    "home": ((Setting.HOME, r"home\s(?:visit|health|infusion|setting)"),),
    "urgent": ((Setting.URGENT_CARE, r"urgent\scare"),),
    "fqhc": ((Setting.HEALTH_CENTER, r"fqhc"),),
    "fqhcs": ((Setting.HEALTH_CENTER, r"fqhcs"),),
    "rhc": ((Setting.HEALTH_CENTER, r"rhc"),),
    "telehealth": ((Setting.TELEHEALTH, r"telehealth"),),
    "telemedicine": ((Setting.TELEHEALTH, r"telemedicine"),),
}
_BY_CUE = {cue: [(s, re.compile(p)) for s, p in found] for cue, found in _SETTINGS.items()}

_ELSEWHERE = re.compile(r"\b(?:not|than|never|instead\sof|isn't|wasn't)\s[^.?!,;]{0,20}\Z")

_STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID",
    "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA", "maine": "ME",
    "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN", "mississippi": "MS",
    "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "ohio": "OH", "oklahoma": "OK",
    "oregon": "OR", "pennsylvania": "PA", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT",
    "virginia": "VA", "washington": "WA", "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip
_TWO_WORDS = {
    "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC",
    "north dakota": "ND", "rhode island": "RI", "south carolina": "SC", "south dakota": "SD", "west virginia": "WV",
    "puerto rico": "PR",
}  # fmt: skip
_OF_PROGRAM = {
    "medi": "CA",
    "masshealth": "MA",
    "tenncare": "TN",
    "ahcccs": "AZ",
    "badgercare": "WI",
    "soonercare": "OK",
}
_SHORT = "|".join(sorted({*_STATES.values(), *_TWO_WORDS.values(), "DC"}))
_PAYERS = ("medicaid", "medicare", "bcbs", "blue", "state")
_BESIDE_PAYER = re.compile(
    rf"\b(?P<before>{_SHORT})\s(?:Medicaid|Medicare|BCBS|Blue)"
    rf"|\b(?:Medicaid|BCBS|state)\s?(?:of\s|:\s?|\()?(?P<after>{_SHORT})(?![A-Za-z0-9]|\smodifier)"
)
# "in PA school", "in OR 3", "in CT" are no states.
_IN_STATE = re.compile(rf"in (?P<state>(?!ME|OR|PA|MD|ID|DC|MS|CT|AL|DE|LA|CO|HI|OK|IN)(?:{_SHORT}))(?![A-Za-z0-9/-])")

_MACS = {
    "noridian": "Noridian", "novitas": "Novitas", "palmetto": "Palmetto GBA", "wps": "WPS", "cgs": "CGS", "ngs": "NGS",
    "fcso": "First Coast",
}  # fmt: skip
_MAC_PHRASES = {"first coast": "First Coast", "national government services": "NGS"}


def read_setting(words: Words) -> Setting | None:
    """The one setting named; a telehealth visit at an office is telehealth."""
    found = {
        setting
        for cue in words.among(_BY_CUE)
        for setting, pattern in _BY_CUE[cue]
        if any(_is_there(words.small, place, pattern) for place in words.places(cue))
    }
    if Setting.TELEHEALTH in found:
        return Setting.TELEHEALTH
    return _only(found)


def _is_there(small: str, place: int, pattern: re.Pattern[str]) -> bool:
    """Whether the setting is named, and not to say where it was not."""
    return pattern.match(small, place) is not None and not _ELSEWHERE.search(small, max(0, place - 30), place)


def read_state(words: Words) -> str | None:
    """The one state named, in full, by its Medicaid program, or abbreviated beside a payer."""
    found = {_STATES[word] for word in words.among(_STATES)} | {_OF_PROGRAM[w] for w in words.among(_OF_PROGRAM)}
    if "medi" in words.all and "medi-cal" not in words.small:
        found.discard("CA")
    if words.among(("new", "north", "south", "west", "rhode", "puerto")):
        found |= {short for name, short in _TWO_WORDS.items() if name in words.small}
        if "WV" in found:
            found.discard("VA")
    return _only(found.union(_abbreviated(words)))


def _abbreviated(words: Words) -> Iterator[str]:
    for payer in words.among(_PAYERS):
        for place in words.places(payer):
            if match := _BESIDE_PAYER.search(words.text, max(0, place - 4), place + 20):
                yield match["before"] or match["after"]
    if "in" in words.all:
        yield from (match["state"] for match in _IN_STATE.finditer(words.text))


def read_mac(words: Words) -> str | None:
    """The Medicare administrative contractor named (CMS list of MACs)."""
    found = {_MACS[word] for word in words.among(_MACS)}
    if words.among(("coast", "government")):
        found |= {name for phrase, name in _MAC_PHRASES.items() if phrase in words.small}
    return _only(found)


def _only(found: Iterable[_T]) -> _T | None:
    several = set(found)
    return several.pop() if len(several) == 1 else None
