"""Drug units from the dose stated and the dose of one unit, and what was thrown away (JW) or not (JZ).

Medicare Claims Processing Manual, chapter 17, sections 10 and 40: units are rounded up; a JW line is for what was left
in a single-dose container beyond the units billed; from 1 July 2023 a claim without waste carries JZ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from consultant.findings.model import Line
from consultant.findings.units import billing_quantity, stated_units
from consultant.findings.worked import Worked, counts_as_medicare, shown
from consultant.questions.dosing import Dose, Dosing, base_measure, read_dosing
from consultant.questions.model import Amount, Question, System, Topic
from consultant.reference.model import CodeEntry, Reference

_DRUG_LETTERS = "ACJPQS"
_SEVERAL_PLACES = re.compile(r"\b(?:each|both|bilateral(?:ly)?|per\s(?:knee|side|site|hip|shoulder|eye|joint))\b", re.I)
_KG_OF_A_POUND = Decimal("0.45359237")
JW_FROM, JZ_FROM = date(2017, 1, 1), date(2023, 7, 1)


@dataclass(frozen=True, slots=True)
class _Drug:
    """A code with what one unit of it is."""

    code: str
    entry: CodeEntry
    unit: Dose


@dataclass(frozen=True, slots=True)
class _Waste:
    """Lines and words about what was left over. `jw` are units of the JW line; `jz` whether JZ goes on the other."""

    jw: int = 0
    jz: bool = False
    shown: str = ""
    to_judge: str | None = None


def work(question: Question, reference: Reference, on: date) -> Iterator[Worked]:
    """Units of each drug named whose dose is stated; what is missing, where the dose cannot be told."""
    drugs = _drugs(question, reference, on)
    dosings = read_dosing(question.text, [drug.code for drug in drugs]) if drugs else {}
    for drug in drugs:
        dosing = dosings.get(drug.code, Dosing())
        if missing := _missing(question, drug, dosing):
            statement, needs = missing
            yield Worked((drug.code,), (), statement, "", needs=needs)
        elif dose := _dose(question, drug, dosing):
            yield _worked(question, on, drug, dosing, dose)


def units_of(dose: Decimal, unit: Decimal) -> int:
    """Billing units of a dose, both in one measure: rounded up to whole ones."""
    return int((dose / unit).to_integral_value(ROUND_CEILING))


def jw_units(dose: Decimal, opened: Decimal, unit: Decimal) -> int:
    """Units of the JW line: whole units of the containers opened that the units billed do not cover."""
    return max(0, int(opened // unit) - units_of(dose, unit))


def _drugs(question: Question, reference: Reference, on: date) -> list[_Drug]:
    """The drug codes named whose billing unit is loaded in a measure that is known."""
    drugs = []
    for code in question.named(System.HCPCS):
        if code[0] not in _DRUG_LETTERS or (entry := reference.code(code, on)) is None:
            continue
        quantity = billing_quantity(entry.billing_unit)
        unit = base_measure(*quantity) if quantity else None
        if unit is not None and unit.value:
            drugs.append(_Drug(code, entry, unit))
    return drugs


def _missing(question: Question, drug: _Drug, dosing: Dosing) -> tuple[str, str] | None:
    """What cannot be worked out for want of a fact, and the question to the member."""
    given = [dose for dose in dosing.given if dose.measure == drug.unit.measure]
    if given or (dosing.concentrations and dosing.given):
        return None
    if dosing.per_kg:
        if _weight(question) is not None:
            return None
        return f"{_plain(dosing.per_kg[0])}/kg is stated for {drug.code} without the weight.", (
            "What did the patient weigh, or how much of the drug was given?"
        )
    if any(dose.measure == "ml" for dose in dosing.given):
        return f"The dose of {drug.code} is stated in mL, and one unit is {drug.unit.as_written}.", (
            f"What is the concentration of {drug.code}, or how much of it was given in {drug.unit.measure}?"
        )
    if not dosing.given and "how many units" in question.text.lower() and drug.code not in stated_units(question):
        return f"No dose of {drug.code} is stated, so no units are worked out.", f"What dose of {drug.code} was given?"
    return None


def _dose(question: Question, drug: _Drug, dosing: Dosing) -> tuple[Decimal, str] | None:
    """The one dose in the measure of the unit, and how it was come by; None where none or several are stated."""
    given = [dose for dose in dosing.given if dose.measure == drug.unit.measure]
    if len(given) == 1:
        return given[0].value, _converted(given[0], drug.unit)
    if given:
        return None
    if len(dosing.given) == 1 and len(dosing.concentrations) == 1:
        return _by_volume(drug, dosing)
    if len(dosing.per_kg) != 1 or dosing.given or dosing.per_kg[0].measure != drug.unit.measure:
        return None
    weight = _weight(question)
    return _by_weight(dosing.per_kg[0], weight) if weight else None


def _by_volume(drug: _Drug, dosing: Dosing) -> tuple[Decimal, str] | None:
    strength, volume = dosing.concentrations[0]
    if dosing.given[0].measure != "ml" or strength.measure != drug.unit.measure or not volume:
        return None
    dose = dosing.given[0].value * strength.value / volume
    per = f"{_number(volume)} mL" if volume != 1 else "mL"
    return dose, f"{_number(dosing.given[0].value)} mL × {_plain(strength)}/{per} = {_number(dose)} {drug.unit.measure}"


def _by_weight(per_kg: Dose, weight: Amount) -> tuple[Decimal, str]:
    in_pounds = weight.unit.startswith(("lb", "pound"))
    kilos = (weight.value * _KG_OF_A_POUND).quantize(Decimal("0.01")) if in_pounds else weight.value
    dose = per_kg.value * kilos
    pounds = f"{_number(weight.value)} lb = {_number(kilos)} kg; " if in_pounds else ""
    return dose, f"{pounds}{_plain(per_kg)}/kg × {_number(kilos)} kg = {_number(dose)} {per_kg.measure}"


def _weight(question: Question) -> Amount | None:
    weights = question.circumstances.weights
    return weights[0] if len(weights) == 1 else None


def _worked(question: Question, on: date, drug: _Drug, dosing: Dosing, dose: tuple[Decimal, str]) -> Worked:
    amount, how = dose
    exact = amount / drug.unit.value
    units = units_of(amount, drug.unit.value)
    rounded = "" if exact == units else f" {_number(exact.quantize(Decimal('0.001')))}, rounded up to"
    waste = _waste(question, on, drug, dosing, amount)
    lines = (
        Line(drug.code, units, ("JZ",) if waste.jz else ()),
        *((Line(drug.code, waste.jw, ("JW",)),) if waste.jw else ()),
    )
    division = f"{_number(amount)} {drug.unit.measure} ÷ {_number(drug.unit.value)} {drug.unit.measure}"
    return Worked(
        family=(drug.code,),
        notes=("drug-units", *(("discarded-drugs-before-jz", "discarded-drugs") if waste.shown else ())),
        statement=f"{how + '; ' if how else ''}one unit of {drug.code} is {drug.unit.as_written}: "
        f"{division} ={rounded} {units}, so {drug.code} × {units}.{waste.shown}",
        answer=f"For {_number(amount)} {drug.unit.measure}: {shown(lines)}.",
        lines=lines,
        to_judge=_which_dose(question, drug, dosing, amount) or waste.to_judge,
        topics=(Topic.UNITS, Topic.DRUG_ADMIN),
        sources=drug.entry.sources,
        listed_under=(drug.code, "J1885", "JW", "JZ"),
    )


def _which_dose(question: Question, drug: _Drug, dosing: Dosing, dose: Decimal) -> str | None:
    """A dose of one side may be half of what was given, and one by weight another than the one stated."""
    measure = drug.unit.measure
    if _SEVERAL_PLACES.search(question.text):
        return f"Is {_number(dose)} {measure} the whole dose of {drug.code}, or that of one side or site?"
    weight = _weight(question)
    if len(dosing.per_kg) != 1 or dosing.per_kg[0].measure != measure or weight is None:
        return None
    ordered, how = _by_weight(dosing.per_kg[0], weight)
    return (
        None if ordered == dose else f"By weight it is {how}, and {_number(dose)} {measure} is stated: which was given?"
    )


def _waste(question: Question, on: date, drug: _Drug, dosing: Dosing, dose: Decimal) -> _Waste:
    if on < JW_FROM or not counts_as_medicare(question):
        return _Waste()
    if dosing.container == "multi":
        return _Waste(shown=" From a multi-dose container: neither JW nor JZ.")
    opened = _opened(drug, dosing, dose)
    if opened is None:
        return _not_said(on, drug)
    total, how, is_counted = opened
    if total < dose:
        judge = f"The containers stated hold less than the dose of {drug.code}: which of the two is right?"
        return _Waste(to_judge=judge)
    return _left(on, drug, dosing, dose, total, how, is_counted=is_counted)


def _opened(drug: _Drug, dosing: Dosing, dose: Decimal) -> tuple[Decimal, str, bool] | None:
    """What the containers opened held, how that is known, and whether their number was stated."""
    gone = [each.value for each in dosing.discarded if each.measure == drug.unit.measure]
    measure = drug.unit.measure
    if len(gone) == 1:
        return dose + gone[0], f"{_number(dose)} {measure} given + {_number(gone[0])} {measure} discarded", True
    if dosing.nothing_discarded:
        return dose, "nothing discarded", True
    sizes = [each for each in dosing.vials if each.size.measure == measure]
    if len(sizes) != 1:
        return None
    size = sizes[0].size.value
    count = sizes[0].count or units_of(dose, size)
    if sizes[0].count == 1 and dose > size:
        count = units_of(dose, size)  # "a 100 mg vial" says the size, not that one was enough
    return count * size, f"{count} × {_number(size)} {measure} opened", sizes[0].count == count


def _left(
    on: date, drug: _Drug, dosing: Dosing, dose: Decimal, total: Decimal, how: str, *, is_counted: bool
) -> _Waste:
    left, jw = total - dose, jw_units(dose, total, drug.unit.value)
    jz = not jw and on >= JZ_FROM
    rest = f"{_number(left)} {drug.unit.measure} left"
    if jw:
        said = f"{rest}: {drug.code}-JW × {jw} on a line of its own, within the units of what was opened"
    elif left:
        said = f"{rest}, which the units billed already cover: no JW line{', and JZ' if jz else ''}"
    else:
        said = "all of it was given" + (", so JZ" if jz else ", so no JW line")
    questions = [
        "" if dosing.container == "single" else f"was {drug.code} taken from a single-dose container",
        "" if is_counted else f"were no more containers opened ({how})",
    ]
    asked = " and ".join(each for each in questions if each)
    return _Waste(jw, jz, f" {how[0].upper()}{how[1:]}: {said}.", f"{asked[0].upper()}{asked[1:]}?" if asked else None)


def _not_said(on: date, drug: _Drug) -> _Waste:
    if on < JZ_FROM:
        return _Waste()
    judge = f"Was {drug.code} taken from a single-dose container, and was any of it discarded (JW) or none (JZ)?"
    return _Waste(to_judge=judge)


def _converted(dose: Dose, unit: Dose) -> str:
    """The conversion, where the dose was written in another measure than it is counted in."""
    counted = f"{_number(dose.value)} {unit.measure}"
    return "" if dose.as_written in (counted, f"{dose.value:f} {unit.measure}") else f"{dose.as_written} = {counted}"


def _plain(dose: Dose) -> str:
    return f"{_number(dose.value)} {dose.measure}"


def _number(value: Decimal) -> str:
    """Without trailing zeros and without an exponent."""
    return f"{value.normalize():f}"
