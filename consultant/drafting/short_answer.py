"""The answer first: sentences where the data decides it; none where a person must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consultant.drafting.plain_markdown import as_text
from consultant.drafting.sources import Sources
from consultant.findings.add_ons import WITH_PRIMARY
from consultant.findings.model import Finding, Severity
from consultant.findings.mue import MUE_EXCEEDED
from consultant.findings.ptp_edits import PTP_EDIT
from consultant.questions.model import Question, System, Topic

MOST_SENTENCES = 5


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """Sentences with their references, and the findings that they say word for word."""

    sentences: tuple[str, ...] = ()
    said: tuple[Finding, ...] = ()


def short_answer(question: Question, findings: Sequence[Finding], sources: Sources) -> ShortAnswer:
    """No sentences where the data decides nothing that was asked."""
    stops = [finding for finding in findings if finding.severity is Severity.STOP][:MOST_SENTENCES]
    if stops:
        refusals = tuple(_cited(_refusal(finding), finding, sources) for finding in stops)
        return ShortAnswer(refusals, tuple(finding for finding in stops if not finding.answer))
    if decided := tuple(_decided(question, findings, sources)):
        limits = tuple(finding for finding in findings if finding.kind == MUE_EXCEEDED)
        return ShortAnswer(
            decided + tuple(_cited(f"But {as_text(each.statement)}", each, sources) for each in limits), limits
        )
    return ShortAnswer()


def what_to_answer(question: Question) -> str:
    """What the consultant is asked where there is no answer yet."""
    if not question.codes:
        return "The question names no code: which codes is it about, and what is the answer?"
    procedures = question.named(System.CPT, System.HCPCS, System.ICD10CM)
    about = f" on {', '.join(procedures)}" if procedures else ""
    return f"What is the answer{about}, in one or two sentences?"


def _refusal(finding: Finding) -> str:
    return as_text(finding.answer) if finding.answer else f"Not as asked. {as_text(finding.statement)}"


def _decided(question: Question, findings: Sequence[Finding], sources: Sources) -> Iterator[str]:
    """The add-on code with its primary first, then what answers the topics asked about."""
    for finding in findings:
        if finding.kind == WITH_PRIMARY:
            add_on, *primaries = finding.codes
            condition = _condition(finding, findings)
            yield _cited(f"Yes: {add_on} may be reported with {', '.join(primaries)}{condition}.", finding, sources)
    for finding in _answering(question, findings)[:MOST_SENTENCES]:
        yield _cited(as_text(finding.answer), finding, sources)


def _answering(question: Question, findings: Sequence[Finding]) -> list[Finding]:
    """Those that answer a topic of the question; all of them, where its topic was not understood."""
    answers = [finding for finding in findings if finding.answer and finding.severity is not Severity.GAP]
    asked = set(question.topics) - {Topic.OTHER}
    return [each for each in answers if not each.topics or asked & set(each.topics)] or answers


def _cited(sentence: str, finding: Finding, sources: Sources) -> str:
    return sentence + sources.cite(finding.sources)


def _condition(finding: Finding, findings: Sequence[Finding]) -> str:
    """An edit of the same pair makes the yes depend on a modifier."""
    edits = [each for each in findings if each.kind == PTP_EDIT and set(each.codes) <= set(finding.codes)]
    return ", if a modifier is right for the NCCI edit below" if edits else " on the same day for the same patient"
