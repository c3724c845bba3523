"""Findings to the draft of an answer, by the template `draft/answer.md`.

The parts and their references are made here; the template only lays them out. Greeting, disclaimer and
allowance belong to the letter, not to the draft. None of the member's own words come into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consultant.drafting.placeholders import placeholder, unresolved
from consultant.drafting.plain_markdown import as_text, bullet, wrapped
from consultant.drafting.short_answer import short_answer
from consultant.drafting.sources import Sources
from consultant.findings.as_of import DATE_ASSUMED, PAYER
from consultant.findings.model import Finding, Severity
from consultant.questions.model import Question, System
from consultant.questions.receipt import understood

TEMPLATE = "draft/answer.md"

_ASSUMED = frozenset((DATE_ASSUMED, PAYER))
_PER_CODE = frozenset(("code", "drug_units", "range", "guideline", "mue"))
_MOST_CODES_IN_SUBJECT = 6
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in Markdown. `placeholders` are the questions that a person must answer before it goes out."""

    subject: str
    markdown: str
    placeholders: tuple[str, ...]


def draft_answer(question: Question, findings: Sequence[Finding], *, on: date, templates: Sequence[Path] = ()) -> Draft:
    """Draft the answer as of `on`.

    `templates` are the operator's folders, looked into before the project's own templates: a file
    `draft/answer.md` in one of them takes the place of ours. Raises jinja2.TemplateError for a faulty one.
    """
    template = _environment(tuple(templates)).get_template(TEMPLATE)
    rendered = template.render(_parts(question, findings, on))
    markdown = _BLANK_LINES.sub("\n\n", rendered).strip() + "\n"
    return Draft(subject=_subject(question), markdown=markdown, placeholders=unresolved(markdown))


@lru_cache(maxsize=8)
def _environment(templates: tuple[Path, ...]) -> Environment:
    folders = [*templates, Path(str(files("mailtemplates")))]
    # Markdown, not HTML: what is put in has been made plain text by as_text already.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(folders), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _parts(question: Question, findings: Sequence[Finding], on: date) -> dict[str, object]:
    """What the template may use. The order here gives the sources their numbers."""
    sources = Sources()
    answer = [wrapped(sentence) for sentence in short_answer(question, findings, sources)]
    known = [f for f in findings if f.kind not in _ASSUMED and f.severity is not Severity.GAP]
    return {
        "answer": answer,
        "on": on.isoformat(),
        "understood": [bullet(as_text(line)) for line in understood(question)],
        "assumed": [bullet(as_text(f.statement)) for f in findings if f.kind in _ASSUMED],
        "working": [_cited(f, sources) for f in known if f.kind not in _PER_CODE],
        "facts": [_cited(f, sources) for f in _by_code(question, known)],
        "gaps": [bullet(as_text(f.statement)) for f in findings if f.severity is Severity.GAP],
        "to_judge": [bullet(placeholder(as_text(each))) for each in _to_judge(findings)],
        "sources": [wrapped(line, rest="   ") for line in sources.listed()],
    }


def _cited(finding: Finding, sources: Sources) -> str:
    return bullet(as_text(finding.statement) + sources.cite(finding.sources))


def _by_code(question: Question, findings: Sequence[Finding]) -> list[Finding]:
    """Facts in the order in which the codes were written; notes on no code come last."""
    order = {m.code: n for n, m in reversed(list(enumerate(question.codes)))}
    facts = [f for f in findings if f.kind in _PER_CODE]

    def place(finding: Finding) -> tuple[bool, int]:
        return finding.kind == "guideline", min((order.get(code, 999) for code in finding.codes), default=999)

    return sorted(facts, key=place)


def _to_judge(findings: Sequence[Finding]) -> Iterator[str]:
    yield from dict.fromkeys(f.to_judge for f in findings if f.to_judge)


def _subject(question: Question) -> str:
    """Codes only: a member's own words stay out of subjects."""
    codes = question.named(System.CPT, System.HCPCS, System.ICD10CM)
    if not codes:
        return "Answer to your coding question"
    more = " and others" if len(codes) > _MOST_CODES_IN_SUBJECT else ""
    return f"Answer to your question on {', '.join(codes[:_MOST_CODES_IN_SUBJECT])}{more}"
