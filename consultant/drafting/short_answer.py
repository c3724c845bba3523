"""The answer first: a sentence where the data decides it, a placeholder where a person must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consultant.drafting.placeholders import placeholder
from consultant.drafting.plain_markdown import as_text
from consultant.drafting.sources import Sources
from consultant.findings.add_ons import WITH_PRIMARY
from consultant.findings.infusion_time import TIME_UNITS, working
from consultant.findings.model import Finding, Severity
from consultant.findings.mue import MUE_EXCEEDED
from consultant.findings.ptp_edits import PTP_EDIT
from consultant.questions.model import Question, System


def short_answer(question: Question, findings: Sequence[Finding], sources: Sources) -> tuple[str, ...]:
    """Sentences with their references, or one placeholder."""
    stops = [f for f in findings if f.severity is Severity.STOP]
    if stops:
        return tuple(_cited(f"Not as asked. {as_text(f.statement)}", f, sources) for f in stops)
    if decided := tuple(_decided(question, findings, sources)):
        limits = [f for f in findings if f.kind == MUE_EXCEEDED]
        return decided + tuple(_cited(f"But {as_text(f.statement)}", f, sources) for f in limits)
    return (placeholder(_ask(question)),)


def _decided(question: Question, findings: Sequence[Finding], sources: Sources) -> Iterator[str]:
    """The add-on code with its primary, and the units that the time gives."""
    for finding in findings:
        if finding.kind == WITH_PRIMARY:
            add_on, *primaries = finding.codes
            condition = _condition(finding, findings)
            yield _cited(f"Yes: {add_on} may be reported with {', '.join(primaries)}{condition}.", finding, sources)
    done = working(question)
    for finding in findings:
        if finding.kind == TIME_UNITS and done:
            lines = " and ".join(f"{code} × {units}" for code, units in done.units)
            yield _cited(f"For the time stated: {lines}.", finding, sources)


def _cited(sentence: str, finding: Finding, sources: Sources) -> str:
    return sentence + sources.cite(finding.sources)


def _condition(finding: Finding, findings: Sequence[Finding]) -> str:
    """An edit of the same pair makes the yes depend on a modifier."""
    edits = [f for f in findings if f.kind == PTP_EDIT and set(f.codes) <= set(finding.codes)]
    return ", if a modifier is right for the NCCI edit below" if edits else " on the same day for the same patient"


def _ask(question: Question) -> str:
    procedures = question.named(System.CPT, System.HCPCS, System.ICD10CM)
    if not question.codes:
        return "The question names no code: which codes is it about, and what is the answer?"
    about = f" on {', '.join(procedures)}" if procedures else ""
    return f"What is the answer{about}, in one or two sentences?"
