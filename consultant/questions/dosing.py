"""What a question states of a drug's dose: given, per kilogram, thrown away, the size of vials, the concentration.

Amounts are told apart by the words around them (`20 mg wasted`, `100 mg vial`, `5 mg/kg`); every other one counts as
given. Must not know what a unit of a code is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from consultant.questions.own_words import own_words
from consultant.questions.passages import MOST_READ

_MEASURES = {
    "mg": ("mg", Decimal(1)),
    "mcg": ("mg", Decimal("0.001")),
    "ug": ("mg", Decimal("0.001")),
    "µg": ("mg", Decimal("0.001")),
    "g": ("mg", Decimal(1000)),
    "gm": ("mg", Decimal(1000)),
    "gram": ("mg", Decimal(1000)),
    "grams": ("mg", Decimal(1000)),
    "ml": ("ml", Decimal(1)),
    "cc": ("ml", Decimal(1)),
    "l": ("ml", Decimal(1000)),
    "unit": ("units", Decimal(1)),
    "units": ("units", Decimal(1)),
    "iu": ("units", Decimal(1)),
    "million units": ("units", Decimal(1_000_000)),
    "meq": ("meq", Decimal(1)),
    "mci": ("mci", Decimal(1)),
}
_ON_CLAIM = re.compile(r"\s?(?:of\s)?(?:[a-z][0-9]{4}\b|cpt|code|each|jw\b|jz\b|billed|on\s(?:the|a)\sclaim|per\b)")
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,4})?|[0-9]{1,7}(?:\.[0-9]{1,4})?"
_UNIT = "|".join(sorted(map(re.escape, _MEASURES), key=len, reverse=True)).replace(r"\ ", r"\s")
_AMOUNT = re.compile(rf"(?<![\w.$/-])(?P<value>{_NUMBER})\s?-?(?P<unit>{_UNIT})(?![a-z0-9])")
_PER_KG = re.compile(r"\s?(?:/|per\s)\s?(?:kg|kilo(?:gram)?)\b(?!\s?(?:/|per\s))")
_RATE = re.compile(r"\s?(?:/|per\s)\s?(?:hr?|hour|min(?:ute)?|day|kg|m2|m²|unit|lb)\b")
_CONCENTRATION = re.compile(rf"\s?(?:/|per\s)\s?(?P<value>{_NUMBER})?\s?(?:ml|cc)\b")
_VIAL = r"(?:vials?|ampu?les?|amps?|syringes?|bottles?|containers?|packages?|sdvs?|mdvs?|bags?)"
_KIND = r"(?:single[- ]?(?:dose|use)|multi(?:ple)?[- ]?(?:dose|use))"
_SIZE_AFTER = re.compile(
    rf"\s?-?(?:of\s)?(?:\(?{_KIND}\)?[\s,]{{1,2}})?(?:[a-z]{{4,20}}\s)?{_VIAL}\b(?!\s?(?:was|were)\sgiven)"
)
_SIZE_BEFORE = re.compile(rf"\b{_VIAL}\s(?:of|with|contain(?:s|ing)|holds?|size(?:\sis)?)\s\Z")
_COUNT = re.compile(r"(?<![\w.])(?P<count>[0-9]{1,2}|one|two|three|four|five|six|a|an)\)?\s?(?:x|×)?\s?\Z")
_COUNT_VIALS = re.compile(rf"(?<![\w.])(?P<count>[0-9]{{1,2}}|one|two|three|four|five|six|a|an)\s{_VIAL}\s(?:of\s)?\Z")
_GONE = r"(?:wast(?:ed?|age|ing)|discard(?:ed|ing|s)?|thrown\saway|threw\saway)"
_DISCARDED_AFTER = re.compile(
    rf"\s?(?:of\s(?:the\s)?(?:drug|it|[a-z]{{4,20}})\s)?(?:was|were|is|are|being|got)?\s?{_GONE}\b"
)
_DISCARDED_BEFORE = re.compile(
    rf"\b(?:{_GONE})(?:\s(?:of|was|is|the|amount|remaining|other|about)){{0,3}}[\s:=(]{{0,2}}\Z"
)
_DILUTED_IN = re.compile(r"\b(?:in|into|with)\s(?:an?\s)?\Z")
_AT_MOST = re.compile(r"\b(?:up\sto|max(?:imum)?(?:\sof)?|exceed(?:ing)?)\s\Z")
_GIVEN_AFTER = re.compile(r"\s(?:were\s|was\s)?(?:used|given|injected|administered|infused)\b")
_ONE_UNIT = re.compile(r"(?:\bper|\beach|\bunit\s?(?:is|=|of)|=|\bis)\s?\Z")
_SINGLE = re.compile(r"single[- ]?(?:dose|use)|\bsdvs?\b")
_MULTI = re.compile(r"multi(?:ple)?[- ]?(?:dose|use)|\bmdvs?\b")
_NOTHING_GONE = re.compile(
    rf"\b(?:no|zero|without(?:\sany)?)\s(?:drug\s|medication\s)?{_GONE}|\b(?:nothing|none)\s(?:of\sit\s)?(?:was\s)?{_GONE}"
)
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount in its base measure: mg, ml, units, meq or mci; `as_written` for showing."""

    value: Decimal
    measure: str
    as_written: str


