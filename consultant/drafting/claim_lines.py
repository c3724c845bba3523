"""The lines of the claim as they would stand: order, modifiers, units, and the diagnoses that they point to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from consultant.drafting.sources import Sources
from consultant.findings.model import Finding, Line, Severity
from consultant.findings.units import procedures, stated_units
from consultant.questions.model import Question, System
from consultant.reference.model import Source

AS_STATED = "(as stated)"


def claim_lines(question: Question, findings: Sequence[Finding], sources: Sources) -> tuple[str, ...]:
    """What the findings decide, then the other codes as the member stated them; none where nothing is decided.

    A code that a finding refuses is on no line. Units that two findings give in two ways are not stated.
    """
    refused = {code for finding in findings if finding.severity is Severity.STOP for code in finding.codes}
    decided = _decided(findings, refused)
    if not decided:
        return ()
    others = [code for code in procedures(question) if code not in decided and code not in refused]
    lines = [_shown(line) + sources.cite(_deciding(findings, line)) for line in decided.values()]
    lines += [f"{_shown(_stated(question, code))} {AS_STATED}" for code in others]
    return (*lines, *_diagnoses(question, refused))


def _decided(findings: Sequence[Finding], refused: set[str]) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    for line in (line for finding in findings for line in finding.lines if line.code not in refused):
        lines[line.code] = _joined(lines[line.code], line) if line.code in lines else line
    return lines


def _joined(one: Line, other: Line) -> Line:
    units = one.units if other.units in (None, one.units) else other.units if one.units is None else None
    return replace(one, units=units, modifiers=tuple(dict.fromkeys((*one.modifiers, *other.modifiers))))


def _deciding(findings: Sequence[Finding], line: Line) -> tuple[Source, ...]:
    return tuple(
        source
        for finding in findings
        if any(each.code == line.code for each in finding.lines)
        for source in finding.sources
    )


def _stated(question: Question, code: str) -> Line:
    modifiers = tuple(dict.fromkeys(m for each in question.codes if each.code == code for m in each.modifiers))
    return Line(code, stated_units(question).get(code), modifiers)


def _shown(line: Line) -> str:
    """`96423-59 × 4`."""
    return "-".join((line.code, *line.modifiers)) + (f" × {line.units}" if line.units is not None else "")


def _diagnoses(question: Question, refused: set[str]) -> Iterator[str]:
    named = [code for code in question.named(System.ICD10CM) if code not in refused]
    if len(named) == 1:
        yield f"Diagnosis on each line: {named[0]} {AS_STATED}"
    elif named:
        yield f"Diagnoses: {', '.join(named)} {AS_STATED}; each line points to the one that was its reason"
