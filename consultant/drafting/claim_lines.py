"""The lines of the claim as they would stand: order, modifiers, units, and the diagnoses that they point to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from consultant.drafting.sources import Sources
from consultant.findings.model import Finding, Line, Severity
from consultant.findings.units import procedures
from consultant.questions.model import Question, System
from consultant.reference.model import Source


def claim_lines(question: Question, findings: Sequence[Finding], sources: Sources) -> tuple[str, ...]:
    """What the findings decide, and which of the codes named they leave open; none where nothing is decided.

    A code that a finding refuses is on no line. Units that two findings give in two ways are not stated.
    """
    refused = {code for finding in findings for code in _refused_by(finding)}
    decided = _decided(findings, refused)
    if not decided:
        return ()
    lines = [
        line.written + sources.cite(_deciding(findings, code)) for code, of_code in decided.items() for line in of_code
    ]
    return (*lines, *_undecided(question, decided, refused), *_diagnoses(question, refused))


def _refused_by(finding: Finding) -> set[str]:
    """The codes that a stop names and gives no line of: of an edit that no modifier bypasses, column one stays."""
    if finding.severity is not Severity.STOP:
        return set()
    return set(finding.codes) - {line.code for line in finding.lines}


def _decided(findings: Sequence[Finding], refused: set[str]) -> dict[str, list[Line]]:
    """The lines of each code, in the order in which findings first decide one."""
    found: dict[str, list[Line]] = {}
    for finding in findings:
        allowed = sorted((line for line in finding.lines if line.code not in refused), key=finding.lines.index)
        order = list(dict.fromkeys(line.code for line in allowed))
        for code, lines in groupby(
            sorted(allowed, key=lambda line: order.index(line.code)), key=lambda line: line.code
        ):
            found[code] = _joined(found.get(code), list(lines))
    return found


def _joined(there: list[Line] | None, more: list[Line]) -> list[Line]:
    """What two findings say of the one line of a code; where one knows of several lines, those stand."""
    if there is None:
        return more
    if len(there) > 1 or len(more) > 1:
        return max(there, more, key=len)
    [one], [other] = there, more
    units = one.units if other.units in (None, one.units) else other.units if one.units is None else None
    return [replace(one, units=units, modifiers=tuple(dict.fromkeys((*one.modifiers, *other.modifiers))))]


def _deciding(findings: Sequence[Finding], code: str) -> tuple[Source, ...]:
    deciding = (finding for finding in findings if any(line.code == code for line in finding.lines))
    return tuple(source for finding in deciding for source in finding.sources)


def _undecided(question: Question, decided: dict[str, list[Line]], refused: set[str]) -> Iterator[str]:
    if others := [code for code in procedures(question) if code not in decided and code not in refused]:
        yield f"Not decided here: {', '.join(others)}"


def _diagnoses(question: Question, refused: set[str]) -> Iterator[str]:
    named = [code for code in question.named(System.ICD10CM) if code not in refused]
    if len(named) == 1:
        yield f"Diagnosis on each line, as stated: {named[0]}"
    elif named:
        yield f"Diagnoses, as stated: {', '.join(named)}; each line points to the one that was its reason"