@dataclass(frozen=True, slots=True)
class Vials:
    """What one container holds; `count` is how many were opened, where that is stated."""

    size: Dose
    count: int | None


@dataclass(frozen=True, slots=True)
class Dosing:
    """All that is stated of one drug. `concentrations` are pairs of an amount and the millilitres that hold it."""

    given: tuple[Dose, ...] = ()
    per_kg: tuple[Dose, ...] = ()
    discarded: tuple[Dose, ...] = ()
    vials: tuple[Vials, ...] = ()
    concentrations: tuple[tuple[Dose, Decimal], ...] = ()
    container: Literal["single", "multi"] | None = None
    nothing_discarded: bool = False


def base_measure(amount: Decimal, measure: str) -> Dose | None:
    """An amount in its base measure; None for a measure that is not known."""
    found = _MEASURES.get(measure.lower())
    return Dose(amount * found[1], found[0], f"{amount:f} {measure.lower()}") if found else None


def read_dosing(text: str, codes: Sequence[str]) -> dict[str, Dosing]:
    """What is stated of each drug: of an only one all, of several what stands beside each code."""
    # Lower case that keeps every offset; only ASCII and the micro sign matter here.
    own = own_words(text[:MOST_READ])
    small = own.lower() if len(own.lower()) == len(own) else own
    return {code: _dosing(part) for code, part in _parts(small, codes)}


def _parts(text: str, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(codes) == 1:
        yield codes[0], text
        return
    wanted = "|".join(re.escape(code.lower()) for code in codes)
    places = list(re.finditer(rf"(?<![0-9a-z])(?:{wanted})(?![0-9a-z])", text))
    first = _AMOUNT.search(text)
    if not places or first is None:
        return
    is_before = first.start() < places[0].start()
    parts: dict[str, list[str]] = {}
    for number, place in enumerate(places):
        begin = (places[number - 1].end() if number else 0) if is_before else place.end()
        end = place.start() if is_before else (places[number + 1].start() if number + 1 < len(places) else len(text))
        parts.setdefault(place[0].upper(), []).append(text[begin:end])
    for code, pieces in parts.items():
        yield code, "\n".join(pieces)


def _dosing(text: str) -> Dosing:
    given: list[Dose] = []
    per_kg: list[Dose] = []
    discarded: list[Dose] = []
    vials: list[Vials] = []
    concentrations: list[tuple[Dose, Decimal]] = []
    for match in _AMOUNT.finditer(text):
        dose = base_measure(Decimal(match["value"].replace(",", "")), match["unit"].replace("\n", " "))
        if dose is None or dose.value == 0:
            continue
        before = text[max(0, match.start() - 40) : match.start()]
        if _PER_KG.match(text, match.end()):
            per_kg.append(dose)
        elif strength := _CONCENTRATION.match(text, match.end()):
            concentrations.append((dose, Decimal((strength["value"] or "1").replace(",", ""))))
        elif _SIZE_AFTER.match(text, match.end()) or _SIZE_BEFORE.search(before):
            vials.append(Vials(dose, _count(before)))
        elif _DISCARDED_AFTER.match(text, match.end()) or _DISCARDED_BEFORE.search(before):
            discarded.append(dose)
        elif not _is_no_dose(text, match, before):
            given.append(dose)
    return Dosing(
        given=_once(given),
        per_kg=_once(per_kg),
        discarded=_once(discarded),
        vials=tuple(dict.fromkeys(vials)),
        concentrations=tuple(dict.fromkeys(concentrations)),
        container=_container(text),
        nothing_discarded=_NOTHING_GONE.search(text) is not None,
    )


def _is_no_dose(text: str, match: re.Match[str], before: str) -> bool:
    """A rate, the dose of one billing unit, what a drug was diluted in, a most, or units of a claim."""
    if _RATE.match(text, match.end()) or _ONE_UNIT.search(before):
        return True
    if match["unit"] in ("ml", "cc", "l") and _DILUTED_IN.search(before):
        return True
    if _AT_MOST.search(before):
        return True
    if match["unit"] not in ("unit", "units") or _GIVEN_AFTER.match(text, match.end()):
        return False
    return Decimal(match["value"].replace(",", "")) < 100 or _ON_CLAIM.match(text, match.end()) is not None


def _count(before: str) -> int | None:
    match = _COUNT.search(before) or _COUNT_VIALS.search(before)
    if match is None:
        return None
    return _WORDS.get(match["count"]) or int(match["count"]) or None


def _container(text: str) -> Literal["single", "multi"] | None:
    single, multi = _SINGLE.search(text), _MULTI.search(text)
    if bool(single) is bool(multi):
        return None
    return "single" if single else "multi"


def _once(doses: Sequence[Dose]) -> tuple[Dose, ...]:
    """The same amount written in two ways is one."""
    return tuple({(dose.value, dose.measure): dose for dose in reversed(doses)}.values())[::-1]
