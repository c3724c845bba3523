"""What else a question states of the case: doses, weights, new or established patient, sides, and what was denied.

A word that is not there is looked up once and costs no search. Nothing is guessed: what is stated in two ways is
not stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from consultant.questions.model import Amount, Circumstances
from consultant.questions.passages import Passages
from consultant.questions.places_of_care import read_mac, read_setting, read_state
from consultant.questions.words import Words

_MASS = ("mg", "mcg", "g", "gm", "ml", "cc", "iu", "units", "unit", "meq", "mci", "l")
_WEIGHT = ("kg", "kgs", "lb", "lbs", "pound", "pounds", "kilo", "kilos", "kilograms")
_AMOUNT = re.compile(
    rf"(?<![\w.$/-])(?P<value>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,7}}(?:\.[0-9]{{1,4}})?)\s?-?"
    rf"(?P<unit>{'|'.join(sorted((*_MASS, *_WEIGHT), key=len, reverse=True))})(?![a-z0-9])"
)
_PER = re.compile(r"\s?/\s?(?:kg|ml|m2|hr?|min)\b|\s?per\s(?:kg|ml|kilogram|m2)\b")
_OF_A_DRUG = re.compile(r"\s?(?:of\s)?(?!service|cpt|code|time|each|[0-9jq])[a-z]{4,}")

_OF_CODE = ("unit", "units")
_NEW = re.compile(r"\bnew\s(?:pts?|patients?)\b|\bnever\s(?:been\s)?seen\b")
_ESTABLISHED = re.compile(
    r"\bestab(?:lished|\.)?\s(?:\w+\s)?(?:pts?|patients?|man|woman|visits?)\b|\best\.?\s(?:pts?|patients?)\b"
)

_SIDES = {
    "left": "left", "lt": "left", "right": "right", "rt": "right",
    "bilateral": "bilateral", "bilaterally": "bilateral",
}  # fmt: skip
_BODY = re.compile(
    r"(?:left|right)(?:-sided|\s(?!now|code|away|after|before|answer|modifier|way|the|for|when|with|and|but|that|this|"
    r"here|about|off|out)[a-z]{3,})"
)

_DENIED = frozenset(
    "denied denial denials denies deny denying rejected rejection rejects reject carc carcs rarc rarcs recouped "
    "recoupment eob era remit remittance".split()
)  # fmt: skip
# X12 claim adjustment group codes, CARC and RARC.
_CARC = re.compile(r"\b(?P<group>CO|PR|OA|PI|CR)\s?-?\s?(?P<number>[AB]?[0-9]{1,3})(?![0-9A-Za-z]|[.-][0-9])")
_NAMED_CARC = re.compile(
    r"\b(?:CARC|reason code|denial code|adjustment (?:reason )?code)s?\s?[:#]?\s?"
    r"(?P<number>[AB]?[0-9]{1,3})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_RARC = re.compile(r"\b(?:MA[0-9]{2,3}|M[0-9]{1,3}|N[0-9]{1,3})(?![0-9A-Za-z.])")


def read_circumstances(passages: Passages, words: Words) -> Circumstances:
    """Everything at once; `passages` are the parts of the text that hold digits."""
    amounts = tuple(_amounts(passages))
    denied = bool(words.among(_DENIED))
    return Circumstances(
        setting=read_setting(words),
        state=read_state(words),
        mac=read_mac(words),
        doses=tuple(a for a in amounts if a.unit not in _WEIGHT),
        weights=tuple(a for a in amounts if a.unit in _WEIGHT),
        new_patient=_new_patient(words),
        sides=_sides(words),
        denied=denied,
        denial_codes=tuple(dict.fromkeys(_denial_codes(passages.text, denied=denied))),
    )


def _amounts(passages: Passages) -> Iterator[Amount]:
    small = passages.text.lower() if passages.text.isascii() else Words(passages.text).small
    for match in _AMOUNT.finditer(small):
        unit = match["unit"]
        if _PER.match(small, match.end()):
            continue
        if unit in _OF_CODE and (len(match["value"]) < 3 or not _OF_A_DRUG.match(small, match.end())):
            continue  # units of a billed code; a drug is dosed in hundreds
        start = passages.place(match.start())
        yield Amount(Decimal(match["value"].replace(",", "")), unit, start, start + len(match[0]))


def _new_patient(words: Words) -> bool | None:
    new = bool(words.among(("new", "never"))) and _NEW.search(words.small) is not None
    known = bool(words.among(("established", "est", "estab"))) and _ESTABLISHED.search(words.small) is not None
    return None if new is known else new


def _sides(words: Words) -> tuple[str, ...]:
    """Left and right of the body; "right" also means correct, so it counts before a noun only."""
    found = {_SIDES[word] for word in words.among(_SIDES) if word not in ("left", "right")}
    for word in words.among(("left", "right")):
        if any(_BODY.match(words.small, place) for place in words.places(word)):
            found.add(word)
    return tuple(side for side in ("left", "right", "bilateral") if side in found)


def _denial_codes(text: str, *, denied: bool) -> Iterator[str]:
    """Group code and CARC as `CO-97`; a RARC only where something was denied, for it looks like a diagnosis."""
    for match in _CARC.finditer(text):
        if denied or "-" in match[0]:
            yield f"{match['group']}-{match['number']}"
    if not denied:
        return
    for match in _NAMED_CARC.finditer(text):
        yield match["number"].upper()
    for match in _RARC.finditer(text):
        yield match[0]
