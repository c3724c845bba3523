"""Findings to the draft of an answer, by the template of its topic.

The parts and their references are made here; the templates only lay them out. Greeting, disclaimer and allowance
belong to the letter, not to the draft. None of the member's own words come into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from consultant.drafting.claim_lines import claim_lines
from consultant.drafting.confidence import Confidence, confidence, missing_facts
from consultant.drafting.placeholders import placeholder, unresolved
from consultant.drafting.plain_markdown import as_text, bullet, wrapped
from consultant.drafting.self_check import check
from consultant.drafting.short_answer import short_answer, what_to_answer
from consultant.drafting.sources import Sources
from consultant.drafting.templates import REQUEST, environment, template_for
from consultant.findings.guideline_notes import GUIDELINE
from consultant.findings.model import Finding, Part, Severity
from consultant.questions.model import Question, System
from consultant.questions.receipt import understood

ASK_OR_ANSWER = "This asks the member for what is missing. Send it with ASK, or write the answer in its place."
_MOST_CODES_IN_SUBJECT = 6
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in Markdown. `placeholders` are the questions that a person must answer before it goes out.

    `request` is what the member is to be asked, as a text to send, where the draft asks instead of answering.
    """

    subject: str
    markdown: str
    placeholders: tuple[str, ...]
    confidence: Confidence
    request: str = ""


def draft_answer(question: Question, findings: Sequence[Finding], *, on: date, templates: Sequence[Path] = ()) -> Draft:
    """Draft the answer as of `on`, or the request for what it cannot be answered without.

    `templates` are the operator's folders, looked into before the project's own: a file there takes the place of ours
    of the same name, be it a whole template or a block. Raises jinja2.TemplateError for a faulty one, and Uncited
    where the draft would state something without its source.
    """
    parts = draft_parts(question, findings, on)
    reached: Confidence = parts["confidence"]
    answered = {topic for finding in findings if finding.answer for topic in finding.topics}
    topics = sorted(question.topics, key=lambda topic: topic not in answered)
    name = REQUEST if reached is Confidence.NEEDS_INFORMATION else template_for(topics, templates)
    markdown = laid_out(name, parts, templates)
    return Draft(
        subject=_subject(question),
        markdown=markdown,
        placeholders=unresolved(markdown),
        confidence=reached,
        request=_request(markdown) if name == REQUEST else "",
    )


def laid_out(name: str, parts: Mapping[str, Any], templates: Sequence[Path] = ()) -> str:
    """The parts by that template, checked. Raises jinja2.TemplateError and Uncited."""
    rendered = environment(tuple(templates)).get_template(name).render(parts)
    markdown = _BLANK_LINES.sub("\n\n", rendered).strip() + "\n"
    check(markdown)
    return markdown


def draft_parts(question: Question, findings: Sequence[Finding], on: date) -> dict[str, Any]:
    """What a template may use: lists of lines, wrapped and cited. The order here gives the sources their numbers."""
    sources = Sources()
    answer = short_answer(question, findings, sources)
    reached = confidence(findings, is_answered=bool(answer.sentences))
    sentences = answer.sentences or (placeholder(what_to_answer(question)),)
    return {
        "confidence": reached,
        "on": on.isoformat(),
        "answer": [wrapped(sentence) for sentence in sentences],
        "claim": [bullet(line) for line in claim_lines(question, findings, sources)],
        **_sections(question, [each for each in findings if each not in answer.said], sources),
        "understood": [bullet(as_text(line)) for line in understood(question)],
        "gaps": [bullet(as_text(each.statement)) for each in findings if each.severity is Severity.GAP],
        "needs": [bullet(as_text(each)) for each in missing_facts(findings)],
        "send_or_write": wrapped(placeholder(ASK_OR_ANSWER)),
        "to_judge": [bullet(placeholder(as_text(each))) for each in _to_judge(findings)],
        "sources": [wrapped(line, rest="   ") for line in sources.listed()],
    }


def _sections(question: Question, findings: Sequence[Finding], sources: Sources) -> dict[str, list[str]]:
    """The findings by their part of the answer."""
    known = [each for each in findings if each.severity is not Severity.GAP]
    notes = [each for each in known if each.kind == GUIDELINE]
    sections = {}
    for part in Part:
        of_part = [each for each in known if each.part is part and each.kind != GUIDELINE]
        ordered = _by_code(question, of_part) if part is Part.FACTS else of_part
        sections[part.value] = [_cited(each, sources) for each in ordered]
    return {**sections, "guidelines": [_cited(each, sources) for each in notes]}


def _cited(finding: Finding, sources: Sources) -> str:
    return bullet(as_text(finding.statement) + sources.cite(finding.sources))


def _by_code(question: Question, findings: Sequence[Finding]) -> list[Finding]:
    """Facts in the order in which the codes were written."""
    order = {mention.code: number for number, mention in reversed(list(enumerate(question.codes)))}
    return sorted(findings, key=lambda each: min((order.get(code, 999) for code in each.codes), default=999))


def _to_judge(findings: Sequence[Finding]) -> Iterator[str]:
    yield from dict.fromkeys(finding.to_judge for finding in findings if finding.to_judge)


def _request(markdown: str) -> str:
    """The request without the consultant's placeholder."""
    return re.sub(r"\A\s*\[\[.*?\]\]\s*", "", markdown, flags=re.DOTALL)


def _subject(question: Question) -> str:
    """Codes only: a member's own words stay out of subjects."""
    codes = question.named(System.CPT, System.HCPCS, System.ICD10CM)
    if not codes:
        return "Answer to your coding question"
    more = " and others" if len(codes) > _MOST_CODES_IN_SUBJECT else ""
    return f"Answer to your question on {', '.join(codes[:_MOST_CODES_IN_SUBJECT])}{more}"
