"""Units against the medically unlikely edits (NCCI Policy Manual, chapter 1, section V)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.findings.model import Finding, Part, Severity
from consultant.findings.units import procedures, stated_units
from consultant.findings.worked_units import units_worked_out
from consultant.questions.model import Question, Topic
from consultant.reference.model import Mue, Reference

MUE_EXCEEDED = "mue_exceeded"

# MUE adjudication indicators, in our words.
_MAI = {
    "1": "counted line by line: more units may stand on another line with a right modifier",
    "2": "an absolute limit for the day, from regulation or the code itself",
    "3": "counted for the day: more is denied at first, and may be paid where the record shows the need",
}


def units_against_mue(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """The limit of each code against the units stated or worked out; without any, only where units are asked about."""
    worked = units_worked_out(question, reference, on)
    units = worked | stated_units(question)
    codes = dict.fromkeys((*procedures(question), *worked))
    for code in codes:
        mue = reference.mue(code, on)
        if mue is not None and (code in units or Topic.UNITS in question.topics):
            yield _finding(mue, units.get(code))
        elif mue is None and code in units:
            yield Finding(
                "no_mue",
                (code,),
                f"No MUE of {code} is in the loaded data for {on.isoformat()}: CMS may have one.",
                Severity.GAP,
            )


def _finding(mue: Mue, units: int | None) -> Finding:
    meaning = _MAI.get(mue.mai)
    limit = f"MUE {mue.value} (MAI {mue.mai}{f', {meaning}' if meaning else ''})"
    if units is None or units <= mue.value:
        within = f"{mue.code} × {units} is within {limit}." if units else f"{mue.code} has {limit}."
        return Finding("mue", (mue.code,), within, Severity.INFO, (mue.source,), part=Part.FACTS)
    statement = f"{mue.code} × {units} is more than {limit}."
    if mue.mai == "2":
        return Finding(MUE_EXCEEDED, (mue.code,), statement, Severity.STOP, (mue.source,))
    judge = f"Does the record support {units} units of {mue.code} in one day, and how are they to be reported?"
    return Finding(MUE_EXCEEDED, (mue.code,), statement, Severity.CAUTION, (mue.source,), judge)
